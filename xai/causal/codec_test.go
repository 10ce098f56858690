package causal_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/xai/causal"
)

// fed is a chain of three, a → b → c, each a step later; b acts back on a, later.
func fed(t testing.TB) (*causal.Model, [][]float64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([][]float64, 3000)
	for i := range rows {
		rows[i] = []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		if i > 0 {
			rows[i][0] -= 0.3 * rows[i-1][1]
			rows[i][1] += 0.8 * rows[i-1][0]
			rows[i][2] += 0.8 * rows[i-1][1]
		}
	}
	m, err := causal.Fit(t.Context(), []string{"a", "b", "c"}, [][][]float64{rows}, []causal.Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 1, To: 0, Least: 1}, {From: 0, To: 2}},
		causal.Options{Step: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return m, rows
}

func TestAnEffectThatActsBackLaterMakesNoCircle(t *testing.T) {
	m, rows := fed(t)
	back := false
	for _, l := range m.Links {
		if l.From == 1 && l.To == 0 {
			back = true
			if l.Lag != 1 || math.Abs(l.Strength) < 0.2 {
				t.Errorf("b acts back after %d steps by %.2f", l.Lag, l.Strength)
			}
		}
	}
	if !back {
		t.Error("that b acts back on a was not found")
	}
	window := make([][]float64, 12)
	for i := range window {
		window[i] = append([]float64(nil), rows[i]...)
	}
	window[9][0] += 9
	window[10][1] += 0.8 * 9
	window[11][2] += 0.8 * 0.8 * 9
	a, err := m.Roots(window, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := m.Explain(a)
	if e.Claim != "a" || len(e.Causes) != 2 || e.Causes[0].To != "b" || e.Causes[0].Delay != 5*time.Minute || e.Causes[1].Delay != 5*time.Minute || e.Causes[0].Strength <= 0 {
		t.Errorf("%+v", e)
	}
	sum := e.Base
	for _, x := range e.Attributions {
		sum += x.Share
	}
	if math.Abs(sum-e.Score) > 1e-9 {
		t.Errorf("shares sum to %g, the surprise is %g", sum, e.Score)
	}
}

func TestAGraphComesBackAsItWas(t *testing.T) {
	m, rows := fed(t)
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	back, err := causal.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	x, err1 := m.Roots(rows[:20], 2, 1)
	y, err2 := back.Roots(rows[:20], 2, 1)
	if err1 != nil || err2 != nil || math.Abs(x.Roots[0].Share-y.Roots[0].Share) > 1e-4 || x.Roots[0].Node != y.Roots[0].Node || back.Step != m.Step {
		t.Errorf("%v %v: %+v, then %+v", err1, err2, x, y)
	}
	for name, c := range map[string]struct{ from, to, says string }{
		"format": {"causal graph", "recipe", "recipe"},
		"spread": {`"spread":`, `"spread":-1,"x":`, "spread"},
		"link":   {`"from":0`, `"from":7`, "from node 8"},
		"lag":    {`"lag":1`, `"lag":9`, "after 9 steps"},
		"cut":    {`]}`, `]`, "read a causal graph"},
		"step":   {`"step_s":300`, `"step_s":-3`, "steps of -3 s"},
		"empty":  {`"nodes":[`, `"nodes":[],"y":[`, "0 nodes"},
	} {
		spoilt := strings.Replace(text, c.from, c.to, 1)
		if spoilt == text {
			t.Fatalf("%s: %q does not stand in the file", name, c.from)
		}
		if _, err := causal.Decode(strings.NewReader(spoilt)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want an error that says %q", name, err, c.says)
		}
	}
}

func FuzzDecode(f *testing.F) {
	m, rows := fed(f)
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := causal.Decode(bytes.NewReader(data))
		if err != nil || len(got.Nodes) != 3 || got.Lags > 8 {
			return
		}
		if _, err := got.Roots(rows[:20], 2, 1); err != nil {
			t.Errorf("it was read but cannot be used: %v", err)
		}
	})
}
