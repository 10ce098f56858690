package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/scene/light"
)

// lightenCommand makes the lightest file of a model within a bound.
type lightenCommand struct {
	In        string  `arg:"" type:"existingfile" help:"Model: .glb, .gltf, .obj, .stl or .ply. STL is in millimetres, the others in metres."`
	Out       string  `arg:"" type:"path" help:"GLB file to write."`
	MaxError  float64 `required:"" placeholder:"MM" help:"How far the written surface may lie from the model, and the model from it, millimetres."`
	MaxNormal float64 `default:"3" placeholder:"DEG" help:"How far 99 % of the surface may be tilted, degrees."`
	JSON      bool    `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *lightenCommand) Run(ctx context.Context, out *output) error {
	began := time.Now()
	opt, err := bounds(c.MaxError, c.MaxNormal)
	if err != nil {
		return err
	}
	if strings.ToLower(filepath.Ext(c.Out)) != ".glb" {
		return usageError{fmt.Errorf("%s: the file that is written is a GLB; end its name in .glb", c.Out)}
	}
	if same(c.In, c.Out) {
		return usageError{errors.New("the model would be written over; give another name for the light file")}
	}
	m, err := readModel(ctx, c.In)
	if err != nil {
		return err
	}
	opt.Progress = out.steps(filepath.Base(c.In))
	r, err := light.File(ctx, m.scene, opt)
	if err != nil {
		return fmt.Errorf("lighten %s: %w", c.In, err)
	}
	if err := writeWhole(c.Out, r.Data); err != nil {
		return err
	}
	metrics := lightMetrics(r)
	metrics["bytes_in"], metrics["seconds"] = float64(m.bytes), time.Since(began).Seconds()
	if c.JSON {
		return out.json(report{Command: "lighten", Inputs: map[string]any{"in": c.In, "out": c.Out, "max_error_mm": c.MaxError, "max_normal_deg": c.MaxNormal},
			Metrics: metrics, Notes: m.notes})
	}
	for _, n := range m.notes {
		out.note("%s", n)
	}
	out.printf("%s: %d bytes of %d, %d as a server sends them; %.4f mm and %.2f° from the model\n",
		c.Out, len(r.Data), m.bytes, r.Served, metrics["hausdorff_mm"], metrics["normal_p99_deg"])
	return nil
}

// bounds are a person's millimetres and degrees.
func bounds(mm, deg float64) (light.Options, error) {
	if !(mm > 0) || math.IsInf(mm, 0) {
		return light.Options{}, usageError{fmt.Errorf("--max-error %v: give millimetres above zero", mm)}
	}
	if !(deg > 0) || deg > 180 {
		return light.Options{}, usageError{fmt.Errorf("--max-normal %v: give degrees above zero, up to 180", deg)}
	}
	return light.Options{MaxError: mm / 1000, MaxNormal: deg * math.Pi / 180}, nil
}

// lightMetrics are what was measured of the file as it reads back.
func lightMetrics(r *light.Result) map[string]float64 {
	return map[string]float64{"bytes_out": float64(len(r.Data)), "bytes_served": float64(r.Served), "triangles": float64(r.Triangles),
		"hausdorff_mm": 1000 * r.Deviation.Hausdorff, "normal_p99_deg": r.Deviation.NormalP99 * 180 / math.Pi}
}

func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
