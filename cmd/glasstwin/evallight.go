package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// evalLightweight compares the bytes of light files with those of other formats.
type evalLightweight struct {
	Reference string `required:"" type:"existingdir" placeholder:"DIR" help:"Folder of models and what other formats make of them."`
	JSON      bool   `help:"Print one JSON object."`
}

// Help is printed by kong under --help.
func (e *evalLightweight) Help() string {
	return `For each model the folder, or any folder in it, holds a mesh NAME.glb, .gltf, .obj, .stl or .ply, and either
a file of the same stem in another format (NAME.jt, NAME.drc, ...), of which only the size is read,
or a line in reference.csv or reference.json (a list of objects) at the top with the columns
  name          stem or path of the mesh
  bytes         size of the reference file (the file's own when it is there and this is empty)
  error_mm      how far the reference lies from the mesh (optional)
  normal_deg    99th percentile of its normals' deviation, degrees (optional)
  decoded       mesh file of the decoded reference, from which both are measured (optional).
Where nothing gives an error, ours is held to that of 14 bits along the longest axis of the model's box,
half a cell's diagonal, and 3 degrees; a note says so. Ours is the GLB as a server sends it (brotli).`
}

// lightRow is one model against one reference.
type lightRow struct {
	Model     string  `json:"model"`
	Reference string  `json:"reference"`
	Triangles int     `json:"triangles"`
	RefBytes  int64   `json:"reference_bytes"`
	Bytes     int     `json:"our_bytes"`
	Ratio     float64 `json:"ratio"` // percent
	Hausdorff float64 `json:"hausdorff_mm"`
	Normal    float64 `json:"normal_p99_deg"`
	Bound     float64 `json:"max_error_mm"`
	MaxNormal float64 `json:"max_normal_deg"`
}

// Run is called by kong.
func (e *evalLightweight) Run(ctx context.Context, out *output) error {
	began := time.Now()
	refs, notes, err := findReferences(e.Reference)
	if err != nil {
		return err
	}
	var rows []lightRow
	failed := 0
	for _, ref := range refs {
		out.note("%s against %s", filepath.Base(ref.Mesh), ref.Name)
		row, said, err := compareLight(ctx, ref, out)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		notes = append(notes, said...)
		if err != nil {
			failed++
			notes = append(notes, fmt.Sprintf("%s: not compared: %v", ref.Mesh, err))
			continue
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return fmt.Errorf("%s: no model could be compared: %s", e.Reference, notes[len(notes)-1])
	}
	slices.SortStableFunc(rows, func(a, b lightRow) int {
		if a.Ratio < b.Ratio {
			return -1
		}
		return 1
	})
	ratios, listed := make([]float64, len(rows)), make([]any, len(rows))
	for i, r := range rows {
		ratios[i], listed[i] = r.Ratio, r
	}
	metrics := map[string]float64{"files": float64(len(rows)), "failed": float64(failed), "ratio_worst": ratios[0], "ratio_median": median(ratios),
		"ratio_median_low95": medianLow95(ratios), "seconds": time.Since(began).Seconds()}
	if e.JSON {
		return out.json(report{Command: "eval lightweight", Inputs: map[string]any{"reference": e.Reference}, Metrics: metrics, Rows: listed, Notes: notes})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	for _, r := range rows {
		out.printf("%-28s %9d triangles  %s %d bytes, ours %d: %.1f %%  %.4f mm %.2f°\n", r.Model, r.Triangles, r.Reference, r.RefBytes, r.Bytes, r.Ratio, r.Hausdorff, r.Normal)
	}
	out.printf("median %.1f %% (at least %.1f %% with 95 %% confidence), worst %.1f %%, %d files, %d failed\n",
		metrics["ratio_median"], metrics["ratio_median_low95"], ratios[0], len(rows), failed)
	return nil
}

// compareLight makes the light file of a model under the error of its reference.
func compareLight(ctx context.Context, ref reference, out *output) (lightRow, []string, error) {
	m, err := readModel(ctx, ref.Mesh)
	if err != nil {
		return lightRow{}, nil, err
	}
	notes := m.notes
	opt := light.Options{MaxError: ref.ErrorMM / 1000, MaxNormal: ref.NormalDeg * math.Pi / 180, Bare: true}
	if ref.Decoded != "" {
		decoded, err := readModel(ctx, ref.Decoded)
		if err != nil {
			return lightRow{}, notes, err
		}
		d, err := mesh.Distance(ctx, m.scene, decoded.scene)
		if err != nil {
			return lightRow{}, notes, fmt.Errorf("measure the reference: %w", err)
		}
		opt.MaxError, opt.MaxNormal = d.Hausdorff, d.NormalP99
	}
	if opt.MaxError <= 0 {
		size := drawnBox(m.scene).Size()
		opt.MaxError = max(size[0], size[1], size[2]) / (1 << 14) * math.Sqrt(3) / 2
		notes = append(notes, fmt.Sprintf("%s: no error is known of %s; that of 14 bits is taken, %.4g mm", filepath.Base(ref.Mesh), ref.Name, 1000*opt.MaxError))
	}
	if opt.MaxNormal <= 0 {
		opt.MaxNormal = 3 * math.Pi / 180
	}
	opt.Progress = out.steps(filepath.Base(ref.Mesh))
	r, err := light.File(ctx, m.scene, opt)
	if err != nil {
		return lightRow{}, notes, err
	}
	return lightRow{Model: filepath.Base(ref.Mesh), Reference: ref.Name, Triangles: m.scene.Triangles(), RefBytes: ref.Bytes, Bytes: r.Served,
		Ratio: 100 * float64(ref.Bytes) / float64(r.Served), Hausdorff: 1000 * r.Deviation.Hausdorff, Normal: r.Deviation.NormalP99 * 180 / math.Pi,
		Bound: 1000 * opt.MaxError, MaxNormal: opt.MaxNormal * 180 / math.Pi}, notes, nil
}

func drawnBox(sc *scene.Scene) geom.Box {
	box := geom.EmptyBox()
	for i, m := range sc.World(nil, nil) {
		if id := sc.Nodes[i].Mesh; id != scene.None {
			box = box.Union(sc.Meshes[id].Box().Transform(m))
		}
	}
	return box
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// medianLow95 is the 5th percentile of the median over 10,000 draws of the
// files with replacement (Efron 1979), from a fixed seed.
func medianLow95(sorted []float64) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	medians, draw := make([]float64, 10000), make([]float64, len(sorted))
	for i := range medians {
		for k := range draw {
			draw[k] = sorted[r.IntN(len(sorted))]
		}
		slices.Sort(draw)
		medians[i] = median(draw)
	}
	slices.Sort(medians)
	return medians[len(medians)/20]
}
