package obj_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/obj"
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
	if oak.ColorImage == 0 || oak.BaseColor != [4]float32{0.5, 0.25, 0.125, 0.5} || math.Abs(float64(oak.Roughness)-0.1414) > 1e-3 {
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
