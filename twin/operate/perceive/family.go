package perceive

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// None is the class of what has nothing.
const None = "none"

// family is a kind of thing: where it is found in a site, what can be the matter
// with it, and what is computed of it.
type family struct {
	name    string
	sites   []string // kinds of site that it can stand in, of those that runs are recorded of
	classes []class  // None apart
	find    func(site *twin.Site, m *memory) []*thing
	of      func(m *memory, t *thing, r *row)
	each    bool     // its features must be computed every minute: it keeps a past of its own
	like    []string // columns that are told against the median of the thing's kind too
	alike   []string // situations of other families that look most like its own

	// rests tells of a thing that has not worked lately, and so shows nothing of how well it does;
	// nil: what it is shows at any time.
	rests func(m *memory, t *thing) bool

	// weigh corrects what the model says of a thing now, where there is a better witness; nil:
	// there is none.
	weigh func(m *memory, t *thing, labels []string, p []float64)
}

// class is a situation that a family can have.
type class struct {
	Name   string // "door-ajar"
	Part   string // of the device that is its cause
	Detail string // what its remedy must know; it is part of the class as the model tells them apart
}

func (c class) label() string {
	if c.Detail == "" {
		return c.Name
	}
	return c.Name + "/" + c.Detail
}

// thing is one of a family.
type thing struct {
	asset   twin.AssetID            // that its situation is told at
	roots   map[string]twin.AssetID // by class, where that is another one
	kind    string                  // things of one kind are compared
	number  int
	detail  string // of its situations
	near    map[string]twin.AssetID
	corners [4]float64 // of a lane: x0, z0, x1, z1
	lane    *watched   // of a lane: who was seen in it
	floor   *walkers   // of a lane: who is followed on its floor
}

func (t *thing) root(class string) twin.AssetID {
	if a, ok := t.roots[class]; ok {
		return a
	}
	return t.asset
}

// row collects the features of one thing. The first row of a family declares its
// columns.
type row struct {
	columns []xai.Column
	values  []float64
	declare bool
}

// add gives the row one more feature; signal is the name, in its class, of the
// signal that it is seen in, or "asset/signal" of another's.
func (r *row) add(name, unit, signal string, v float64) {
	if r.declare {
		r.columns = append(r.columns, xai.Column{Name: name, Unit: unit, Source: signal})
	}
	if math.IsInf(v, 0) {
		v = math.NaN()
	}
	r.values = append(r.values, v)
}

// unknown tells that nothing can be said of a thing now: nothing is heard of it, who is
// in a lane was looked at too seldom, or it does not work.
func (f *family) unknown(m *memory, t *thing) bool {
	if f.each && (t.lane == nil || math.IsNaN(t.lane.all.now())) {
		return true
	}
	if f.rests != nil && f.rests(m, t) {
		return true
	}
	if f.name == Links {
		return m.deaf()
	}
	a := m.assets[t.asset]
	return a != nil && a.silent()
}

// columns of a family: those of its features, then those against its kind.
func (f *family) columns() []xai.Column {
	r := &row{declare: true}
	f.of(newMemory(&twin.Site{}), &thing{near: map[string]twin.AssetID{}}, r)
	for _, name := range f.like {
		for _, c := range r.columns {
			if c.Name == name {
				r.columns = append(r.columns, xai.Column{Name: name + likeSuffix, Unit: c.Unit, Source: c.Source})
				break
			}
		}
	}
	return r.columns
}

const likeSuffix = ", against its kind"

// rows are the features of all things of a family now.
func (f *family) rows(m *memory, things []*thing, columns []xai.Column) [][]float64 {
	out := make([][]float64, len(things))
	for i, t := range things {
		r := &row{values: make([]float64, 0, len(columns))}
		f.of(m, t, r)
		out[i] = r.values
	}
	if len(f.like) == 0 {
		return out
	}
	at := make([]int, len(f.like))
	for k, name := range f.like {
		for j, c := range columns {
			if c.Name == name {
				at[k] = j
				break
			}
		}
	}
	scratch := make([]float64, 0, len(things))
	for i, t := range things {
		for _, j := range at {
			scratch = scratch[:0]
			for k, o := range things {
				if k != i && o.kind == t.kind {
					scratch = append(scratch, out[k][j])
				}
			}
			out[i] = append(out[i], out[i][j]-median(scratch))
		}
	}
	return out
}

// families of every site.
func families() []*family {
	return []*family{cabinets(), racks(), airHandlers(), climateSensors(), lightZones(), floors(), aisles(), tariffs(), outdoors(), gateways(),
		rooms(), radiators(), windows(), heatPumps(), chargers(), batteries(), shading(), ventilation(), hotWater()}
}

// Situation is one that can be told, with the part of its root cause.
type Situation struct{ Name, Part string }

// Classes are the situations that can be told of a kind of site, "store" or "home",
// each once.
func Classes(site string) []Situation {
	var out []Situation
	for _, f := range families() {
		if !slices.Contains(f.sites, site) {
			continue
		}
		for _, c := range f.classes {
			if s := (Situation{c.Name, c.Part}); !slices.ContainsFunc(out, func(o Situation) bool { return o.Name == s.Name }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b Situation) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Tells are the situations that some families can tell, by kind of site; none named:
// all.
func Tells(names ...string) map[string][]string {
	out := map[string][]string{}
	for _, f := range families() {
		if len(names) > 0 && !slices.Contains(names, f.name) {
			continue
		}
		for _, site := range f.sites {
			for _, c := range f.classes {
				if !slices.Contains(out[site], c.Name) {
					out[site] = append(out[site], c.Name)
				}
			}
		}
	}
	return out
}

// Alike are the situations that look most like those of some families, and are told
// by others: who trains these families alone must show them enough of them.
func Alike(names ...string) []string {
	var out []string
	for _, f := range families() {
		if slices.Contains(names, f.name) {
			out = append(out, f.alike...)
		}
	}
	return out
}

// having are the assets that have all of some signals.
func having(site *twin.Site, m *memory, names ...string) []twin.Asset {
	var out []twin.Asset
next:
	for _, a := range site.Assets {
		for _, n := range names {
			if m.tracks[twin.SignalOf(a.ID, n)] == nil {
				continue next
			}
		}
		out = append(out, a)
	}
	return out
}

// only tells whether an asset is of one of some classes.
func only(all []twin.Asset, classes ...string) []twin.Asset {
	var out []twin.Asset
	for _, a := range all {
		for _, c := range classes {
			if a.Class == c {
				out = append(out, a)
			}
		}
	}
	return out
}

func thingsOf(all []twin.Asset) []*thing {
	var out []*thing
	for _, a := range all {
		out = append(out, &thing{asset: a.ID, kind: a.Class, number: numbered(a.ID), near: map[string]twin.AssetID{}})
	}
	return out
}

// numbered is the number that an asset's name ends in; 0 when it has none.
func numbered(id twin.AssetID) int {
	i := strings.LastIndexByte(string(id), '-')
	n, err := strconv.Atoi(string(id[i+1:]))
	if err != nil {
		return 0
	}
	return n
}

// partner is the asset of a class that belongs with another: the only one in its
// zone, or the one of the same number.
func partner(site *twin.Site, of twin.AssetID, class string) twin.AssetID {
	me, _ := site.Asset(of)
	var inZone, sameNumber []twin.AssetID
	for _, a := range site.Assets {
		if a.Class != class {
			continue
		}
		if me.Zone != "" && a.Zone == me.Zone {
			inZone = append(inZone, a.ID)
		}
		if n := numbered(a.ID); n > 0 && n == numbered(of) {
			sameNumber = append(sameNumber, a.ID)
		}
	}
	switch {
	case len(inZone) == 1:
		return inZone[0]
	case len(sameNumber) == 1:
		return sameNumber[0]
	}
	return ""
}

// first is the asset of a class with the lowest number.
func first(site *twin.Site, classes ...string) twin.AssetID {
	best := twin.Asset{}
	for _, c := range classes {
		for _, a := range site.Assets {
			if a.Class == c && (best.ID == "" || numbered(a.ID) < numbered(best.ID)) {
				best = a
			}
		}
		if best.ID != "" {
			break
		}
	}
	return best.ID
}

// middle is the median over the assets of a class of a mean over the last minutes.
func middle(m *memory, class, signal string, a, b int) float64 {
	var all []float64
	for _, x := range m.site.Assets {
		if x.Class == class {
			all = append(all, m.of(x.ID, signal).mean(a, b))
		}
	}
	return median(all)
}

// total is the sum over the assets of a class of a mean over the last minutes.
func total(m *memory, class, signal string, a, b int) float64 {
	sum, n := 0.0, 0
	for _, x := range m.site.Assets {
		if x.Class != class {
			continue
		}
		if v := m.of(x.ID, signal).few(a, b); v == v {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum
}
