package conntest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// Office obtains genuine warrants the only way there is: it runs an operator on
// a made-up cabinet that falls ill, approves what it proposes, and catches the
// warrant that it hands to the plant. Each is for a proposal of its own.
type Office struct {
	// Now is the clock that the warrants' end is counted from; nil: time.Now.
	Now func() time.Time

	issued int
}

// Warrant returns a warrant for writes, all of them on one asset.
func (o *Office) Warrant(t testing.TB, writes ...twin.Write) operate.Warrant {
	t.Helper()
	return o.story(t, writes)[0]
}

// WithRollback returns a warrant for writes that stay, and the one for taking
// them back, of the same proposal.
func (o *Office) WithRollback(t testing.TB, writes ...twin.Write) (there, back operate.Warrant) {
	t.Helper()
	for i := range writes {
		writes[i].Hold = true
	}
	w := o.story(t, writes)
	if len(w) < 2 {
		t.Fatal("the operator did not take the write back")
	}
	return w[0], w[1]
}

const (
	usualFor = 70 * time.Minute // of normal course before the fault: what an operator needs to tell what is normal
	illFor   = 20 * time.Minute
	watchFor = 100 * time.Minute // longer than an operator waits for an effect
	heardIn  = 30 * time.Second
)

// The signals by which the made-up cabinet falls ill; no plant has such.
const (
	officeAir = "office-air"
	officeAim = "office-aim"
)

func officeWatch() *operate.Watch {
	w := operate.DefaultWatch()
	w.Temperature, w.SetPoint, w.Defrost, w.Evidence = officeAir, officeAim, "", []string{officeAir}
	return &w
}

// story runs an operator until it has nothing more to write.
func (o *Office) story(t testing.TB, writes []twin.Write) []operate.Warrant {
	t.Helper()
	id := writes[0].Signal
	name, _, ok := strings.Cut(string(id), "/")
	if !ok {
		t.Fatalf("%s is no signal of an asset", id)
	}
	asset := twin.AssetID(name)
	site, remedy := illSite(t, asset, writes)
	caught := &catcher{before: map[twin.SignalID]float64{}}
	for _, w := range writes {
		caught.before[w.Signal] = w.Before
	}
	op, err := operate.New(operate.Config{
		Site: site, Plant: caught, Journal: &memoryJournal{}, Diagnoser: says(remedy.Fault), Remedies: []operate.Remedy{remedy},
		Watch: officeWatch(), Now: o.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := op.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	o.issued++
	dawn := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(o.issued) * 24 * time.Hour)
	for past := time.Duration(0); past < usualFor+illFor+watchFor; past += heardIn {
		air := -20 + 0.1*float64(int(past/heardIn)%5)
		if past > usualFor {
			air += 9
		}
		at := dawn.Add(past)
		op.Observe([]twin.Sample{
			{Signal: twin.SignalOf(asset, officeAir), At: at, Value: air, Quality: twin.Good},
			{Signal: twin.SignalOf(asset, officeAim), At: at, Value: -20, Quality: twin.Good},
		})
		if past < usualFor {
			continue
		}
		if err := op.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		for _, c := range op.Cases() {
			if c.Proposal != nil && c.Decision == nil && c.Outcome == nil {
				if err := op.Approve(ctx, c.Proposal.ID, "office"); err != nil {
					t.Fatal(err)
				}
			}
			if c.Outcome != nil && len(caught.warrants) > 0 {
				return caught.warrants
			}
		}
		if len(caught.warrants) > 0 && !writes[0].Hold {
			return caught.warrants
		}
	}
	if len(caught.warrants) == 0 {
		t.Fatalf("the operator wrote nothing; its cases: %+v", op.Cases())
	}
	return caught.warrants
}

// illSite is a site of one cabinet that has what the writes are about.
func illSite(t testing.TB, asset twin.AssetID, writes []twin.Write) (*twin.Site, operate.Remedy) {
	t.Helper()
	site := &twin.Site{ID: "office", Name: "Office", Kind: "store", Assets: []twin.Asset{{ID: asset, Class: "freezer"}}}
	for _, name := range []string{officeAir, officeAim} {
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(asset, name), Asset: asset, Name: name, Kind: twin.Analog})
	}
	r := operate.Remedy{Fault: "made-up", Class: "made-up", Effects: []string{officeAir}}
	for _, w := range writes {
		name, ok := strings.CutPrefix(string(w.Signal), string(asset)+"/")
		if !ok {
			t.Fatalf("%s is not of %s: a warrant is for one asset", w.Signal, asset)
		}
		r.Writes = append(r.Writes, operate.RemedyWrite{Signal: name, Value: w.Value, Hold: w.Hold})
		g := twin.Signal{ID: w.Signal, Asset: asset, Name: name, Kind: twin.Analog, Writable: true}
		site.Signals = append(site.Signals, g)
	}
	return site, r
}

// says is a diagnoser that is sure of one fault.
type says string

func (s says) Diagnose(_ context.Context, _ *twin.State, _ twin.AssetID, _ time.Time) (twin.Diagnosis, xai.Explanation, error) {
	return twin.Diagnosis{Causes: []twin.Cause{{Class: string(s), Probability: 0.97}}}, xai.Explanation{}, nil
}

// catcher is a plant that keeps the warrants it is handed, and whose values are
// as the operator wrote them.
type catcher struct {
	before   map[twin.SignalID]float64
	warrants []operate.Warrant
}

func (c *catcher) Write(_ context.Context, w operate.Warrant) error {
	c.warrants = append(c.warrants, w)
	for _, x := range w.Writes() {
		if x.Hold {
			c.before[x.Signal] = x.Value
		}
	}
	return nil
}

func (c *catcher) Read(_ context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	out := make([]twin.Sample, len(ids))
	for i, id := range ids {
		v, ok := c.before[id]
		if !ok {
			return nil, fmt.Errorf("read %s: %w", id, errors.ErrUnsupported)
		}
		out[i] = twin.Sample{Signal: id, Value: v, Quality: twin.Good}
	}
	return out, nil
}

// memoryJournal is a journal for one story.
type memoryJournal struct {
	chain  twin.Chain
	events []twin.Event
}

func (j *memoryJournal) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	e = j.chain.Seal(e, time.Now())
	j.events = append(j.events, e)
	return e, nil
}

func (j *memoryJournal) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range j.events {
		if e.Seq < from {
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}
