package obj_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/codec/obj"
	"github.com/glasstwin/glasstwin/scene/geom"
)

const shelf = `# a shelf of two boards
mtllib shelf materials.mtl
o shelf
v 0 0 0
v 1 0 0
v 1 0 \
  1
v 0 0 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
vn 0 2 0
g top
usemtl oak wood
f 4/4/1 3/3/1 2/2/1 1/1/1
v 0 1 0
v 1 1 0
v 0.5 1 0.2
v 1 1 1
v 0 1 1
g bottom
usemtl steel
f -1 -2 -3 -4 -5
curv 0 1 2
`

const library = `newmtl oak wood
Kd 0.5 0.25 0.125
Ns 98
d 0.5
map_Kd -s 2 2 2 oak.png
newmtl steel
Pm 1
Pr 0.3
`

func open(name string) ([]byte, error) {
	switch name {
	case "shelf materials.mtl":
		return []byte(library), nil
	case "oak.png":
		return []byte("PNG"), nil
	}
	return nil, errors.New("not here")
}

func TestShelf(t *testing.T) {
	sc, notes, err := obj.Read(context.Background(), "shelf.obj", []byte(shelf), obj.Options{Open: open})
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0].Why, "curv") || notes[0].Place != "line 25" {
		t.Errorf("notes %v", notes)
	}
	if len(sc.Nodes) != 2 || sc.Nodes[0].Name != "shelf/top" || sc.Triangles() != 5 {
		t.Errorf("%d nodes, the first %q, %d triangles", len(sc.Nodes), sc.Nodes[0].Name, sc.Triangles())
	}
	top := sc.Meshes[0].Primitives[0]
	if top.Normals[1] != 1 || len(top.UVs) != 8 {
		t.Errorf("normals %v, texture %v", top.Normals, top.UVs)
	}
	oak := sc.Materials[top.Material]
	if oak.Color.Image == 0 || oak.BaseColor != [4]float32{0.5, 0.25, 0.125, 0.5} || math.Abs(float64(oak.Roughness)-0.1414) > 1e-3 {
		t.Errorf("oak is %+v", oak)
	}
	// The notch is spared: the bent board covers 1 − 0.25.
	area := 0.0
	bottom := sc.Meshes[1].Primitives[0]
	for i := 0; i < len(bottom.Indices); i += 3 {
		a, b, c := bottom.Indices[i], bottom.Indices[i+1], bottom.Indices[i+2]
		p := bottom.Positions
		area += float64((p[3*b]-p[3*a])*(p[3*c+2]-p[3*a+2])-(p[3*c]-p[3*a])*(p[3*b+2]-p[3*a+2])) / 2
	}
	if math.Abs(math.Abs(area)-0.75) > 1e-6 {
		t.Errorf("the bent board covers %v", area)
	}
}

func TestBadFiles(t *testing.T) {
	for data, want := range map[string]string{
		"":                               "empty",
		"\x00\x01":                       "binary",
		"v 1 2\n":                        "line 1",
		"v 1 2 nan\n":                    "line 1",
		"v 0 0 0\nf 1 2 3\n":             "line 2",
		"v 0 0 0\nf 1/1/1/1 1 1\n":       "no corner",
		"v 0 0 0\nf -2 1 1\n":            "line 2",
		"# nothing\n":                    "no face",
		"v 0 0 0\nf 9999999999999 1 1\n": "line 2",
	} {
		_, _, err := obj.Read(context.Background(), "bad.obj", []byte(data), obj.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "bad.obj") {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(shelf, library)
	f.Fuzz(func(t *testing.T, data, mtl string) {
		sc, _, err := obj.Read(context.Background(), "fuzz", []byte(data), obj.Options{Open: func(string) ([]byte, error) { return []byte(mtl), nil }})
		if err == nil {
			if err := sc.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}

func ExampleRead() {
	sc, _, err := obj.Read(context.Background(), "one.obj", []byte("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"), obj.Options{})
	fmt.Println(sc.Triangles(), err)
	// Output: 1 <nil>
}

// A file reads the same with the ends of lines of any age, and with a mark.
func TestLinesOfAnyAge(t *testing.T) {
	for name, text := range map[string]string{
		"CRLF": strings.ReplaceAll(shelf, "\n", "\r\n"), "CR": strings.ReplaceAll(shelf, "\n", "\r"), "a mark": "\ufeff" + shelf,
	} {
		sc, _, err := obj.Read(context.Background(), name, []byte(text), obj.Options{Open: open})
		if err != nil || len(sc.Nodes) != 2 {
			t.Errorf("%s: %v, %v", name, sc, err)
		}
	}
	if _, _, err := obj.Read(context.Background(), "wide.obj", []byte("\xff\xfev\x00 \x00"), obj.Options{}); err == nil || !strings.Contains(err.Error(), "save it as") {
		t.Errorf("UTF-16: %v", err)
	}
}

// What stands in the coordinates of a map keeps its millimetres, and its place.
func TestMapCoordinates(t *testing.T) {
	for _, up := range []bool{false, true} {
		text := "v 500000.001 5400000.002 100.003\nv 500001.004 5400000.005 100.006\nv 500001.007 5400001.008 100.009\nf 1 2 3\n"
		sc, _, err := obj.Read(context.Background(), "far.obj", []byte(text), obj.Options{ZUp: up})
		if err != nil {
			t.Fatal(err)
		}
		world := sc.World(nil, nil)[0]
		for i, want := range []geom.Vec3{{500000.001, 5400000.002, 100.003}, {500001.004, 5400000.005, 100.006}, {500001.007, 5400001.008, 100.009}} {
			if up {
				want = geom.Vec3{want[0], want[2], -want[1]}
			}
			p := sc.Meshes[0].Primitives[0].Positions[3*i:]
			if got := mgl64.TransformCoordinate(geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}, world); got.Sub(want).Len() > 1e-5 {
				t.Errorf("z up %v: corner %d at %.4f, want %.4f", up, i, got, want)
			}
		}
	}
}
