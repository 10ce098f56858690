package page

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// ScanFile is the file of the points, which the page fetches when they are first
// asked for. Of n points it holds, one list after another and little-endian:
// places (3n uint16), what they lie on (n uint16; k stands for Entities[k-1], 0
// for nothing), deviations (n int8, ±127 is Full) and, where Coloured, colours
// (3n uint8, sRGB).
const ScanFile = "scan.bin"

// scanMost is how many points a phone is asked to fetch and draw.
const scanMost = 300_000

// Scan tells of the points of a scan that lie over the twin.
type Scan struct {
	Points   int       `json:"points"`
	Coloured bool      `json:"coloured"`
	Min      geom.Vec3 `json:"min"`      // place of (0, 0, 0), metres
	Step     float64   `json:"step"`     // metres of one count
	Diameter float64   `json:"diameter"` // of a point, metres
	Full     float64   `json:"full"`     // deviation at the ends of the palette, mm
	Median   float64   `json:"median"`   // of the distances without sign, mm
	Within   float64   `json:"within"`   // 0..1: share of the points within 50 mm
	Entities []string  `json:"entities"`
}

// DescribeScan says how a scan lies over its twin, and gives its points as they
// stand in ScanFile.
func DescribeScan(s *app.Scan) (*Scan, []byte) {
	p := s.Points
	n := min(p.Len(), scanMost) // they come in an order of which every beginning is an even sample
	box := geom.EmptyBox()
	at := func(i int) geom.Vec3 {
		return geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
	}
	for i := range n {
		box = box.Add(at(i))
	}
	t := &Scan{Points: n, Coloured: len(p.Colors) > 0, Diameter: p.Diameter(n), Full: s.FullMM, Median: s.All.MedianMM, Within: s.All.Within, Entities: append([]string{}, p.Entities...)}
	if n == 0 {
		return t, nil
	}
	size := box.Size()
	t.Min, t.Step = box.Min, math.Max(max(size[0], size[1], size[2])/math.MaxUint16, 1e-6)
	var out bytes.Buffer
	le := binary.LittleEndian
	for i := range n {
		q := at(i).Sub(box.Min).Mul(1 / t.Step)
		for _, v := range q {
			out.Write(le.AppendUint16(nil, uint16(math.Min(math.MaxUint16, math.Round(v)))))
		}
	}
	for i := range n {
		on := uint16(0)
		if len(p.Nearest) > 0 {
			on = p.Nearest[i]
		}
		out.Write(le.AppendUint16(nil, on))
	}
	for _, mm := range p.Values[:n] {
		out.WriteByte(uint8(int8(math.Round(127 * math.Max(-1, math.Min(1, float64(mm)/s.FullMM))))))
	}
	if t.Coloured {
		out.Write(p.Colors[:3*n])
	}
	return t, out.Bytes()
}
