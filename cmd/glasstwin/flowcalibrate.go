package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/fit"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

type flowCalibrate struct {
	trackFile
	Site   string `required:"" type:"existingdir" placeholder:"DIR" help:"Site folder: the ways were recorded there, and what is learnt is kept there."`
	Rounds int    `default:"5" help:"Of simulating and correcting."`
	Seed   uint64 `default:"1" help:"Of the simulated days."`
	manyPeople
	JSON bool `help:"Print one JSON object."`
}

// distanceRow is one distance before and after.
type distanceRow struct {
	Of        string   `json:"of"`
	Unit      string   `json:"unit"`
	Before    float64  `json:"wasserstein_before"`
	After     float64  `json:"wasserstein_after"`
	KSBefore  *float64 `json:"ks_before"` // null where there is none
	KSAfter   *float64 `json:"ks_after"`
	Recorded  float64  `json:"recorded_mean"`
	Usual     float64  `json:"before_mean"`
	Simulated float64  `json:"after_mean"`
}

// Run is called by kong.
func (f *flowCalibrate) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if f.Rounds < 1 || f.Rounds > 50 {
		return usageError{fmt.Errorf("--rounds %d: give 1 to 50", f.Rounds)}
	}
	if err := f.check(); err != nil {
		return err
	}
	site, g, err := walkable(f.Site)
	if err != nil {
		return err
	}
	k := f.of(site)
	people, timed, notes, err := f.read(ctx, f.Site)
	if err != nil {
		return err
	}
	if !timed {
		return fmt.Errorf("%s: its places have no times: shoppers cannot be calibrated on it", f.Tracks)
	}
	r, err := fit.Calibrate(ctx, people, g, fit.Options{Rounds: f.Rounds, Seed: f.Seed, K: k}, out.steps("calibrate"))
	if err != nil {
		return fmt.Errorf("%s on %s: %w", f.Tracks, f.Site, err)
	}
	s := r.Shoppers
	s.Made = fmt.Sprintf("glasstwin flow calibrate %s --seed %d, %s: %d ways to learn from, %d to judge by", filepath.Base(f.Tracks), f.Seed, r.Split, r.Learnt, r.Judged)
	metrics := map[string]float64{"learnt": float64(r.Learnt), "judged": float64(r.Judged), "pace": s.Pace, "items": s.Items, "stop_s": s.Stop, "service_s": s.Service,
		"withheld_shelves": float64(len(r.Joined)), "withheld_hours": float64(r.JoinedHours)}
	if n := len(r.Joined) + r.JoinedHours; n > 0 {
		notes = append(notes, fmt.Sprintf("fewer than %d people stopped at these, or came in these hours, so each has the mean of its group, which more told: %d shelves, %d hours", k, len(r.Joined), r.JoinedHours))
	}
	var rows []any
	number := func(v float64) *float64 {
		if math.IsNaN(v) {
			return nil
		}
		return &v
	}
	nearer := 0.0
	for i, d := range r.After {
		b := r.Before[i]
		if d.Wasserstein < b.Wasserstein {
			nearer++
		}
		rows = append(rows, distanceRow{d.Of, d.Unit, b.Wasserstein, d.Wasserstein, number(b.KS), number(d.KS), d.Recorded, b.Simulated, d.Simulated})
		s.Judged = append(s.Judged, fmt.Sprintf("%s: Wasserstein distance %.3g %s, %.3g before", d.Of, d.Wasserstein, d.Unit, b.Wasserstein))
	}
	metrics["nearer"], metrics["distances"] = nearer, float64(len(rows))
	s.Goods = shop.GoodsOf(site)
	maps.DeleteFunc(s.Goods, func(id twin.AssetID, _ map[string]float64) bool {
		_, learnt := s.Draw[string(id)]
		return !learnt
	})
	data, err := s.Encode()
	if err != nil {
		return err
	}
	path := filepath.Join(f.Site, filepath.FromSlash(fit.File))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := writeWhole(path, data); err != nil {
		return err
	}
	metrics["seconds"] = time.Since(began).Seconds()
	notes = append(notes, r.Split, "before: the usual shoppers, 70 an hour in the mean")
	if f.JSON {
		return out.json(report{Command: "flow calibrate", Inputs: map[string]any{"tracks": f.Tracks, "site": f.Site, "rounds": f.Rounds, "seed": f.Seed}, Metrics: metrics, Rows: rows, Notes: notes})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	out.printf("%s: they walk at %.2f times the pace of the street, want %.1f things, stand %.0f s before a shelf, and take %.1f s a thing at the till\n", path, s.Pace, s.Items, s.Stop, s.Service)
	for i, d := range r.After {
		b := r.Before[i]
		out.printf("%-20s recorded %8.3g, usual %8.3g, calibrated %8.3g; Wasserstein %.3g → %.3g %s", d.Of, d.Recorded, b.Simulated, d.Simulated, b.Wasserstein, d.Wasserstein, d.Unit)
		if !math.IsNaN(d.KS) {
			out.printf(", Kolmogorov and Smirnov %.2f → %.2f", b.KS, d.KS)
		}
		out.printf("\n")
	}
	return nil
}

// shoppersOf are a site's own shoppers, or the usual ones where none were
// calibrated; perHour, when above 0, is how many come in the mean of the day,
// however many came when it was recorded; usual is how many do otherwise. site is
// how the goods lie for them.
func shoppersOf(dir string, site *twin.Site, hours, perHour, usual float64) (o shop.Options, note string, err error) {
	path := filepath.Join(dir, filepath.FromSlash(fit.File))
	file, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		note = "the usual shoppers of a small supermarket: flow calibrate learns this site's own"
		if perHour <= 0 {
			perHour = usual
		}
	case err != nil:
		return o, "", err
	default:
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, 8<<20))
		if err != nil {
			return o, "", fmt.Errorf("read %s: %w", path, err)
		}
		s, err := fit.Decode(path, data)
		if err != nil {
			return o, "", err
		}
		s, followed := s.On(site)
		o, note = s.Options(), "calibrated shoppers: "+s.Made
		if followed > 0 {
			note += fmt.Sprintf("; goods were laid elsewhere since, and %d draws went with them", followed)
		}
		for len(o.Arrivals) < int(math.Ceil(min(hours, 24*7))) {
			o.Arrivals = append(o.Arrivals, mean(s.Arrivals))
		}
	}
	if perHour > 0 {
		o.Arrivals = shop.Usual(perHour, int(math.Ceil(hours)))
	}
	o.Hours = hours
	return o, note, nil
}
