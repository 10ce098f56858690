package perceive

import (
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/shap"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// Of each situation it is known in which signals of its family it must be seen.
func TestEachCauseIsSeenInASignal(t *testing.T) {
	for _, f := range families() {
		for _, c := range f.classes {
			if len(shows[f.name][c.Name]) == 0 {
				t.Errorf("no signal shows %s of a %s", c.Name, f.name)
			}
			for _, s := range shows[f.name][c.Name] {
				if !slices.ContainsFunc(f.columns(), func(x xai.Column) bool { return x.Source == s }) {
					t.Errorf("%s of a %s shows in %s, which the family does not read", c.Name, f.name, s)
				}
			}
		}
	}
}

// A model that looks at the door alone blames the door, one that looks at the air
// blames an effect.
func TestWhatIsBlamedIsComparedWithTheCause(t *testing.T) {
	f := cabinets()
	columns := f.columns()
	at := func(signal string) int {
		return slices.IndexFunc(columns, func(c xai.Column) bool { return c.Source == signal })
	}
	of := func(signal string) blamed {
		table := &xai.Table{Columns: columns, Classes: f.labels()}
		for i := range 400 {
			row := make([]float64, len(columns))
			row[at(signal)] = float64(i % 2)
			table.Rows, table.Labels = append(table.Rows, row), append(table.Labels, i%2)
		}
		m, err := tree.Fit(t.Context(), table, tree.Options{Rounds: 5, Depth: 2})
		if err != nil {
			t.Fatal(err)
		}
		g := &group{family: f, columns: columns, part: &part{trees: m}, rows: table.Rows[1:2], expl: &explainer{Model: m, Shares: shap.PathDependent(m)}}
		b, err := (&standing{group: g, class: 1}).blame()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	right, wrong := of("door-angle"), of("air-temperature")
	sources := map[string]bool{}
	for _, c := range columns {
		sources[c.Source] = true
	}
	figures, err := agree([]blamed{right, wrong})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{faith.AgreementTop1: 0.5, faith.AgreementSign: 0.5, faith.AgreementRandom: 1 / float64(len(sources)), faith.AgreementRows: 2}
	for _, x := range figures {
		if w, ok := want[x.Name]; ok && x.Value != w {
			t.Errorf("%s is %g, not %g", x.Name, x.Value, w)
		}
	}
}
