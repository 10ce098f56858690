package scan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
)

func Example() {
	list := "# x y z r g b\n0 0 0 255 0 0\n1 2 3 0 255 0\n"
	c, err := scan.Read(context.Background(), "room.xyz", strings.NewReader(list), int64(len(list)), scan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(c.Positions)/3, "points, the second at", c.Positions[3:6], "in", c.Colors[3:6])
	// Output: 2 points, the second at [1 2 3] in [0 255 0]
}

func read(t testing.TB, name string, data []byte) *scan.Cloud {
	t.Helper()
	c, err := scan.Read(context.Background(), name, bytes.NewReader(data), int64(len(data)), scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// las writes a file of two points of a format; colours are of 16 bits.
func las(format byte) []byte {
	sizes := [11]int{20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67}
	colors := [11]int{2: 20, 3: 28, 5: 28, 7: 30, 8: 30, 10: 30}
	b := make([]byte, 375)
	copy(b, "LASF")
	b[24], b[25] = 1, 4
	binary.LittleEndian.PutUint16(b[94:], 375)
	binary.LittleEndian.PutUint32(b[96:], 375)
	b[104] = format
	binary.LittleEndian.PutUint16(b[105:], uint16(sizes[format]))
	binary.LittleEndian.PutUint32(b[107:], 2)
	for k := range 3 {
		binary.LittleEndian.PutUint64(b[131+8*k:], math.Float64bits(0.001))
		binary.LittleEndian.PutUint64(b[155+8*k:], math.Float64bits(500_000))
	}
	for i := range 2 {
		p := make([]byte, sizes[format])
		for k := range 3 {
			binary.LittleEndian.PutUint32(p[4*k:], uint32(1500*(i+1)+k))
		}
		binary.LittleEndian.PutUint16(p[12:], 700)
		if at := colors[format]; at > 0 {
			binary.LittleEndian.PutUint16(p[at:], 0xff00)
		}
		b = append(b, p...)
	}
	return b
}

func TestEveryPointFormatOfLAS(t *testing.T) {
	for format := range byte(11) {
		c := read(t, "a.las", las(format))
		if len(c.Positions) != 6 || c.Offset[0] != 500_001 || math.Abs(float64(c.Positions[3]-c.Positions[0])-1.5) > 1e-6 || c.Intensity[1] != 700 {
			t.Errorf("format %d: %+v", format, c)
		}
		if colored := format == 2 || format == 3 || format == 5 || format == 7 || format == 8 || format == 10; colored != (len(c.Colors) == 6) || colored && c.Colors[0] != 255 {
			t.Errorf("format %d: colours %v", format, c.Colors)
		}
	}
}

// floats writes single floats in an order of bytes.
func floats(order binary.ByteOrder, v ...float32) []byte {
	out := make([]byte, 4*len(v))
	for i, x := range v {
		order.PutUint32(out[4*i:], math.Float32bits(x))
	}
	return out
}

func TestTheSamePointsInEveryFormat(t *testing.T) {
	ply := "ply\nformat %s 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
	binaryPLY := func(form string, order binary.ByteOrder) []byte {
		out := []byte(fmt.Sprintf(ply, form))
		out = append(append(out, floats(order, 1, 2, 3)...), 10, 20, 30)
		out = append(append(out, floats(order, -4, 5.5, 6)...), 40, 50, 60)
		face := make([]byte, 13)
		face[0] = 3
		order.PutUint32(face[5:], 1)
		return append(out, face...)
	}
	pcd := "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F U\nCOUNT 1 1 1 1\nWIDTH 2\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 2\nDATA %s\n"
	rows := append(append(floats(binary.LittleEndian, 1, 2, 3), 30, 20, 10, 0), append(floats(binary.LittleEndian, -4, 5.5, 6), 60, 50, 40, 0)...)
	columns := func() (out []byte) { // fields one after the other, then packed as literals
		var plain []byte
		for f := range 4 {
			for i := range 2 {
				plain = append(plain, rows[16*i+4*f:16*i+4*f+4]...)
			}
		}
		packed := append([]byte{byte(len(plain) - 1)}, plain...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(plain)))
		return append(out, packed...)
	}
	ptx := "2\n1\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n1 0 0 0\n0 1 0 0\n0 0 1 0\n1 1 1 1\n0 1 2 0.5 10 20 30\n-5 4.5 5 0.5 40 50 60\n"
	for name, data := range map[string][]byte{
		"a.xyz": []byte("1 2 3 10 20 30\n-4 5.5 6 40 50 60\n"), "b.csv": []byte("x,y,z,r,g,b\n1,2,3,10,20,30\n-4,5.5,6,40,50,60\n"),
		"c.txt": []byte("1,0;2,0;3,0;10;20;30\r\n-4,0;5,5;6,0;40;50;60\r\n"), "d.pts": []byte("2\n1 2 3 -7 10 20 30\n-4 5.5 6 -9 40 50 60\n"), "e.ptx": []byte(ptx),
		"f.ply": []byte(fmt.Sprintf(ply, "ascii") + "1 2 3 10 20 30\n-4 5.5 6 40 50 60\n3 0 1 0\n"),
		"g.ply": binaryPLY("binary_little_endian", binary.LittleEndian), "h.ply": binaryPLY("binary_big_endian", binary.BigEndian),
		"i.pcd": []byte(fmt.Sprintf(pcd, "ascii") + "1 2 3 660510\n-4 5.5 6 2634300\n"), "j.pcd": append([]byte(fmt.Sprintf(pcd, "binary")), rows...),
		"k.pcd": append([]byte(fmt.Sprintf(pcd, "binary_compressed")), columns()...), "l.e57": e57(false), "m.e57": e57(true),
	} {
		c := read(t, name, data)
		want := []float32{1, 2, 3, -4, 5.5, 6}
		if len(c.Positions) != 6 || len(c.Colors) != 6 {
			t.Errorf("%s: %d positions, %d colours", name, len(c.Positions), len(c.Colors))
			continue
		}
		for i := range want {
			if math.Abs(float64(c.Positions[i]-want[i])) > 1e-4 || c.Colors[i] != uint8(10*(i+1)) {
				t.Errorf("%s: %v in %v", name, c.Positions, c.Colors)
				break
			}
		}
	}
}

// e57 writes the two points as scaled integers of 14 bits, or as spherical
// floats of a scanner that stood at 1, 1, 1, with colours of 8 bits.
func e57(spherical bool) []byte {
	points := [2][3]float64{{1, 2, 3}, {-4, 5.5, 6}}
	type field struct {
		xml  string
		data []byte
	}
	var fields []field
	names := [3]string{"cartesianX", "cartesianY", "cartesianZ"}
	if spherical {
		names = [3]string{"sphericalRange", "sphericalAzimuth", "sphericalElevation"}
	}
	for k, name := range names {
		var packed uint32
		var raw []byte
		for i, p := range points {
			if spherical {
				x, y, z := p[0]-1, p[1]-1, p[2]-1
				v := [3]float64{math.Sqrt(x*x + y*y + z*z), math.Atan2(y, x), math.Atan2(z, math.Hypot(x, y))}
				raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v[k]))
				continue
			}
			packed |= uint32(int(p[k]*1000)+8000) << (14 * i)
		}
		if spherical {
			fields = append(fields, field{fmt.Sprintf(`<%s type="Float"/>`, name), raw})
			continue
		}
		fields = append(fields, field{fmt.Sprintf(`<%s type="ScaledInteger" minimum="-8000" maximum="8000" scale="0.001"/>`, name), binary.LittleEndian.AppendUint32(nil, packed)})
	}
	for k, name := range [3]string{"colorRed", "colorGreen", "colorBlue"} {
		fields = append(fields, field{fmt.Sprintf(`<%s type="Integer" minimum="0" maximum="255"/>`, name), []byte{byte(10 * (k + 1)), byte(10 * (k + 4))}})
	}
	content := make([]byte, 48)
	section := len(content)
	content = append(content, make([]byte, 32)...)
	packet := []byte{1, 0, 0, 0, byte(len(fields)), 0}
	for _, f := range fields {
		packet = binary.LittleEndian.AppendUint16(packet, uint16(len(f.data)))
	}
	prototype := ""
	for _, f := range fields {
		packet = append(packet, f.data...)
		prototype += f.xml
	}
	for len(packet)%4 != 0 {
		packet = append(packet, 0)
	}
	binary.LittleEndian.PutUint16(packet[2:], uint16(len(packet)-1))
	content = append(content, packet...)
	content[section] = 1
	binary.LittleEndian.PutUint64(content[section+8:], uint64(32+len(packet)))
	binary.LittleEndian.PutUint64(content[section+16:], uint64(section+32))
	pose := ""
	if spherical {
		pose = `<pose type="Structure"><rotation type="Structure"><w type="Float">1</w><x type="Float"/></rotation><translation type="Structure"><x type="Float">1</x><y type="Float">1</y><z type="Float">1</z></translation></pose>`
	}
	text := fmt.Sprintf(`<?xml version="1.0"?><e57Root type="Structure"><data3D type="Vector"><vectorChild type="Structure">%s<points type="CompressedVector" fileOffset="%d" recordCount="2"><prototype type="Structure">%s</prototype></points></vectorChild></data3D></e57Root>`, pose, section, prototype)
	xml := len(content)
	content = append(content, text...)
	copy(content, "ASTM-E57")
	binary.LittleEndian.PutUint32(content[8:], 1)
	physical := func(at int) uint64 { return uint64(at/1020*1024 + at%1020) }
	binary.LittleEndian.PutUint64(content[24:], physical(xml))
	binary.LittleEndian.PutUint64(content[32:], uint64(len(text)))
	binary.LittleEndian.PutUint64(content[40:], 1024)
	var out []byte
	for len(content) > 0 {
		page := make([]byte, 1020)
		content = content[copy(page, content):]
		out = append(out, page...)
		out = binary.BigEndian.AppendUint32(out, crc32.Checksum(page, crc32.MakeTable(crc32.Castagnoli)))
	}
	binary.LittleEndian.PutUint64(out[16:], uint64(len(out)))
	binary.BigEndian.PutUint32(out[1020:], crc32.Checksum(out[:1020], crc32.MakeTable(crc32.Castagnoli)))
	return out
}

func TestATabletsRoom(t *testing.T) {
	f, size := real(t, "tablet-room-807.ply")
	c, err := scan.Read(context.Background(), "tablet-room-807.ply", f, size, scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := box(c)
	t.Logf("%d points, %d colours, %d faces, box %.2f %.2f, notes %v", len(c.Positions)/3, len(c.Colors)/3, len(c.Faces)/3, lo, hi, c.Notes)
	if len(c.Positions) < 3*50_000 || len(c.Colors) != len(c.Positions) {
		t.Errorf("%d points, %d colours", len(c.Positions)/3, len(c.Colors)/3)
	}
}

func TestThinningKeepsPointsEvenly(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "%d.0000 0.0000 0.0000\n", i)
	}
	text := b.String()
	c, err := scan.Read(context.Background(), "a.xyz", strings.NewReader(text), int64(len(text)), scan.Options{PointsMax: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Positions) / 3; n < 500 || n > 1000 || len(c.Notes) == 0 {
		t.Errorf("%d points, notes %v", n, c.Notes)
	}
}

func TestBadFilesSayWhatIsWrong(t *testing.T) {
	huge := las(0)
	binary.LittleEndian.PutUint64(huge[247:], 1<<60)
	noZip := las(0)
	noZip[104] |= 0x80
	damaged := e57(false)
	damaged[100] ^= 1
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"empty":           {"a.las", nil, "empty"},
		"cut header":      {"a.las", las(0)[:100], "header of 100 bytes"},
		"huge count":      {"a.las", huge, "byte 107"},
		"cut points":      {"a.las", las(3)[:400], "cut off"},
		"format":          {"a.las", func() []byte { b := las(0); b[104] = 20; return b }(), "point format 20"},
		"no packing":      {"a.laz", noZip, "LASzip record"},
		"picture":         {"a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "not a format"},
		"ply, no end":     {"a.ply", []byte("ply\nformat ascii 1.0\n"), "end_header"},
		"ply, too few":    {"a.ply", []byte("ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n"), "vertex 1: the file is cut off"},
		"ply, billions":   {"a.ply", []byte("ply\nformat binary_little_endian 1.0\nelement vertex 9000000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\n"), "header is damaged"},
		"words":           {"a.xyz", []byte("1 2 3\nhello world foo\n"), "line 2"},
		"no points":       {"a.xyz", []byte("# nothing\n"), "no points"},
		"pcd, types":      {"a.pcd", []byte("# .PCD v0.7\nFIELDS x y\nSIZE 4\nTYPE F\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n"), "do not go together"},
		"e57, damaged":    {"a.e57", damaged, "checksum"},
		"e57, cut":        {"a.e57", e57(false)[:1000], "cut off"},
		"pcd, compressed": {"a.pcd", []byte("# .PCD v0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA binary_compressed\n\x01\x00\x00\x00\xff\xff\xff\x7f\x00"), "damaged"},
	} {
		_, err := scan.Read(context.Background(), c.file, bytes.NewReader(c.data), int64(len(c.data)), scan.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file) {
			t.Errorf("%s: %v, want the file and %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for format := range byte(11) {
		f.Add(las(format))
	}
	f.Add(e57(false))
	f.Add(e57(true))
	f.Add([]byte("ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n"))
	f.Add([]byte("# .PCD v0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n1 2 3\n"))
	f.Add([]byte("2\n1\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n1 0 0 0\n0 1 0 0\n0 0 1 0\n1 1 1 1\n0 1 2 0.5 10 20 30\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := scan.Read(context.Background(), "f", bytes.NewReader(data), int64(len(data)), scan.Options{})
		if err != nil {
			return
		}
		n := len(c.Positions) / 3
		if len(c.Colors) != 0 && len(c.Colors) > 3*n || len(c.Normals) > 3*n || len(c.Intensity) > n {
			t.Fatalf("%d points, %d colours, %d normals", n, len(c.Colors), len(c.Normals))
		}
		for _, i := range c.Faces {
			if int(i) >= n {
				t.Fatalf("corner %d of %d points", i, n)
			}
		}
	})
}

func BenchmarkPacked(b *testing.B) {
	f, size := real(b, "indoor.laz")
	b.SetBytes(size)
	for b.Loop() {
		if _, err := scan.Read(context.Background(), "indoor.laz", f, size, scan.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*808_042/b.Elapsed().Seconds(), "points/s")
}

func BenchmarkLines(b *testing.B) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "%d.1234 %d.5678 1.0000 10 20 30\n", i%97, i%89)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		read(b, "a.xyz", []byte(text.String()))
	}
}
