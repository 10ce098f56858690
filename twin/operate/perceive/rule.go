package perceive

import (
	"context"
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/explain"
)

// ruleSeed draws the rows that a rule is tried on: the same case has the same rule.
const ruleSeed = 1

// relatedMin is the rank correlation from which columns are told to go together.
const relatedMin = 0.8

// of finds the part that an explanation is of, by its columns; nil if there is none.
func (m *Model) of(x *xai.Explanation) *part {
	for _, p := range m.parts {
		if len(p.trees.Columns) != len(x.Attributions) {
			continue
		}
		if slices.IndexFunc(x.Attributions, func(a xai.Attribution) bool { return p.trees.Column(a.Feature) < 0 }) < 0 {
			return p
		}
	}
	return nil
}

func (p *part) table() *xai.Table {
	t := &xai.Table{Rows: p.background}
	for _, c := range p.trees.Columns {
		t.Columns = append(t.Columns, c.Column)
	}
	return t
}

// Suffices finds what suffices for the claim of an explanation of this model, whatever
// else is seen; nil where nothing short does, or where another witness than the trees
// made the claim.
func (m *Model) Suffices(ctx context.Context, x *xai.Explanation) (*xai.Rule, error) {
	p := m.of(x)
	if p == nil || len(p.background) == 0 {
		return nil, nil
	}
	t := p.table()
	row := explain.Row(x, t.Columns)
	if k := p.trees.Predict(row); p.trees.Classes[k] != x.Claim {
		return nil, nil
	}
	r, err := explain.SufficesOf(ctx, p.trees.Probabilities, t.Columns, p.background, row, ruleSeed)
	if err != nil {
		return nil, fmt.Errorf("what suffices for %s: %w", x.Claim, err)
	}
	return r, nil
}

// Together are the features of an explanation of this model that go with each other in
// the rows that it learnt from, so that their shares should be read as one. They are
// found once.
func (m *Model) Together(x *xai.Explanation) [][]string {
	p := m.of(x)
	if p == nil {
		return nil
	}
	p.relate.Do(func() { p.related = explain.Together(p.table(), relatedMin) })
	return p.related
}

// Shape is how the claim of an explanation of this model depends on one of its features,
// all else as it was.
func (m *Model) Shape(x *xai.Explanation, feature string) (xai.Shape, error) {
	p := m.of(x)
	if p == nil {
		return xai.Shape{}, fmt.Errorf("how %s depends on %s: the model that explained it is another one", x.Claim, feature)
	}
	return explain.Depends(p.trees, feature, x.Claim, explain.Row(x, p.table().Columns))
}
