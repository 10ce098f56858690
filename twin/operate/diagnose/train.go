package diagnose

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
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
	if m.Faithfulness, err = m.Measure(calibration, seed); err != nil {
		return nil, fmt.Errorf("train %s: %w", ModelName, err)
	}
	return m, nil
}
