package generate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/codec/obj"
	"github.com/glasstwin/glasstwin/scene/codec/ply"
	"github.com/glasstwin/glasstwin/scene/codec/stl"
	"github.com/glasstwin/glasstwin/scene/codec/urdf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// buildingLeast is the extent from which a model is taken for a building, and
// not for one thing that stands in it, metres.
const buildingLeast = 6.0

// thingClass is the class of a thing of which nothing is known but its shape.
const thingClass = "object"

// modelScene reads a file of shape and joints of any format, in metres and +Y
// up. What no format tells is asked.
func (g *generation) modelScene(ctx context.Context, f File) (*scene.Scene, error) {
	m, err := g.model(ctx, f, false)
	if err != nil {
		return nil, err
	}
	return m.scene, nil
}

// model is a file of shapes as it was read.
type model struct {
	scene *scene.Scene
	own   json.RawMessage // what an export of ours kept in it; nil: it is none
}

// model reads a file. Raw files of triangles keep their own frame and unit: who
// refers to them knows both.
func (g *generation) model(ctx context.Context, f File, raw bool) (model, error) {
	var m model
	var err error
	open := func(uri string) ([]byte, error) {
		other, ok := g.file(uri)
		if !ok {
			return nil, fmt.Errorf("%s is not among the sources; add it", uri)
		}
		return other.Data, nil
	}
	note := func(place, why string) { g.report.note(f.Name, place, "%s", why) }
	form := strings.TrimPrefix(strings.ToLower(path.Ext(f.Name)), ".")
	if form == "xml" && bytes.Contains(f.Data[:min(len(f.Data), HeadMax)], []byte("<robot")) {
		form = "urdf"
	}
	switch form {
	case "dae", "zae", "xml":
		var notes []collada.Note
		form = "" // it tells its unit
		m.scene, notes, err = collada.Read(ctx, f.Name, f.Data, collada.Options{Open: open, Unitless: func(breps bool) {
			if form = unitless; breps {
				form = unitlessPart
			}
		}})
		if err == nil && len(m.scene.Joints) > 0 {
			form = "" // a machine that moves is told in metres
		}
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	case "urdf":
		var notes []urdf.Note
		m.scene, notes, err = urdf.Read(ctx, f.Name, f.Data, urdf.Options{Mesh: func(uri string) (*scene.Scene, error) {
			other, ok := g.file(uri)
			if !ok {
				return nil, fmt.Errorf("it is not among the sources; add it")
			}
			part, err := g.model(ctx, other, true)
			return part.scene, err
		}})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	case "glb", "gltf":
		var notes []gltf.Note
		m.scene, notes, err = gltf.Read(ctx, f.Name, f.Data, gltf.ReadOptions{Open: open, Extras: func(own json.RawMessage) { m.own = own }})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	case "obj":
		var notes []obj.Note
		m.scene, notes, err = obj.Read(ctx, f.Name, f.Data, obj.Options{Open: open})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	case "stl":
		var notes []stl.Note
		m.scene, notes, err = stl.Read(ctx, f.Name, f.Data, stl.Options{Unit: 1, YUp: true})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	case "ply":
		var notes []ply.Note
		m.scene, notes, err = ply.Read(ctx, f.Name, f.Data, ply.Options{})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
	default:
		err = fmt.Errorf("%s: shapes of this format are not read", f.Name)
	}
	if err == nil && !raw && m.own == nil {
		g.measure(f, form, m.scene)
	}
	return m, err
}

// file finds a source by the end of a reference to it: files lose their folders
// when they are dropped.
func (g *generation) file(uri string) (File, bool) {
	if at := strings.Index(uri, "://"); at >= 0 {
		uri = uri[at+3:]
	}
	uri, _, _ = strings.Cut(uri, "#")
	want := path.Base(strings.ReplaceAll(uri, "\\", "/"))
	for _, f := range g.in.Files {
		if strings.EqualFold(path.Base(f.Name), want) {
			return f, true
		}
	}
	return File{}, false
}

// readModel turns a model to the building and the things that it shows: its
// named objects, or the whole as one thing.
func (g *generation) readModel(ctx context.Context, f File) (*finding, error) {
	g.progress("reading the model %s", f.Name)
	m, err := g.model(ctx, f, false)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	box := bounds(m.scene)
	if box.Empty() {
		g.report.note(f.Name, "", "nothing in it can be drawn; it is left out")
		return nil, nil
	}
	if m.own != nil {
		if out, ok, err := g.readOwn(f, m); ok || err != nil {
			return out, err
		}
	}
	size := box.Size()
	large := max(size[0], size[2]) > buildingLeast
	if large && strings.EqualFold(path.Ext(f.Name), ".ply") {
		return g.readScan(ctx, f) // one mesh of a whole room was scanned, and shows walls and things
	}
	t := g.tree(f, m.scene)
	name := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	class, sure := g.classes.classOf(name, size)
	if named := t.elements > 0 || len(t.assets) > 1; named || large && class == nil {
		return g.readObjects(f, m.scene, t, large), nil
	}
	g.report.ElementsTotal++
	g.report.ElementsUnderstood++
	if class == nil && len(t.assets) == 1 {
		class, sure = t.assets[0].class, t.assets[0].sure
	}
	if class == nil {
		var ok bool
		if class, ok = g.in.Catalogue.Class(thingClass); !ok {
			return nil, fmt.Errorf("%s: the catalogue has no class %q for things of an unknown kind; add it", f.Name, thingClass)
		}
		g.report.note(f.Name, "", "what this is was not recognised by its name; it is placed as a thing without signals. Name the file as a class of the catalogue")
	} else if sure < sureByName {
		g.report.note(f.Name, "", "taken for a %s by its name (%.0f %% sure)", class.Name, 100*sure)
	}
	out := &finding{}
	foot := geom.Vec3{round(box.Center()[0]), round(box.Min[1]), round(box.Center()[2])}
	a := twin.Asset{
		ID: twin.AssetID(slug(name, "thing")), Class: class.Name, Name: name, Size: size, Shape: f.Name,
		Pose:       twin.Pose{Position: geom.Vec3{foot[0], max(0, foot[1]), foot[2]}}, // drawn about its middle, it still stands on the floor
		Provenance: twin.Provenance{Source: f.Name},
	}
	out.assets = append(out.assets, a)
	out.shapes = shapeOf(a, class, m.scene, mgl64.Translate3D(-foot[0], -foot[1], -foot[2]))
	return out, nil
}

// shapeOf is a scene as the shape of one asset: below a root that carries its id
// and stands at its pose. into takes the scene's frame to the asset's. Joints
// whose names are those of signals of the class are driven by them.
func shapeOf(a twin.Asset, class *catalogue.Class, sc *scene.Scene, into geom.Mat4) *scene.Scene {
	out := &scene.Scene{}
	root := out.AddNode(scene.Node{Name: string(a.ID), Parent: scene.None, Mesh: scene.None, Joint: scene.None, Entity: string(a.ID), Local: poseMatrix(a.Pose)})
	frame := out.AddNode(scene.Node{Name: string(a.ID) + "/shape", Parent: root, Mesh: scene.None, Joint: scene.None, Local: into})
	for _, id := range out.Append(sc, frame) {
		out.Nodes[id].Entity = ""
	}
	for i := range out.Joints {
		j := &out.Joints[i]
		for _, s := range class.Signals {
			if j.Drive == "" && (key(s.Name) == key(j.Name) || key(s.Name) == key(j.Name)+"angle" || key(s.Name) == key(j.Name)+"position") {
				j.Drive = string(twin.SignalOf(a.ID, s.Name))
				if j.Kind != scene.Prismatic && (s.Unit == "°" || s.Unit == "deg") {
					j.Scale = math.Pi / 180
				} else {
					j.Scale = 1
				}
			}
		}
	}
	return out
}

func poseMatrix(p twin.Pose) geom.Mat4 {
	return mgl64.Translate3D(p.Position[0], p.Position[1], p.Position[2]).Mul4(mgl64.HomogRotate3DY(p.Yaw))
}
