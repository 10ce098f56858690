package ply_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/codec/ply"
	"github.com/glasstwin/glasstwin/scene/geom"
)

const quad = `ply
format ascii 1.0
comment a square and a strip
element vertex 4
property float x
property float y
property float z
property uchar red
property uchar green
property uchar blue
element face 1
property list uchar int vertex_indices
element tristrips 1
property list int int vertex_indices
end_header
0 0 0 255 0 0
1 0 0 255 0 0
1 1 0 255 0 0
0 1 0 255 0 0
4 0 1 2 3
9 0 1 3 2 -1 0 1 3 2
`

// packed is the same face in binary.
func packed(format string, order binary.AppendByteOrder) []byte {
	out := []byte("ply\r\nformat " + format + " 1.0\r\nelement vertex 3\r\nproperty float32 x\r\nproperty float32 y\r\nproperty float32 z\r\nproperty double nx\r\nproperty double ny\r\nproperty double nz\r\nelement face 1\r\nproperty list uint8 uint32 vertex_index\r\nend_header\r\n")
	for _, p := range [][3]float32{{0, 0, 0}, {1, 0, 0}, {0, 0, 1}} {
		for _, x := range p {
			out = order.AppendUint32(out, math.Float32bits(x))
		}
		for _, x := range []float64{0, -4, 0} {
			out = order.AppendUint64(out, math.Float64bits(x))
		}
	}
	out = append(out, 3)
	for _, i := range []uint32{0, 1, 2} {
		out = order.AppendUint32(out, i)
	}
	return out
}

func TestRead(t *testing.T) {
	sc, notes, err := ply.Read(context.Background(), "quad.ply", []byte(quad), ply.Options{})
	if err != nil || len(notes) != 0 {
		t.Fatal(err, notes)
	}
	if sc.Triangles() != 6 || sc.Materials[0].BaseColor != [4]float32{1, 0, 0, 1} {
		t.Errorf("%d triangles in %v", sc.Triangles(), sc.Materials[0].BaseColor)
	}
	for i := 2; i < len(sc.Meshes[0].Primitives[0].Normals); i += 3 {
		if sc.Meshes[0].Primitives[0].Normals[i] != 1 {
			t.Error("a strip's second triangle looks the other way")
			break
		}
	}
	for format, order := range map[string]binary.AppendByteOrder{"binary_little_endian": binary.LittleEndian, "binary_big_endian": binary.BigEndian} {
		sc, _, err := ply.Read(context.Background(), format, packed(format, order), ply.Options{ZUp: true, Unit: 2})
		if err != nil {
			t.Fatal(err)
		}
		box := sc.Meshes[0].Box()
		if box.Max != [3]float64{2, 2, 0} || sc.Meshes[0].Primitives[0].Normals[2] != 1 {
			t.Errorf("%s: box %v, normals %v", format, box, sc.Meshes[0].Primitives[0].Normals)
		}
	}
}

func TestBadFiles(t *testing.T) {
	whole := packed("binary_little_endian", binary.LittleEndian)
	for data, want := range map[string]string{
		"":         "begin",
		"ply\nx\n": "line 2",
		"ply\nformat ascii 1.0\nelement vertex 999999999\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n": "cut off",
		strings.Replace(quad, "4 0 1 2 3", "4 0 1 2 7", 1):                                                                           "corner 7",
		strings.Replace(quad, "4 0 1 2 3", "x 0 1 2 7", 1):                                                                           "no number",
		strings.Replace(quad, "float x", "long x", 1):                                                                                "not understood",
		string(whole[:len(whole)-3]):                                                                                                 "does not fit",
	} {
		_, _, err := ply.Read(context.Background(), "bad.ply", []byte(data), ply.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "bad.ply") {
			t.Errorf("%.60q: %v, want %q", data, err, want)
		}
	}
	points := "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n"
	if _, _, err := ply.Read(context.Background(), "points", []byte(points), ply.Options{}); !errors.Is(err, ply.ErrPoints) {
		t.Errorf("points: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(quad))
	f.Add(packed("binary_little_endian", binary.LittleEndian))
	f.Add(packed("binary_big_endian", binary.BigEndian))
	f.Fuzz(func(t *testing.T, data []byte) {
		if sc, _, err := ply.Read(context.Background(), "fuzz", data, ply.Options{}); err == nil {
			if err := sc.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}

// A file reads the same with the ends of lines of any age, and with a mark.
func TestLinesOfAnyAge(t *testing.T) {
	for name, text := range map[string]string{
		"CRLF": strings.ReplaceAll(quad, "\n", "\r\n"), "CR": strings.ReplaceAll(quad, "\n", "\r"), "a mark": "\ufeff" + quad,
	} {
		if _, _, err := ply.Read(context.Background(), name, []byte(text), ply.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What stands in the coordinates of a map keeps its millimetres, and its place.
func TestMapCoordinates(t *testing.T) {
	text := "ply\nformat ascii 1.0\nelement vertex 3\nproperty double x\nproperty double y\nproperty double z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n" +
		"500000.001 5400000.002 100.003\n500001.004 5400000.005 100.006\n500001.007 5400001.008 100.009\n3 0 1 2\n"
	sc, _, err := ply.Read(context.Background(), "far.ply", []byte(text), ply.Options{ZUp: true})
	if err != nil {
		t.Fatal(err)
	}
	world := sc.World(nil, nil)[0]
	for i, want := range []geom.Vec3{{500000.001, 100.003, -5400000.002}, {500001.004, 100.006, -5400000.005}, {500001.007, 100.009, -5400001.008}} {
		p := sc.Meshes[0].Primitives[0].Positions[3*i:]
		if got := mgl64.TransformCoordinate(geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}, world); got.Sub(want).Len() > 1e-5 {
			t.Errorf("corner %d at %.4f, want %.4f", i, got, want)
		}
	}
}
