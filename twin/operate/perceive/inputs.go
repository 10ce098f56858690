package perceive

import (
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// usualOver is over how many minutes a reading is averaged before it is held against
// what is usual: a door that is opened and a value that comes late are nothing new.
const usualOver = 10

// unwatched are families whose readings cannot be held against what is usual: they
// count without end, or tell where people are. Of the others, what people or the twin
// set is held against nothing by itself: it may be whatever it is set to.
var unwatched = []string{Links, "aisle"}

// inputs are the readings that features are computed from, each once, in the order
// of the features.
func (f *family) inputs() []string {
	var out []string
	for _, c := range f.columns() {
		if c.Source != "" && !slices.Contains(out, c.Source) {
			out = append(out, c.Source)
		}
	}
	return out
}

// bind finds the signals that inputs are at a thing; "" where the site has none, and
// where an input stands for those of many things: which of them is found first says
// nothing about it.
func bind(m *memory, t *thing, names []string) []twin.SignalID {
	out := make([]twin.SignalID, len(names))
	for i, n := range names {
		id := source(m.site, t, n)
		if own := strings.Contains(n, "/") || assetOf(id) == t.asset; own && m.tracks[id] != nil && !slices.Contains(out, id) {
			out[i] = id
		}
	}
	return out
}

// lately are the readings of a thing over the last minutes, NaN where nothing was
// known of one in all of them.
func lately(m *memory, ids []twin.SignalID, row []float64) {
	for i, id := range ids {
		row[i] = math.NaN()
		if t := m.tracks[id]; t != nil {
			row[i] = t.values.few(0, usualOver)
		}
	}
}

// rest is for how long a reading has repeated one value. What is unknown neither
// breaks it nor counts.
type rest struct {
	value   float64
	minutes int
}

func (r *rest) take(v float64) {
	switch {
	case math.IsNaN(v):
	case v == r.value:
		r.minutes++
	default:
		r.value, r.minutes = v, 1
	}
}
