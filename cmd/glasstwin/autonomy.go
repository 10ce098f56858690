package main

import (
	"context"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// autonomy tells what every class of actions has earned, from the journal.
type autonomy struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	JSON bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (a *autonomy) Run(ctx context.Context, out *output) error {
	site, err := sitefolder.Read(a.Site)
	if err != nil {
		return err
	}
	if err := checkRules(a.Site, site); err != nil {
		return err
	}
	store, err := openJournal(ctx, a.Site)
	if err != nil {
		return err
	}
	defer store.Close(context.WithoutCancel(ctx))
	records, stopped, err := operate.ReadRecords(site, func(fn func(twin.Event) error) error { return store.Events(ctx, 1, fn) })
	if err != nil {
		return err
	}
	threshold := site.Earns().Threshold
	if a.JSON {
		return a.report(out, records, stopped, threshold)
	}
	if stopped != nil {
		out.printf("EMERGENCY STOP by %s: nothing acts until it is released\n", stopped.By)
	}
	out.printf("%-20s %-8s %9s %8s %21s %17s %6s %s\n", "action", "mode", "right of", "at least", "verified/none/worse", "approved/denied", "brier", "")
	for _, r := range records {
		low, brier, note := "-", "-", ""
		if r.Trials > 0 {
			low = fmt.Sprintf("%.0f %%", 100*r.Low)
		}
		if !math.IsNaN(r.Brier) {
			brier = fmt.Sprintf("%.2f", r.Brier)
		}
		switch {
		case r.Offered != "":
			note = "has earned " + string(r.Offered)
		case r.Lowered != "":
			note = "lowered: " + r.Lowered
		}
		out.printf("%-20s %-8s %4d/%-4d %8s %13d/%d/%d %14d/%d %6s %s\n", r.Class, r.Mode, r.Right, r.Trials, low,
			r.Verified, r.NoEffect, r.Worse, r.Approved, r.Denied, brier, note)
	}
	out.printf("more is offered from %.0f %% on\n", 100*threshold)
	return nil
}

func (a *autonomy) report(out *output, records []twin.Record, stopped *twin.StopNote, threshold float64) error {
	is, proposals, rows := 0.0, 0, []any{}
	for _, r := range records {
		proposals += r.Proposals
		row := map[string]any{
			"class": r.Class, "mode": r.Mode, "proposals": r.Proposals, "approved": r.Approved, "denied": r.Denied, "expired": r.Expired, "auto": r.Auto,
			"verified": r.Verified, "no_effect": r.NoEffect, "worse": r.Worse, "failed": r.Failed, "shadowed": r.Shadowed, "needless": r.Needless,
			"trials": r.Trials, "right": r.Right, "low95": r.Low, "high95": r.High, "regret": r.Regret, "offered": r.Offered, "lowered": r.Lowered,
		}
		if !math.IsNaN(r.Brier) {
			row["brier"] = r.Brier
		}
		rows = append(rows, row)
	}
	if stopped != nil {
		is = 1
	}
	return out.json(report{Command: "autonomy", Inputs: map[string]any{"site": a.Site},
		Metrics: map[string]float64{"classes": float64(len(records)), "proposals": float64(proposals), "threshold": threshold, "stopped": is}, Rows: rows})
}
