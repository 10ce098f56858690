package plan_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// house is a drawing whose contents are known.
type house struct {
	rooms   []float64 // areas
	names   []string
	walls   float64 // metres of centre lines
	doors   [][2]geom.Vec2
	windows [][2]geom.Vec2
	style   style
	text    string
}

// style is how a house is drawn.
type style struct {
	unit    string  // "mm", "in", …
	stated  bool    // in $INSUNITS
	layers  bool    // named ones
	turn    float64 // radians
	sloppy  bool    // gaps of a centimetre or two, overlaps, duplicates
	jambs   bool    // lines across the wall at openings
	arcs    bool    // doors show the way of their leaf
	windows bool
}

// author writes entities in metres, turned and scaled.
type author struct {
	strings.Builder
	rng   *rand.Rand
	style style
	to    func(geom.Vec2) geom.Vec2
	scale float64
}

func (a *author) layer(name string) string {
	if a.style.layers {
		return name
	}
	return "0"
}

func (a *author) line(layer string, p, q geom.Vec2) {
	if a.style.sloppy && layer == a.layer("A-WALL") {
		d := q.Sub(p)
		if l := d.Len(); l > 0.5 {
			d = d.Mul(1 / l)
			switch a.rng.IntN(4) {
			case 0: // cut in two that overlap
				m := p.Add(d.Mul(l * 0.4))
				a.bare(layer, p, m.Add(d.Mul(0.1)))
				p = m
			case 1: // cut in two that do not meet
				m := p.Add(d.Mul(l * 0.6))
				a.bare(layer, p, m.Sub(d.Mul(0.015)))
				p = m
			case 2: // twice
				a.bare(layer, p, q)
			}
			if a.rng.IntN(3) == 0 { // short of the corner, or beyond
				q = q.Sub(d.Mul(0.04 * (a.rng.Float64() - 0.5)))
			}
		}
	}
	if a.style.sloppy { // not quite where it should be
		jitter := func(v geom.Vec2) geom.Vec2 {
			return v.Add(geom.Vec2{0.005 * (a.rng.Float64() - 0.5), 0.005 * (a.rng.Float64() - 0.5)})
		}
		p, q = jitter(p), jitter(q)
	}
	a.bare(layer, p, q)
}

func (a *author) bare(layer string, p, q geom.Vec2) {
	p, q = a.to(p), a.to(q)
	fmt.Fprintf(a, "0\nLINE\n8\n%s\n10\n%.9g\n20\n%.9g\n11\n%.9g\n21\n%.9g\n", layer, p[0], p[1], q[0], q[1])
}

func (a *author) arc(layer string, c geom.Vec2, r, from, to float64) {
	at := a.to(c)
	deg := 180 / math.Pi
	fmt.Fprintf(a, "0\nARC\n8\n%s\n10\n%.9g\n20\n%.9g\n40\n%.9g\n50\n%.9g\n51\n%.9g\n", layer, at[0], at[1], r*a.scale, (from+a.style.turn)*deg, (to+a.style.turn)*deg)
}

// build draws columns of rooms of their own heights behind each other: walls
// meet in corners, T and across.
func build(seed uint64, st style) house {
	rng := rand.New(rand.NewPCG(seed, 7))
	u, _ := dxf.UnitByName(st.unit)
	a := &author{rng: rng, style: st, scale: 1 / u.Metres}
	turn := mgl64.Rotate2D(st.turn)
	a.to = func(p geom.Vec2) geom.Vec2 { return turn.Mul2x1(p).Mul(a.scale) }
	h := house{style: st}
	outer, inner := 0.2+0.05*float64(rng.IntN(4)), 0.1+0.02*float64(rng.IntN(4))
	columns := 1 + rng.IntN(4)
	depth := 6 + 6*rng.Float64()
	var xs []float64 // inner faces: rooms lie between xs[2i] and xs[2i+1]
	x := 0.0
	var rows [][]float64
	for range columns {
		w := 2.8 + 3*rng.Float64()
		xs = append(xs, x, x+w)
		x += w + inner
		n := 1 + rng.IntN(3)
		ys, y, each := []float64{}, 0.0, (depth-inner*float64(n-1))/float64(n)
		for r := range n {
			e := each
			if n > 1 { // no two walls end opposite each other within a hand
				e += (0.35*float64(r%2) - 0.17) * float64(1+len(rows)%2)
			}
			if r == n-1 {
				e = depth - y
			}
			ys = append(ys, y, y+e)
			y += e + inner
		}
		rows = append(rows, ys)
	}
	width := xs[len(xs)-1]
	wall := a.layer("A-WALL")
	o := outer
	h.walls = 2*(width+o) + 2*(depth+o)
	south, north := []cutting{}, []cutting{}
	sides := make([][]cutting, columns+1) // uprights: the left one of each column, and the last right
	within := make([][][]cutting, columns)
	opening := func(lo, hi, w float64) (cutting, bool) {
		if hi-lo < w+0.5 {
			return cutting{}, false
		}
		s := lo + 0.25 + (hi-lo-w-0.5)*rng.Float64()
		return cutting{s, s + w}, true
	}
	door := func(hinge, end geom.Vec2, side geom.Vec2, t float64) {
		h.doors = append(h.doors, [2]geom.Vec2{hinge, end})
		if !st.arcs {
			return
		}
		layer := a.layer("A-DOOR")
		d := end.Sub(hinge)
		r := d.Len()
		at := hinge.Add(side.Mul(t / 2))
		from := math.Atan2(d[1], d[0])
		to := math.Atan2(side[1], side[0])
		if math.Mod(to-from+4*math.Pi, 2*math.Pi) > math.Pi {
			from, to = to, from
		}
		a.arc(layer, at, r, from, to)
		a.bare(layer, at, at.Add(side.Mul(r)))
	}
	window := func(p, q geom.Vec2, t float64) {
		h.windows = append(h.windows, [2]geom.Vec2{p, q})
		d := q.Sub(p).Normalize()
		n := geom.Vec2{-d[1], d[0]}
		for _, off := range []float64{-t / 2, -0.02, 0.02, t / 2} {
			a.bare(a.layer("A-GLAZ"), p.Add(n.Mul(off)), q.Add(n.Mul(off)))
		}
	}
	for c := range columns {
		lo, hi := xs[2*c], xs[2*c+1]
		if c > 0 {
			h.walls += depth + o
		}
		for r := 0; 2*r < len(rows[c]); r++ {
			h.rooms = append(h.rooms, (hi-lo)*(rows[c][2*r+1]-rows[c][2*r]))
			name := fmt.Sprintf("Room %c%d", 'A'+c, r+1)
			h.names = append(h.names, name)
			at := a.to(geom.Vec2{lo + 0.3, (rows[c][2*r] + rows[c][2*r+1]) / 2})
			fmt.Fprintf(a, "0\nTEXT\n8\n%s\n10\n%.9g\n20\n%.9g\n40\n%.9g\n1\n%s\n", a.layer("A-TEXT"), at[0], at[1], 0.2*a.scale, name)
		}
		// A door and a window in the outer wall of each end of the column.
		if k, ok := opening(lo, hi, 0.8+0.2*rng.Float64()); ok && c == 0 {
			south = append(south, k)
			door(geom.Vec2{k.lo, -o / 2}, geom.Vec2{k.hi, -o / 2}, geom.Vec2{0, 1}, o)
		} else if ok && st.windows {
			south = append(south, k)
			window(geom.Vec2{k.lo, -o / 2}, geom.Vec2{k.hi, -o / 2}, o)
		}
		if k, ok := opening(lo, hi, 1+rng.Float64()); ok && st.windows {
			north = append(north, k)
			window(geom.Vec2{k.lo, depth + o/2}, geom.Vec2{k.hi, depth + o/2}, o)
		}
		// Doors between rooms behind each other.
		for r := 1; 2*r < len(rows[c]); r++ {
			h.walls += hi - lo + inner/2
			if c == 0 || c == columns-1 {
				h.walls += o / 2
			} else {
				h.walls += inner / 2
			}
			if columns == 1 {
				h.walls += (o - inner) / 2
			}
			var cuts []cutting
			y := rows[c][2*r] - inner/2
			if k, ok := opening(lo, hi, 0.7+0.3*rng.Float64()); ok {
				cuts = append(cuts, k)
				if rng.IntN(2) == 0 {
					door(geom.Vec2{k.lo, y}, geom.Vec2{k.hi, y}, geom.Vec2{0, 1}, inner)
				} else {
					door(geom.Vec2{k.hi, y}, geom.Vec2{k.lo, y}, geom.Vec2{0, -1}, inner)
				}
			}
			within[c] = append(within[c], cuts)
		}
		// A door to the column before.
		if c > 0 {
			x := lo - inner/2
			ys := rows[c]
			r := rng.IntN(len(ys) / 2)
			if k, ok := opening(ys[2*r], ys[2*r+1], 0.75+0.2*rng.Float64()); ok && !nearCross(rows[c-1], k.lo, k.hi, inner) {
				sides[c] = append(sides[c], k)
				door(geom.Vec2{x, k.lo}, geom.Vec2{x, k.hi}, geom.Vec2{1, 0}, inner)
			}
		}
	}
	// Faces: each between the breaks that openings and other walls make.
	face := func(p, d geom.Vec2, lo, hi float64, cuts []cutting) {
		at := lo
		for _, k := range cuts {
			if k.lo > at+1e-6 {
				a.line(wall, p.Add(d.Mul(at)), p.Add(d.Mul(k.lo)))
			}
			at = k.hi
		}
		if hi > at+1e-6 {
			a.line(wall, p.Add(d.Mul(at)), p.Add(d.Mul(hi)))
		}
	}
	jambs := func(p, d, n geom.Vec2, t float64, cuts []cutting) {
		if st.jambs {
			for _, k := range cuts {
				for _, u := range []float64{k.lo, k.hi} {
					q := p.Add(d.Mul(u))
					a.bare(wall, q, q.Add(n.Mul(t)))
				}
			}
		}
	}
	ex, ey := geom.Vec2{1, 0}, geom.Vec2{0, 1}
	face(geom.Vec2{0, -o}, ex, -o, width+o, south)
	face(geom.Vec2{0, depth + o}, ex, -o, width+o, north)
	jambs(geom.Vec2{0, -o}, ex, ey, o, south)
	jambs(geom.Vec2{0, depth}, ex, ey, o, north)
	face(geom.Vec2{-o, 0}, ey, -o, depth+o, nil)
	face(geom.Vec2{width + o, 0}, ey, -o, depth+o, nil)
	for c := range columns {
		lo, hi := xs[2*c], xs[2*c+1]
		face(geom.Vec2{}, ex, lo, hi, clip(south, lo, hi))
		face(geom.Vec2{0, depth}, ex, lo, hi, clip(north, lo, hi))
		for r := 0; 2*r < len(rows[c]); r++ {
			y0, y1 := rows[c][2*r], rows[c][2*r+1]
			face(geom.Vec2{lo, 0}, ey, y0, y1, clip(sides[c], y0, y1))
			if c+1 < columns {
				face(geom.Vec2{hi, 0}, ey, y0, y1, clip(sides[c+1], y0, y1))
			} else {
				face(geom.Vec2{hi, 0}, ey, y0, y1, nil)
			}
			if r > 0 {
				face(geom.Vec2{0, y0}, ex, lo, hi, within[c][r-1])
				face(geom.Vec2{0, y0 - inner}, ex, lo, hi, within[c][r-1])
				jambs(geom.Vec2{0, y0 - inner}, ex, ey, inner, within[c][r-1])
			}
		}
		jambs(geom.Vec2{lo - inner, 0}, ey, ex, inner, sides[c])
	}
	units := ""
	if st.stated {
		units = fmt.Sprintf("9\n$INSUNITS\n70\n%d\n", map[string]int{"in": 1, "ft": 2, "mm": 4, "cm": 5, "m": 6}[st.unit])
	}
	if st.unit == "in" || st.unit == "ft" {
		units += "9\n$MEASUREMENT\n70\n0\n"
	}
	h.text = "0\nSECTION\n2\nHEADER\n" + units + "0\nENDSEC\n0\nSECTION\n2\nENTITIES\n" + a.String() + "0\nENDSEC\n0\nEOF\n"
	for i := range h.doors {
		h.doors[i] = [2]geom.Vec2{turn.Mul2x1(h.doors[i][0]), turn.Mul2x1(h.doors[i][1])}
	}
	for i := range h.windows {
		h.windows[i] = [2]geom.Vec2{turn.Mul2x1(h.windows[i][0]), turn.Mul2x1(h.windows[i][1])}
	}
	return h
}

// nearCross tells whether an opening would stand where a wall of the other side
// meets.
func nearCross(ys []float64, lo, hi, t float64) bool {
	for r := 1; 2*r < len(ys); r++ {
		if ys[2*r] > lo-0.25 && ys[2*r]-t < hi+0.25 {
			return true
		}
	}
	return false
}

// cutting is an opening along a wall.
type cutting struct{ lo, hi float64 }

func clip(cuts []cutting, lo, hi float64) []cutting {
	var o []cutting
	for _, k := range cuts {
		if k.lo >= lo && k.hi <= hi {
			o = append(o, k)
		}
	}
	return o
}

func (h house) drawing(t testing.TB) *dxf.Drawing {
	t.Helper()
	d, err := dxf.Read(context.Background(), "house.dxf", []byte(h.text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
