package mesh

import (
	"context"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// Options says how much a scene may change.
type Options struct {
	// MaxError bounds the symmetric Hausdorff distance to what came in, metres
	// of the world. Zero allows only what changes no surface: flat regions with
	// fewer triangles, straight borders with fewer vertices.
	MaxError float64
	// MaxNormal bounds the deviation of the shading normals in the 99th
	// percentile of the surface, radians. Zero means 0.1 rad.
	MaxNormal float64
	// WeldNormal is how far apart the normals at one place may be, radians, and be
	// welded; zero welds equal ones.
	WeldNormal float64
	// Unmeasured leaves it to the caller to measure what came out: each mesh is
	// held to its share of the bound all the same.
	Unmeasured bool
	// KeepStructure leaves the nodes as they are: no node is added for a shape
	// that repeats within a mesh. Equal meshes are still shared.
	KeepStructure bool
	// LODs is the number of coarser levels to make for each mesh.
	LODs int
	// Progress, when set, is told the step at work and the share of all that is
	// done, 0 to 1.
	Progress func(step string, done float64)
}

// Report tells what each step did.
type Report struct {
	Steps []Step
	// Deviation is measured by Distance between what came in and what came out;
	// zero where the caller measures.
	Deviation Deviation
	// Chains holds the coarser levels of each mesh of the result, in its order;
	// empty when none were asked for.
	Chains [][]Level
}

// Step is the state of the scene after one step.
type Step struct {
	Name      string
	Nodes     int
	Meshes    int
	Vertices  int     // stored
	Triangles int     // stored, instances counted once
	Drawn     int     // instances counted each
	Error     float64 // metres, the largest that this step found in its own check
}

// count notes the state of sc.
func (r *Report) count(name string, sc *scene.Scene, err float64) {
	s := Step{Name: name, Nodes: len(sc.Nodes), Meshes: len(sc.Meshes), Drawn: sc.Triangles(), Error: err}
	for _, m := range sc.Meshes {
		for _, p := range m.Primitives {
			s.Vertices += len(p.Positions) / 3
			s.Triangles += len(p.Indices) / 3
		}
	}
	r.Steps = append(r.Steps, s)
}

// Lighten returns a lighter scene that looks the same within opt, and leaves sc
// as it is. Nodes, names, entities, parts, joints and materials are kept; nodes
// may be added below those there are (see Options.KeepStructure). It fails when
// sc breaks a law of Scene.Check or ctx ends.
func Lighten(ctx context.Context, sc *scene.Scene, opt Options) (*scene.Scene, Report, error) {
	var rep Report
	if err := sc.Check(); err != nil {
		return nil, rep, fmt.Errorf("lighten: %w", err)
	}
	if opt.MaxError < 0 || math.IsNaN(opt.MaxError) || opt.MaxNormal < 0 || math.IsNaN(opt.MaxNormal) {
		return nil, rep, fmt.Errorf("lighten: a bound of %g m and %g rad is none: give zero or more", opt.MaxError, opt.MaxNormal)
	}
	tell := opt.Progress
	if tell == nil {
		tell = func(string, float64) {}
	}
	if opt.MaxNormal == 0 {
		opt.MaxNormal = 0.1
	}
	rep.count("read", sc, 0)

	tell("weld", 0)
	out := copyScene(sc)
	for i := range out.Meshes {
		for k := range out.Meshes[i].Primitives {
			p := out.Meshes[i].Primitives[k]
			tol := Tolerance{Normal: opt.WeldNormal}
			if Faceted(p) { // it needs no normals as long as it is
				tol = Exact
			}
			p = Weld(p, tol)
			out.Meshes[i].Primitives[k] = Tidy(p)
		}
	}
	rep.count("weld", out, 0)

	tell("instances", 0.05)
	slack := opt.MaxError / instanceShare
	out, found, err := Instances(ctx, out, InstanceOptions{Tolerance: slack, Within: !opt.KeepStructure})
	if err != nil {
		return nil, rep, fmt.Errorf("lighten: find instances: %w", err)
	}
	rep.count("instances", out, found)

	scales := worldScales(out)
	shared := out
	// What was found equal and what is simplified are each held to their share
	// of the bound in each mesh; the whole is measured, and made again when it
	// is more than the sum of its parts.
	for bound := opt.MaxError - found; ; bound *= 0.8 {
		tell("simplify", 0.15)
		out = copyScene(shared)
		worst, err := simplifyAll(ctx, out, scales, Bound{Distance: bound, Normal: opt.MaxNormal}, func(done float64) {
			tell("simplify", 0.15+0.55*done)
		})
		if err != nil {
			return nil, rep, fmt.Errorf("lighten: simplify: %w", err)
		}
		tell("order", 0.7)
		for i := range out.Meshes {
			for k, p := range out.Meshes[i].Primitives {
				out.Meshes[i].Primitives[k] = Order(p)
			}
		}
		if opt.Unmeasured {
			rep.count("simplify", out, worst)
			break
		}
		tell("measure", 0.8)
		if rep.Deviation, err = Distance(ctx, sc, out); err != nil {
			return nil, rep, fmt.Errorf("lighten: measure: %w", err)
		}
		if opt.MaxError == 0 || rep.Deviation.Hausdorff <= opt.MaxError || bound < opt.MaxError/4 {
			rep.count("simplify", out, worst)
			break
		}
	}
	for i, m := range out.Meshes {
		if opt.LODs == 0 {
			break
		}
		levels, err := Chain(ctx, m, opt.LODs)
		if err != nil {
			return nil, rep, fmt.Errorf("lighten: levels of mesh %d %q: %w", i, m.Name, err)
		}
		rep.Chains = append(rep.Chains, levels)
	}
	tell("measure", 1)
	return out, rep, out.Check()
}

// instanceShare is which part of the bound may go into calling two shapes
// equal: a tenth.
const instanceShare = 10

// copyScene copies what Lighten changes: the slices, not the arrays of numbers,
// which are replaced and never written to.
func copyScene(sc *scene.Scene) *scene.Scene {
	out := *sc
	out.Nodes = append([]scene.Node(nil), sc.Nodes...)
	out.Meshes = make([]scene.Mesh, len(sc.Meshes))
	for i, m := range sc.Meshes {
		m.Primitives = append([]scene.Primitive(nil), m.Primitives...)
		out.Meshes[i] = m
	}
	return &out
}

// worldScales returns, for every mesh, the largest factor by which a node that
// draws it stretches a length; 1 for a mesh that none draws.
func worldScales(sc *scene.Scene) []float64 {
	out := make([]float64, len(sc.Meshes))
	world := sc.World(nil, nil)
	for i, n := range sc.Nodes {
		if n.Mesh != scene.None {
			out[n.Mesh] = math.Max(out[n.Mesh], Stretch(world[i]))
		}
	}
	for i, s := range out {
		if s == 0 {
			out[i] = 1
		}
	}
	return out
}
