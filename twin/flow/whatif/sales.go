package whatif

import (
	"errors"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// Elasticity is by how many per cent the sales of a fixture grow with one per cent
// more of the time that it is seen.
type Elasticity struct {
	Mean   float64
	SD     float64 // of Mean
	Source string
}

// Eisend is the mean of 1,268 measured elasticities of sales by shelf space, 0.17:
// that of exposure is taken to be the same, for space works by being seen. The
// article gives means by category from the lowest, commodities, to the highest,
// impulse buys, but no spread in its abstract; the spread is ours.
var Eisend = Elasticity{Mean: 0.17, SD: 0.05, Source: "Eisend 2014, Shelf space elasticity: a meta-analysis, Journal of Retailing 90(2); spread assumed"}

// Calibrate makes an elasticity of what a site sold: over the fixtures, the
// logarithm of sales by that of exposure, by least squares, joined with a prior by
// the precision of both. It needs five fixtures that were seen and sold, seen
// differently.
func Calibrate(prior Elasticity, sold, seen map[twin.AssetID]float64) (Elasticity, error) {
	var x, y []float64
	for id, s := range sold {
		if e := seen[id]; s > 0 && e > 0 {
			x, y = append(x, math.Log(e)), append(y, math.Log(s))
		}
	}
	const least = 5
	if len(x) < least {
		return prior, fmt.Errorf("calibrate the elasticity: %d fixtures were both seen and sold from; %d are needed", len(x), least)
	}
	mx, my, sxx, sxy := mean(x), mean(y), 0.0, 0.0
	for i := range x {
		sxx += (x[i] - mx) * (x[i] - mx)
		sxy += (x[i] - mx) * (y[i] - my)
	}
	if sxx < 1e-6 {
		return prior, errors.New("calibrate the elasticity: every fixture is seen for the same time, which tells nothing")
	}
	slope, rest := sxy/sxx, 0.0
	for i := range x {
		e := y[i] - my - slope*(x[i]-mx)
		rest += e * e
	}
	own := rest / float64(len(x)-2) / sxx // variance of the slope
	if prior.SD <= 0 {
		return prior, nil // it is held to be known
	}
	wOwn, wPrior := 1/max(own, 1e-9), 1/(prior.SD*prior.SD)
	return Elasticity{Mean: (slope*wOwn + prior.Mean*wPrior) / (wOwn + wPrior), SD: math.Sqrt(1 / (wOwn + wPrior)),
		Source: fmt.Sprintf("%d fixtures' sales (%.2f ± %.2f), with %s", len(x), slope, 1.96*math.Sqrt(own), prior.Source)}, nil
}

const (
	unseen     = 5.0 // s a day that are added to every exposure: who was never seen has no ratio
	changeMost = 4.0 // times; an elasticity was measured on moderate changes and is not stretched beyond
)

// Factor is by how much sales grow when exposure goes from a to b.
func (e Elasticity) Factor(a, b float64) float64 {
	r := (b + unseen) / (a + unseen)
	return math.Pow(min(changeMost, max(1/changeMost, r)), e.Mean)
}
