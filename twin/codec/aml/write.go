package aml

import (
	"archive/zip"
	"bytes"
	"crypto/sha1"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// Write writes a document as CAEX 3.0. Roles and interface classes that it
// names are defined in it, so that no path leads nowhere. An element without an
// id gets one made from its path: the same site gives the same file. A link
// stands in the element of its first side; one whose first side is not in the
// document is left out.
func Write(d *Document) ([]byte, error) {
	x := etree.NewDocument()
	x.CreateProcInst("xml", `version="1.0" encoding="utf-8"`)
	root := x.CreateElement("CAEXFile")
	root.CreateAttr("SchemaVersion", "3.0")
	root.CreateAttr("FileName", d.Name)
	root.CreateAttr("xmlns", "http://www.dke.de/CAEX")
	put(root, "SuperiorStandardVersion", "AutomationML 2.10")
	source := root.CreateElement("SourceDocumentInformation")
	source.CreateAttr("OriginName", "GlassTwin")
	source.CreateAttr("OriginID", "glasstwin")
	source.CreateAttr("OriginVersion", "1")
	source.CreateAttr("LastWritingDateTime", "2000-01-01T00:00:00Z")
	hierarchy := root.CreateElement("InstanceHierarchy")
	hierarchy.CreateAttr("Name", d.Name)
	roles, interfaces := map[string]bool{}, map[string]bool{}
	written := make([]*etree.Element, len(d.Elements))
	ids := identities{}
	for i, e := range d.Elements {
		above := hierarchy
		if e.Parent >= i {
			return nil, fmt.Errorf("write AutomationML: element %q stands before its parent", e.Path)
		}
		if e.Parent >= 0 {
			above = written[e.Parent]
		}
		written[i] = ids.element(above, e)
		for _, r := range e.Roles {
			roles[r] = true
		}
		for _, in := range e.Interfaces {
			interfaces[in.Class] = true
		}
	}
	links := ids.owners(d.Links)
	for i := range written {
		finish(written[i], d.Elements[i], links[written[i]])
	}
	define(root, "InterfaceClassLib", "InterfaceClass", interfaces)
	define(root, "RoleClassLib", "RoleClass", roles)
	var out bytes.Buffer
	x.Indent(1)
	if _, err := x.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write AutomationML: %w", err)
	}
	return out.Bytes(), nil
}

// Pack puts a written document and the files that it refers to into a package
// (AMLX). Names of parts are as elements refer to them. No time of writing is in
// it: the same content gives the same bytes.
func Pack(name string, document []byte, parts map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	add := func(name string, data []byte) error {
		w, err := archive.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	endings := map[string]bool{"rels": true, "aml": true}
	for p := range parts {
		endings[strings.TrimPrefix(path.Ext(p), ".")] = true
	}
	var types strings.Builder
	types.WriteString(`<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`)
	for _, e := range slices.Sorted(maps.Keys(endings)) {
		kind := "application/octet-stream"
		switch e {
		case "rels":
			kind = "application/vnd.openxmlformats-package.relationships+xml"
		case "aml":
			kind = "model/vnd.automationml+xml"
		case "dae":
			kind = "model/vnd.collada+xml"
		}
		fmt.Fprintf(&types, `<Default Extension="%s" ContentType="%s"/>`, e, kind)
	}
	types.WriteString(`</Types>`)
	relations := fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="root" Type="%s" Target="/%s"/></Relationships>`, rootRelation, name)
	err := add("[Content_Types].xml", []byte(types.String()))
	if err == nil {
		err = add("_rels/.rels", []byte(relations))
	}
	if err == nil {
		err = add(name, document)
	}
	for _, p := range slices.Sorted(maps.Keys(parts)) {
		if err == nil {
			err = add(p, parts[p])
		}
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("pack AutomationML: %w", err)
	}
	return out.Bytes(), nil
}

func put(e *etree.Element, tag, text string) *etree.Element {
	c := e.CreateElement(tag)
	c.SetText(text)
	return c
}

// identities are the ids given so far, with the element that each belongs to: an
// interface's is that of the element that has it.
type identities map[string]*etree.Element

// give returns an id that no other has: the one wanted, or one made from a path.
func (ids identities) give(want, path string, owner *etree.Element) string {
	id := want
	for n := 1; id == "" || ids[plainID(id)] != nil; n++ {
		id = MadeID(fmt.Sprintf("%s#%d", path, n))
		if n == 1 {
			id = MadeID(path)
		}
	}
	ids[plainID(id)] = owner
	return id
}

// owners sorts links by the element of their first side.
func (ids identities) owners(links []Link) map[*etree.Element][]Link {
	out := map[*etree.Element][]Link{}
	for _, l := range links {
		owner := ids[plainID(l.A)]
		if element, _, qualified := strings.Cut(l.A, ":"); owner == nil && qualified {
			owner = ids[plainID(element)]
		}
		if owner != nil {
			out[owner] = append(out[owner], l)
		}
	}
	return out
}

func (ids identities) element(above *etree.Element, e Element) *etree.Element {
	x := above.CreateElement("InternalElement")
	x.CreateAttr("Name", e.Name)
	x.CreateAttr("ID", ids.give(e.ID, e.Path, x))
	if e.Unit != "" {
		x.CreateAttr("RefBaseSystemUnitPath", e.Unit)
	}
	list := e.Attributes
	if e.Frame != nil {
		list = slices.DeleteFunc(slices.Clone(list), func(a Attribute) bool { return a.Name == "Frame" || strings.HasPrefix(a.Name, "Frame/") })
		list = append(list, Attribute{Name: "Frame"})
		for k, name := range [6]string{"x", "y", "z", "rx", "ry", "rz"} {
			v, unit := 0.0, "m"
			if k < 3 {
				v = e.Frame.At[k]
			} else {
				v, unit = e.Frame.Turn[k-3], "deg"
			}
			list = append(list, Attribute{Name: "Frame/" + name, Value: strconv.FormatFloat(v, 'g', -1, 64), Unit: unit, Type: "xs:double"})
		}
	}
	writeAttributes(x, list)
	for _, in := range e.Interfaces {
		i := x.CreateElement("ExternalInterface")
		i.CreateAttr("Name", in.Name)
		i.CreateAttr("ID", ids.give(in.ID, e.Path+":"+in.Name, x))
		i.CreateAttr("RefBaseClassPath", in.Class)
		writeAttributes(i, in.Attributes)
	}
	return x
}

// finish adds what the schema wants after the inner elements: roles that are
// supported, links, the role that is required.
func finish(x *etree.Element, e Element, links []Link) {
	for _, r := range e.Roles[min(1, len(e.Roles)):] {
		x.CreateElement("SupportedRoleClass").CreateAttr("RefRoleClassPath", r)
	}
	for _, l := range links {
		link := x.CreateElement("InternalLink")
		link.CreateAttr("Name", l.Name)
		link.CreateAttr("RefPartnerSideA", l.A)
		link.CreateAttr("RefPartnerSideB", l.B)
	}
	if len(e.Roles) > 0 {
		x.CreateElement("RoleRequirements").CreateAttr("RefBaseRoleClassPath", e.Roles[0])
	}
}

// writeAttributes nests attributes by their paths.
func writeAttributes(x *etree.Element, list []Attribute) {
	made := map[string]*etree.Element{}
	var node func(name string) *etree.Element
	node = func(name string) *etree.Element {
		if e, ok := made[name]; ok {
			return e
		}
		above, last := x, name
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			above, last = node(name[:i]), name[i+1:]
		}
		e := above.CreateElement("Attribute")
		e.CreateAttr("Name", last)
		made[name] = e
		return e
	}
	// A value stands before the attributes within: parents are written first.
	for _, a := range list {
		e := node(a.Name)
		if a.Unit != "" {
			e.CreateAttr("Unit", a.Unit)
		}
		if a.Type != "" {
			e.CreateAttr("AttributeDataType", a.Type)
		}
		if a.Value != "" {
			v := etree.NewElement("Value")
			v.SetText(a.Value)
			e.InsertChildAt(0, v)
		}
		if a.Semantic != "" {
			e.CreateElement("RefSemantic").CreateAttr("CorrespondingAttributePath", a.Semantic)
		}
	}
}

// define writes a library for each first name of the paths, with the classes
// nested as the paths have them.
func define(root *etree.Element, libTag, classTag string, paths map[string]bool) {
	made := map[string]*etree.Element{}
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		names := strings.Split(p, "/")
		if len(names) < 2 {
			continue
		}
		at := names[0]
		above := made[at]
		if above == nil {
			above = root.CreateElement(libTag)
			above.CreateAttr("Name", at)
			made[at] = above
		}
		for _, n := range names[1:] {
			at += "/" + n
			if made[at] == nil {
				made[at] = above.CreateElement(classTag)
				made[at].CreateAttr("Name", n)
			}
			above = made[at]
		}
	}
}

// MadeID makes an id from a path (RFC 9562, version 5): always the same one, for
// links to name what has no id yet.
func MadeID(path string) string {
	sum := sha1.Sum([]byte("glasstwin:" + path))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
