package scan_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
)

// withRecord puts a record before the points, or after them.
func withRecord(b []byte, id uint16, data []byte, after bool) []byte {
	if after {
		record := make([]byte, 60)
		copy(record[2:], "LASF_Projection")
		binary.LittleEndian.PutUint16(record[18:], id)
		binary.LittleEndian.PutUint64(record[20:], uint64(len(data)))
		binary.LittleEndian.PutUint64(b[235:], uint64(len(b)))
		binary.LittleEndian.PutUint32(b[243:], 1)
		return append(append(b, record...), data...)
	}
	record := make([]byte, 54)
	copy(record[2:], "LASF_Projection")
	binary.LittleEndian.PutUint16(record[18:], id)
	binary.LittleEndian.PutUint16(record[20:], uint16(len(data)))
	out := append(append(append([]byte(nil), b[:375]...), record...), data...)
	binary.LittleEndian.PutUint32(out[96:], uint32(len(out)))
	binary.LittleEndian.PutUint32(out[100:], 1)
	return append(out, b[375:]...)
}

func geoKeys(pairs ...uint16) []byte {
	out := binary.LittleEndian.AppendUint16(nil, 1)
	out = append(out, 1, 0, 0, 0, byte(len(pairs)/2), 0)
	for i := 0; i < len(pairs); i += 2 {
		for _, v := range [4]uint16{pairs[i], 0, 1, pairs[i+1]} {
			out = binary.LittleEndian.AppendUint16(out, v)
		}
	}
	return out
}

func TestUnitsOfLASFiles(t *testing.T) {
	const foot, usFoot = 0.3048, 1200.0 / 3937
	globe := `GEOGCS["NAD83",DATUM["D",SPHEROID["S",6378137,298.257]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`
	for name, c := range map[string]struct {
		id      uint16
		data    []byte
		xy, z   float64
		degrees bool
	}{
		"metres":               {2112, []byte(`PROJCS["U",` + globe + `,PROJECTION["TM"],UNIT["metre",1]]`), 1, 1, false},
		"feet":                 {2112, []byte(`PROJCS["U",` + globe + `,PROJECTION["TM"],UNIT["foot",0.3048]]`), foot, foot, false},
		"feet, metres high":    {2112, []byte(`COMPD_CS["C",PROJCS["U",` + globe + `,UNIT["US survey foot",0.304800609601219]],VERT_CS["N",VERT_DATUM["V",2005],UNIT["metre",1]]]`), usFoot, 1, false},
		"metres, feet high":    {2112, []byte(`COMPD_CS["C",PROJCS["U",` + globe + `,UNIT["metre",1]],VERT_CS["N",VERT_DATUM["V",2005],UNIT["foot",0.3048]]]`), 1, foot, false},
		"younger text":         {2112, []byte(`PROJCRS["U",BASEGEOGCRS["W",DATUM["D",ELLIPSOID["E",6378137,298.2,LENGTHUNIT["metre",1]]],PRIMEM["G",0,ANGLEUNIT["degree",0.01745]]],CS[Cartesian,2],AXIS["e",east],AXIS["n",north],LENGTHUNIT["foot",0.3048],SCALEUNIT["unity",1]]`), foot, foot, false},
		"degrees":              {2112, []byte(globe), 1, 1, true},
		"keys, feet":           {34735, geoKeys(1024, 1, 3076, 9002), foot, foot, false},
		"keys, survey feet":    {34735, geoKeys(1024, 1, 3076, 9003, 4099, 9001), usFoot, 1, false},
		"keys, degrees":        {34735, geoKeys(1024, 2), 1, 1, true},
		"keys, height first":   {34735, geoKeys(4099, 9002, 3076, 9001), 1, foot, false},
		"text that is no text": {2112, []byte("UNIT[\"\x00"), 1, 1, false},
	} {
		for _, after := range []bool{false, true} {
			got := read(t, "a.las", withRecord(las(0), c.id, c.data, after))
			at := func(i int) float64 { return float64(got.Positions[i]) + got.Offset[i%3] }
			wantX, wantZ := (500_000+1.5)*c.xy, (500_000+1.502)*c.z
			if math.Abs(at(0)-wantX) > 1e-3 || math.Abs(at(2)-wantZ) > 1e-3 {
				t.Errorf("%s, after %v: %v, %v, want %v, %v", name, after, at(0), at(2), wantX, wantZ)
			}
			if told := strings.Contains(fmt.Sprint(got.Notes), "longitude"); told != c.degrees {
				t.Errorf("%s: notes %v", name, got.Notes)
			}
		}
	}
}
