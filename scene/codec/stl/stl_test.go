package stl_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/stl"
)

const tetrahedron = `solid tip
 facet normal 0 0 -1
  outer loop
   vertex 0 0 0
   vertex 0 1 0
   vertex 1 0 0
  endloop
 endfacet
 facet normal 0 0 0
  outer loop
   vertex 0 0 0
   vertex 1 0 0
   vertex 0 0 2e0
  endloop
 endfacet
 facet normal 0 0 0
  outer loop
   vertex 0 0 0
   vertex 0 0 2
   vertex 0 1 0
  endloop
 endfacet
 facet normal 0 0 0
  outer loop
   vertex 1 0 0
   vertex 0 1 0
   vertex 0 0 2
  endloop
 endfacet
endsolid tip
`

// packed is a binary file of one facet for each attribute.
func packed(header string, attributes ...uint16) []byte {
	out := make([]byte, 84)
	copy(out, header)
	binary.LittleEndian.PutUint32(out[80:], uint32(len(attributes)))
	for i, a := range attributes {
		for _, x := range []float32{0, 0, 1, 0, 0, float32(i), 1, 0, float32(i), 0, 1, float32(i)} {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
		}
		out = binary.LittleEndian.AppendUint16(out, a)
	}
	return out
}

func TestASCII(t *testing.T) {
	sc, notes, err := stl.Read(context.Background(), "tip.stl", []byte(tetrahedron), stl.Options{Unit: 1})
	if err != nil || len(notes) != 0 {
		t.Fatal(err, notes)
	}
	box := sc.Meshes[0].Box()
	if sc.Triangles() != 4 || sc.Nodes[0].Name != "tip" || math.Abs(box.Max[1]-2) > 1e-6 || math.Abs(box.Min[2]+1) > 1e-6 {
		t.Errorf("%d triangles of %q in %v: want four, up along +Y", sc.Triangles(), sc.Nodes[0].Name, box)
	}
}

func TestColoursOfBothFashions(t *testing.T) {
	for name, c := range map[string]struct {
		data   []byte
		colors int
		red    bool
	}{
		"plain":           {packed("solid but binary", 0, 0), 1, false},
		"VisCAM red":      {packed("", 0x8000|31<<10, 0x8000|31<<10), 1, true},
		"Magics red":      {packed("COLOR=\x00\x00\xff\xff", 31, 31), 1, true},
		"Magics of whole": {packed("COLOR=\xff\x00\x00\xff", 0x8000, 31), 1, true},
		"one of two":      {packed("", 0x8000|31, 0), 2, false},
	} {
		sc, _, err := stl.Read(context.Background(), name, c.data, stl.Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		m := sc.Materials[sc.Meshes[0].Primitives[0].Material]
		if got := len(sc.Meshes[0].Primitives); got != c.colors || c.red != (m.BaseColor == [4]float32{1, 0, 0, 1}) {
			t.Errorf("%s: %d colours, the first %v", name, got, m.BaseColor)
		}
	}
}

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":     {"", "empty"},
		"letters":   {"hello", "too few"},
		"no number": {"solid x\nfacet\nvertex 1 2 three\n", "line 3"},
		"no facet":  {"solid x\nendsolid\n", "no facet"},
	} {
		_, _, err := stl.Read(context.Background(), name, []byte(c.data), stl.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	more := append(packed("", 0, 0, 0), "made by a program that signs its files"...)
	sc, notes, err := stl.Read(context.Background(), "signed", more, stl.Options{})
	if err != nil || len(notes) != 1 || sc.Triangles() != 3 {
		t.Errorf("bytes behind the facets: %v, notes %v", err, notes)
	}
}

// What is no STL is refused with its place, and not drawn as a few stray
// triangles.
func TestNoSTL(t *testing.T) {
	three := packed("", 0, 0, 0)
	huge := bytes.Clone(three)
	binary.LittleEndian.PutUint32(huge[80:], 1<<30)
	var picture bytes.Buffer
	dots := image.NewRGBA(image.Rect(0, 0, 64, 64))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range dots.Pix {
		dots.Pix[i] = uint8(noise.Uint32())
	}
	if err := png.Encode(&picture, dots); err != nil {
		t.Fatal(err)
	}
	few := bytes.Clone(picture.Bytes())
	copy(few[:8], "unsigned")
	binary.LittleEndian.PutUint32(few[80:], 5)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut.stl":   {three[:len(three)-20], "byte 80: it counts 3 facets, which take 234 bytes, but the file has 214"},
		"huge.stl":  {huge, "byte 80: it counts 1073741824 facets, which take 53687091284 bytes, but the file has 234"},
		"photo.stl": {picture.Bytes(), "byte 0: it is a PNG picture"},
		"noise.stl": {few, "byte 84"},
		"page.stl":  {append([]byte("<!DOCTYPE html>"), make([]byte, 400)...), "an HTML or XML page"},
	} {
		sc, _, err := stl.Read(context.Background(), name, c.data, stl.Options{})
		if err == nil || sc != nil || !strings.HasPrefix(err.Error(), name) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(tetrahedron))
	f.Add(packed("COLOR=abcd", 0, 0x8000))
	f.Add(append(packed("", 0), 1, 2, 3))
	f.Add(packed("", 0, 0)[:100])
	f.Fuzz(func(t *testing.T, data []byte) {
		if sc, _, err := stl.Read(context.Background(), "fuzz", data, stl.Options{}); err == nil {
			if err := sc.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
