package diagnose

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/explain"
)

// ruleSeed draws the rows that a rule is tried on: the same case has the same rule.
const ruleSeed = 1

// relatedMin is the rank correlation from which features are told to go together.
const relatedMin = 0.8

// backgroundEach are the rows of each class that a rule is tried on.
const backgroundEach = 40

// Suffices finds what suffices for the claim of an explanation of the model, whatever
// else is seen; nil where nothing short does. The rows are some that it learnt from.
func (d *Diagnoser) Suffices(ctx context.Context, x *xai.Explanation, rows *Rows) (*xai.Rule, error) {
	t := Thin(rows.Train, backgroundEach, ruleSeed)
	row := explain.Row(x, t.Columns)
	if Classes[d.model.Predict(row)] != x.Claim {
		return nil, nil
	}
	r, err := explain.SufficesOf(ctx, d.model.Probabilities, t.Columns, t.Rows, row, ruleSeed)
	if err != nil {
		return nil, fmt.Errorf("what suffices for %s: %w", x.Claim, err)
	}
	return r, nil
}

// Together are the features that go with each other in rows that the model learnt
// from, so that their shares should be read as one.
func Together(rows *Rows) [][]string { return explain.Together(rows.Train, relatedMin) }

// Shape is the shape function of a feature of the model, or the map of a pair, for the
// claim of an explanation.
func (d *Diagnoser) Shape(x *xai.Explanation, feature string) (xai.Shape, error) {
	return d.model.Shape(feature, x.Claim, explain.Row(x, Columns()))
}
