package operate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/vm"

	"github.com/glasstwin/glasstwin/twin"
)

// An answer is a remedy at an asset: which of the site's signals it writes, with
// which values, and which it shows in. A signal is named as in its class, of the
// asset at fault; `class:signal` is that signal of every asset of a class.

// answers tells whether a remedy is one for a cause at an asset.
func (o *Operator) answers(r Remedy, cause twin.Cause, asset twin.AssetID, detail string) bool {
	if r.Fault != cause.Class || r.When != "" && r.When != detail {
		return false
	}
	a, _ := o.site.Asset(asset)
	return len(r.For) == 0 || slices.Contains(r.For, a.Class)
}

// ableAt tells which classes of actions a site has something for: an asset, of those at
// which a remedy of the class answers, that has all that it writes. What the site's
// own rules set a mode for is asked about too.
func ableAt(site *twin.Site, remedies []Remedy) func(twin.ActionClass) bool {
	has := func(asset twin.AssetID, signal string) bool {
		g, ok := site.Signal(twin.SignalOf(asset, signal))
		return ok && g.Writable
	}
	can := func(r Remedy) bool {
		return slices.ContainsFunc(site.Assets, func(at twin.Asset) bool {
			if len(r.For) > 0 && !slices.Contains(r.For, at.Class) {
				return false
			}
			return !slices.ContainsFunc(r.Writes, func(w RemedyWrite) bool {
				if w.Of == "" {
					return !has(at.ID, w.Signal)
				}
				return !slices.ContainsFunc(site.Assets, func(a twin.Asset) bool { return a.Class == w.Of && has(a.ID, w.Signal) })
			})
		})
	}
	able, known := map[twin.ActionClass]bool{}, map[twin.ActionClass]bool{}
	for _, r := range remedies {
		known[r.Class] = true
		able[r.Class] = able[r.Class] || can(r)
	}
	return func(class twin.ActionClass) bool {
		_, set := site.Modes[class]
		return able[class] || set || !known[class]
	}
}

// signalsOf are the signals that a name stands for at an asset.
func (o *Operator) signalsOf(asset twin.AssetID, name string) []twin.SignalID {
	class, name, of := strings.Cut(name, ":")
	if !of {
		return []twin.SignalID{twin.SignalOf(asset, class)}
	}
	var out []twin.SignalID
	for _, a := range o.site.Assets {
		if a.Class != class {
			continue
		}
		if id := twin.SignalOf(a.ID, name); o.has(id) {
			out = append(out, id)
		}
	}
	return out
}

func (o *Operator) has(id twin.SignalID) bool {
	_, ok := o.site.Signal(id)
	return ok
}

// writesOf are the writes of a remedy at the asset of a case, with the values
// that stand there now.
func (o *Operator) writesOf(ctx context.Context, r Remedy, c *dossier) ([]twin.Write, error) {
	asset := c.Situation.Asset
	var writes []twin.Write
	same := true
	for _, w := range r.Writes {
		ids, most := []twin.SignalID{twin.SignalOf(asset, w.Signal)}, math.Inf(1)
		if w.Of != "" {
			ids = o.signalsOf(asset, w.Of+":"+w.Signal)
		}
		if len(ids) == 0 {
			return nil, fmt.Errorf("%s does not apply: the site has no %s with %s", r.Class, w.Of, w.Signal)
		}
		if w.most != nil {
			n, err := compute(w.most, o.valueEnv(c, r, "", 0))
			if err != nil {
				return nil, fmt.Errorf("%s must wait: how many of %s are to be written is not known", r.Class, w.Of)
			}
			most = math.Floor(n)
		}
		for _, id := range ids {
			x, err := o.writeOf(ctx, r, c, w, id)
			if err != nil {
				return nil, err
			}
			if w.most != nil && (x.Value == x.Before || most < 1) {
				continue
			}
			most--
			writes = append(writes, x)
			same = same && w.Hold && x.Before == x.Value
		}
	}
	if same {
		return nil, fmt.Errorf("%s is in force already", r.Class)
	}
	return writes, nil
}

func (o *Operator) writeOf(ctx context.Context, r Remedy, c *dossier, w RemedyWrite, id twin.SignalID) (twin.Write, error) {
	if g, ok := o.site.Signal(id); !ok || !g.Writable {
		return twin.Write{}, fmt.Errorf("%s does not apply: there is no %s", r.Class, id)
	}
	before, err := o.present(ctx, id)
	if err != nil && !w.Hold && w.program == nil {
		before, err = 0, nil // a command has nothing to restore, and a lost gateway is restarted unheard
	}
	if err != nil {
		return twin.Write{}, fmt.Errorf("%s must wait: %w", r.Class, err)
	}
	value := w.Value
	if w.program != nil {
		if value, err = compute(w.program, o.valueEnv(c, r, id, before)); err != nil {
			return twin.Write{}, fmt.Errorf("%s does not apply: %s: %w", r.Class, id, err)
		}
		if h, ok := o.book.held[id]; ok && h.value == before {
			value = before // computed from what the twin itself wrote, it would creep
		}
	}
	return twin.Write{Signal: id, Value: value, Before: before, Hold: w.Hold}, nil
}

// compute is what an expression comes to.
func compute(program *vm.Program, env valueEnv) (float64, error) {
	out, err := evaluate(program, env)
	v, ok := out.(float64)
	if err != nil || !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errors.New("its value could not be computed")
	}
	return v, nil
}

// valueEnv is what the value of a write can be computed from.
type valueEnv struct {
	Before float64                      `expr:"before"` // the value that stands there
	Detail float64                      `expr:"detail"` // the number in what the perception tells beyond its asset; NaN: none
	Usual  func(float64) float64        `expr:"usual"`  // what stood there before it began, or else the number that is given
	Sum    func(string, string) float64 `expr:"sum"`    // of a signal of all assets of a class, of those that are live
	// How many more tills, up to a number, come to least over so many hours, by
	// wages and waiting an hour and what it costs to send somebody, as the queue rolls
	// forward; NaN while a party is still coming in: who opens then opens too many or
	// too few.
	Tills func(most, wage, wait, change, hours float64) float64 `expr:"tills"`
	Mean  func(string, string) float64                          `expr:"mean"` // of a signal of the assets of a class, of those that are live; NaN: none is
	Of    func(string) float64                                  `expr:"of"`   // a signal of the asset that is written to; NaN: it is not known
	Hour  int                                                   `expr:"hour"` // of the day, at the site
	Past  float64                                               `expr:"past"` // minutes for which the situation has been told no more
	// How many of those tills that the twin opened are needed no more, by the same.
	Spare func(wage, wait, change, hours float64) float64 `expr:"spare"`
}

func (o *Operator) valueEnv(c *dossier, r Remedy, id twin.SignalID, before float64) valueEnv {
	tills := func(most, wage, wait, change, hours float64) float64 {
		q := o.queueOf(c.Situation.Onset)
		if q.filling {
			return math.NaN()
		}
		q.again = r.Again
		if r.Again > 0 {
			q.opened, q.decided = float64(len(o.toSpare(c))), c.Proposal != nil
		}
		return q.cheapest(most, wage, wait, change, time.Duration(min(max(hours, 0), 24)*float64(time.Hour)))
	}
	return valueEnv{
		Before: before, Detail: numberIn(c.detail), Hour: o.state.Now().In(o.zone).Hour(), Past: o.pastOf(o.vigilOf(c.Situation.Asset)).Minutes(),
		Usual: func(otherwise float64) float64 {
			for _, s := range o.state.Window(id, c.Situation.Onset.Add(-twin.HistoryKept), c.Situation.Onset.Add(-blockLength/2)) {
				if s.Quality == twin.Good {
					otherwise = s.Value // the newest before it began
				}
			}
			return otherwise
		},
		Sum: func(class, name string) float64 {
			sum := 0.0
			for _, id := range o.signalsOf("", class+":"+name) {
				if s := o.state.Latest(id); s.Live() {
					sum += s.Value
				}
			}
			return sum
		},
		Mean: func(class, name string) float64 {
			sum, n := 0.0, 0.0
			for _, id := range o.signalsOf("", class+":"+name) {
				if s := o.state.Latest(id); s.Live() {
					sum, n = sum+s.Value, n+1
				}
			}
			return sum / n
		},
		Of: func(name string) float64 {
			g, _ := o.site.Signal(id)
			if s := o.state.Latest(twin.SignalOf(g.Asset, name)); s.Live() {
				return s.Value
			}
			return math.NaN()
		},
		Tills: tills,
		Spare: func(wage, wait, change, hours float64) float64 { return -tills(0, wage, wait, change, hours) },
	}
}

// numberIn is the last whole number of a text; NaN: there is none.
func numberIn(text string) float64 {
	for _, word := range slices.Backward(strings.Fields(text)) {
		if n, err := strconv.Atoi(word); err == nil {
			return float64(n)
		}
	}
	return math.NaN()
}
