package perceive

import (
	"context"
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// trace is what a model held of one thing through a run.
type trace struct {
	family string
	thing  int
	truth  int // label that it truly has from onset on; 0: none
	of     [][]float32
}

// heard is a run as a model heard it.
type heard struct {
	name            string
	class           string // of its situation; None
	onset, deadline int    // reading
	traces          []trace
}

// unlikely traces are not kept: nothing in them is ever raised.
const unlikely = 0.2

// hear runs a model over a run, without rules.
func (m *Model) hear(ctx context.Context, file string) (*heard, error) {
	s, err := open(file)
	if err != nil {
		return nil, err
	}
	h := &heard{name: s.name, class: None, onset: s.minutes(), deadline: s.minutes()}
	if len(s.truth.Situations) > 0 {
		x := s.truth.Situations[0]
		h.class = x.Class
		h.onset, h.deadline = int(x.Onset.Sub(s.run.At[0]).Minutes()), int(x.Deadline.Sub(s.run.At[0]).Minutes())
	}
	p := New(s.run.Site, m)
	type key struct{ g, t int }
	all := map[key]*trace{}
	for gi, g := range p.groups {
		for ti, t := range g.things {
			tr := &trace{family: g.family.name, thing: ti}
			for _, x := range s.truth.Situations {
				if c, ok := g.family.classOf(t, x.Class, x.Device, x.Detail, x.Remedy); ok {
					for i, l := range g.family.labels() {
						if l == c.label() {
							tr.truth = i
						}
					}
				}
			}
			all[key{gi, ti}] = tr
		}
	}
	err = s.play(ctx, func(k int, st *twin.State, now time.Time) error {
		if s.over(now, 0) {
			return errEnough
		}
		p.memory.read(st, now)
		for gi, g := range p.groups {
			g.score(p.memory)
			for ti := range g.things {
				tr := all[key{gi, ti}]
				row := make([]float32, len(g.part.trees.Classes))
				if len(g.traces[ti]) > 0 {
					for c, v := range g.traces[ti][len(g.traces[ti])-1] {
						row[c] = float32(v)
					}
				} else {
					row[0] = 1
				}
				tr.of = append(tr.of, row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for gi, g := range p.groups {
		for ti := range g.things {
			tr := all[key{gi, ti}]
			keep := tr.truth > 0
			for _, row := range tr.of {
				keep = keep || row[0] < 1-unlikely
			}
			if keep {
				h.traces = append(h.traces, *tr)
			}
		}
	}
	return h, nil
}

// raised is the first reading at which a class of a trace meets a rule; -1: never.
func (t *trace) raised(class int, r Rule, from int) int {
	sum := float32(0)
	for k, row := range t.of {
		sum += row[class]
		if k >= r.Minutes {
			sum -= t.of[k-r.Minutes][class]
		}
		if k >= from && k+1 >= r.Minutes && float64(sum)/float64(r.Minutes) >= r.At {
			return k
		}
	}
	return -1
}

var (
	levels = []float64{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.98}
	spans  = []int{1, 2, 3, 4, 6, 8, 12, 16, 20, 30, 40}
)

// tune sets the rule of each class: that which, of the runs that were held out,
// most are right by, each class weighing the same.
func (m *Model) tune(ctx context.Context, files []string, say func(string, ...any)) error {
	var held []string
	for _, f := range files {
		if heldOut(f) {
			held = append(held, f)
		}
	}
	runs, err := each(ctx, held, every(say, "hearing runs that were held out"), func(f string) (*heard, error) { return m.hear(ctx, f) })
	if err != nil {
		return err
	}
	of := map[string]float64{} // runs of a class
	for _, h := range runs {
		of[h.kind()]++
	}
	for _, f := range families() {
		p := m.parts[f.name]
		if p == nil {
			continue
		}
		for c, label := range f.labels() {
			if c == 0 {
				continue
			}
			longest := patience(runs, f.name, c)
			usable := spans
			for len(usable) > 1 && usable[len(usable)-1] > longest {
				usable = usable[:len(usable)-1]
			}
			grid := make([][]float64, len(usable))
			for i, minutes := range usable {
				grid[i] = make([]float64, len(levels))
				for k, at := range levels {
					for _, h := range runs {
						grid[i][k] += h.worth(f.name, c, Rule{At: at, Minutes: minutes}) / of[h.kind()]
					}
				}
			}
			i, k := plateau(grid, usable)
			best := Rule{At: levels[k], Minutes: usable[i]}
			most := grid[i][k]
			p.rules[label] = best
			say("  %-14s %-40s at %.2f over %2d min: worth %.2f", f.name, label, best.At, best.Minutes, most)
		}
	}
	return nil
}

// patient is the share of the time to decide that a rule may average over.
const patient = 0.2

// patience is the longest that a class may be averaged over, minutes.
func patience(runs []*heard, family string, class int) int {
	for _, h := range runs {
		for _, t := range h.traces {
			if t.family == family && t.truth == class {
				return max(1, int(patient*float64(h.deadline-h.onset)))
			}
		}
	}
	return 1
}

// plateau finds the place of a grid about which, with its neighbours, it is worth
// most: a rule that stands on an edge would fall off it on other runs.
func plateau(grid [][]float64, minutes []int) (row, column int) {
	usual := max(1.5, float64(minutes[len(minutes)-1])/3)
	most := math.Inf(-1)
	for i := range grid {
		for k := range grid[i] {
			sum, n := 0.0, 0.0
			for di := -1; di <= 1; di++ {
				for dk := -2; dk <= 2; dk++ {
					if x, y := i+di, k+dk; x >= 0 && x < len(grid) && y >= 0 && y < len(grid[i]) {
						w := 1 / (1 + math.Abs(float64(di)) + math.Abs(float64(dk)))
						sum += w * grid[x][y]
						n += w
					}
				}
			}
			tie := 0.02 * (math.Abs(levels[k]-0.75) + 0.2*math.Abs(math.Log(float64(minutes[i])/usual)))
			if v := sum/n + grid[i][k] - tie; v > most {
				row, column, most = i, k, v
			}
		}
	}
	return row, column
}

func (h *heard) kind() string { return h.name[:len("home")] + h.class }

// worth of a rule in a run: 1 when it raises what is there in time, less 1 when it
// raises what is not.
func (h *heard) worth(family string, class int, r Rule) float64 {
	v := 0.0
	from := warming
	if family == "gateway" {
		from = warmingLink
	}
	wrong := false
	for i := range h.traces {
		t := &h.traces[i]
		if t.family != family {
			continue
		}
		k := t.raised(class, r, from)
		switch {
		case k < 0:
		case t.truth == class && k >= h.onset:
			if k <= h.deadline {
				v++
			}
		case t.truth > 0 && k > h.deadline || h.class != None && k > h.deadline:
			// after the deadline the run is decided
		default:
			wrong = true
		}
	}
	if wrong {
		v -= 1
	}
	return v
}
