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
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// Options say how much may be lost.
type Options struct {
	MaxError  float64 // metres, symmetric Hausdorff distance of the file to the scene
	MaxNormal float64 // radians, 99th percentile of the surface; 0: 3°
	Bare      bool    // shape, material and structure alone: no joints, no ids
	Instances bool    // as gltf.WriteOptions
	Extras    any     // as gltf.WriteOptions
	Stored    bool    // smallest as it is, for a server that compresses nothing; else as one that does sends it
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

// maxNormalUsual is the bound of normals where none is given.
const maxNormalUsual = 3 * math.Pi / 180

// sharesTried are the parts of the bound that triangles may cost, the rest being
// for the rounding of positions. They are tried in turn while files get smaller.
var sharesTried = []float64{0.35, 0.2}

// mendings is how often a plan whose file misses the bound is drawn tighter.
const mendings = 4

// File makes the file: of several ways to share the bound the one whose file is
// smallest as served. It fails when the bound cannot be held, as when it is finer
// than single floats are.
func File(ctx context.Context, sc *scene.Scene, opt Options) (*Result, error) {
	if !(opt.MaxError > 0) || math.IsInf(opt.MaxError, 0) {
		return nil, fmt.Errorf("a bound of %v m is none; give more than zero", opt.MaxError)
	}
	if opt.MaxNormal <= 0 {
		opt.MaxNormal = maxNormalUsual
	}
	m := &maker{sc: sc, opt: opt}
	var plans []plan
	if onLattices(sc) { // positions cost nothing of the bound
		plans = []plan{{simplify: 0.98, step: 0.3}}
	} else {
		for _, share := range sharesTried {
			plans = append(plans, plan{simplify: share, step: overdraw - share})
		}
	}
	plans = append(plans, plan{simplify: 0, step: 0.9})
	var best *draft
	for i, p := range plans {
		if i == len(plans)-1 && best != nil {
			break // the last is for bounds that no other holds
		}
		m.begin(i, len(plans)-1)
		d, err := m.hold(ctx, p)
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		if best != nil && d.bytes >= best.bytes {
			break
		}
		best = d
	}
	if best == nil {
		return nil, fmt.Errorf("the bound of %g mm and %.2f° cannot be held: the closest file lies %g mm and %.2f° away; allow more",
			1000*opt.MaxError, opt.MaxNormal*180/math.Pi, 1000*m.closest.Hausdorff, m.closest.NormalP99*180/math.Pi)
	}
	return m.finish(best)
}

// served is what a browser is sent.
func served(data []byte) (int, error) { return compressed(data, brotli.BestCompression) }

func compressed(data []byte, quality int) (int, error) {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 24})
	_, err := w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		return 0, fmt.Errorf("compress: %w", err)
	}
	return out.Len(), nil
}
