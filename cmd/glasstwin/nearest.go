package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin/operate/baseline"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
)

// nearest learns, of the recordings that the model of situations learns of, what
// the baseline of the nearest residual goes by, and writes it.
func (t *train) nearest(ctx context.Context, out *output) error {
	began := time.Now()
	if t.Runs < 4 || t.Runs > 200 {
		return usageError{fmt.Errorf("--runs %d: give 4 to 200", t.Runs)}
	}
	dir, clean, err := folder(t.Data)
	if err != nil {
		return err
	}
	defer clean()
	r := situationRuns{dir, out.note}
	made := baseline.File{Made: fmt.Sprintf("glasstwin train %s --runs %d", t.Model, t.Runs), Sites: map[string]*baseline.Residuals{}}
	metrics := map[string]float64{}
	for _, site := range situationSites {
		var drawn []drawnRuns
		for _, d := range development(t.Runs, perceive.Tells(), nil) {
			if d.site == site {
				drawn = append(drawn, d)
			}
		}
		files, err := r.files(ctx, drawn)
		if err != nil {
			return fmt.Errorf("train %s: %w", t.Model, err)
		}
		of, share, err := baseline.Learn(ctx, files, func(format string, args ...any) { out.note(site+": "+format, args...) })
		if err != nil {
			return fmt.Errorf("train %s: %w", t.Model, err)
		}
		made.Sites[site] = of
		metrics[site+"_runs"], metrics[site+"_signatures"], metrics[site+"_threshold"], metrics[site+"_balanced_accuracy_development"] = float64(len(files)), float64(len(of.Signatures)), of.Threshold, share
		if !t.JSON {
			out.printf("%s: %d signatures of %d runs, a threshold of %.2f; of held-out development seeds %.1f %% right, balanced\n", site, len(of.Signatures), len(files), of.Threshold, 100*share)
		}
	}
	var body bytes.Buffer
	if err := made.Encode(&body); err != nil {
		return err
	}
	path := t.Out
	if path == "" {
		path = t.Model + ".json"
	}
	if err := writeWhole(path, body.Bytes()); err != nil {
		return err
	}
	if !t.JSON {
		out.printf("%s, %d bytes\n", path, body.Len())
		return nil
	}
	metrics["model_bytes"], metrics["seconds"] = float64(body.Len()), time.Since(began).Seconds()
	return out.json(report{Command: "train", Metrics: metrics, Rows: []any{map[string]any{"model": t.Model, "file": path}}, Inputs: map[string]any{"runs": t.Runs}})
}

// loadNearest reads what is in the program of a kind of site.
func loadNearest(site string) (*baseline.Residuals, error) {
	name := baseline.NearestName + ".json"
	f, err := assets.Models().Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the baseline in the program: %w; glasstwin train %s makes one", err, strings.TrimSuffix(name, ".json"))
	}
	defer f.Close()
	file, err := baseline.ReadFile(name, f)
	if err != nil {
		return nil, err
	}
	of, ok := file.Sites[site]
	if !ok {
		return nil, fmt.Errorf("%s: it holds nothing of a %s", name, site)
	}
	return of, nil
}
