package plan_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// marks counts what was found of what is there.
type marks struct{ there, found, false int }

func (m marks) recall() float64    { return float64(m.found) / math.Max(1, float64(m.there)) }
func (m marks) precision() float64 { return float64(m.found) / math.Max(1, float64(m.found+m.false)) }

// match compares openings by their ends, within 15 cm.
func (m *marks) match(want [][2]geom.Vec2, got []plan.Opening) {
	m.there += len(want)
	used := make([]bool, len(want))
	for _, o := range got {
		hit := false
		for i, w := range want {
			mid := w[0].Add(w[1]).Mul(0.5)
			at := o.From.Add(o.To).Mul(0.5)
			at[1] = -at[1]
			if !used[i] && mid.Sub(at).Len() < 0.15 && math.Abs(w[0].Sub(w[1]).Len()-o.Width()) < 0.15 {
				used[i], hit = true, true
				m.found++
				break
			}
		}
		if !hit {
			m.false++
		}
	}
}

// rooms compares areas within 1 %.
func (m *marks) rooms(want []float64, got []plan.Room) {
	m.there += len(want)
	used := make([]bool, len(want))
	for _, r := range got {
		hit := false
		for i, w := range want {
			if !used[i] && math.Abs(w-r.Area) < 0.01*w {
				used[i], hit = true, true
				m.found++
				break
			}
		}
		if !hit {
			m.false++
		}
	}
}

func wallLength(d *plan.Draft) float64 {
	sum := 0.0
	for _, w := range d.Walls {
		sum += w.From.Sub(w.To).Len()
	}
	return sum
}

// styleOf varies the way of drawing with the seed.
func styleOf(seed uint64, sloppy, layers bool) style {
	units := []string{"mm", "cm", "m", "in", "ft"}
	return style{unit: units[seed%5], stated: seed%3 != 0, layers: layers, turn: []float64{0, 0.3, math.Pi / 2, -0.7}[seed/5%4], sloppy: sloppy, jambs: seed%2 == 0, arcs: true, windows: true}
}

func TestHousesAreUnderstood(t *testing.T) {
	for _, c := range []struct {
		name           string
		sloppy, layers bool
		least          float64 // of every recall and precision
	}{
		{"clean, on layers", false, true, 0.99},
		{"sloppy, on layers", true, true, 0.99},
		{"clean, on one layer", false, false, 0.99},
		{"sloppy, on one layer", true, false, 0.97},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rooms, doors, windows marks
			var lengths []float64
			for i := range uint64(100) { // seeds that nothing was tuned on
				seed := rand.New(rand.NewPCG(i, 99)).Uint64()
				h := build(seed, styleOf(seed%1000, c.sloppy, c.layers))
				d := understand(t, h.drawing(t), plan.Options{})
				before := []marks{rooms, doors, windows}
				rooms.rooms(h.rooms, d.Rooms)
				doors.match(h.doors, d.Doors)
				windows.match(h.windows, d.Windows)
				lengths = append(lengths, math.Abs(wallLength(d)/h.walls-1))
				bad := func(a, b marks) bool { return b.there-a.there != b.found-a.found || a.false != b.false }
				if bad(before[0], rooms) || bad(before[1], doors) || bad(before[2], windows) {
					t.Logf("seed %d %s stated %v: rooms %d of %d, doors %d of %d, windows %d of %d", seed, h.style.unit, h.style.stated, len(d.Rooms), len(h.rooms), len(d.Doors), len(h.doors), len(d.Windows), len(h.windows))
				}
				sc := d.Scene()
				if err := sc.Check(); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
				watertight(t, sc)
			}
			slices.Sort(lengths)
			t.Logf("rooms within 1 %%: recall %.3f precision %.3f; doors %.3f %.3f; windows %.3f %.3f; wall length off by %.2f %% in the middle, %.2f %% at most",
				rooms.recall(), rooms.precision(), doors.recall(), doors.precision(), windows.recall(), windows.precision(),
				100*lengths[len(lengths)/2], 100*lengths[len(lengths)-1])
			for what, m := range map[string]marks{"rooms": rooms, "doors": doors, "windows": windows} {
				if m.recall() < c.least || m.precision() < c.least {
					t.Errorf("%s: recall %.3f precision %.3f, want %.2f", what, m.recall(), m.precision(), c.least)
				}
			}
		})
	}
}
