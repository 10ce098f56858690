package generate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// linked are things with two links each, closed by a loop; the second is closed
// with the first by one more.
func linked() *scene.Scene {
	sc := &scene.Scene{}
	var ends []scene.NodeID
	for _, entity := range []string{"gone", "stays"} {
		root := sc.AddNode(scene.Node{Name: entity, Entity: entity, Parent: scene.None, Mesh: scene.None, Joint: scene.None, Local: geom.Identity()})
		for _, name := range []string{"crank", "rod"} {
			j := sc.AddJoint(scene.Joint{Name: entity + " " + name, Kind: scene.Revolute, Axis: geom.Vec3{0, 0, 1}, Min: -1, Max: 1})
			ends = append(ends, sc.AddNode(scene.Node{Name: entity + " " + name, Parent: root, Mesh: scene.None, Joint: j, Local: geom.Identity()}))
		}
	}
	sc.Loops = []scene.Loop{
		{Name: "first", A: ends[0], B: ends[1], Passive: []scene.JointID{1}},
		{Name: "across", A: ends[0], B: ends[3], Passive: []scene.JointID{3}},
		{Name: "second", A: ends[2], B: ends[3], AtA: geom.Vec3{1, 2, 3}, AtB: geom.Vec3{0, 0, 1}, Passive: []scene.JointID{3, 1}},
	}
	return sc
}

// A chain of joints stays closed in the part of a scene that holds both of its
// ends, and names nodes and joints as they are counted there.
func TestAClosedChainIsKeptWithItsEnds(t *testing.T) {
	for name, got := range map[string]*scene.Scene{
		"without": without(linked(), map[string]bool{"gone": true}), "only": only(linked(), "stays"),
	} {
		if err := got.Check(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := []scene.Loop{{Name: "second", A: 1, B: 2, AtA: geom.Vec3{1, 2, 3}, AtB: geom.Vec3{0, 0, 1}, Passive: []scene.JointID{1}}}
		if d := cmp.Diff(want, got.Loops); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if j := got.Joints[got.Loops[0].Passive[0]].Name; j != "stays rod" {
			t.Errorf("%s: %s closes it", name, j)
		}
	}
}
