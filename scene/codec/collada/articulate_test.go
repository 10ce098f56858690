package collada_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestLinksStandWhereNodesDo: a program that reads the kinematics model alone
// puts each link where the scene puts the node that the joint moves.
func TestLinksStandWhereNodesDo(t *testing.T) {
	sc := lidded()
	data, err := collada.Write(sc)
	if err != nil {
		t.Fatal(err)
	}
	x := etree.NewDocument()
	if err := x.ReadFromBytes(data); err != nil {
		t.Fatal(err)
	}
	base := x.FindElement("//kinematics_model/technique_common/link")
	rapid.Check(t, func(t *rapid.T) {
		q := []float64{rapid.Float64Range(-3, 3).Draw(t, "lid"), rapid.Float64Range(-1, 1).Draw(t, "latch")}
		found := 0
		var walk func(link *etree.Element, m geom.Mat4)
		walk = func(link *etree.Element, m geom.Mat4) {
			m = m.Mul4(steps(link))
			for i, n := range sc.Nodes {
				if link.SelectAttrValue("sid", "") != fmt.Sprintf("link%d", i) {
					continue
				}
				found++
				if want := sc.World(q, nil)[i]; !m.ApproxEqualThreshold(want, 1e-9) {
					t.Fatalf("%s stands at\n%v, want\n%v", n.Name, m, want)
				}
			}
			for _, a := range link.SelectElements("attachment_full") {
				id, err := strconv.Atoi(strings.TrimPrefix(a.SelectAttrValue("joint", ""), "model/joint"))
				if err != nil {
					t.Fatal(err)
				}
				j := sc.Joints[id]
				j.Origin = geom.Vec3{}
				walk(a.SelectElement("link"), m.Mul4(steps(a)).Mul4(j.Motion(q[id])))
			}
		}
		walk(base, geom.Identity())
		if found != 2 {
			t.Fatalf("%d links, want one for each of two nodes", found)
		}
	})
}

// steps are the moves and turns of an element.
func steps(e *etree.Element) geom.Mat4 {
	m := geom.Identity()
	for _, c := range e.ChildElements() {
		var v []float64
		for _, f := range strings.Fields(c.Text()) {
			x, _ := strconv.ParseFloat(f, 64)
			v = append(v, x)
		}
		switch c.Tag {
		case "translate":
			m = m.Mul4(mgl64.Translate3D(v[0], v[1], v[2]))
		case "rotate":
			m = m.Mul4(mgl64.HomogRotate3D(v[3]*math.Pi/180, geom.Vec3{v[0], v[1], v[2]}))
		}
	}
	return m
}

// TestWhatRunsInPlaceIsNoJoint: a belt does not turn its node.
func TestWhatRunsInPlaceIsNoJoint(t *testing.T) {
	sc := lidded()
	belt := sc.AddJoint(scene.Joint{Name: "belt", Kind: scene.Continuous, Axis: geom.Vec3{1, 0, 0}, Max: 2})
	sc.AddNode(scene.Node{Name: "belt", Parent: 0, Mesh: 0, Joint: belt, Local: geom.Identity()})
	data, err := collada.Write(sc)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), `id="joint2"`) || !strings.Contains(string(data), `name="belt"`) {
		t.Error("the belt is left out, or turns")
	}
}
