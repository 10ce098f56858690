package perceive

import (
	"bytes"
	"context"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// small is a model of one family, fitted on made-up rows.
func small(t testing.TB) *Model {
	t.Helper()
	f := hotWater()
	table := &xai.Table{Columns: f.columns(), Classes: f.labels()}
	for i := range 60 {
		row := make([]float64, len(table.Columns))
		for j := range row {
			row[j] = float64((i*7+j*3)%11) + float64(10*(i%2))
		}
		table.Rows, table.Labels = append(table.Rows, row), append(table.Labels, i%2)
	}
	trees, err := tree.Fit(context.Background(), table, tree.Options{Seed: 1, Rounds: 5, Depth: 2, Normal: None})
	if err != nil {
		t.Fatal(err)
	}
	return &Model{parts: map[string]*part{f.name: {trees: trees, rules: map[string]Rule{f.labels()[1]: {At: 0.5, Minutes: 3}}, background: table.Rows[:10]}}}
}

func TestAModelIsStoredAndRead(t *testing.T) {
	m := small(t)
	var b, again bytes.Buffer
	if err := m.Encode(&b); err != nil {
		t.Fatal(err)
	}
	back, err := Load(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Encode(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) || back.Version == "" {
		t.Errorf("read and written it is another (%v)", err)
	}
	whole := b.String()
	for what, bad := range map[string]string{
		"cut off":               whole[:len(whole)/2],
		"of version 1":          strings.Replace(whole, `"situations"`, `"hvac"`, 1),
		"no such family":        strings.Replace(whole, `"hot-water"`, `"cold-water"`, 1),
		"a probability over":    strings.Replace(whole, `"at":0.5`, `"at":7`, 1),
		"holds no family":       `{"format":"situations","fileVersion":1}`,
		"this program computes": strings.Replace(whole, `"set point"`, `"set-point"`, 1),
	} {
		if _, err := Load(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	var b bytes.Buffer
	if err := small(f).Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"format":"situations","fileVersion":1,"parts":[{"family":"hot-water"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, fam := range families() {
			if p := m.parts[fam.name]; p != nil {
				p.trees.Probabilities([][]float64{make([]float64, len(p.trees.Columns))})
			}
		}
	})
}

func TestSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-50, 50), 1, 300).Draw(t, "values")
		hole := rapid.IntRange(0, len(v)-1).Draw(t, "hole")
		var s series
		for i, x := range v {
			if i == hole {
				x = math.NaN()
			}
			s = push(s, x)
		}
		if len(s) != min(len(v), kept) {
			t.Fatalf("%d of %d values are kept", len(s), len(v))
		}
		b := rapid.IntRange(1, 250).Draw(t, "minutes")
		low, high := s.extremes(b)
		if m := s.few(0, b); m == m && (m < low-1e-9 || m > high+1e-9) {
			t.Fatalf("the mean %g is not between %g and %g", m, low, high)
		}
		if d := s.spread(b); d == d && (d < 0 || d > high-low+1e-9) {
			t.Fatalf("spread %g of a span of %g", d, high-low)
		}
		if c := s.goes(b, s); c == c && math.Abs(c-1) > 1e-6 {
			t.Fatalf("it goes with itself by %g", c)
		}
		twice := zip(s, s, func(x, y float64) float64 { return x + y })
		if a, d := s.slope(b), twice.slope(b); a == a && math.Abs(2*a-d) > 1e-6*(1+math.Abs(a)) {
			t.Fatalf("slopes %g and %g", a, d)
		}
	})
}

func TestASilentAssetIsNotBelieved(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "a-1"}, {ID: "b-1"}},
		Signals: []twin.Signal{{ID: "a-1/x", Asset: "a-1", Name: "x"}, {ID: "b-1/x", Asset: "b-1", Name: "x"}}}
	m, st, now := newMemory(site), twin.NewState(site), time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	for i := range 60 {
		now = now.Add(time.Minute)
		st.Advance(now)
		if i < 40 {
			st.Apply(twin.Sample{Signal: "a-1/x", At: now, Value: 1, Quality: twin.Good})
		}
		if i == 5 { // a switch that seldom changes
			st.Apply(twin.Sample{Signal: "b-1/x", At: now, Value: 2, Quality: twin.Good})
		}
		if !m.read(st, now) || m.read(st, now.Add(time.Second)) {
			t.Fatal("a minute is one minute")
		}
	}
	if !m.assets["a-1"].silent() || !math.IsNaN(m.of("a-1", "x").now()) {
		t.Error("what is not heard of any more is believed")
	}
	if m.assets["b-1"].silent() || m.of("b-1", "x").now() != 2 {
		t.Error("a switch that does not change is taken to be lost")
	}
	if got := m.of("a-1", "x").known(60); math.Abs(got-42./60) > 0.02 {
		t.Errorf("%.2f of the last hour is known", got)
	}
	now = now.Add(10 * time.Minute)
	if m.read(st, now); m.of("b-1", "x").known(10) > 0.2 {
		t.Error("minutes that nobody looked at are known")
	}
}

func TestLanesRunBetweenShelves(t *testing.T) {
	s, err := open(recorded(t, "store", "normal", 3))
	if err != nil {
		t.Fatal(err)
	}
	all := lanes(s.run.Site)
	if len(all) != 4 {
		t.Fatalf("%d lanes: %v", len(all), all)
	}
	for i, c := range all {
		if w := c[2] - c[0]; w < 1.2 || w > 3 || i > 0 && c[0] <= all[i-1][0] {
			t.Errorf("lane %d is %v", i+1, c)
		}
	}
}

func TestEveryClassHasAPart(t *testing.T) {
	for site, n := range map[string]int{"store": 20, "home": 10} {
		all := Classes(site)
		if len(all) != n {
			t.Errorf("a %s can have %d situations: %v", site, len(all), all)
		}
		for _, c := range all {
			if c.Part == "" {
				t.Errorf("%s has no part", c.Name)
			}
		}
	}
}

// BenchmarkPerceive is a minute of the whole store.
func BenchmarkPerceive(b *testing.B) {
	m := storedForTest(b)
	s, err := open(recorded(b, "store", "normal", 3))
	if err != nil {
		b.Fatal(err)
	}
	p, st := New(s.run.Site, m), twin.NewState(s.run.Site)
	k, from := 0, s.run.At[0]
	step := func() time.Time {
		for {
			now := from.Add(s.run.At[k%len(s.run.At)].Sub(s.run.At[0]))
			st.Advance(now)
			for _, x := range s.run.Came(k % len(s.run.At)) {
				x.At = now
				st.Apply(x)
			}
			if k++; k%len(s.run.At) == 0 {
				from = now.Add(time.Minute)
			}
			if now.Sub(from)%time.Minute == 0 {
				return now
			}
		}
	}
	for range 120 {
		if _, err := p.Perceive(b.Context(), st, step()); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		now := step()
		b.StartTimer()
		if _, err := p.Perceive(b.Context(), st, now); err != nil {
			b.Fatal(err)
		}
	}
}
