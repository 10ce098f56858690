package ebm_test

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai/ebm"
	"github.com/glasstwin/glasstwin/xai/faith"
)

func encoded(t testing.TB) []byte {
	var b bytes.Buffer
	opt := small()
	opt.Bags, opt.Bins, opt.PairBins = 2, 6, 4
	if err := fit(t, label(made(200, 3, 5), []string{"a", "b", "c"}, quadrants), opt).Encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAModelComesBackAsItWas(t *testing.T) {
	data := encoded(t)
	m, err := ebm.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Encode(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), data) {
		t.Error("it is another after reading and writing")
	}
}

func TestADamagedModelIsRefused(t *testing.T) {
	data := string(encoded(t))
	cases := map[string]struct{ from, to, says string }{
		"cut":         {data[len(data)/2:], "", "cut off"},
		"version":     {`"fileVersion":1`, `"fileVersion":9`, "file version 9"},
		"format":      {`"explainable boosting machine"`, `"recipe"`, "recipe"},
		"task":        {`"multiclass"`, `"guess"`, "guess"},
		"classes":     {`["a","b","c"]`, `["a","b"]`, "classes"},
		"normal":      {`"normal":"a"`, `"normal":"z"`, "normal class"},
		"feature":     {`"features":[0]`, `"features":[7]`, "column 7"},
		"cuts":        {`"cuts":[0]`, `"cuts":[99]`, "cuts 99"},
		"temperature": {`"temperature":`, `"temperature":1e9,"x":`, "temperature"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			spoilt := strings.Replace(data, c.from, c.to, 1)
			if spoilt == data {
				t.Fatalf("%q does not stand in the file", c.from)
			}
			_, err := ebm.Decode(strings.NewReader(spoilt))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func TestCounterfactualIsFeasibleAndTrue(t *testing.T) {
	m := fit(t, label(made(1000, 3, 5), []string{"a", "b", "c"}, quadrants), small())
	row := []float64{0.4, 0.1, 0.1}
	c, err := m.Counterfactual(row, []ebm.Changeable{{Column: "x0"}}, "a")
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	if c.Claim != "a" || len(c.Changes) != 1 || math.Abs(c.Changes[0].To-0.1) > 0.1 {
		t.Errorf("got %+v, the truth changes at x0 = 0.1", c)
	}
	none, err := m.Counterfactual(row, []ebm.Changeable{{Column: "x0", Low: 0.3, High: 0.5}}, "a")
	if err != nil || none != nil {
		t.Errorf("got %+v, %v within bounds that allow none", none, err)
	}
	if _, err := m.Counterfactual(row, []ebm.Changeable{{Column: "y"}}, "a"); err == nil {
		t.Error("an unknown column was taken")
	}
}

func TestSharesAreMoreFaithfulThanChance(t *testing.T) {
	m := fit(t, label(made(1000, 6, 5), []string{"a", "b", "c"}, quadrants), small())
	held := label(made(400, 6, 77), []string{"a", "b", "c"}, quadrants)
	figures, err := faith.Measure(t.Context(), faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: m.Shares, Background: held.Rows[:100]}, held.Rows, faith.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range figures {
		got[f.Name] = f.Value
	}
	if got[ebm.FigureDeletionGain] < 0.05 || got[ebm.FigureInsertionGain] < 0.05 || got[ebm.FigureAdditivity] > 1e-9 {
		t.Errorf("figures %v", got)
	}
	m.Faithfulness = figures
	m.MinConfidence = 1
	e, err := m.Explain(make([]float64, 6))
	if err != nil || !e.Abstained || !strings.Contains(e.Why, "confidence") {
		t.Errorf("it did not abstain: %+v, %v", e, err)
	}
	e, _ = m.Explain([]float64{5, 0, 0, 0, 0, 0})
	if len(e.Limits) != 1 || !strings.Contains(e.Limits[0], "x0") {
		t.Errorf("limits %q do not name x0", e.Limits)
	}
	calibrated, err := m.Calibrate(held)
	if err != nil || reflect.DeepEqual(calibrated.Temperature, m.Temperature) {
		t.Errorf("temperature %v, %v", calibrated, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f))
	f.Add([]byte(`{"format":"explainable boosting machine","fileVersion":1,"task":"regression","temperature":1,"intercept":[0],"columns":[{"name":"x","scale":1}],"cuts":[[1,2]],"terms":[{"features":[0],"cuts":[0],"scores":[0,1,2,3]}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ebm.Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		row := make([]float64, len(m.Columns))
		row[0] = math.NaN()
		if _, err := m.Explain(row); err != nil {
			t.Error(err)
		}
	})
}
