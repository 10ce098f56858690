package urdf_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/urdf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

const gate = `<?xml version="1.0"?>
<robot name="gate">
  <material name="blue"><color rgba="0 0 1 1"/></material>
  <link name="post">
    <visual><origin xyz="0 0 0.5"/><geometry><box size="0.2 0.2 1"/></geometry><material name="blue"/></visual>
  </link>
  <link name="arm"><visual><origin xyz="0 1 0"/><geometry><cylinder radius="0.05" length="2"/></geometry></visual></link>
  <link name="tip"><visual><geometry><sphere radius="0.1"/></geometry></visual></link>
  <link name="cover"><visual><geometry><mesh filename="package://gate/cover.stl" scale="0.001 0.001 0.001"/></geometry></visual></link>
  <joint name="swing" type="revolute"><parent link="post"/><child link="arm"/><origin xyz="0 0 1"/><axis xyz="1 0 0"/><limit lower="0" upper="1.57" velocity="0.8"/></joint>
  <joint name="slide" type="prismatic"><parent link="arm"/><child link="tip"/><origin xyz="0 2 0" rpy="0 0 1.5707963"/><axis xyz="0 0 1"/><limit lower="0" upper="0.3"/><mimic joint="swing" multiplier="0.2" offset="0.01"/></joint>
  <joint name="bolt" type="fixed"><parent link="post"/><child link="cover"/></joint>
</robot>`

func Example() {
	sc, _, err := urdf.Read(context.Background(), "gate.urdf", []byte(gate), urdf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, j := range sc.Joints {
		fmt.Printf("%s from %.2f to %.2f\n", j.Name, j.Min, j.Max)
	}
	// Output:
	// swing from 0.00 to 1.57
	// slide from 0.00 to 0.30
}

func TestAGate(t *testing.T) {
	asked := ""
	sc, notes, err := urdf.Read(context.Background(), "gate.urdf", []byte(gate), urdf.Options{Mesh: func(uri string) (*scene.Scene, error) {
		asked = uri
		return nil, errors.New("it is at home")
	}})
	if err != nil {
		t.Fatal(err)
	}
	if asked != "package://gate/cover.stl" || len(notes) != 1 || !strings.Contains(notes[0].Why, "at home") {
		t.Errorf("asked for %q, notes %v", asked, notes)
	}
	if j := sc.Joints[1]; j.Mimic != (scene.Mimic{Of: 0, Ratio: 0.2, Shift: 0.01}) {
		t.Errorf("the slide follows %+v", j.Mimic)
	}
	if sc.Joints[0].SpeedMax != 0.8 {
		t.Errorf("speed %g", sc.Joints[0].SpeedMax)
	}
	at := func(name string, joints []float64) geom.Vec3 {
		for i, m := range sc.World(joints, nil) {
			if sc.Nodes[i].Name == name {
				return mgl64.TransformCoordinate(geom.Vec3{}, m)
			}
		}
		t.Fatalf("no node %q", name)
		return geom.Vec3{}
	}
	// The arm lies along y of the file, which is -z here, 1 m up; raised by a
	// quarter turn it stands up.
	for _, c := range []struct {
		joints []float64
		want   geom.Vec3
	}{
		{nil, geom.Vec3{0, 1, -2}},
		{[]float64{math.Pi / 2, 0}, geom.Vec3{0, 3, 0}},
		{[]float64{0, 0.3}, geom.Vec3{0, 1.3, -2}},
	} {
		if got := at("tip", c.joints); got.Sub(c.want).Len() > 1e-6 {
			t.Errorf("with joints at %v the tip is at %v, want %v", c.joints, got, c.want)
		}
	}
	volume := 0.0
	for _, p := range sc.Meshes[0].Primitives {
		for i := 0; i+2 < len(p.Indices); i += 3 {
			v := func(k uint32) geom.Vec3 {
				return geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}
			}
			volume += v(p.Indices[i]).Dot(v(p.Indices[i+1]).Cross(v(p.Indices[i+2]))) / 6
		}
	}
	if math.Abs(volume-0.04) > 1e-6 {
		t.Errorf("the post has %g m³, want 0.04", volume)
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	link := `<link name="a"/><link name="b"/>`
	for name, c := range map[string]struct{ data, want string }{
		"empty":      {"", "<robot>"},
		"other":      {"<svg/>", "<robot>"},
		"no links":   {"<robot/>", "0 links"},
		"twice":      {`<robot><link name="a"/><link name="a"/></robot>`, "twice"},
		"circle":     {`<robot>` + link + `<joint name="x" type="fixed"><parent link="a"/><child link="b"/></joint><joint name="y" type="fixed"><parent link="b"/><child link="a"/></joint></robot>`, "circle"},
		"lost":       {`<robot>` + link + `<joint name="x" type="fixed"><parent link="a"/><child link="c"/></joint></robot>`, `"c"`},
		"two owners": {`<robot>` + link + `<link name="c"/><joint name="x" type="fixed"><parent link="a"/><child link="b"/></joint><joint name="y" type="fixed"><parent link="c"/><child link="b"/></joint></robot>`, "one parent"},
		"deep":       {strings.Repeat("<a>", 100), "deeper"},
	} {
		if _, _, err := urdf.Read(context.Background(), "m.urdf", []byte(c.data), urdf.Options{}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "m.urdf") {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(gate))
	f.Fuzz(func(_ *testing.T, data []byte) {
		urdf.Read(context.Background(), "f.urdf", data, urdf.Options{})
	})
}
