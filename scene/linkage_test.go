package scene_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestAMimicJointFollows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ratio := rapid.Float64Range(-3, 3).Filter(func(r float64) bool { return r != 0 }).Draw(t, "ratio")
		shift, q := rapid.Float64Range(-1, 1).Draw(t, "shift"), rapid.Float64Range(-2, 2).Draw(t, "q")
		var s scene.Scene
		lead := s.AddJoint(scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{1, 0, 0}, Min: -2, Max: 2})
		// The second follows the third, which follows the first.
		s.AddJoint(scene.Joint{Kind: scene.Prismatic, Min: -100, Max: 100, Mimic: scene.Mimic{Of: 2, Ratio: ratio}})
		s.AddJoint(scene.Joint{Kind: scene.Prismatic, Min: -1, Max: 1, Mimic: scene.Mimic{Of: lead, Ratio: ratio, Shift: shift}})
		got := s.Resolve([]float64{q})
		want := math.Max(-1, math.Min(1, ratio*q+shift))
		if math.Abs(got[2]-want) > 1e-12 || math.Abs(got[1]-ratio*want) > 1e-12 {
			t.Fatalf("at %v: %v, want %v and %v", q, got, ratio*want, want)
		}
	})
}

// fourBar is a hinge whose crank, coupler and rocker close at rest: the crank
// turns about the origin, the rocker about a point beside it, and the coupler
// joins their ends.
func fourBar(crank, rocker geom.Vec3, base geom.Vec3) (*scene.Scene, scene.JointID) {
	s := &scene.Scene{}
	hinge := func() scene.JointID {
		return s.AddJoint(scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, 0, 1}, Min: -math.Pi, Max: math.Pi})
	}
	node := func(parent scene.NodeID, at geom.Vec3, j scene.JointID) scene.NodeID {
		return s.AddNode(scene.Node{Parent: parent, Mesh: scene.None, Joint: j, Local: mgl64.Translate3D(at[0], at[1], at[2])})
	}
	root := node(scene.None, geom.Vec3{4, 1, -2}, scene.None)
	a, b, c := hinge(), hinge(), hinge()
	arm := node(root, geom.Vec3{}, a)
	coupler := node(arm, crank, b)
	other := node(root, base, c)
	end := base.Add(rocker)
	s.Loops = []scene.Loop{{Name: "flap", A: coupler, B: other, AtA: end.Sub(crank), AtB: rocker, Passive: []scene.JointID{b, c}}}
	return s, a
}

// A parallelogram and hinges near one close over the whole stroke.
func TestALoopClosesOverTheWholeStroke(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := func(name string) float64 { return rapid.Float64Range(-0.005, 0.005).Draw(t, name) }
		s, crank := fourBar(geom.Vec3{0.25 + d("a"), 0, 0}, geom.Vec3{0.25 + d("b"), d("c"), 0}, geom.Vec3{d("d"), 0.12 + d("e"), 0})
		var joints []float64
		for k := range 41 {
			q := 0.9 * float64(k) / 40
			joints = append(joints[:0], s.Resolve(append([]float64{q}, joints[min(1, len(joints)):]...))...)
			if gap := s.Gap(s.Loops[0], joints); gap > 1e-4 {
				t.Fatalf("at %.2f rad the loop gapes by %.3g mm", q, 1000*gap)
			}
			cold := make([]float64, 3)
			cold[crank] = q
			if s.Resolve(cold); math.Abs(cold[1]-joints[1]) > 1e-3 {
				t.Fatalf("at %.2f rad the way from rest ends at %v, that from before at %v", q, cold, joints)
			}
		}
	})
}

func TestALoopThatCannotCloseTellsSo(t *testing.T) {
	s, _ := fourBar(geom.Vec3{0.25, 0, 0}, geom.Vec3{0.25, 0, 0}, geom.Vec3{0, 0.12, 0})
	s.Joints[1].Min, s.Joints[1].Max = -0.1, 0.1
	s.Joints[2].Min, s.Joints[2].Max = -0.1, 0.1
	at := s.Resolve([]float64{1})
	if gap := s.Gap(s.Loops[0], at); gap < 0.05 {
		t.Errorf("gap %v, but the stops hold the hinge", gap)
	}
	for _, q := range at[1:] {
		if math.Abs(q) > 0.1 {
			t.Errorf("position %v is beyond its limit", q)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	s, _ := fourBar(geom.Vec3{0.25, 0, 0}, geom.Vec3{0.24, 0, 0}, geom.Vec3{0, 0.12, 0})
	at := s.Resolve([]float64{0})
	for k := 0; b.Loop(); k++ {
		at[0] = 0.6 + 0.5*math.Sin(float64(k)/30)
		s.Resolve(at)
	}
}
