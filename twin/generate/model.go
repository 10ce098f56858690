package generate

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
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

// modelScene reads a file of shape and joints of any format.
func (g *generation) modelScene(ctx context.Context, f File) (*scene.Scene, error) {
	open := func(uri string) ([]byte, error) {
		other, ok := g.file(uri)
		if !ok {
			return nil, fmt.Errorf("%s is not among the sources; add it", uri)
		}
		return other.Data, nil
	}
	note := func(place, why string) { g.report.note(f.Name, place, "%s", why) }
	urdfFile := bytes.Contains(f.Data[:min(len(f.Data), HeadMax)], []byte("<robot"))
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".dae", ".zae", ".xml":
		if urdfFile {
			break
		}
		sc, notes, err := collada.Read(ctx, f.Name, f.Data, collada.Options{Open: open})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
		return sc, err
	case ".urdf":
		urdfFile = true
	}
	if urdfFile {
		sc, notes, err := urdf.Read(ctx, f.Name, f.Data, urdf.Options{Mesh: func(uri string) (*scene.Scene, error) {
			other, ok := g.file(uri)
			if !ok {
				return nil, fmt.Errorf("it is not among the sources; add it")
			}
			return g.modelScene(ctx, other)
		}})
		for _, n := range notes {
			note(n.Place, n.Why)
		}
		return sc, err
	}
	return nil, fmt.Errorf("%s: shapes of this format are not read", f.Name)
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

// readModel turns a model to a building, when it is as large as one, or to one
// thing with a shape and joints of its own.
func (g *generation) readModel(ctx context.Context, f File) (*finding, error) {
	g.progress("reading the model %s", f.Name)
	sc, err := g.modelScene(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	box := bounds(sc)
	if box.Empty() {
		g.report.note(f.Name, "", "nothing in it can be drawn; it is left out")
		return nil, nil
	}
	g.report.ElementsTotal++
	g.report.ElementsUnderstood++
	if size := box.Size(); max(size[0], size[2]) > buildingLeast {
		return &finding{building: modelBuilding(sc)}, nil
	}
	name := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	class, sure := g.classes.classOf(name, box.Size())
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
	a := twin.Asset{
		ID: twin.AssetID(slug(name, "thing")), Class: class.Name, Name: name, Size: box.Size(), Shape: f.Name,
		Pose:       twin.Pose{Position: geom.Vec3{round(box.Center()[0]), round(box.Min[1]), round(box.Center()[2])}},
		Provenance: twin.Provenance{Source: f.Name},
	}
	out.assets = append(out.assets, a)
	out.shapes = shapeOf(a, class, sc, mgl64.Translate3D(-a.Pose.Position[0], -a.Pose.Position[1], -a.Pose.Position[2]))
	return out, nil
}

// modelBuilding takes each node with a shape for an element of a building.
func modelBuilding(sc *scene.Scene) *Building {
	b := &Building{Scene: sc}
	used := map[string]int{}
	for i := range sc.Nodes {
		n := &sc.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		name := slug(n.Name, "part")
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, used[name])
		}
		n.Entity = buildingEntity + name
		kind := "proxy"
		for _, word := range []string{"wall", "slab", "floor", "roof", "ceiling", "door", "window", "column", "beam", "stair", "railing"} {
			if is(n.Name, word) {
				kind = map[string]string{"floor": "slab"}[word]
				if kind == "" {
					kind = word
				}
			}
		}
		b.Elements = append(b.Elements, Element{Entity: n.Entity, Type: kind, Name: n.Name, Box: geom.EmptyBox()})
	}
	b.measure()
	return b
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
