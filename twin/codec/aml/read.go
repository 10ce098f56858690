package aml

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/markup"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Read reads a file or a package; name is for messages. The second result holds
// the other files of a package by their name, as what elements refer to.
func Read(ctx context.Context, name string, data []byte) (*Document, map[string][]byte, error) {
	if len(data) > fileMax {
		return nil, nil, fmt.Errorf("%s: larger than %d MB; split it", name, fileMax>>20)
	}
	text, parts, err := open(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	x, err := markup.Read(ctx, text, markup.Limits{Depth: depthMax, Elements: elementsMax})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	root := x.Root()
	if root == nil || root.Tag != "CAEXFile" {
		return nil, nil, fmt.Errorf("%s: no <CAEXFile> element at the root; give an AutomationML file", name)
	}
	r := &reader{library: libraryOf(root), byID: map[string]*etree.Element{}, out: &Document{
		Schema: root.SelectAttrValue("SchemaVersion", ""), Name: root.SelectAttrValue("FileName", name),
	}}
	r.out.Classes = len(r.library.byPath)
	r.index(root)
	for _, h := range root.SelectElements("InstanceHierarchy") {
		for _, e := range h.SelectElements("InternalElement") {
			if err := r.element(ctx, e, -1, h.SelectAttrValue("Name", ""), nil); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	r.check(root)
	return r.out, parts, nil
}

type reader struct {
	library *library
	byID    map[string]*etree.Element
	out     *Document
}

// instancesMax bounds the elements after what classes hold is written out.
const instancesMax = 200_000

func (r *reader) note(place, why string, args ...any) {
	if len(r.out.Notes) < 500 {
		r.out.Notes = append(r.out.Notes, Note{place, fmt.Sprintf(why, args...)})
	}
}

// index finds elements by id; ids are GUIDs, in braces or not.
func (r *reader) index(root *etree.Element) {
	stack := []*etree.Element{root}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = append(stack[:len(stack)-1], e.ChildElements()...)
		id := plainID(e.SelectAttrValue("ID", ""))
		if id == "" {
			continue
		}
		if r.byID[id] != nil {
			r.note(id, "this id stands twice; links to it are not sure. Give one of the elements a new id")
			continue
		}
		r.byID[id] = e
	}
}

func plainID(id string) string { return strings.ToLower(strings.Trim(strings.TrimSpace(id), "{}")) }

// element adds an internal element, with what its class gives it. from lists
// the classes that it is being written out of.
func (r *reader) element(ctx context.Context, e *etree.Element, parent int, path string, from []*etree.Element) error {
	if len(r.out.Elements) == instancesMax {
		return fmt.Errorf("%s: more than %d elements; split the plant", path, instancesMax)
	}
	if len(r.out.Elements)&0x3ff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	name := e.SelectAttrValue("Name", "")
	path += "/" + name
	if strings.Count(path, "/") > depthMax {
		return fmt.Errorf("%.80s…: elements nest deeper than %d", path, depthMax)
	}
	out := Element{ID: plainID(e.SelectAttrValue("ID", "")), Name: name, Path: path, Parent: parent, Unit: e.SelectAttrValue("RefBaseSystemUnitPath", "")}
	var units []*etree.Element
	switch unit := r.library.find(out.Unit); {
	case unit != nil:
		units = r.library.bases(unit)
	case r.byID[plainID(out.Unit)] != nil && out.Unit != "":
		out.Mirror = plainID(out.Unit) // a mirror object names the element that it mirrors
		if of := r.byID[out.Mirror]; of != e {
			units = []*etree.Element{of}
		}
	}
	layers := append([]*etree.Element{e}, units...)
	for _, l := range layers {
		r.roles(&out, l)
	}
	for i := len(layers) - 1; i >= 0; i-- { // the element's own go over what it inherits
		out.Attributes = merge(out.Attributes, attributes(layers[i], "", 0))
		r.interfaces(&out, layers[i])
	}
	out.Frame = frame(out.Attributes)
	self := len(r.out.Elements)
	r.out.Elements = append(r.out.Elements, out)
	own := map[string]bool{}
	for _, c := range e.SelectElements("InternalElement") {
		own[c.SelectAttrValue("Name", "")] = true
		if err := r.element(ctx, c, self, path, from); err != nil {
			return err
		}
	}
	for _, u := range units {
		if slices.Contains(from, u) {
			r.note(path, "class %s holds an element of itself, which is not written out", u.SelectAttrValue("Name", ""))
			continue
		}
		for _, c := range u.SelectElements("InternalElement") {
			if !own[c.SelectAttrValue("Name", "")] {
				own[c.SelectAttrValue("Name", "")] = true
				if err := r.element(ctx, c, self, path, append(slices.Clip(from), u)); err != nil {
					return err
				}
			}
		}
	}
	for _, l := range e.SelectElements("InternalLink") {
		r.out.Links = append(r.out.Links, Link{l.SelectAttrValue("Name", ""), l.SelectAttrValue("RefPartnerSideA", ""), l.SelectAttrValue("RefPartnerSideB", "")})
	}
	return nil
}

// roles gathers the roles of an element or class: CAEX 2.15 and 3.0 name the
// path in other attributes.
func (r *reader) roles(out *Element, e *etree.Element) {
	add := func(path string) {
		if path != "" && !slices.Contains(out.Roles, path) {
			out.Roles = append(out.Roles, path)
		}
	}
	for _, c := range e.ChildElements() {
		switch c.Tag {
		case "RoleRequirements":
			add(c.SelectAttrValue("RefBaseRoleClassPath", ""))
		case "SupportedRoleClass":
			add(c.SelectAttrValue("RefRoleClassPath", ""))
		}
	}
	for _, path := range slices.Clone(out.Roles) {
		if class := r.library.find(path); class != nil {
			for _, base := range r.library.bases(class)[1:] {
				add(r.library.path[base])
			}
		}
	}
}

func (r *reader) interfaces(out *Element, e *etree.Element) {
	for _, c := range e.SelectElements("ExternalInterface") {
		i := Interface{ID: plainID(c.SelectAttrValue("ID", "")), Name: c.SelectAttrValue("Name", ""), Class: c.SelectAttrValue("RefBaseClassPath", "")}
		if class := r.library.find(i.Class); class != nil {
			bases := r.library.bases(class)
			for k := len(bases) - 1; k >= 0; k-- {
				i.Attributes = merge(i.Attributes, attributes(bases[k], "", 0))
			}
		}
		i.Attributes = merge(i.Attributes, attributes(c, "", 0))
		if at := slices.IndexFunc(out.Interfaces, func(have Interface) bool { return have.Name == i.Name }); at >= 0 {
			i.Attributes = merge(out.Interfaces[at].Attributes, i.Attributes)
			out.Interfaces[at] = i
			continue
		}
		out.Interfaces = append(out.Interfaces, i)
	}
}

// attributes lists the attributes of an element, nested ones with their path.
func attributes(e *etree.Element, path string, depth int) []Attribute {
	var out []Attribute
	if depth > 20 {
		return nil
	}
	for _, a := range e.SelectElements("Attribute") {
		name := path + a.SelectAttrValue("Name", "")
		value := a.SelectElement("Value")
		if value == nil || value.Text() == "" {
			if d := a.SelectElement("DefaultValue"); d != nil {
				value = d
			}
		}
		one := Attribute{Name: name, Unit: a.SelectAttrValue("Unit", ""), Type: a.SelectAttrValue("AttributeDataType", "")}
		if value != nil {
			one.Value = strings.TrimSpace(value.Text())
		}
		if s := a.SelectElement("RefSemantic"); s != nil {
			one.Semantic = s.SelectAttrValue("CorrespondingAttributePath", "")
		}
		out = append(out, one)
		out = append(out, attributes(a, name+"/", depth+1)...)
	}
	return out
}

// merge lays later attributes over earlier ones of the same name. One without a
// value does not hide one that has one.
func merge(have, more []Attribute) []Attribute {
	for _, a := range more {
		i := slices.IndexFunc(have, func(b Attribute) bool { return b.Name == a.Name })
		switch {
		case i < 0:
			have = append(have, a)
		case a.Value != "":
			have[i] = a
		}
	}
	return have
}

func find(list []Attribute, name string) (Attribute, bool) {
	for _, a := range list {
		if strings.EqualFold(a.Name, name) {
			return a, true
		}
	}
	return Attribute{}, false
}

// frame reads the attribute Frame of a geometry role (IEC 62714-3, 5.3): x, y,
// z in metres and rx, ry, rz in degrees; nil when there is none.
func frame(list []Attribute) *Frame {
	var f Frame
	found := false
	number := func(name string) float64 {
		a, ok := find(list, "Frame/"+name)
		v, err := strconv.ParseFloat(a.Value, 64)
		if !ok || err != nil || math.IsNaN(v) || math.Abs(v) > 1e6 {
			return 0
		}
		found = true
		switch strings.ToLower(a.Unit) {
		case "mm":
			return v / 1000
		case "cm":
			return v / 100
		case "rad":
			return v * 180 / math.Pi
		}
		return v
	}
	f.At = geom.Vec3{number("x"), number("y"), number("z")}
	f.Turn = geom.Vec3{number("rx"), number("ry"), number("rz")}
	if !found {
		return nil
	}
	return &f
}

// errLost is what a link that leads nowhere is noted with.
var errLost = errors.New("it leads to nothing in this file")
