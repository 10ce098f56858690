package scan

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
)

// Marks of well-known text (OGC 01-009 and 18-010): a system on a map, its
// heights, and how long a unit is. Angles have units of their own name only in
// the younger form.
var (
	wktMap    = regexp.MustCompile(`PROJCS\[|PROJCRS\[|PROJECTEDCRS\[`)
	wktGlobe  = regexp.MustCompile(`GEOGCS\[|GEOGCRS\[|GEOGRAPHICCRS\[|GEODCRS\[`)
	wktHeight = regexp.MustCompile(`VERT_CS\[|VERTCS\[|VERTCRS\[|VERTICALCRS\[`)
	wktUnit   = regexp.MustCompile(`(?:LENGTH)?UNIT\["[^"]*",\s*([0-9.eE+-]+)`)
)

// unitsOfText finds the units of a compound system: those of the map for x and
// y, those of the heights for z.
func (h *lasHeader) unitsOfText(text string) {
	heights := ""
	if at := wktHeight.FindStringIndex(text); at != nil {
		text, heights = text[:at[0]], text[at[0]:]
	}
	if wktMap.MatchString(text) {
		if v := lastUnit(text); v > 0 {
			h.metres = [3]float64{v, v, v} // heights without a system of their own are as the map
		}
	} else if wktGlobe.MatchString(text) {
		h.degrees = true
	}
	if v := lastUnit(heights); v > 0 {
		h.metres[2] = v
	}
}

func lastUnit(text string) float64 {
	all := wktUnit.FindAllStringSubmatchIndex(text, -1)
	for i := len(all) - 1; i >= 0; i-- {
		if at := all[i]; !strings.HasSuffix(text[:at[0]], "ANGLE") && !strings.HasSuffix(text[:at[0]], "SCALE") {
			v, err := strconv.ParseFloat(text[at[2]:at[3]], 64)
			if err != nil || v < 1e-4 || v > 2000 {
				return 0
			}
			return v
		}
	}
	return 0
}

// unitsOfKeys reads GeoTIFF's GTModelType, ProjLinearUnits and VerticalUnits.
func (h *lasHeader) unitsOfKeys(data []byte) {
	vertical := 0.0
	for at := 8; at+8 <= len(data); at += 8 {
		key, where, value := binary.LittleEndian.Uint16(data[at:]), binary.LittleEndian.Uint16(data[at+2:]), binary.LittleEndian.Uint16(data[at+6:])
		if where != 0 {
			continue
		}
		metres := map[uint16]float64{9001: 1, 9002: 0.3048, 9003: 1200.0 / 3937, 9005: 0.3047972654, 9036: 1000}[value]
		switch {
		case key == 1024:
			h.degrees = value == 2
		case key == 3076 && metres > 0:
			h.metres = [3]float64{metres, metres, metres}
		case key == 4099 && metres > 0:
			vertical = metres
		}
	}
	if vertical > 0 {
		h.metres[2] = vertical
	}
}
