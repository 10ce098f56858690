package scan_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// The same three points with values of many types, as text and in both orders of
// bytes, alone and with a list in each row.
func TestValuesOfPLYInEveryType(t *testing.T) {
	type column struct {
		kind, name string
		values     [3]float64
	}
	place := []column{{"double", "z", [3]float64{3, 6, 9}}, {"float", "x", [3]float64{1, 4, 7}}, {"short", "y", [3]float64{-2, 5, 8}}}
	for name, c := range map[string]struct {
		columns   []column
		colors    []uint8
		intensity []uint16
	}{
		"octets":          {[]column{{"uchar", "red", [3]float64{1, 2, 255}}, {"uint8", "green", [3]float64{3, 4, 5}}, {"uchar", "blue", [3]float64{6, 7, 8}}, {"uchar", "alpha", [3]float64{9, 9, 9}}}, []uint8{1, 3, 6, 2, 4, 7, 255, 5, 8}, nil},
		"words":           {[]column{{"ushort", "red", [3]float64{257, 514, 65535}}, {"uint16", "green", [3]float64{771, 0, 0}}, {"ushort", "blue", [3]float64{0, 0, 257}}}, []uint8{1, 3, 0, 2, 0, 0, 255, 0, 1}, nil},
		"shares":          {[]column{{"float", "red", [3]float64{0, 1, 0.5}}, {"float", "green", [3]float64{1, 0, 0}}, {"float", "blue", [3]float64{0, 0, 0}}}, []uint8{0, 255, 0, 255, 0, 0, 128, 0, 0}, nil},
		"reals of octets": {[]column{{"float32", "r", [3]float64{1, 200, 3}}, {"float", "g", [3]float64{0, 5, 6}}, {"float", "b", [3]float64{0, 7, 8}}}, []uint8{1, 0, 0, 200, 5, 7, 3, 6, 8}, nil},
		"intensity":       {[]column{{"float", "scalar_intensity", [3]float64{0, 1, 0.25}}}, nil, []uint16{0, 65535, 16384}},
		"counts":          {[]column{{"float64", "intensity", [3]float64{1, 900, 40}}}, nil, []uint16{1, 900, 40}},
		"splats":          {[]column{{"float", "f_dc_0", [3]float64{0, 1.7724538509, -1.7724538509}}, {"float", "f_dc_1", [3]float64{0, 0, 0}}, {"float", "f_dc_2", [3]float64{0, 0, 0}}, {"float", "opacity", [3]float64{3, 0, -1}}}, []uint8{128, 128, 128, 255, 128, 128, 0, 128, 128}, nil},
	} {
		for _, form := range []string{"ascii", "binary_little_endian", "binary_big_endian"} {
			for _, list := range []bool{false, true} {
				all := slices.Concat(place, c.columns)
				var b strings.Builder
				fmt.Fprintf(&b, "ply\nformat %s 1.0\ncomment of the test\nelement vertex 3\n", form)
				for _, x := range all {
					fmt.Fprintf(&b, "property %s %s\n", x.kind, x.name)
				}
				if list {
					b.WriteString("property list uchar int neighbours\n")
				}
				b.WriteString("end_header\n")
				data := []byte(b.String())
				var order binary.AppendByteOrder = binary.LittleEndian
				if form == "binary_big_endian" {
					order = binary.BigEndian
				}
				for i := range 3 {
					for _, x := range all {
						data = plyValue(data, form, order, x.kind, x.values[i])
					}
					if list {
						data = plyValue(data, form, order, "uchar", 1)
						data = plyValue(data, form, order, "int", 7)
					}
					if form == "ascii" {
						data = append(data, '\n')
					}
				}
				got := read(t, "a.ply", data)
				if want := []float32{1, -2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(got.Positions, want) || !slices.Equal(got.Colors, c.colors) || !slices.Equal(got.Intensity, c.intensity) {
					t.Errorf("%s, %s, list %v: %v in %v, intensities %v", name, form, list, got.Positions, got.Colors, got.Intensity)
				}
			}
		}
	}
}

func plyValue(b []byte, form string, order binary.AppendByteOrder, kind string, v float64) []byte {
	if form == "ascii" {
		return fmt.Appendf(b, "%v ", v)
	}
	switch kind {
	case "uchar", "uint8":
		return append(b, byte(v))
	case "short", "ushort", "uint16":
		return order.AppendUint16(b, uint16(int(v)))
	case "int":
		return order.AppendUint32(b, uint32(int(v)))
	case "double", "float64":
		return order.AppendUint64(b, math.Float64bits(v))
	}
	return order.AppendUint32(b, math.Float32bits(float32(v)))
}

func BenchmarkRows(b *testing.B) {
	const points = 200_000
	data := fmt.Appendf(nil, "ply\nformat binary_little_endian 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n", points)
	for i := range points {
		data = append(append(data, floats(binary.LittleEndian, float32(i%97), float32(i%89), float32(i%83))...), 1, 2, 3)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		read(b, "a.ply", data)
	}
	b.ReportMetric(float64(b.N)*points/b.Elapsed().Seconds(), "points/s")
}
