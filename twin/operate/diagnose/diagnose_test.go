package diagnose

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// shipped is the model in the program.
var shipped = sync.OnceValues(func() (*Diagnoser, error) {
	f, err := assets.Models().Open(ModelName + ".json")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Load(f)
})

func theShipped(t testing.TB) *Diagnoser {
	t.Helper()
	d, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// blank is a model of this package's columns and classes that says nothing.
func blank() *ebm.Model {
	m := &ebm.Model{Name: "blank", Task: ebm.Multiclass, Classes: slices.Clone(Classes), Normal: None, Intercept: make([]float64, len(Classes)), Temperature: 1}
	for _, c := range Columns() {
		m.Columns = append(m.Columns, ebm.Column{Column: c, Min: -1e3, Max: 1e3, Missing: 0.5, Scale: 1})
	}
	return m
}

// doorOnly claims door-ajar when the door has been open for over half a minute,
// and else none.
func doorOnly(t *testing.T) *Diagnoser {
	t.Helper()
	m := blank()
	scores := make([]float64, 3*len(Classes)) // missing, shut, open
	scores[0], scores[len(Classes)], scores[2*len(Classes)+1] = 3, 3, 3
	m.Terms = []ebm.Term{{Features: []int{m.Column("door open without a break")}, Cuts: [][]float64{{0.5}}, Scores: scores}}
	d, err := New(m)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A model may find nothing a little farther from what is usual, too: that is not
// what would have to be otherwise.
func TestWhatWouldChangeAVerdictLiesTowardsWhatIsUsual(t *testing.T) {
	m := blank()
	scores := make([]float64, 4*len(Classes)) // missing, shut, open, open for very long
	scores[0], scores[len(Classes)], scores[2*len(Classes)+1], scores[3*len(Classes)] = 3, 3, 3, 3
	m.Terms = []ebm.Term{{Features: []int{m.Column("door open without a break")}, Cuts: [][]float64{{0.5, 6}}, Scores: scores}}
	d, err := New(m)
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.counterfactual(row(map[string]float64{"door open without a break": 5.8}), "door-ajar")
	if err != nil || c == nil || len(c.Changes) != 1 || c.Changes[0].To > 0.5 || c.Claim != None {
		t.Errorf("%+v (%v), want the door shut", c, err)
	}
}

// row is one in which nothing is known but this.
func row(known map[string]float64) []float64 {
	out := make([]float64, len(features))
	for i, f := range features {
		out[i] = math.NaN()
		if v, ok := known[f.name]; ok {
			out[i] = v
		}
	}
	return out
}

func TestOnlyAModelOfThisPackageIsTaken(t *testing.T) {
	for says, spoil := range map[string]func(*ebm.Model){
		"classes":    func(m *ebm.Model) { m.Classes[1] = "haunted" },
		"features":   func(m *ebm.Model) { m.Columns = m.Columns[1:] },
		"feature 3 ": func(m *ebm.Model) { m.Columns[2].Name = "mood" },
	} {
		m := blank()
		spoil(m)
		if _, err := New(m); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "train it again") {
			t.Errorf("got %v, want %q and the mend", err, says)
		}
	}
	if _, err := Load(strings.NewReader("{")); err == nil || !strings.Contains(err.Error(), "cabinet faults") {
		t.Errorf("a torn file: %v", err)
	}
}

func TestAHealthyCabinetHasNothing(t *testing.T) {
	st := twin.NewState(shop())
	healthy().tell(st, freezer, 90*time.Minute)
	d, x, err := doorOnly(t).Diagnose(context.Background(), st, freezer, noon)
	if err != nil {
		t.Fatal(err)
	}
	if d.Abstained || d.Causes[0].Class != None || d.Causes[0].Part != "" || x.Counterfactual != nil || len(x.Causes) != 0 {
		t.Errorf("%+v %+v", d, x)
	}
	if !x.From.Equal(noon.Add(-Window)) || !x.To.Equal(noon) || len(d.Causes) != len(Classes) {
		t.Errorf("evidence from %v to %v", x.From, x.To)
	}
}

func TestAnAjarLidIsExplainedByTheLid(t *testing.T) {
	site := shop()
	for i, g := range site.Signals {
		if g.ID == "freezer-1/door-angle" {
			site.Signals[i].ID, site.Signals[i].Name = "freezer-1/lid-position", "lid-position"
		}
	}
	st := twin.NewState(site)
	y := healthy()
	y["lid-position"] = func(s int) float64 { return 0.2 * truth(s > 60*60) }
	y.tell(st, freezer, 90*time.Minute)
	d, x, err := doorOnly(t).Diagnose(context.Background(), st, freezer, noon)
	if err != nil {
		t.Fatal(err)
	}
	if c := d.Causes[0]; c.Class != "door-ajar" || c.Part != "door" || x.Claim != "door-ajar" {
		t.Fatalf("%+v", d)
	}
	if a := x.Attributions[0]; a.Source != "freezer-1/lid-position" || a.Share != 3 || a.Value < 29 {
		t.Errorf("%+v", a)
	}
	c := x.Counterfactual
	if c == nil || c.Claim != None || len(c.Changes) != 1 || c.Changes[0].To > 0.5 || c.Changes[0].Source != "freezer-1/lid-position" {
		t.Errorf("counterfactual %+v", c)
	}
	if len(x.Causes) != 1 || x.Causes[0].From != "freezer-1/door" || x.Causes[0].To != "freezer-1/air-temperature" {
		t.Errorf("causes %+v", x.Causes)
	}
}

func TestItAbstains(t *testing.T) {
	fresh := func() *twin.State {
		st := twin.NewState(shop())
		healthy().tell(st, freezer, 40*time.Minute)
		return st
	}
	unsure := blank()
	unsure.MinConfidence = MinConfidence
	doubtful, err := New(unsure)
	if err != nil {
		t.Fatal(err)
	}
	lost := fresh()
	lost.SetLinked(false)
	for _, c := range []struct {
		name string
		d    *Diagnoser
		st   *twin.State
		says string
	}{
		{"unsure", doubtful, fresh(), "confidence"},
		{"link lost", doorOnly(t), lost, "link"},
		{"nothing heard", doorOnly(t), twin.NewState(shop()), "missing or stale"},
	} {
		d, x, err := c.d.Diagnose(context.Background(), c.st, freezer, noon)
		if err != nil || !d.Abstained || !x.Abstained || !strings.Contains(d.Why, c.says) || x.Counterfactual != nil || len(x.Causes) != 0 {
			t.Errorf("%s: %v, abstained %v: %s", c.name, err, d.Abstained, d.Why)
		}
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := doorOnly(t).Diagnose(over, fresh(), freezer, noon); err == nil || !strings.Contains(err.Error(), string(freezer)) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestTheShippedModelIsMeasuredToBeFaithful(t *testing.T) {
	figures := map[string]float64{}
	for _, f := range theShipped(t).Model().Faithfulness {
		figures[f.Name] = f.Value
	}
	if figures[ebm.FigureDeletionGain] < 0.1 || figures[ebm.FigureInsertionGain] < 0.1 || figures["faithfulness_rows"] < 100 {
		t.Errorf("figures %v", figures)
	}
}

// checkExplanation verifies what an explanation promises by running the model
// on the row: shares add up, and the counterfactual flips the claim.
func checkExplanation(t *testing.T, d *Diagnoser, row []float64, x xai.Explanation) {
	t.Helper()
	sum := x.Base
	for _, a := range x.Attributions {
		sum += a.Share
	}
	k := slices.Index(Classes, x.Claim)
	if score := d.Model().Score(row)[k]; math.Abs(sum-score) > 1e-9 || math.Abs(x.Score-score) > 1e-9 {
		t.Errorf("shares add up to %v, the explanation says %v, the model %v", sum, x.Score, score)
	}
	if x.Counterfactual == nil {
		return
	}
	changed := slices.Clone(row)
	for _, c := range x.Counterfactual.Changes {
		j := d.Model().Column(c.Feature)
		if changed[j] != c.From {
			t.Errorf("%s is %v, not %v", c.Feature, changed[j], c.From)
		}
		changed[j] = c.To
	}
	after := d.Model().Predict(changed)
	if Classes[after] != x.Counterfactual.Claim || after == k || math.Abs(d.Model().Proba(changed)[after]-x.Counterfactual.Confidence) > 1e-12 {
		t.Errorf("after %+v the model says %s", x.Counterfactual.Changes, Classes[after])
	}
}

func BenchmarkLoad(b *testing.B) {
	data, err := assets.Models().Open(ModelName + ".json")
	if err != nil {
		b.Fatal(err)
	}
	data.Close()
	for b.Loop() {
		f, err := assets.Models().Open(ModelName + ".json")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Load(f); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}

// BenchmarkDiagnose is one cabinet with a sample every ten seconds; the
// counterfactual is included.
func BenchmarkDiagnose(b *testing.B) {
	d := theShipped(b)
	y := healthy()
	y["door-angle"] = func(s int) float64 { return 12 * truth(s > 70*60) }
	st := twin.NewState(shop())
	y.tell(st, freezer, 90*time.Minute)
	for b.Loop() {
		if _, _, err := d.Diagnose(context.Background(), st, freezer, noon); err != nil {
			b.Fatal(err)
		}
	}
}
