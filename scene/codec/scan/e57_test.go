package scan_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"
)

// e57Column is a field of a scan: real numbers of 4 or 8 bytes, or integers
// between two limits.
type e57Column struct {
	name       string
	bytes      int // 0: an integer
	least, top int64
	scale      float64 // not 0: scaled
	real       []float64
	whole      []int64
}

// e57Section is a scan: its columns and what stands beside them.
type e57Section struct {
	columns []e57Column
	xml     string
	packet  int // bytes of a field in one packet
}

func (c e57Column) stream() []byte {
	var out []byte
	if c.bytes == 8 {
		for _, v := range c.real {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
		return out
	}
	if c.bytes == 4 {
		for _, v := range c.real {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
		}
		return out
	}
	width := bits.Len64(uint64(c.top) - uint64(c.least))
	at := 0
	for _, v := range c.whole {
		raw := uint64(v) - uint64(c.least)
		for b := range width {
			if at%8 == 0 {
				out = append(out, 0)
			}
			out[at/8] |= byte(raw>>b&1) << (at % 8)
			at++
		}
	}
	return out
}

func (c e57Column) prototype() string {
	switch {
	case c.bytes == 8:
		return fmt.Sprintf(`<%s type="Float"/>`, c.name)
	case c.bytes == 4:
		return fmt.Sprintf(`<%s type="Float" precision="single" minimum="-3.40282346638528860e+038" maximum="3.40282346638528860e+038"/>`, c.name)
	case c.scale != 0:
		return fmt.Sprintf(`<%s type="ScaledInteger" minimum="%d" maximum="%d" scale="%g" offset="10"/>`, c.name, c.least, c.top, c.scale)
	}
	return fmt.Sprintf(`<%s type="Integer" minimum="%d" maximum="%d"/>`, c.name, c.least, c.top)
}

// e57File writes scans, each as several packets with an index packet between.
func e57File(sections []e57Section, records []int) []byte {
	physical := func(at int) uint64 { return uint64(at/1020*1024 + at%1020) }
	content := make([]byte, 48)
	xml := `<?xml version="1.0" encoding="UTF-8"?><e57Root type="Structure" xmlns="http://www.astm.org/COMMIT/E57/2010-e57-v1.0" xmlns:nor="http://www.libe57.org/E57_NOR_surface_normals.txt"><formatName type="String"><![CDATA[ASTM E57 3D Imaging Data File]]></formatName><data3D type="Vector" allowHeterogeneousChildren="1">`
	for i, s := range sections {
		section := len(content)
		content = append(content, make([]byte, 32)...)
		var streams [][]byte
		prototype := ""
		for _, c := range s.columns {
			streams = append(streams, c.stream())
			prototype += c.prototype()
		}
		for n := 0; ; n++ {
			packet := []byte{1, 0, 0, 0, byte(len(streams)), 0}
			var body []byte
			for k := range streams {
				part := streams[k][:min(s.packet, len(streams[k]))]
				streams[k] = streams[k][len(part):]
				packet = binary.LittleEndian.AppendUint16(packet, uint16(len(part)))
				body = append(body, part...)
			}
			if len(body) == 0 {
				break
			}
			packet = append(packet, body...)
			for len(packet)%4 != 0 {
				packet = append(packet, 0)
			}
			binary.LittleEndian.PutUint16(packet[2:], uint16(len(packet)-1))
			content = append(content, packet...)
			if n%3 == 1 { // an index packet, which readers may pass over
				index := make([]byte, 32)
				binary.LittleEndian.PutUint16(index[2:], 31)
				content = append(content, index...)
			}
		}
		content[section] = 1
		binary.LittleEndian.PutUint64(content[section+8:], uint64(len(content)-section))
		binary.LittleEndian.PutUint64(content[section+16:], physical(section+32))
		xml += fmt.Sprintf(`<vectorChild type="Structure"><guid type="String"><![CDATA[{%d}]]></guid>%s<points type="CompressedVector" fileOffset="%d" recordCount="%d"><prototype type="Structure">%s</prototype><codecs type="Vector"/></points></vectorChild>`, i, s.xml, physical(section), records[i], prototype)
	}
	xml += `</data3D><images2D type="Vector"/></e57Root>`
	at := len(content)
	content = append(content, xml...)
	copy(content, "ASTM-E57")
	binary.LittleEndian.PutUint32(content[8:], 1)
	binary.LittleEndian.PutUint64(content[16:], uint64((len(content)+1019)/1020*1024))
	binary.LittleEndian.PutUint64(content[24:], physical(at))
	binary.LittleEndian.PutUint64(content[32:], uint64(len(xml)))
	binary.LittleEndian.PutUint64(content[40:], 1024)
	var out []byte
	for len(content) > 0 {
		page := make([]byte, 1020)
		content = content[copy(page, content):]
		out = append(out, page...)
		out = binary.BigEndian.AppendUint32(out, crc32.Checksum(page, crc32.MakeTable(crc32.Castagnoli)))
	}
	return out
}

// Two scanners look at one wall: one writes scaled integers of a width that
// crosses bytes, words and packets, the other spherical singles with states.
func TestTwoScansOfE57(t *testing.T) {
	const n = 3000
	a := e57Section{packet: 1000, xml: `<intensityLimits type="Structure"><intensityMinimum type="Integer">100</intensityMinimum><intensityMaximum type="Integer">1100</intensityMaximum></intensityLimits>` +
		`<pose type="Structure"><rotation type="Structure"><w type="Float">0.70710678118654752</w><x type="Float"/><y type="Float"/><z type="Float">0.70710678118654752</z></rotation><translation type="Structure"><x type="Float">100</x><y type="Float">200</y><z type="Float"/></translation></pose>`}
	x, y, z := e57Column{name: "cartesianX", least: -1 << 36, top: 1 << 36, scale: 1e-5}, e57Column{name: "cartesianY", bytes: 8}, e57Column{name: "cartesianZ", least: -100, top: 5000, scale: 0.001}
	level := e57Column{name: "intensity", least: 0, top: 4095}
	red, green, blue := e57Column{name: "colorRed", least: 0, top: 255}, e57Column{name: "colorGreen", least: 0, top: 255}, e57Column{name: "colorBlue", least: 7, top: 7}
	nx, ny, nz := e57Column{name: "nor:normalX", bytes: 4}, e57Column{name: "nor:normalY", bytes: 4}, e57Column{name: "nor:normalZ", bytes: 4}
	row := e57Column{name: "rowIndex", least: 0, top: n}
	for i := range int64(n) {
		x.whole, y.real, z.whole = append(x.whole, i*1000-1_000_000), append(y.real, float64(i)/7), append(z.whole, i%5000)
		level.whole = append(level.whole, 100+i%1001)
		red.whole, green.whole, blue.whole = append(red.whole, i%256), append(green.whole, 255-i%256), append(blue.whole, 7)
		nx.real, ny.real, nz.real = append(nx.real, 1), append(ny.real, 0), append(nz.real, 0)
		row.whole = append(row.whole, i)
	}
	a.columns = []e57Column{x, y, z, row, level, red, green, blue, nx, ny, nz}
	one := read(t, "one.e57", e57File([]e57Section{a}, []int{n}))
	if len(one.Positions) != 3*n || len(one.Colors) != 3*n || len(one.Normals) != 3*n || len(one.Intensity) != n || len(one.Stations) != 1 || one.Up[2] != 1 {
		t.Fatalf("%d positions, %d colours, %d normals, %d intensities, %d stations", len(one.Positions), len(one.Colors), len(one.Normals), len(one.Intensity), len(one.Stations))
	}
	for i := range n { // turned by a quarter about z: x to y, y to -x
		lx, ly, lz := float64(x.whole[i])*1e-5+10, y.real[i], float64(z.whole[i])*0.001+10
		want := [3]float64{100 - ly, 200 + lx, lz}
		for k := range 3 {
			if math.Abs(float64(one.Positions[3*i+k])+one.Offset[k]-want[k]) > 1e-4 {
				t.Fatalf("point %d at %v, want %v", i, one.Positions[3*i:3*i+3], want)
			}
		}
		if one.Colors[3*i] != uint8(i%256) || one.Colors[3*i+2] != 0 || math.Abs(float64(one.Normals[3*i+1])-1) > 1e-6 {
			t.Fatalf("point %d: colour %v, normal %v", i, one.Colors[3*i:3*i+3], one.Normals[3*i:3*i+3])
		}
		if want := uint16(math.Round(65535 * float64(i%1001) / 1000)); one.Intensity[i] != want {
			t.Fatalf("point %d: intensity %d, want %d", i, one.Intensity[i], want)
		}
	}

	b := e57Section{packet: 64}
	r, az, el, state := e57Column{name: "sphericalRange", bytes: 4}, e57Column{name: "sphericalAzimuth", bytes: 4}, e57Column{name: "sphericalElevation", bytes: 8}, e57Column{name: "sphericalInvalidState", least: 0, top: 2}
	for i := range 100 {
		r.real, az.real, el.real = append(r.real, 2), append(az.real, float64(i)/100), append(el.real, 0.5)
		state.whole = append(state.whole, int64(one01(i%10 == 0)))
	}
	b.columns = []e57Column{r, az, el, state}
	both := read(t, "two.e57", e57File([]e57Section{b, a}, []int{100, n}))
	if got := len(both.Positions) / 3; got != 90+n || len(both.Colors) != 0 {
		t.Errorf("%d points, %d colours", got, len(both.Colors)/3)
	}
	if p := both.Positions[:3]; math.Abs(float64(p[0])-2*math.Cos(0.5)*math.Cos(0.01)) > 1e-5 || math.Abs(float64(p[2])-2*math.Sin(0.5)) > 1e-5 {
		t.Errorf("the first at %v", p)
	}
	if notes := fmt.Sprint(both.Notes); !strings.Contains(notes, "10 rays") || strings.Contains(notes, "pictures") {
		t.Errorf("notes %s", notes)
	}
	if s := both.Stations; len(s) != 1 || s[0].From != 90 || s[0].To != 90+n || slices.Contains(s[0].At[:], math.NaN()) {
		t.Errorf("stations %+v", s)
	}
}

func one01(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func BenchmarkE57(b *testing.B) {
	const n = 200_000
	s := e57Section{packet: 4000}
	for _, name := range []string{"cartesianX", "cartesianY", "cartesianZ"} {
		c := e57Column{name: name, least: -1 << 21, top: 1 << 21, scale: 1e-4}
		for i := range int64(n) {
			c.whole = append(c.whole, i*7919%(1<<20))
		}
		s.columns = append(s.columns, c)
	}
	data := e57File([]e57Section{s}, []int{n})
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		read(b, "a.e57", data)
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "points/s")
}

// Colours are shares between the limits that a scan states beside its points,
// whatever numbers write them; else between those of their fields.
func TestColourLimitsOfE57(t *testing.T) {
	line := func(name string) e57Column { return e57Column{name: name, bytes: 8, real: []float64{0, 1, 2}} }
	place := []e57Column{line("cartesianX"), line("cartesianY"), line("cartesianZ")}
	three := func(of e57Column) []e57Column {
		out := slices.Clone(place)
		for _, c := range []string{"Red", "Green", "Blue"} {
			of.name = "color" + c
			out = append(out, of)
		}
		return out
	}
	limits := func(kind, low, high string) string {
		out := `<colorLimits type="Structure">`
		for _, c := range []string{"Red", "Green", "Blue"} {
			out += fmt.Sprintf(`<color%sMinimum type="%s">%s</color%sMinimum><color%sMaximum type="%s">%s</color%sMaximum>`, c, kind, low, c, c, kind, high, c)
		}
		return out + `</colorLimits>`
	}
	for _, c := range []struct {
		name string
		of   e57Column
		xml  string
		want []uint8
	}{
		{"bytes", e57Column{top: 255, whole: []int64{0, 51, 255}}, "", []uint8{0, 51, 255}},
		{"eight bits in fields of sixteen", e57Column{top: 65535, whole: []int64{0, 51, 255}}, limits("Integer", "0", "255"), []uint8{0, 51, 255}},
		{"sixteen bits", e57Column{top: 65535, whole: []int64{0, 13107, 65535}}, limits("Integer", "0", "65535"), []uint8{0, 51, 255}},
		{"real numbers up to one", e57Column{bytes: 4, real: []float64{0, 0.2, 1}}, limits("Float", "", "1"), []uint8{0, 51, 255}},
		{"real numbers up to 255", e57Column{bytes: 4, real: []float64{0, 51, 255}}, limits("Float", "0", "2.55e+002"), []uint8{0, 51, 255}},
		{"limits that are one are none", e57Column{top: 255, whole: []int64{0, 51, 255}}, limits("Integer", "0", "0"), []uint8{0, 51, 255}},
	} {
		got := read(t, "a.e57", e57File([]e57Section{{columns: three(c.of), packet: 500, xml: c.xml}}, []int{3})).Colors
		if len(got) != 9 || !slices.Equal([]uint8{got[0], got[3], got[8]}, c.want) {
			t.Errorf("%s: colours %v, want %v", c.name, got, c.want)
		}
	}
}
