package perceive

import (
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
)

// What few signals suffice for is found for most claims of the program's own model, and
// holds on rows that did not choose it.
func TestFewSignalsSuffice(t *testing.T) {
	m := storedForTest(t)
	asked, found := 0, 0
	for name, p := range m.parts {
		tried, held := 0, 0
		for _, row := range p.background {
			k := p.trees.Predict(row)
			if k == 0 || tried == 12 {
				continue
			}
			x := &xai.Explanation{Claim: p.trees.Classes[k]}
			for j, c := range p.trees.Columns {
				x.Attributions = append(x.Attributions, xai.Attribution{Feature: c.Name, Value: row[j]})
			}
			r, err := m.Suffices(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if tried++; r == nil {
				continue
			}
			if held++; len(r.Held) == 0 || len(r.Held) > 4 || r.Low95 < 0.95 || slices.Contains(r.Held, "") {
				t.Errorf("%s: %+v", x.Claim, r)
			}
			if held > 1 {
				continue
			}
			again, err := m.Suffices(t.Context(), x)
			if err != nil || !slices.Equal(again.Held, r.Held) || again.Precision != r.Precision {
				t.Errorf("asked twice: %+v and %+v", r, again)
			}
			x.Claim = p.trees.Classes[0]
			if r, err := m.Suffices(t.Context(), x); err != nil || r != nil {
				t.Errorf("what another witness claimed has a rule: %+v, %v", r, err)
			}
		}
		t.Logf("%s: of %d claims few signals suffice for %d", name, tried, held)
		asked, found = asked+tried, found+held
	}
	t.Logf("of all %d for %d", asked, found)
	if asked < 200 || found < asked*9/10 {
		t.Errorf("%d of %d claims have a rule", found, asked)
	}
	if m.Together(&xai.Explanation{}) != nil {
		t.Error("an explanation of no model has features that go together")
	}
}

func TestFeaturesOfOneSignalGoTogether(t *testing.T) {
	m := storedForTest(t)
	x := &xai.Explanation{}
	for _, c := range m.parts["rack"].trees.Columns {
		x.Attributions = append(x.Attributions, xai.Attribution{Feature: c.Name})
	}
	for _, g := range m.Together(x) {
		if slices.Contains(g, "liquid, of the condenser's too, 5 min") {
			if len(g) != 4 || slices.Contains(g, "power, 5 min") {
				t.Errorf("%q", g)
			}
			return
		}
	}
	t.Errorf("the level of the liquid stands alone among %d groups", len(m.Together(x)))
}

// What is told of one reading alone is what the trees say when it is otherwise.
func TestAVerdictDependsOnAReadingAsTheTreesSay(t *testing.T) {
	m := storedForTest(t)
	p := m.parts["rack"]
	row := p.background[len(p.background)-1]
	x := &xai.Explanation{Claim: p.trees.Classes[1]}
	for j, c := range p.trees.Columns {
		x.Attributions = append(x.Attributions, xai.Attribution{Feature: c.Name, Value: row[j]})
	}
	moved := false
	for j, c := range p.trees.Columns {
		s, err := m.Shape(x, c.Name)
		if err != nil {
			continue // it never varied
		}
		for i, v := range s.Shares {
			other := slices.Clone(row)
			other[j] = s.Edges[0][i] + 0.25*(s.Edges[0][i+1]-s.Edges[0][i])
			if o := p.trees.Outputs([][]float64{other})[0][1]; o != v[0] {
				t.Fatalf("%s at %g: %g is told, the trees say %g", c.Name, other[j], v[0], o)
			}
			moved = moved || v[0] != s.Shares[0][0]
		}
	}
	if !moved {
		t.Error("no reading changes anything")
	}
	if _, err := m.Shape(x, "no such reading"); err == nil {
		t.Error("what is not read has a shape")
	}
}
