package aml

import (
	"strings"

	"github.com/beevik/etree"
)

// check finds what a schema does not: links and role paths that lead nowhere.
// Paths into libraries of other files are told once for each library.
func (r *reader) check(root *etree.Element) {
	elsewhere := map[string]bool{}
	for _, ref := range root.SelectElements("ExternalReference") {
		elsewhere[ref.SelectAttrValue("Alias", "")] = true
	}
	told := map[string]bool{}
	for _, e := range r.out.Elements {
		for _, role := range e.Roles {
			alias, _, foreign := strings.Cut(role, "@")
			library := strings.Trim(strings.SplitN(role, "/", 2)[0], "[]")
			switch {
			case r.library.find(role) != nil, told[library]:
			case foreign && elsewhere[alias]:
				told[library] = true
				r.note(alias, "its classes are in another file; give that file too to know what they hold")
			default:
				told[library] = true
				r.note(e.Path, "role %s: %v; add its library", role, errLost)
			}
		}
	}
	for _, l := range r.out.Links {
		for _, side := range []string{l.A, l.B} {
			element, _, ok := strings.Cut(side, ":")
			if id := plainID(element); side == "" || r.byID[id] == nil && r.byID[plainID(side)] == nil && !r.named(element, ok) {
				r.note("link "+l.Name, "side %q: %v; mend or remove the link", side, errLost)
			}
		}
	}
}

// named tells whether a link's side names an element by name, as older tools
// write it.
func (r *reader) named(name string, qualified bool) bool {
	if !qualified || name == "" {
		return false
	}
	for _, e := range r.out.Elements {
		if e.Name == name || strings.HasSuffix(e.Path, "/"+name) {
			return true
		}
	}
	return false
}
