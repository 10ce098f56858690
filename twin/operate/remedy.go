package operate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/vm"
	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
)

// Remedy is what can be done about one fault, as data. Signals are named as in
// their class; a remedy applies to the assets that have all it writes.
type Remedy struct {
	Fault   string // class of the cause that it answers
	Class   twin.ActionClass
	Writes  []RemedyWrite
	Effects []string // signals in which it may show; the one that the fault disturbs most is predicted and watched
	Risk    float64  // 0..1, of doing it for nothing
	Share   Share    // of the disturbance that it takes away; zero: all of it
	Power   float64  // W drawn beyond, while what it writes stays
	Money   float64  // of each use, the site's currency

	For     []string      // classes of assets at which it answers the fault; empty: all
	When    string        // only when the perception's detail is this; "": whatever it is
	Stake   float64       // what leaving the fault costs, the site's currency; 0: goods, by how severe it is
	Becomes []Becoming    // what it brings about, where no signal shows the fault yet; the first that is otherwise now
	Delay   time.Duration // before the effect can come: somebody must go there
	Again   time.Duration // between two looks at whether more or less of it is needed, once it worked; 0: it is done once
	Stands  time.Duration // after the situation, what of it was not given back yet is still looked at; 0: stoodMost
	Doubt   float64       // probability of all faults of sensors together above which it waits; 0: it does not ask
}

// Becoming is a signal that an action brings to a value.
type Becoming struct {
	Signal string // as in Remedy.Effects
	Value  float64
	Within float64 // of the value, either way: as good as there
}

// Share is how much of a disturbance an action takes away, 0..1.
type Share struct{ Least, Likely, Most float64 }

// RemedyWrite is one value that a remedy writes.
type RemedyWrite struct {
	Signal  string
	Value   float64
	Compute string // expression over `before`, in place of Value; "": none
	Hold    bool   // true: it stays until it is written again; false: a command that the plant resets
	Of      string // class of all the assets that are written to; "": the one at fault
	Most    string // expression: how many of these, of those that stand otherwise; "": all
	Spare   string // expression: how many of those that the twin wrote are needed no more; "": they stay
	Keep    string // expression: how many at least must stand as written, whoever wrote it; "": none
	Busy    string // expression: what must be false of an asset before it is given back; "": nothing

	program, most, spare, keep, busy *vm.Program // of Compute, Most, Spare, Keep and Busy
}

// whole is the share of an action that mends the fault itself.
var whole = Share{1, 1, 1}

func (r Remedy) share() Share {
	if r.Share == (Share{}) {
		return whole
	}
	return r.Share
}

// Bounds of a table of actions.
const (
	actionsTextMax = 1 << 20
	actionsMax     = 1000
)

type actionForm struct {
	Action  twin.ActionClass `yaml:"action"`
	Answers []struct {
		Fault string    `yaml:"fault"`
		Share []float64 `yaml:"share"`
		At    []string  `yaml:"at"`
		When  string    `yaml:"when"`
		Stake float64   `yaml:"stake"`
	} `yaml:"answers"`
	Writes []struct {
		Signal string    `yaml:"signal"`
		Of     string    `yaml:"of"`
		Most   string    `yaml:"most"`
		Spare  string    `yaml:"spare"`
		Keep   string    `yaml:"keep"`
		Busy   string    `yaml:"busy"`
		Value  yaml.Node `yaml:"value"`
		Hold   bool      `yaml:"hold"`
	} `yaml:"writes"`
	Shows   []string `yaml:"shows"`
	Becomes []struct {
		Signal string  `yaml:"signal"`
		Value  float64 `yaml:"value"`
		Within float64 `yaml:"within"`
	} `yaml:"becomes"`
	Gone   bool          `yaml:"gone"`
	Delay  time.Duration `yaml:"delay"`
	Again  time.Duration `yaml:"again"`
	Stands time.Duration `yaml:"stands"`
	Doubt  float64       `yaml:"doubt"`
	Power  float64       `yaml:"power"`
	Cost   float64       `yaml:"cost"`
	Risk   float64       `yaml:"risk"`
}

// ReadActions reads a table of actions; name is that of its file, for errors.
func ReadActions(name string, r io.Reader) ([]Remedy, error) {
	text, err := io.ReadAll(io.LimitReader(r, actionsTextMax+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > actionsTextMax {
		return nil, fmt.Errorf("read %s: larger than %d bytes; split it", name, actionsTextMax)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("%s: %w; correct the text", name, err)
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	list := root.Content[0]
	if list.Kind != yaml.SequenceNode || len(list.Content) > actionsMax {
		return nil, fmt.Errorf("%s:%d: a list of at most %d actions is expected", name, list.Line, actionsMax)
	}
	var out []Remedy
	for _, n := range list.Content {
		if n.Kind == yaml.AliasNode {
			return nil, fmt.Errorf("%s:%d: anchors and aliases are not read", name, n.Line)
		}
		var f actionForm
		if err := n.Decode(&f); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n.Line, err)
		}
		made, err := f.remedies()
		if err != nil {
			return nil, fmt.Errorf("%s:%d: action %.60q: %w", name, n.Line, f.Action, err)
		}
		out = append(out, made...)
	}
	return out, nil
}

func (f actionForm) remedies() ([]Remedy, error) {
	switch {
	case f.Action == "" || f.Action == twin.Everything:
		return nil, errors.New("it needs a name of its own")
	case len(f.Answers) == 0 || len(f.Writes) == 0 || len(f.Shows)+len(f.Becomes) == 0 && !f.Gone:
		return nil, errors.New("say what it answers, writes and shows in")
	case f.Delay < 0 || f.Delay > delayMost:
		return nil, fmt.Errorf("a delay of %s: give 0 to %s", f.Delay, delayMost)
	case f.Again < 0 || f.Again > delayMost || f.Again > 0 && f.Again < againLeast:
		return nil, fmt.Errorf("it is looked at again after %s: give 0, for never, or %s to %s", f.Again, againLeast, delayMost)
	case f.Stands < 0 || f.Stands > standsMost || f.Stands > 0 && f.Again == 0:
		return nil, fmt.Errorf("it may stand for %s after the situation: give 0 to %s, and only of what is looked at again", f.Stands, standsMost)
	case !(f.Doubt >= 0 && f.Doubt <= 1):
		return nil, fmt.Errorf("a doubt of %v is not from 0 to 1", f.Doubt)
	case !(f.Risk >= 0 && f.Risk <= 1):
		return nil, fmt.Errorf("a risk of %v is not from 0 to 1", f.Risk)
	case !(f.Power >= 0 && f.Power <= 1e6) || !(f.Cost >= 0 && f.Cost <= 1e9):
		return nil, errors.New("power and cost are 0 or more")
	}
	base := Remedy{Class: f.Action, Effects: f.Shows, Risk: f.Risk, Power: f.Power, Money: f.Cost, Delay: f.Delay, Again: f.Again, Stands: f.Stands, Doubt: f.Doubt}
	for _, b := range f.Becomes {
		if b.Signal == "" || math.IsNaN(b.Value) || math.IsInf(b.Value, 0) || !(b.Within >= 0 && b.Within < math.Inf(1)) {
			return nil, fmt.Errorf("%.60q becomes %v within %v: name a signal, a number and how near", b.Signal, b.Value, b.Within)
		}
		base.Becomes = append(base.Becomes, Becoming{b.Signal, b.Value, b.Within})
	}
	for _, w := range f.Writes {
		write := RemedyWrite{Signal: w.Signal, Hold: w.Hold, Of: w.Of, Most: w.Most, Spare: w.Spare, Keep: w.Keep, Busy: w.Busy}
		if w.Spare == "" && w.Keep+w.Busy != "" || w.Spare != "" && (!w.Hold || f.Again == 0) {
			return nil, fmt.Errorf("%.60q tells what of it is to spare: only what stays and is looked at again can be given back", w.Signal)
		}
		if err := w.Value.Decode(&write.Value); err != nil || w.Value.IsZero() {
			if write.Compute = w.Value.Value; write.Compute == "" {
				return nil, fmt.Errorf("%.60q is written without a value", w.Signal)
			}
		}
		base.Writes = append(base.Writes, write)
	}
	var out []Remedy
	for _, a := range f.Answers {
		r := base
		r.Fault, r.For, r.When, r.Stake = a.Fault, a.At, a.When, a.Stake
		if !(a.Stake >= 0 && a.Stake <= 1e9) {
			return nil, fmt.Errorf("a stake of %v: it is 0 or more", a.Stake)
		}
		if w, ok := curesByPlant(r); ok {
			return nil, fmt.Errorf("it answers %s by writing %s: a sensor that errs is not cured by moving the plant; write one of %v", a.Fault, w, instrumentWrites)
		}
		switch len(a.Share) {
		case 0:
		case 3:
			r.Share = Share{a.Share[0], a.Share[1], a.Share[2]}
		default:
			return nil, errors.New("a share is three numbers: least, likely, most")
		}
		if s := r.share(); !(0 <= s.Least && s.Least <= s.Likely && 0 < s.Likely && s.Likely <= s.Most && s.Most <= 1) || a.Fault == "" {
			return nil, fmt.Errorf("a share of %v of %.60q is not in order from 0 to 1", a.Share, a.Fault)
		}
		out = append(out, r)
	}
	return out, nil
}

// againLeast bounds how often an answer is looked at again: a plant is not to be
// moved to and fro.
const againLeast = 2 * time.Minute

// delayMost bounds how long an effect may be waited for: what a State keeps.
const delayMost = twin.HistoryKept + 30*time.Minute

// standsMost bounds for how long after a situation its card waits for what is to be
// given back.
const standsMost = 12 * time.Hour

// instrumentWrites are what may be written because a sensor errs: another sensor
// is chosen, or a person is sent for.
var instrumentWrites = [...]string{"control-sensor", "service-command"}

// curesByPlant finds what a remedy would write to the plant because of a sensor
// that errs. Nothing is the matter with the plant then.
func curesByPlant(r Remedy) (string, bool) {
	if !strings.HasPrefix(r.Fault, "sensor-") {
		return "", false
	}
	for _, w := range r.Writes {
		if !slices.Contains(instrumentWrites[:], w.Signal) {
			return w.Signal, true
		}
	}
	return "", false
}

// DefaultRemedies are the actions that the program knows.
func DefaultRemedies() []Remedy {
	tables := assets.Actions()
	names, err := fs.Glob(tables, "*.yaml")
	var out []Remedy
	for _, name := range names {
		f, errOpen := tables.Open(name)
		if err = errors.Join(err, errOpen); errOpen != nil {
			continue
		}
		list, errRead := ReadActions(name, f)
		err = errors.Join(err, errRead, f.Close())
		out = append(out, list...)
	}
	if err != nil {
		panic(err) // the tables are a part of the program
	}
	return out
}

// compileRemedies makes the computed values of remedies ready to run.
func compileRemedies(list []Remedy) ([]Remedy, error) {
	out := make([]Remedy, len(list))
	for i, r := range list {
		out[i] = r
		out[i].Writes = append([]RemedyWrite(nil), r.Writes...)
		for k, w := range out[i].Writes {
			x := &out[i].Writes[k]
			for _, text := range []struct {
				expression, does string
				into             **vm.Program
			}{{w.Compute, "computes", &x.program}, {w.Most, "counts what it is written to of", &x.most}, {w.Spare, "counts what is to spare of", &x.spare},
				{w.Keep, "counts what is to stay of", &x.keep}, {w.Busy, "tells who still needs", &x.busy}} {
				if text.expression == "" {
					continue
				}
				p, err := compileValue(text.expression)
				if err != nil {
					return nil, fmt.Errorf("action %q %s %s: %w", r.Class, text.does, w.Signal, err)
				}
				*text.into = p
			}
		}
	}
	return out, nil
}
