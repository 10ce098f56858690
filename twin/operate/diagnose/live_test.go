package diagnose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// plantDir is where the emulated store is built, once.
var plantDir string

var plantProgram = sync.OnceValues(func() (string, error) {
	path := filepath.Join(plantDir, "sitesim")
	if text, err := exec.Command("go", "build", "-o", path, "../../../cmd/sitesim").CombinedOutput(); err != nil {
		return "", errors.New(string(text))
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if plantDir, err = os.MkdirTemp("", "sitesim-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(plantDir)
	os.Exit(code)
}

// run records a shop that opens its eyes at ten o'clock, with these faults.
func run(t *testing.T, duration time.Duration, faults ...string) (*recording.Recording, []recording.Episode) {
	t.Helper()
	program, err := plantProgram()
	if err != nil {
		t.Fatal("build the emulated store: ", err)
	}
	dir := t.TempDir()
	data, truth := filepath.Join(dir, "run.csv.gz"), filepath.Join(dir, "run.json")
	args := []string{"record", "--seed", "7", "--start", "2026-06-03T10:00:00Z", "--duration", duration.String(), "--step", "5s", "--out", data, "--truth", truth}
	for _, f := range faults {
		args = append(args, "--fault", f)
	}
	if text, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("record: %v: %s", err, text)
	}
	open := func(path string) *os.File {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	rec, err := recording.Read(data, open(data))
	if err != nil {
		t.Fatal(err)
	}
	episodes, err := recording.ReadTruth(truth, open(truth))
	if err != nil {
		t.Fatal(err)
	}
	return rec, episodes
}

// diary is a journal that only this test reads.
type diary struct {
	chain  twin.Chain
	events []twin.Event
}

func (d *diary) Append(_ context.Context, e twin.Event) (twin.Event, error) {
	e = d.chain.Seal(e, e.At)
	d.events = append(d.events, e)
	return e, nil
}

func (d *diary) Events(context.Context, uint64, func(twin.Event) error) error { return nil }

// deaf is a plant that was recorded: it cannot be written to any more.
type deaf struct{}

func (deaf) Write(context.Context, operate.Warrant) error {
	return errors.New("a recording cannot be written to")
}

func (deaf) Read(context.Context, []twin.SignalID) ([]twin.Sample, error) {
	return nil, errors.New("a recording cannot be asked")
}

// relive lets an operator that knows nothing of before live through a
// recording, and returns what it wrote into its journal.
func relive(t *testing.T, rec *recording.Recording, d *Diagnoser) []twin.Event {
	t.Helper()
	site := SiteOf(rec)
	site.TimeZone = "UTC"
	for i := range site.Signals {
		site.Signals[i].Writable = true
	}
	j := &diary{}
	o, err := operate.New(operate.Config{Site: site, Plant: deaf{}, Journal: j, Diagnoser: d})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(context.Background()); err != nil {
		t.Fatal(err)
	}
	next := rec.From.Add(2 * time.Second) // a plant at twenty times the speed, ticks four times a second
	for begin := 0; begin < len(rec.Samples); {
		end := begin
		for end < len(rec.Samples) && !rec.Samples[end].At.After(next) {
			end++
		}
		o.Observe(rec.Samples[begin:end])
		if err := o.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
		begin, next = end, next.Add(5*time.Second)
	}
	return j.events
}

// told is what the journal says of one asset.
type told struct {
	raised, named, proposed time.Time // first time; named: with the right fault
	remedy                  twin.ActionClass
	claims                  []string // in order
	why                     xai.Explanation
}

func toldOf(t *testing.T, events []twin.Event, e recording.Episode) (out told) {
	t.Helper()
	read := func(e twin.Event, to any) {
		if err := json.Unmarshal(e.Body, to); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range events {
		if v.Asset != e.Device {
			continue
		}
		switch v.Kind {
		case twin.SituationRaised:
			if out.raised.IsZero() {
				out.raised = v.At
			}
		case twin.DiagnosisMade:
			var d twin.Diagnosis
			read(v, &d)
			out.claims = append(out.claims, d.Causes[0].Class)
			if out.named.IsZero() && !d.Abstained && d.Causes[0].Class == e.Fault {
				out.named = v.At
			}
		case twin.Explained:
			if out.named.Equal(v.At) {
				read(v, &out.why)
			}
		case twin.ProposalMade:
			var p twin.Proposal
			read(v, &p)
			if out.proposed.IsZero() {
				out.proposed, out.remedy = v.At, p.Class
			}
		}
	}
	return out
}

// A shop is watched from ten o'clock on by a twin with an empty journal; at
// twenty past a fault befalls five cabinets.
func TestEveryFaultIsNamedLiveAndRightlyExplained(t *testing.T) {
	d := theShipped(t)
	rec, truth := run(t, 65*time.Minute, "freezer-2:door-ajar@20m", "freezer-5:compressor-degradation@20m", "freezer-3:sensor-bias@20m",
		"freezer-4:fan-failure@20m", "multideck-2:blocked-condenser@20m")
	events := relive(t, rec, d)
	for _, e := range truth {
		limit := 40 * time.Minute // slow faults take up to 25 minutes to grow
		if e.Fault == "door-ajar" {
			limit = 10 * time.Minute
		}
		got := toldOf(t, events, e)
		if got.named.IsZero() || got.named.Sub(e.Onset) > limit || got.raised.Before(e.Onset) {
			t.Errorf("%s on %s: raised %v, named %v after its onset, claims %q", e.Fault, e.Device, got.raised.Sub(e.Onset), got.named.Sub(e.Onset), got.claims)
			continue
		}
		top := got.why.Attributions[0]
		t.Logf("%s on %s: raised %v, named %v after its onset; %s = %.3g %s", e.Fault, e.Device, got.raised.Sub(e.Onset),
			got.named.Sub(e.Onset), top.Feature, top.Value, top.Unit)
		if !got.proposed.IsZero() {
			t.Logf("  %s proposed %v after its onset", got.remedy, got.proposed.Sub(e.Onset))
		}
		if got.why.Claim != e.Fault || got.why.Causes[0].From != string(e.Device)+"/"+PartOf(e.Fault) {
			t.Errorf("%s on %s is explained as %s of %v", e.Fault, e.Device, got.why.Claim, got.why.Causes)
		}
		mine := 0.0
		for _, a := range got.why.Attributions {
			if Part(a.Feature) == PartOf(e.Fault) {
				mine += a.Share
			}
		}
		if mine <= 0 {
			t.Errorf("%s on %s: what is seen of the %s speaks against it (%.2f)", e.Fault, e.Device, PartOf(e.Fault), mine)
		}
		if e.Fault == "door-ajar" && (top.Feature != "door open without a break" || top.Source != "freezer-2/door-angle") {
			t.Errorf("the door is explained by %+v", top)
		}
		if c := got.why.Counterfactual; c != nil && c.Claim != None {
			t.Errorf("%s on %s: the counterfactual claims %s", e.Fault, e.Device, c.Claim)
		}
	}
	for _, v := range events {
		ill := slices.ContainsFunc(truth, func(e recording.Episode) bool { return e.Device == v.Asset })
		if v.Kind == twin.SituationRaised && !ill {
			t.Errorf("%s is sound and was raised at %s", v.Asset, v.At.Format(time.TimeOnly))
		}
	}
}

func TestADoorIsNamedByATwinThatHasJustBeenSwitchedOn(t *testing.T) {
	rec, truth := run(t, 15*time.Minute, "freezer-2:door-ajar@1m", "chest-2:door-ajar@1m:0.2")
	events := relive(t, rec, theShipped(t))
	for _, e := range truth {
		got := toldOf(t, events, e)
		t.Logf("%s: named %v after its onset", e.Device, got.named.Sub(e.Onset))
		if got.named.IsZero() || got.named.Sub(e.Onset) > 10*time.Minute || Part(got.why.Attributions[0].Feature) != "door" {
			t.Errorf("%s: named %v, claims %q", e.Device, got.named, got.claims)
		}
	}
}

// Real rows of sound and faulty cabinets, in and around defrosts, with gaps.
func TestExplanationsOfRealRowsAddUpAndFlip(t *testing.T) {
	d := theShipped(t)
	rec, truth := run(t, 75*time.Minute, "freezer-2:door-ajar@20m:0.3", "freezer-5:compressor-degradation@5m:1", "freezer-3:sensor-bias@20m:1",
		"chest-4:fan-failure@20m:0.5", "multideck-2:blocked-condenser@5m")
	moments, err := Replay(rec, truth, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	claims, flips, usual := 0, 0, 0
	for _, m := range moments {
		for _, row := range [][]float64{m.Row, m.Short} {
			x, err := d.model.Explain(row)
			if err != nil {
				t.Fatal(err)
			}
			if x.Claim != None {
				claims++
				if x.Counterfactual, err = d.counterfactual(row, x.Claim); err != nil {
					t.Fatal(err)
				}
				if x.Counterfactual != nil {
					flips++
					usual += usualward(d, x.Counterfactual)
				}
			}
			checkExplanation(t, d, row, x)
		}
	}
	t.Logf("%d rows, %d claim a fault, %d of them with a counterfactual, %d of these towards what is usual alone", 2*len(moments), claims, flips, usual)
	if usual*10 < flips*9 {
		t.Errorf("%d of %d counterfactuals move readings towards what is usual alone", usual, flips)
	}
	if claims < 20 || flips*10 < claims*9 {
		t.Errorf("%d of %d claims have a counterfactual", flips, claims)
	}
}

// usualward is 1 when every change of a counterfactual leads towards what is
// usual, else 0.
func usualward(d *Diagnoser, x *xai.Counterfactual) int {
	for _, c := range x.Changes {
		if (c.To-c.From)*(d.model.Columns[d.model.Column(c.Feature)].Typical-c.From) <= 0 {
			return 0
		}
	}
	return 1
}
