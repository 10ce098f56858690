package diagnose

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// ModelName is the name of the model of this package.
const ModelName = "cabinet-faults"

// MinConfidence is the calibrated probability below which the model abstains:
// above it the claim is likelier than all others together.
const MinConfidence = 0.5

// Train fits the model on train, sets its temperature on calibration, and
// measures there how faithful its explanations are. The two must hold
// different groups.
func Train(ctx context.Context, train, calibration *xai.Table, seed uint64, progress func(ebm.Progress)) (*ebm.Model, error) {
	own := make(map[string]bool)
	for _, g := range train.Groups {
		own[g] = true
	}
	for _, g := range calibration.Groups {
		if own[g] {
			return nil, fmt.Errorf("train %s: group %s is used for training and for calibration", ModelName, g)
		}
	}
	m, err := ebm.Fit(ctx, train, ebm.Options{Seed: seed, Bins: 128, PairBins: 24, LearningRate: 0.02, Bags: 6,
		EarlyStop: 50, MinLeaf: 20, Pairs: 4, Normal: None, MinConfidence: MinConfidence, Progress: progress})
	if err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	m.Name = ModelName
	if m, err = m.Calibrate(calibration); err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	if m.Faithfulness, err = measure(ctx, m, calibration, seed); err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	return m, nil
}

const (
	faithRows       = 400 // rows measured: the standard error is then below 0.01
	faithBackground = 200
)

// measure tells how faithful the explanations of what is claimed are; what is deleted
// becomes that of cabinets that have nothing.
func measure(ctx context.Context, m *ebm.Model, held *xai.Table, seed uint64) ([]xai.Figure, error) {
	var claimed, nothing [][]float64
	for _, row := range held.Rows {
		if m.Classes[m.Predict(row)] == m.Normal {
			nothing = append(nothing, row)
		} else {
			claimed = append(claimed, row)
		}
	}
	if len(claimed) == 0 || len(nothing) == 0 {
		return nil, fmt.Errorf("measure faithfulness: the rows to calibrate on need ones that the model calls %s and ones that it does not", m.Normal)
	}
	rng := rand.New(rand.NewPCG(seed, 0xfa))
	rng.Shuffle(len(nothing), func(a, b int) { nothing[a], nothing[b] = nothing[b], nothing[a] })
	return faith.Measure(ctx, faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: m.Shares, Background: nothing[:min(len(nothing), faithBackground)]},
		claimed, faith.Options{Seed: seed, Rows: faithRows})
}
