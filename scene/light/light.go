// Package light makes the lightest file of a scene that stays within a stated
// error, and measures the file that it made: what is reported is the distance
// between the scene that came in and the file as it reads back. It joins
// scene/mesh, which knows shapes, with scene/codec/gltf, which knows bytes; it
// must never know an asset or a signal. Start reading at File.
package light

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/andybalholm/brotli"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// Options say how much may be lost.
type Options struct {
	MaxError  float64 // metres, symmetric Hausdorff distance of the file to the scene
	MaxNormal float64 // radians, 99th percentile of the surface; 0: 3°
	Bare      bool    // shape, material and structure alone: no joints, no ids
	Instances bool    // as gltf.WriteOptions
	Extras    any     // as gltf.WriteOptions
	Progress  func(step string, done float64)
}

// Result is a light file with what was measured of it.
type Result struct {
	Data      []byte         // GLB
	Served    int            // bytes as a server sends it, brotli at its best
	Deviation mesh.Deviation // of the file as read back, against the scene
	Triangles int            // drawn
	Steps     []mesh.Step
}

// How the bound is shared between losing triangles and rounding positions, tried
// in this order until the file holds it.
var shares = []float64{0.6, 0.45, 0.3, 0.15, 0}

const maxNormalUsual = 3 * math.Pi / 180

// File makes the file. It fails when the bound cannot be held, as when it is
// finer than single floats are.
func File(ctx context.Context, sc *scene.Scene, opt Options) (*Result, error) {
	if !(opt.MaxError > 0) || math.IsInf(opt.MaxError, 0) {
		return nil, fmt.Errorf("a bound of %v m is none; give more than zero", opt.MaxError)
	}
	if opt.MaxNormal <= 0 {
		opt.MaxNormal = maxNormalUsual
	}
	var least mesh.Deviation
	finer := 0
	for _, share := range shares {
		r, err := attempt(ctx, sc, opt, share, finer)
		if err != nil {
			return nil, err
		}
		if r.Deviation.NormalP99 > opt.MaxNormal {
			finer += 2 // small triangles tilt when their corners are rounded, and directions add to that
		}
		if r.Deviation.Hausdorff <= opt.MaxError && r.Deviation.NormalP99 <= opt.MaxNormal {
			if r.Served, err = served(r.Data); err != nil {
				return nil, err
			}
			return r, nil
		}
		least = r.Deviation
	}
	return nil, fmt.Errorf("the bound of %g mm and %.2f° cannot be held: the closest file lies %g mm and %.2f° away; allow more",
		1000*opt.MaxError, opt.MaxNormal*180/math.Pi, 1000*least.Hausdorff, least.NormalP99*180/math.Pi)
}

// attempt spends a share of the bound on triangles and the rest on rounding.
func attempt(ctx context.Context, sc *scene.Scene, opt Options, share float64, finer int) (*Result, error) {
	lighter, report, err := mesh.Lighten(ctx, sc, mesh.Options{MaxError: share * opt.MaxError, MaxNormal: 0.7 * opt.MaxNormal, Progress: opt.Progress})
	if err != nil {
		return nil, err
	}
	lighter = mesh.WithTangents(lighter)
	flattened, flat := lighter, map[[2]int]bool(nil)
	if finer == 0 {
		flattened, flat = flatten(lighter)
	}
	step := (1 - share) * opt.MaxError * 2 / math.Sqrt(3) * 0.95
	stretch := stretches(flattened)
	options := gltf.WriteOptions{
		Meshopt: true, NoUVs: true, Bare: opt.Bare, Instances: opt.Instances, Extras: opt.Extras, NormalBits: min(normalBits(opt.MaxNormal)+finer, 12),
		Flat: func(m, p int) bool { return flat[[2]int{m, p}] },
		Grid: func(m int) gltf.Grid {
			own := step / stretch[m]
			if l, ok := mesh.FindLattice(flattened.Meshes[m], own/20); ok && l.Step.Len() > 0 {
				return gltf.Grid{Origin: l.Origin, Step: l.Step}
			}
			return gltf.GridOf(flattened.Meshes[m], own)
		},
	}
	r := &Result{Triangles: flattened.Triangles(), Steps: report.Steps}
	if r.Data, err = gltf.Write(flattened, options); err != nil {
		return nil, err
	}
	back, _, err := gltf.Read(ctx, "the light file", r.Data, gltf.ReadOptions{})
	if err != nil {
		return nil, fmt.Errorf("read back: %w", err)
	}
	if r.Deviation, err = mesh.Distance(ctx, sc, back); err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	return r, nil
}

// normalBits is how many bits of each axis keep 99 % of directions within a
// bound: the grid on the octahedron is uneven, by a factor of about two.
func normalBits(most float64) int {
	for bits := 5; bits < 12; bits++ {
		if 2.2/float64(int(1)<<bits) < most {
			return bits
		}
	}
	return 12
}

// stretches is how much a mesh is drawn larger than it is stored, at most.
func stretches(sc *scene.Scene) []float64 {
	out := make([]float64, len(sc.Meshes))
	for i := range out {
		out[i] = 1
	}
	seen := make([]bool, len(out))
	for i, m := range sc.World(nil, nil) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		s := 0.0
		for k := range 3 {
			s = math.Max(s, m.Col(k).Vec3().Len())
		}
		if !seen[n.Mesh] || s > out[n.Mesh] {
			out[n.Mesh], seen[n.Mesh] = s, true
		}
	}
	return out
}

// served is what a browser is sent.
func served(data []byte) (int, error) {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24})
	_, err := w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		return 0, fmt.Errorf("compress: %w", err)
	}
	return out.Len(), nil
}
