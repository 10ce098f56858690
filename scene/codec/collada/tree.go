package collada

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// draw turns the document's visual scene to ours.
func (d *document) draw(ctx context.Context) error {
	frame := d.frame()
	visual := d.visualScene()
	if visual == nil {
		return errors.New("no visual scene; export one")
	}
	d.bindJoints(visual)
	root := d.out.AddNode(scene.Node{Name: called(visual), Parent: scene.None, Local: frame, Mesh: scene.None, Joint: scene.None})
	for _, n := range visual.SelectElements("node") {
		if err := d.node(ctx, n, root, 0); err != nil {
			return err
		}
	}
	d.tieFormulas()
	if d.lost > 0 {
		d.notes = append(d.notes, Note{"", fmt.Sprintf("and %d more like these", d.lost)})
	}
	return nil
}

// visualScene is the one that the document's scene instances, else the first.
func (d *document) visualScene() *etree.Element {
	if s := d.root.SelectElement("scene"); s != nil {
		if i := s.SelectElement("instance_visual_scene"); i != nil {
			if v := d.ref(i.SelectAttrValue("url", "")); v != nil && v.Tag == "visual_scene" {
				return v
			}
		}
	}
	if l := d.root.SelectElement("library_visual_scenes"); l != nil {
		return l.SelectElement("visual_scene")
	}
	return nil
}

// node adds a node with all that hangs below it. A transform that a joint moves
// ends a node of its own, so that what comes after it moves.
func (d *document) node(ctx context.Context, e *etree.Element, parent scene.NodeID, depth int) error {
	if depth > depthMax {
		return fmt.Errorf("node %s: nodes instance each other deeper than %d; is there a cycle?", called(e), depthMax)
	}
	if d.nodes++; d.nodes > nodesMax {
		return fmt.Errorf("node %s: more than %d nodes; split the document", called(e), nodesMax)
	}
	if d.nodes&0xff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	name := called(e)
	local := geom.Identity()
	for _, t := range e.ChildElements() {
		m, ok := d.transform(t)
		if !ok {
			continue
		}
		local = local.Mul4(m)
		if a := d.axes[t]; a != nil {
			j := a.joint
			j.Axis = a.direction(t)
			id := d.out.AddJoint(j)
			if _, twice := d.joints[a.element]; !twice {
				d.joints[a.element] = id
			}
			parent = d.out.AddNode(scene.Node{Name: name + "/" + j.Name, Parent: parent, Local: local, Mesh: scene.None, Joint: id})
			local = geom.Identity()
		}
	}
	id := d.out.AddNode(scene.Node{Name: name, Parent: parent, Local: local, Mesh: scene.None, Joint: scene.None, Part: name})
	drawn := false
	for _, c := range e.ChildElements() {
		switch c.Tag {
		case "instance_geometry", "instance_controller":
			g := d.ref(c.SelectAttrValue("url", ""))
			for range 8 { // a controller may bend another one
				if g == nil || g.Tag != "controller" {
					break
				}
				d.note("controller "+called(g), "it is drawn in bind pose")
				inner := g.FindElement("./*[@source]")
				if inner == nil {
					g = nil
					break
				}
				g = d.ref(inner.SelectAttrValue("source", ""))
			}
			if g == nil || g.Tag != "geometry" {
				d.note("node "+name, "%s is not in the document", c.SelectAttrValue("url", "no url"))
				continue
			}
			s := d.geometry(ctx, g)
			if err := ctx.Err(); err != nil {
				return err
			}
			if len(s.parts) == 0 {
				continue
			}
			mesh := d.mesh(called(g), s, d.bound(c))
			if !drawn {
				d.out.Nodes[id].Mesh, drawn = mesh, true
				continue
			}
			d.out.AddNode(scene.Node{Name: called(g), Parent: id, Local: geom.Identity(), Mesh: mesh, Joint: scene.None})
		case "instance_node":
			n := d.ref(c.SelectAttrValue("url", ""))
			if n == nil || n.Tag != "node" {
				d.note("node "+name, "%s is not in the document", c.SelectAttrValue("url", "no url"))
				continue
			}
			if err := d.node(ctx, n, id, depth+1); err != nil {
				return err
			}
		case "node":
			if err := d.node(ctx, c, id, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// transform reads one transform element; false when it is none.
func (d *document) transform(e *etree.Element) (geom.Mat4, bool) {
	v := floats(e.Text())
	switch {
	case e.Tag == "matrix" && len(v) == 16:
		var m geom.Mat4
		for row := range 4 {
			for column := range 4 {
				m[4*column+row] = v[4*row+column]
			}
		}
		for k := range 3 {
			m[12+k] *= d.meter
		}
		m[3], m[7], m[11], m[15] = 0, 0, 0, 1
		return m, true
	case e.Tag == "translate" && len(v) == 3:
		return mgl64.Translate3D(d.meter*v[0], d.meter*v[1], d.meter*v[2]), true
	case e.Tag == "rotate" && len(v) == 4:
		axis := geom.Vec3{v[0], v[1], v[2]}
		if axis.Len() < 1e-12 {
			return geom.Identity(), true
		}
		return mgl64.HomogRotate3D(v[3]*math.Pi/180, axis.Normalize()), true
	case e.Tag == "scale" && len(v) == 3:
		return mgl64.Scale3D(v[0], v[1], v[2]), true
	case e.Tag == "lookat" && len(v) == 9:
		eye, at, up := geom.Vec3{v[0], v[1], v[2]}.Mul(d.meter), geom.Vec3{v[3], v[4], v[5]}.Mul(d.meter), geom.Vec3{v[6], v[7], v[8]}
		if eye.Sub(at).Len() < 1e-12 || up.Cross(eye.Sub(at)).Len() < 1e-12 {
			return geom.Identity(), true
		}
		return mgl64.LookAtV(eye, at, up).Inv(), true
	case e.Tag == "skew" && len(v) == 7:
		d.note("node", "a skew is left out")
	}
	return geom.Mat4{}, false
}

// findSID finds a scoped id below an element, the nearest first, also in nodes
// that are instanced (COLLADA 1.5, chapter 3, "Scope identifiers").
func (d *document) findSID(from *etree.Element, sid string) *etree.Element {
	queue := []*etree.Element{from}
	for seen := 0; len(queue) > 0 && seen < elementsMax; seen++ {
		e := queue[0]
		queue = queue[1:]
		if e != from && e.SelectAttrValue("sid", "") == sid {
			return e
		}
		queue = append(queue, e.ChildElements()...)
		if strings.HasPrefix(e.Tag, "instance_") {
			if n := d.ref(e.SelectAttrValue("url", "")); n != nil && n != from && n.Tag == "node" {
				queue = append(queue, n)
			}
		}
	}
	return nil
}

// path finds what "id/sid/sid" names.
func (d *document) path(address string) *etree.Element {
	segments := strings.Split(strings.TrimPrefix(address, "#"), "/")
	e := d.byID[segments[0]]
	for _, s := range segments[1:] {
		if e == nil {
			return nil
		}
		e = d.findSID(e, s)
	}
	return e
}
