package congestion

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
	"github.com/glasstwin/glasstwin/xai"
)

// Figures of the task.
const (
	ahead     = 10   // minutes that are looked ahead
	past      = 15   // minutes that are looked back
	together  = 3    // heads, at least, that make a crowd
	served    = 0.01 // share of the minutes that a zone is crowded, at least, to be looked at
	fullest   = 0.9  // of a zone's spans, where no zone is ever crowded
	span      = 5    // minutes of such a span
	fewest    = 0.05 // heads, in the mean of a span, that are no crowd anywhere
	shortest  = 60   // minutes of a recording
	zonesMax  = 400  // of a floor
	sideLeast = 3.0  // m of a zone
	footprint = 0.5  // m, of the squares that tell where people can walk at all
)

// areaC is the area per person below which a walkway is at Fruin's level of service C
// or worse, m²: nobody chooses their pace freely any more ("Pedestrian Planning and
// Design", 1971).
const areaC = 2.323

// columns are what is read of a zone at the end of a minute.
var columns = []xai.Column{
	{Name: "heads now", Unit: "heads"},
	{Name: "heads, last 5 min", Unit: "heads"},
	{Name: "heads, last 15 min", Unit: "heads"},
	{Name: "fullest of the last 10 min", Unit: "heads"},
	{Name: "minutes crowded of the last 10", Unit: "min"},
	{Name: "expected in 2 min", Unit: "heads"},
	{Name: "expected in 5 min", Unit: "heads"},
	{Name: "expected in 10 min", Unit: "heads"},
	{Name: "heads that make a crowd here", Unit: "heads"},
	{Name: "usually crowded"},
	{Name: "beside it now", Unit: "heads"},
	{Name: "on the floor now", Unit: "heads"},
	{Name: "came in the last 5 min", Unit: "heads"},
	{Name: "came in the 10 min before", Unit: "heads"},
	{Name: "since the recording began", Unit: "min"},
}

const (
	columnCrowded = 4
	columnUsual   = 9
)

// day is one recording, or a part of one, in minutes.
type day struct {
	name string
	list []twin.Trajectory
	from int // minute
	to   int
}

func readDays(ctx context.Context, dir, pattern string, progress func(string, ...any)) ([]day, error) {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s holds no file %s: %w", dir, pattern, os.ErrNotExist)
	}
	slices.Sort(files)
	var days []day
	for _, path := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		rec, err := tracks.Read(filepath.Base(path), f, tracks.Options{})
		f.Close()
		if err != nil {
			return nil, err
		}
		d := dayOf(filepath.Base(path), rec.People)
		if !rec.Timed || d.to < shortest {
			return nil, fmt.Errorf("%s lasts %d minutes: give recordings with times, of an hour at least", d.name, d.to)
		}
		progress("%s: %d people in %d minutes", d.name, len(d.list), d.to)
		days = append(days, d)
	}
	return days, nil
}

func dayOf(name string, ways []twin.Trajectory) day {
	d := day{name: name, list: ways}
	for _, p := range ways {
		if n := len(p.Fixes); n > 0 {
			d.to = max(d.to, int(p.Fixes[n-1].T/60))
		}
	}
	return d
}

// firstHours tells of a name that it is of the part of a day that was learnt from.
const firstHours = ", first hours"

// split holds the later half of the days back, or the last two fifths of one day.
func split(days []day) (learn, held []day) {
	if len(days) > 1 {
		n := (len(days) + 1) / 2
		return days[:n], days[n:]
	}
	a, b := days[0], days[0]
	cut := a.from + (a.to-a.from)*3/5
	a.to, b.from = cut, cut+ahead
	a.name, b.name = a.name+firstHours, b.name+", later hours"
	return []day{a}, []day{b}
}

// unseen are the days to judge on: all, where a model learnt on none of them.
func unseen(days []day, learnt []string) []day {
	if !slices.ContainsFunc(days, func(d day) bool {
		return slices.Contains(learnt, d.name) || slices.Contains(learnt, d.name+firstHours)
	}) {
		return days
	}
	_, held := split(days)
	return held
}

func people(days []day) (n int) {
	for _, d := range days {
		n += len(d.list)
	}
	return n
}

func hours(days []day) (h float64) {
	for _, d := range days {
		h += float64(d.to-d.from) / 60
	}
	return h
}

func groups(days []day) []string {
	var out []string
	for _, d := range days {
		out = append(out, d.name)
	}
	return out
}

// floor is how a floor is cut, and what was usual where it was learnt.
type floor struct {
	X, Z    float64 // of its corner, metres
	Side    float64 // of a zone
	NX, NZ  int
	Service bool // crowded is a level of service; else the fullest minutes of each zone
	Zones   []zone
	Usual   float64 // share of moments after which it is crowded
	Course  *course
}

// zone is a square that people are in.
type zone struct {
	Square  int
	Area    float64 // m² that people walk on
	Crowded float64 // heads, in the mean of a minute, from which on it is crowded
	Usual   float64 // share of the minutes that it was
}

func (f *floor) check() error {
	if !(f.Side > 0) || f.NX < 1 || f.NZ < 1 || f.NX > zonesMax || f.NZ > zonesMax || len(f.Zones) == 0 || len(f.Zones) > zonesMax {
		return fmt.Errorf("the floor has %d by %d squares of %g m and %d zones: train it again", f.NX, f.NZ, f.Side, len(f.Zones))
	}
	if err := f.Course.check(f.NX * f.NZ); err != nil {
		return err
	}
	for _, z := range f.Zones {
		if z.Square < 0 || z.Square >= f.NX*f.NZ {
			return fmt.Errorf("zone %d is none of %d by %d: train it again", z.Square, f.NX, f.NZ)
		}
	}
	return nil
}

// mostly is the share of crowded minutes from which on a zone is one of the more
// crowded half.
func (f *floor) mostly() float64 {
	var list []float64
	for _, z := range f.Zones {
		list = append(list, z.Usual)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// name is that of a square on the plan, as on a chessboard.
func (f *floor) name(square int) string {
	return fmt.Sprintf("%c%d", 'A'+rune(square%f.NX%26), 1+square/f.NX)
}

// layFloor cuts the floor of the days that are learnt from.
func layFloor(days []day) *floor {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, d := range days {
		for _, p := range d.list {
			for _, x := range p.Fixes {
				lo = [2]float64{min(lo[0], x.X), min(lo[1], x.Z)}
				hi = [2]float64{max(hi[0], x.X), max(hi[1], x.Z)}
			}
		}
	}
	f := &floor{X: lo[0], Z: lo[1], Side: max(sideLeast, math.Sqrt((hi[0]-lo[0])*(hi[1]-lo[1])/60))}
	f.NX, f.NZ = 1+int((hi[0]-lo[0])/f.Side), 1+int((hi[1]-lo[1])/f.Side)
	areas := f.areas(days)
	f.Service = true
	f.cut(f.all(days), areas, func(s int, _ []float64) float64 { return max(together, areas[s]/areaC) })
	if len(f.Zones) == 0 { // it is never crowded: what is full for each zone is foretold
		f.Service = false
		f.cut(f.all(days), areas, func(_ int, sorted []float64) float64 { return sorted[int(fullest*float64(len(sorted)-1))] })
	}
	f.Course = f.learnCourse(days)
	return f
}

// all are the heads of each square in each minute, or in each span.
func (f *floor) all(days []day) [][]float64 {
	all := make([][]float64, f.NX*f.NZ)
	for _, d := range days {
		c := f.count(d)
		for s := range all {
			if f.Service {
				all[s] = append(all[s], c.heads[s][d.from:d.to]...)
				continue
			}
			for m := d.from; m+span <= d.to; m++ {
				all[s] = append(all[s], mean(c.heads[s][m:m+span]))
			}
		}
	}
	return all
}

// cut makes zones of the squares that are crowded often enough.
func (f *floor) cut(all [][]float64, areas []float64, from func(square int, sorted []float64) float64) {
	for s, list := range all {
		z := zone{Square: s, Area: areas[s], Crowded: from(s, slices.Sorted(slices.Values(list)))}
		if z.Crowded < fewest {
			continue // hardly anybody is ever there
		}
		for _, v := range list {
			if f.crowded(z, v) {
				z.Usual += 1 / float64(len(list))
			}
		}
		if z.Usual >= served {
			f.Zones = append(f.Zones, z)
		}
	}
}

// crowded tells whether so many heads are a crowd.
func (f *floor) crowded(z zone, heads float64) bool {
	return f.Service && heads >= z.Crowded || !f.Service && heads > z.Crowded
}

// comes tells whether a zone is crowded after minute m, of its heads by minute: at
// some minute of the next ten, or over the span ten minutes ahead.
func (f *floor) comes(z zone, heads []float64, m int) bool {
	if f.Service {
		return f.crowded(z, slices.Max(heads[m+1:m+1+ahead]))
	}
	from := m + ahead - span/2
	return f.crowded(z, mean(heads[from:from+span]))
}

// was is how many minutes of the last ten a zone was crowded, or whether it was over
// the last span.
func (f *floor) was(z zone, heads []float64, m int) (minutes float64) {
	if !f.Service {
		if f.crowded(z, mean(heads[m+1-span:m+1])) {
			minutes = 1
		}
		return minutes
	}
	for _, v := range heads[m+1-ahead : m+1] {
		if f.crowded(z, v) {
			minutes++
		}
	}
	return minutes
}

// areas are the square metres of each square on which people were seen to walk:
// where fixtures stand nobody ever does.
func (f *floor) areas(days []day) []float64 {
	type cell [2]int
	seen := map[cell]bool{}
	out := make([]float64, f.NX*f.NZ)
	for _, d := range days {
		for _, p := range d.list {
			for _, x := range p.Fixes {
				c := cell{int((x.X - f.X) / footprint), int((x.Z - f.Z) / footprint)}
				if seen[c] {
					continue
				}
				seen[c] = true
				i, k := int((x.X-f.X)/f.Side), int((x.Z-f.Z)/f.Side)
				if i >= 0 && k >= 0 && i < f.NX && k < f.NZ {
					out[k*f.NX+i] += footprint * footprint
				}
			}
		}
	}
	return out
}

// counts are heads by square and minute, and who came in.
type counts struct {
	heads [][]float64
	all   []float64
	came  []float64
}

func (f *floor) count(d day) counts {
	c := counts{heads: make([][]float64, f.NX*f.NZ), all: make([]float64, d.to+1), came: make([]float64, d.to+1)}
	for s := range c.heads {
		c.heads[s] = make([]float64, d.to+1)
	}
	for _, p := range d.list {
		if m := int(p.Fixes[0].T / 60); m <= d.to {
			c.came[m]++
		}
		for i := range p.Fixes[1:] {
			a, b := p.Fixes[i], p.Fixes[i+1]
			m := int(a.T / 60)
			if m > d.to {
				break
			}
			heads := min(5, b.T-a.T) / 60 // a silence is no stay
			c.all[m] += heads
			x, z := int((a.X-f.X)/f.Side), int((a.Z-f.Z)/f.Side)
			if a.X >= f.X && a.Z >= f.Z && x < f.NX && z < f.NZ {
				c.heads[z*f.NX+x][m] += heads
			}
		}
	}
	return c
}

// table has a row for each zone and minute.
func (f *floor) table(days []day) *xai.Table {
	t := &xai.Table{Columns: columns, Classes: classes}
	for _, d := range days {
		c := f.count(d)
		in := inside(d)
		for m := d.from + past; m+ahead+span/2 < d.to; m++ {
			came := 5 * mean(c.came[m-4:m+1])
			before := 10 * mean(c.came[m-14:m-4])
			expected := f.expected(f.Course, d, m, in[m], (came+before)/15)
			for _, z := range f.Zones {
				h := c.heads[z.Square]
				beside := 0.0
				for dz := -1; dz <= 1; dz++ {
					for dx := -1; dx <= 1; dx++ {
						x, y := z.Square%f.NX+dx, z.Square/f.NX+dz
						if (dx != 0 || dz != 0) && x >= 0 && y >= 0 && x < f.NX && y < f.NZ {
							beside += c.heads[y*f.NX+x][m]
						}
					}
				}
				t.Rows = append(t.Rows, []float64{h[m], mean(h[m-4 : m+1]), mean(h[m-14 : m+1]), slices.Max(h[m-ahead+1 : m+1]), f.was(z, h, m),
					expected[0][z.Square], expected[1][z.Square], expected[2][z.Square], z.Crowded, z.Usual, beside, c.all[m], came, before, float64(m)})
				label := 0
				if f.comes(z, h, m) {
					label = 1
				}
				t.Labels = append(t.Labels, label)
				t.Groups = append(t.Groups, fmt.Sprintf("%s, hour %d", d.name, m/60))
			}
		}
	}
	return t
}

func mean(list []float64) (m float64) {
	for _, v := range list {
		m += v / float64(len(list))
	}
	return m
}

func share(t *xai.Table) float64 {
	n := 0
	for _, l := range t.Labels {
		n += l
	}
	return float64(n) / math.Max(1, float64(len(t.Labels)))
}

// tally counts one group's moments: quiet and crowded ones, and how many of each
// were told rightly.
type tally [2][2]float64

func (a tally) balanced() float64 {
	return (a[0][1]/math.Max(1, a[0][0]) + a[1][1]/math.Max(1, a[1][0])) / 2
}

func tallies(told []bool, t *xai.Table) map[string]tally {
	out := map[string]tally{}
	for i, say := range told {
		c := out[t.Groups[i]]
		c.add(t.Labels[i], say)
		out[t.Groups[i]] = c
	}
	return out
}

// interval draws whole hours with replacement (Efron 1979): moments of one hour
// depend on each other.
func interval(n int, names []string, of func(drawn []string) float64) (low, high float64) {
	rng := rand.New(rand.NewPCG(7, 7))
	list := make([]float64, n)
	drawn := make([]string, len(names))
	for i := range list {
		for k := range drawn {
			drawn[k] = names[rng.IntN(len(names))]
		}
		list[i] = of(drawn)
	}
	slices.Sort(list)
	return list[n*25/1000], list[n*975/1000]
}

func sum(of map[string]tally, names []string) (all tally) {
	for _, n := range names {
		c := of[n]
		for a := range 2 {
			for b := range 2 {
				all[a][b] += c[a][b]
			}
		}
	}
	return all
}

func sortedGroups(of map[string]tally) []string {
	var names []string
	for n := range of {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

const draws = 1000

func balanced(name string, told []bool, t *xai.Table) study.Tested {
	of := tallies(told, t)
	names := sortedGroups(of)
	low, high := interval(draws, names, func(drawn []string) float64 { return sum(of, drawn).balanced() })
	return study.Tested{Name: name, Metric: "balanced accuracy", Value: sum(of, names).balanced(), Low95: low, High95: high, N: len(told)}
}

// better is by how much one is better than the other, hour by hour the same.
func better(name string, told, other []bool, t *xai.Table) study.Tested {
	a, b := tallies(told, t), tallies(other, t)
	names := sortedGroups(a)
	gain := func(list []string) float64 { return sum(a, list).balanced() - sum(b, list).balanced() }
	low, high := interval(draws, names, gain)
	return study.Tested{Name: name, Metric: "balanced accuracy", Value: gain(names), Low95: low, High95: high, N: len(told)}
}
