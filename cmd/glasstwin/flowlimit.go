package main

import (
	"context"
	"fmt"
	"os"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/congestion"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

const (
	limitEvery = 20 * 60.0 // s between two moments whose futures are lived
	limitAhead = 14 * 60.0 // s of a future
)

// known tells how much of the congestion of a simulated day can be known at all: of
// a moment every 20 minutes many futures are lived, which differ by their dice alone.
func (f *flowSimulate) known(ctx context.Context, out *output, g *ground.Ground, o shop.Options) error {
	model, err := f.congestionModel()
	if err != nil {
		return err
	}
	step := out.steps("live futures")
	var at []float64
	for t := limitEvery; t+limitAhead <= f.Hours*3600; t += limitEvery {
		at = append(at, t)
	}
	if len(at) == 0 {
		return usageError{fmt.Errorf("--hours %g with --futures: give 0.6 at least", f.Hours)}
	}
	var moments []congestion.Moment
	day, err := shop.Live(ctx, g, o, at, f.Futures, limitAhead, func(x shop.Futures) {
		moments = append(moments, congestion.Moment{At: x.At, Ways: x.Ways})
		step("futures are lived", float64(len(moments))/float64(len(at)))
	})
	if err != nil {
		return err
	}
	k, err := congestion.Limit(model, day.People, moments)
	if err != nil {
		return err
	}
	if f.JSON {
		return out.json(report{Command: "flow simulate", Inputs: map[string]any{"site": f.Site, "hours": f.Hours, "shoppers": f.Shoppers, "seed": f.Seed, "futures": f.Futures},
			Metrics: map[string]float64{"moments": float64(len(moments)), "futures": float64(f.Futures), "crowded_share": k.Crowded, "congestion_known": k.All, "congestion_told": k.Model, "congestion_persistence": k.Same}})
	}
	out.printf("%d moments with %d futures each, in %.1f %% of which a zone comes to be crowded: balanced accuracy %.1f %% for who knows every list, place, queue and rate of arrivals; %.1f %% for the model; %.1f %% for persistence\n",
		len(moments), f.Futures, 100*k.Crowded, 100*k.All, 100*k.Model, 100*k.Same)
	return nil
}

func (f *flowSimulate) congestionModel() (*study.File, error) {
	name := congestion.Study().Name
	if f.Model == "" {
		data, err := assets.Models().Open(name + ".json")
		if err != nil {
			return nil, fmt.Errorf("open the model in the program: %w", err)
		}
		defer data.Close()
		return study.Decode(data, name)
	}
	data, err := os.Open(f.Model)
	if err != nil {
		return nil, fmt.Errorf("open the model: %w", err)
	}
	defer data.Close()
	m, err := study.Decode(data, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Model, err)
	}
	return m, nil
}
