package plan_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// flat is three rooms of 20, 16 and 27.3 m² with four doors and five windows,
// drawn as programs draw.
type flat struct {
	pen
	unit             float64 // of the drawing, to a metre
	x, y             float64 // where it stands, metres
	wall, door, pane string  // layers
	blocks           strings.Builder
}

func (f *flat) at(x, y float64) (float64, float64) { return (x + f.x) * f.unit, (y + f.y) * f.unit }

func (f *flat) seg(layer string, x0, y0, x1, y1 float64) {
	a, b := f.at(x0, y0)
	c, d := f.at(x1, y1)
	f.line(layer, a, b, c, d)
}

// run is a line from lo to hi along x, or y when up, with gaps.
func (f *flat) run(layer string, up bool, off, lo, hi float64, gaps ...float64) {
	for i := 0; i <= len(gaps); i += 2 {
		end := hi
		if i < len(gaps) {
			end = gaps[i]
		}
		if up {
			f.seg(layer, off, lo, off, end)
		} else {
			f.seg(layer, lo, off, end, off)
		}
		if i < len(gaps) {
			lo = gaps[i+1]
		}
	}
}

var flatWays = []struct{ x, y, from, leaf float64 }{{1, 0, 0, 90}, {5.1, 2, 0, 0}, {2, 4.1, 90, 90}, {6, 4.1, 0, 90}}

// draw writes the walls, the panes, and the doors by way, which is given the
// hinge and the angle from which a leaf turns by a quarter.
func (f *flat) draw(way func(x, y, from, leaf float64)) {
	w := f.wall
	f.run(w, false, 0, 0, 5, 1, 1.9)
	f.run(w, false, 0, 5.1, 9.1)
	f.run(w, false, -0.2, -0.2, 9.3, 1, 1.9)
	north := []float64{1, 2.2, 3.5, 4.7, 6, 7.2}
	f.run(w, false, 7.1, 0, 9.1, north...)
	f.run(w, false, 7.3, -0.2, 9.3, north...)
	for _, x := range []float64{-0.2, 9.3} {
		f.run(w, true, x, -0.2, 7.3, 1, 2.2)
	}
	for _, x := range []float64{0, 9.1} {
		f.run(w, true, x, 0, 4, 1, 2.2)
		f.run(w, true, x, 4.1, 7.1)
	}
	f.run(w, true, 5, 0, 4, 2, 2.9)
	f.run(w, true, 5.1, 0, 4, 2, 2.9)
	f.run(w, false, 4, 0, 5, 1.1, 2)
	f.run(w, false, 4, 5.1, 9.1, 6, 6.9)
	f.run(w, false, 4.1, 0, 9.1, 1.1, 2, 6, 6.9)
	for _, x := range []float64{1, 1.9} {
		f.seg(w, x, -0.2, x, 0)
	}
	for _, x := range north {
		f.seg(w, x, 7.1, x, 7.3)
	}
	for _, y := range []float64{1, 2.2} {
		f.seg(w, -0.2, y, 0, y)
		f.seg(w, 9.1, y, 9.3, y)
	}
	for _, y := range []float64{2, 2.9} {
		f.seg(w, 5, y, 5.1, y)
	}
	for _, x := range []float64{1.1, 2, 6, 6.9} {
		f.seg(w, x, 4, x, 4.1)
	}
	for _, off := range []float64{0, 0.08, 0.12, 0.2} {
		for i := 0; i < len(north); i += 2 {
			f.seg(f.pane, north[i], 7.1+off, north[i+1], 7.1+off)
		}
		f.seg(f.pane, off-0.2, 1, off-0.2, 2.2)
		f.seg(f.pane, 9.1+off, 1, 9.1+off, 2.2)
	}
	for _, d := range flatWays {
		way(d.x, d.y, d.from, d.leaf)
	}
	for _, n := range []struct {
		name string
		x, y float64
	}{{"Office", 1.5, 2.6}, {"Kitchen", 7, 2}, {"Hall", 4, 5.5}} {
		x, y := f.at(n.x, n.y)
		f.tags(0, "MTEXT", 8, "0", 10, x, 20, y, 40, 0.25*f.unit, 1, n.name)
	}
}

// leaf is the line of an open leaf.
func (f *flat) leaf(x, y, angle float64) {
	s, c := math.Sincos(angle * math.Pi / 180)
	f.seg(f.door, x, y, x+0.9*c, y+0.9*s)
}

func (f *flat) arc(x, y, from, leaf float64) {
	a, b := f.at(x, y)
	f.tags(0, "ARC", 8, f.door, 10, a, 20, b, 40, 0.9*f.unit, 50, from, 51, from+90)
	f.leaf(x, y, leaf)
}

func (f *flat) text(insunits int) string {
	text := fmt.Sprintf("0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n%d\n0\nENDSEC\n", insunits)
	if f.blocks.Len() > 0 {
		text += "0\nSECTION\n2\nBLOCKS\n" + f.blocks.String() + "0\nENDSEC\n"
	}
	return text + "0\nSECTION\n2\nENTITIES\n" + f.String() + "0\nENDSEC\n0\nEOF\n"
}

// whole puts all that was drawn into a block.
func (f *flat) whole(name string) {
	fmt.Fprintf(&f.blocks, "0\nBLOCK\n8\n0\n2\n%s\n10\n0\n20\n0\n%s0\nENDBLK\n", name, f.String())
	f.Reset()
}

func TestPlansOfOtherPrograms(t *testing.T) {
	ellipse := func(f *flat) func(x, y, from, leaf float64) {
		return func(x, y, from, leaf float64) {
			a, b := f.at(x, y)
			s, c := math.Sincos(from * math.Pi / 180)
			f.tags(0, "ELLIPSE", 8, f.door, 10, a, 20, b, 30, 0, 11, 0.9*c*f.unit, 21, 0.9*s*f.unit, 31, 0, 40, 1, 41, 0, 42, math.Pi/2)
			f.leaf(x, y, leaf)
		}
	}
	bulge := func(f *flat) func(x, y, from, leaf float64) {
		return func(x, y, from, leaf float64) {
			s, c := math.Sincos(from * math.Pi / 180)
			a, b := f.at(x+0.9*c, y+0.9*s)
			d, e := f.at(x-0.9*s, y+0.9*c)
			f.tags(0, "LWPOLYLINE", 8, f.door, 90, 2, 70, 0, 10, a, 20, b, 42, math.Tan(math.Pi/8), 10, d, 20, e)
			f.leaf(x, y, leaf)
		}
	}
	chain := func(f *flat) func(x, y, from, leaf float64) { // exploded to an old polyline of short pieces
		return func(x, y, from, leaf float64) {
			f.tags(0, "POLYLINE", 8, f.door, 66, 1, 70, 0)
			for turn := 0.0; turn <= 90; turn += 9 {
				s, c := math.Sincos((from + turn) * math.Pi / 180)
				a, b := f.at(x+0.9*c, y+0.9*s)
				f.tags(0, "VERTEX", 8, f.door, 10, a, 20, b)
			}
			f.tags(0, "SEQEND", 8, f.door)
			f.leaf(x, y, leaf)
		}
	}
	arc := func(f *flat) func(x, y, from, leaf float64) { return f.arc }
	none := func(f *flat) func(x, y, from, leaf float64) { return func(x, y, from, leaf float64) {} }
	nested := func(f *flat) func(x, y, from, leaf float64) { // a leaf within a door, mirrored where it opens the other way
		u := f.unit
		fmt.Fprintf(&f.blocks, "0\nBLOCK\n8\n0\n2\nSWING\n10\n0\n20\n0\n0\nARC\n8\n0\n10\n0\n20\n0\n40\n%g\n50\n0\n51\n90\n0\nENDBLK\n", 0.9*u)
		fmt.Fprintf(&f.blocks, "0\nBLOCK\n8\n0\n2\nD-09\n10\n%g\n20\n%g\n0\nINSERT\n8\n0\n2\nSWING\n10\n%g\n20\n%g\n0\nLINE\n8\n0\n10\n%g\n20\n%g\n11\n%g\n21\n%g\n0\nENDBLK\n", 2*u, 3*u, 2*u, 3*u, 2*u, 3*u, 2*u, 3.9*u)
		return func(x, y, from, leaf float64) {
			a, b := f.at(x, y)
			turn, mirror := from, 1
			if leaf == from {
				turn, mirror = from+90, -1
			}
			f.tags(0, "INSERT", 8, f.door, 2, "D-09", 10, a, 20, b, 41, 1, 42, mirror, 50, turn)
		}
	}
	layers := func(f *flat) { f.wall, f.door, f.pane = "A-WALL", "A-DOOR", "A-GLAZ" }
	one := func(f *flat) { f.wall, f.door, f.pane = "0", "0", "0" }
	for _, c := range []struct {
		name     string
		unit     float64
		insunits int
		set      func(*flat)
		way      func(*flat) func(x, y, from, leaf float64)
		more     func(*flat)
		storeys  int
	}{
		{"arcs on layers, mm", 1000, 4, layers, arc, nil, 1},
		{"arcs on layers, feet", 1 / 0.3048, 2, layers, arc, nil, 1},
		{"inches not stated", 1 / 0.0254, 0, layers, arc, nil, 1},
		{"millimetres stated as inches", 1000, 1, layers, arc, nil, 1},
		{"all on one layer", 1000, 4, one, arc, nil, 1},
		{"ellipses for arcs", 1000, 4, layers, ellipse, nil, 1},
		{"bulges for arcs, on one layer", 1000, 4, one, bulge, nil, 1},
		{"old polylines for arcs", 1000, 4, layers, chain, nil, 1},
		{"no way of a leaf", 1000, 4, layers, none, nil, 1},
		{"nested and mirrored door blocks with base points", 1000, 4, layers, nested, nil, 1},
		{"layers of a bound drawing", 1000, 4, func(f *flat) { f.wall, f.door, f.pane = "GF$0$A-WALL", "GF$0$A-DOOR", "GF$0$A-GLAZ" }, arc, nil, 1},
		{"German layers", 1000, 4, func(f *flat) { f.wall, f.door, f.pane = "01 Wände tragend", "02 Türen", "03 Fenster" }, arc, nil, 1},
		{"French layers", 1000, 4, func(f *flat) { f.wall, f.door, f.pane = "MURS_PORTEURS", "PORTES", "MENUISERIES EXT" }, arc, nil, 1},
		{"in map coordinates", 1, 6, func(f *flat) { layers(f); f.x, f.y = 500_000, 5_400_000 }, arc, nil, 1},
		{"in map coordinates, mm not stated", 1000, 0, func(f *flat) { layers(f); f.x, f.y = 500_000, 5_400_000 }, arc, nil, 1},
		{"a block in metres, placed turned and larger", 1, 4, layers, arc, func(f *flat) {
			f.whole("GF$0$PLAN")
			f.tags(0, "INSERT", 8, "X-REF", 2, "GF$0$PLAN", 10, 1000, 20, 2000, 41, 1000, 42, 1000, 43, 1000, 50, 30)
		}, 1},
		{"a block seen from behind", 1000, 4, layers, arc, func(f *flat) {
			f.whole("PLAN")
			f.tags(0, "INSERT", 8, "0", 2, "PLAN", 10, 0, 20, 0, 210, 0, 220, 0, 230, -1)
		}, 1},
		{"two storeys beside each other, in columns of a block", 1000, 4, layers, arc, func(f *flat) {
			f.whole("PLAN")
			f.tags(0, "INSERT", 8, "0", 2, "PLAN", 10, 0, 20, 0, 70, 2, 71, 1, 44, 20000)
		}, 2},
		{"frozen walls, paper space and a missing reference", 1000, 4, layers, arc, func(f *flat) {
			f.tags(0, "LINE", 8, "A-WALL-DEMO", 10, 3000, 20, 0, 11, 3000, 21, 4000)
			f.tags(0, "LINE", 8, "A-WALL-DEMO", 10, 3100, 20, 0, 11, 3100, 21, 4000)
			f.tags(0, "LWPOLYLINE", 67, 1, 8, "A-WALL", 90, 4, 70, 1, 10, 0, 20, 0, 10, 420, 20, 0, 10, 420, 20, 297, 10, 0, 20, 297)
			f.tags(0, "INSERT", 8, "0", 2, "SITE-XREF", 10, 0, 20, 0)
		}, 1},
		{"a sheet with its title and tables, all on one layer", 1000, 4, one, arc, func(f *flat) {
			for _, in := range []float64{0, 200} {
				f.loop("0", -5000+in, -3000+in, -5000+13000*math.Sqrt2-in, -3000+in, -5000+13000*math.Sqrt2-in, 10000-in, -5000+in, 10000-in)
			}
			for x := 500.0; x < 2500; x += 700 {
				f.loop("0", x, 5000, x+600, 5000, x+600, 5600, x, 5600)
			}
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &flat{unit: c.unit}
			c.set(f)
			f.draw(c.way(f))
			if c.more != nil {
				c.more(f)
			}
			drawing, err := dxf.Read(context.Background(), "flat.dxf", []byte(f.text(c.insunits)))
			if err != nil {
				t.Fatal(err)
			}
			d := understand(t, drawing, plan.Options{})
			var areas, want []float64
			for _, r := range d.Rooms {
				areas = append(areas, math.Round(10*r.Area)/10)
			}
			for range c.storeys {
				want = append(want, 16, 20, 27.3)
			}
			slices.Sort(areas)
			slices.Sort(want)
			if !slices.Equal(areas, want) || len(d.Doors) != 4*c.storeys || len(d.Windows) != 5*c.storeys {
				t.Errorf("in %s: rooms %v, %d doors, %d windows; want %v, %d, %d; notes %v", d.Unit.Name, areas, len(d.Doors), len(d.Windows), want, 4*c.storeys, 5*c.storeys, drawing.Notes)
			}
			for _, o := range append(d.Doors, d.Windows...) {
				if w := o.Width(); math.Abs(w-0.9) > 0.01 && math.Abs(w-1.2) > 0.01 {
					t.Errorf("%s is %.3f m wide", o.ID, w)
				}
			}
			for _, r := range d.Rooms {
				if r.Name == "" {
					t.Errorf("a room of %.1f m² has no name", r.Area)
				}
			}
			watertight(t, d.Scene())
		})
	}
}

// A wall of straight pieces and an arc closes its room, whatever the chords of
// its two faces are.
func TestARoundWall(t *testing.T) {
	for _, radius := range []float64{2, 3, 8, 25} {
		var p pen
		face := func(out float64) {
			r := radius + out
			p.tags(0, "LWPOLYLINE", 8, "A-WALL", 90, 4, 70, 1, 10, -r, 20, -out, 10, r, 20, -out, 10, r, 20, 4, 42, 1, 10, -r, 20, 4)
		}
		face(0)
		face(0.2)
		d := understand(t, p.read(t, ""), plan.Options{})
		want := 2*radius*4 + math.Pi*radius*radius/2
		if len(d.Rooms) != 1 || math.Abs(d.Rooms[0].Area-want) > 0.01*want {
			t.Errorf("radius %g: %d rooms %v, want one of %.2f m²", radius, len(d.Rooms), d.Rooms, want)
		}
	}
}
