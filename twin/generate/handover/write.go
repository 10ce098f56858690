package handover

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/aml"
)

// Source is what is handed over.
type Source struct {
	Site   *twin.Site
	Scene  *scene.Scene // nodes carry the ids of assets and of elements of the building
	Fabric []Element    // of the building; none: the site has no building of its own
}

// Element is a part of a building.
type Element struct {
	Entity string // of its nodes in the scene
	Type   string // "IfcWall"
	Name   string
}

// Write returns an AutomationML package (AMLX) with a root document of CAEX 3.0.
func Write(ctx context.Context, src Source) ([]byte, error) {
	w := &writer{
		Source: src, doc: &aml.Document{Name: src.Site.ID + ".aml"}, parts: map[string][]byte{}, shapes: map[[32]byte]string{}, names: map[string]bool{},
		entities: src.Scene.Entities(), world: src.Scene.World(nil, nil), bindings: map[twin.SignalID]twin.Binding{},
	}
	for _, b := range src.Site.Bindings {
		w.bindings[b.Signal] = b
	}
	about := []aml.Attribute{text(attrKey, src.Site.ID), text(attrKind, src.Site.Kind)}
	if l := src.Site.Location; l != nil {
		about = append(about, degrees(attrLatitude, l.Latitude), degrees(attrLongitude, l.Longitude), degrees(attrNorth, l.North))
	}
	site := w.add(aml.Element{
		Parent: -1, Name: orElse(src.Site.Name, src.Site.ID), Roles: []string{roleSite, roleStructure}, Attributes: about,
	})
	for _, p := range src.Site.Plants {
		w.add(aml.Element{Parent: site, Name: p.Name, Roles: []string{rolePlant}, Attributes: []aml.Attribute{text(attrEndpoint, p.Endpoint), text(attrUser, p.User)}})
	}
	if err := w.building(site); err != nil {
		return nil, err
	}
	signals := map[twin.AssetID][]twin.Signal{}
	for _, g := range src.Site.Signals {
		signals[g.Asset] = append(signals[g.Asset], g)
	}
	for _, a := range src.Site.Assets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := w.thing(site, a, signals[a.ID]); err != nil {
			return nil, fmt.Errorf("hand over %s: %w", a.ID, err)
		}
	}
	document, err := aml.Write(w.doc)
	if err != nil {
		return nil, err
	}
	return aml.Pack(w.doc.Name, document, w.parts)
}

type writer struct {
	Source
	doc      *aml.Document
	parts    map[string][]byte
	shapes   map[[32]byte]string // names of parts by their content
	names    map[string]bool     // paths of elements
	entities []string
	world    []geom.Mat4
	bindings map[twin.SignalID]twin.Binding
}

// add appends an element under a name that no other has there: CAEX finds
// elements by their path.
func (w *writer) add(e aml.Element) int {
	above := w.doc.Name
	if e.Parent >= 0 {
		above = w.doc.Elements[e.Parent].Path
	}
	name := strings.ReplaceAll(e.Name, "/", "-")
	for n := 2; name == "" || w.names[above+"/"+name]; n++ {
		name = fmt.Sprintf("%s (%d)", strings.ReplaceAll(e.Name, "/", "-"), n)
	}
	if name != e.Name {
		e.Attributes = append(e.Attributes, text(attrName, e.Name))
	}
	e.Name, e.Path = name, above+"/"+name
	w.names[e.Path] = true
	e.ID = aml.MadeID(e.Path)
	w.doc.Elements = append(w.doc.Elements, e)
	return len(w.doc.Elements) - 1
}

// building writes rooms, and the elements of the fabric with one file for all.
func (w *writer) building(site int) error {
	at := w.add(aml.Element{Parent: site, Name: "Building", Roles: []string{roleBuilding, roleStructure}})
	for _, z := range w.Site.Zones {
		if z.Kind != "room" {
			continue
		}
		var outline []string
		for _, p := range z.Outline {
			outline = append(outline, number(p[0]), number(p[1]))
		}
		w.add(aml.Element{Parent: at, Name: z.Name, Roles: []string{roleRoom}, Attributes: []aml.Attribute{
			text(attrKey, string(z.ID)), text(attrOutline, strings.Join(outline, betweenNumbers)), metres(attrFloor, z.FloorY), metres(attrCeiling, z.Height),
		}})
	}
	if len(w.Fabric) == 0 {
		return nil
	}
	fabric := map[string]bool{}
	for _, e := range w.Fabric {
		fabric[e.Entity] = true
	}
	shape, from := part(w.Scene, w.entities, w.world, func(entity string) bool { return fabric[entity] })
	node := map[string]scene.NodeID{}
	for i := range shape.Nodes {
		if n := &shape.Nodes[i]; n.Entity != "" && n.Entity == w.Scene.Nodes[from[i]].Entity {
			n.Name = n.Entity // the file tells by it which element a node is
			if _, known := node[n.Entity]; !known {
				node[n.Entity] = scene.NodeID(i)
			}
		}
	}
	file, err := w.file("building", shape)
	if err != nil {
		return err
	}
	for _, e := range w.Fabric {
		out := aml.Element{Parent: at, Name: orElse(e.Name, e.Type), Roles: []string{Fabric + e.Type}, Attributes: []aml.Attribute{text(attrKey, e.Entity)}}
		if n, drawn := node[e.Entity]; drawn {
			out.Interfaces = []aml.Interface{{Name: "shape", Class: classShape, Attributes: []aml.Attribute{uri(file + "#" + collada.NodeID(n))}}}
		}
		w.add(out)
	}
	return nil
}

// thing writes an asset, its shape and its signals, and links each signal to the
// joints that it drives.
func (w *writer) thing(site int, a twin.Asset, signals []twin.Signal) error {
	e := aml.Element{
		Parent: site, Name: orElse(a.Name, string(a.ID)), Roles: []string{Things + a.Class, roleResource}, Frame: frameOf(a.Pose),
		Attributes: []aml.Attribute{text(attrKey, string(a.ID)), metres(attrWidth, a.Size[0]), metres(attrHeight, a.Size[1]), metres(attrDepth, a.Size[2])},
	}
	for _, name := range slices.Sorted(maps.Keys(a.Params)) {
		e.Attributes = append(e.Attributes, aml.Attribute{Name: attrParam + name, Value: number(a.Params[name]), Type: "xs:double"})
	}
	if len(a.Products) > 0 {
		e.Attributes = append(e.Attributes, text(attrProducts, strings.Join(a.Products, betweenProducts)))
	}
	if a.Inferred {
		e.Attributes = append(e.Attributes, aml.Attribute{Name: attrInferred, Value: "true", Type: "xs:boolean"})
	}
	at := w.add(e)
	out := &w.doc.Elements[at]
	interfaces := map[string]string{} // ids of signals' interfaces
	for _, g := range signals {
		i := w.signal(g)
		i.ID = aml.MadeID(out.Path + ":" + g.Name)
		interfaces[string(g.ID)] = i.ID
		out.Interfaces = append(out.Interfaces, i)
	}
	shape, _ := part(w.Scene, w.entities, w.world, func(entity string) bool { return entity == string(a.ID) })
	if len(shape.Meshes) == 0 {
		return nil
	}
	for i := range shape.Nodes {
		if n := &shape.Nodes[i]; n.Parent == scene.None {
			n.Local = poseMatrix(a.Pose).Inv().Mul4(n.Local)
			if near(n.Local, geom.Identity()) {
				n.Local = geom.Identity()
			}
		}
	}
	anonymous(shape, string(a.ID))
	file, err := w.file(a.Class, shape)
	if err != nil {
		return err
	}
	if a.Shape == "" {
		out.Attributes = append(out.Attributes, text(attrDrawn, drawnClass))
	}
	out.Interfaces = append(out.Interfaces, aml.Interface{Name: "shape", Class: classShape, Attributes: []aml.Attribute{uri(file)}})
	for id, j := range shape.Joints {
		from, driven := interfaces[j.Drive]
		if !driven {
			continue
		}
		i := aml.Interface{
			ID: aml.MadeID(fmt.Sprintf("%s:joint %d", out.Path, id)), Name: fmt.Sprintf("joint %d %s", id, j.Name), Class: classShape,
			Attributes: []aml.Attribute{
				uri(file + "#" + collada.JointID(scene.JointID(id))),
				{Name: attrScale, Value: number(j.Scale), Type: "xs:double"}, {Name: attrOffset, Value: number(j.Offset), Type: "xs:double"},
			},
		}
		out.Interfaces = append(out.Interfaces, i)
		w.doc.Links = append(w.doc.Links, aml.Link{Name: fmt.Sprintf("%s drives joint %d", strings.TrimPrefix(j.Drive, string(a.ID)+"/"), id), A: from, B: i.ID})
	}
	return nil
}

func (w *writer) signal(g twin.Signal) aml.Interface {
	i := aml.Interface{Name: g.Name, Class: classSignal, Attributes: []aml.Attribute{text(attrKind, string(g.Kind))}}
	add := func(name, value, kind string) {
		i.Attributes = append(i.Attributes, aml.Attribute{Name: name, Value: value, Type: kind})
	}
	if g.Unit != "" {
		add(attrUnit, g.Unit, "xs:string")
	}
	if g.Range[0] != g.Range[1] {
		add(attrLeast, number(g.Range[0]), "xs:double")
		add(attrMost, number(g.Range[1]), "xs:double")
	}
	if g.Writable {
		add(attrWritable, "true", "xs:boolean")
	}
	if g.Expected > 0 {
		add(attrExpected, number(g.Expected.Seconds()), "xs:double")
	}
	if b, bound := w.bindings[g.ID]; bound {
		add(attrPlant, b.Plant, "xs:string")
		add(attrAddress, b.Address, "xs:string")
	}
	return i
}

// file writes a shape as a part of the package, and returns its name: an equal
// one is written once.
func (w *writer) file(name string, shape *scene.Scene) (string, error) {
	data, err := collada.Write(shape)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	if have, known := w.shapes[sum]; known {
		return have, nil
	}
	part := "shapes/" + name + ".dae"
	for n := 2; w.parts[part] != nil; n++ {
		part = fmt.Sprintf("shapes/%s-%d.dae", name, n)
	}
	w.parts[part], w.shapes[sum] = data, part
	return part, nil
}

// frameOf is a pose in AutomationML's frame, in which +Z is up.
func frameOf(p twin.Pose) *aml.Frame {
	return &aml.Frame{At: geom.Vec3{p.Position[0], -p.Position[2], p.Position[1]}, Turn: geom.Vec3{0, 0, p.Yaw * 180 / math.Pi}}
}

func text(name, value string) aml.Attribute {
	return aml.Attribute{Name: name, Value: value, Type: "xs:string"}
}

func degrees(name string, v float64) aml.Attribute {
	return aml.Attribute{Name: name, Value: number(v), Unit: "deg", Type: "xs:double"}
}

func metres(name string, v float64) aml.Attribute {
	return aml.Attribute{Name: name, Value: number(v), Unit: "m", Type: "xs:double"}
}

func uri(at string) aml.Attribute { return aml.Attribute{Name: attrFile, Value: at, Type: "xs:anyURI"} }

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func near(a, b geom.Mat4) bool { return a.ApproxEqualThreshold(b, 1e-12) }
