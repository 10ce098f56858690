package aml

import (
	"strings"

	"github.com/beevik/etree"
)

// library finds classes by path: "Library/Class/Inner".
type library struct {
	byPath map[string]*etree.Element
	path   map[*etree.Element]string
}

// classTags are the elements that define a class, and those that hold them.
var classTags = map[string]bool{"RoleClass": true, "SystemUnitClass": true, "InterfaceClass": true, "AttributeType": true}

func libraryOf(root *etree.Element) *library {
	l := &library{byPath: map[string]*etree.Element{}, path: map[*etree.Element]string{}}
	for _, lib := range root.ChildElements() {
		if strings.HasSuffix(lib.Tag, "Lib") {
			l.add(lib, lib.SelectAttrValue("Name", ""))
		}
	}
	return l
}

func (l *library) add(e *etree.Element, path string) {
	for _, c := range e.ChildElements() {
		if !classTags[c.Tag] {
			continue
		}
		at := path + "/" + c.SelectAttrValue("Name", "")
		if l.byPath[at] == nil {
			l.byPath[at], l.path[c] = c, at
		}
		l.add(c, at)
	}
}

// find resolves a path. Some tools put names in brackets, and leave off the
// library or an alias of another file before "@".
func (l *library) find(path string) *etree.Element {
	path = strings.NewReplacer("[", "", "]", "").Replace(path)
	if _, after, ok := strings.Cut(path, "@"); ok {
		path = after
	}
	return l.byPath[path]
}

// bases lists a class and what it derives from, itself first. A base may be
// named by path, or by name among the classes that it stands in.
func (l *library) bases(class *etree.Element) []*etree.Element {
	var out []*etree.Element
	seen := map[*etree.Element]bool{}
	for class != nil && !seen[class] {
		seen[class] = true
		out = append(out, class)
		ref := class.SelectAttrValue("RefBaseClassPath", "")
		if ref == "" {
			break
		}
		next := l.find(ref)
		if next == nil {
			for above := class.Parent(); above != nil && next == nil; above = above.Parent() {
				if classTags[above.Tag] && above.SelectAttrValue("Name", "") == ref {
					next = above
				}
			}
		}
		class = next
	}
	return out
}
