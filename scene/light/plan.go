package light

import (
	"context"
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// plan says how a bound is shared, in parts of it.
type plan struct {
	simplify float64 // of the distance, for triangles
	step     float64 // of the distance, for half a cell's diagonal
	normal   float64 // of the angle, for what is written; 0: normalShare
	edged    bool    // normals are written for flat shapes too
}

const (
	// overdraw is what the parts of the distance come to: the worst of each meet
	// nowhere, and the file is measured.
	overdraw = 1.35
	// normalShare is likewise what written normals may be off, of the angle.
	normalShare = 1.04
	// turnShare is what simplifying may turn normals, and weldShare how far apart
	// normals may be and be welded.
	turnShare, weldShare = 0.6, 0.25
	// nearEnough is how much of the distance a file uses that is drawn no coarser.
	nearEnough = 0.94
	// roundShare is the part of the distance for the digits of transforms.
	roundShare = 0.02
	// roughly and thorough are qualities of brotli, for plans and for what is kept.
	roughly, thorough = 5, 11
)

// draft is a file that holds the bound.
type draft struct {
	plan   plan
	scene  *scene.Scene
	flat   map[[2]int]bool
	bytes  int // about, as served
	result Result
}

// maker draws files of one scene.
type maker struct {
	sc      *scene.Scene
	opt     Options
	closest mesh.Deviation // of the files that miss the bound
	share   float64        // of the simplified scene at hand
	lighter *scene.Scene
	steps   []mesh.Step
	at, of  int // plans
}

func (m *maker) begin(plan, of int) { m.at, m.of = plan, max(of, 1) }

// tell passes on the progress of a plan as that of all.
func (m *maker) tell(step string, done float64) {
	if m.opt.Progress != nil {
		m.opt.Progress(step, math.Min(1, (float64(m.at)+done)/float64(m.of)))
	}
}

// hold draws the plan, tighter and tighter until its file holds the bound; nil
// when none does.
func (m *maker) hold(ctx context.Context, p plan) (*draft, error) {
	p.normal = normalShare
	var held *draft
	for range mendings {
		d, err := m.draw(ctx, p)
		if err != nil {
			return nil, err
		}
		far, tilt := d.result.Deviation.Hausdorff/m.opt.MaxError, d.result.Deviation.NormalP99/m.opt.MaxNormal
		if far <= 1 && tilt <= 1 {
			if held != nil && held.bytes <= d.bytes {
				return held, nil
			}
			if held != nil || far > nearEnough || p.simplify > overdraw/2 {
				return d, nil
			}
			held = d
			p.step *= 0.98 / far // there is room for coarser positions
			continue
		}
		if held != nil {
			return held, nil
		}
		if m.closest.Samples == 0 || far < m.closest.Hausdorff/m.opt.MaxError {
			m.closest = d.result.Deviation
		}
		if far > 1 {
			p.step *= 0.97 / math.Min(far, 4)
			if far > 1.1 {
				p.simplify *= 0.97 / math.Min(far, 4)
			}
		}
		if tilt > 1 {
			p.normal *= math.Max(0.3, 0.9/tilt)
			p.edged = p.edged || tilt > 1.5 // rounding tilts small triangles
		}
	}
	return held, nil
}

// draw makes the file of a plan and measures it as it reads back.
func (m *maker) draw(ctx context.Context, p plan) (*draft, error) {
	if m.lighter == nil || m.share != p.simplify {
		lighter, report, err := mesh.Lighten(ctx, m.sc, mesh.Options{
			MaxError: p.simplify * m.opt.MaxError, MaxNormal: turnShare * m.opt.MaxNormal, WeldNormal: weldShare * m.opt.MaxNormal, Unmeasured: true,
			Progress: func(step string, done float64) { m.tell(step, 0.8*done) },
		})
		if err != nil {
			return nil, err
		}
		m.lighter, m.share, m.steps = mesh.WithTangents(lighter), p.simplify, report.Steps
	}
	d := &draft{plan: p, scene: m.lighter}
	if !p.edged {
		d.scene, d.flat = flatten(m.lighter)
	}
	m.tell("write", 0.8)
	data, err := gltf.Write(d.scene, m.form(d, roughly))
	if err != nil {
		return nil, err
	}
	if d.bytes = len(data); !m.opt.Stored {
		if d.bytes, err = compressed(data, roughly); err != nil {
			return nil, err
		}
	}
	back, _, err := gltf.Read(ctx, "the light file", data, gltf.ReadOptions{})
	if err != nil {
		return nil, fmt.Errorf("read back: %w", err)
	}
	m.tell("measure", 0.85)
	d.result = Result{Triangles: d.scene.Triangles(), Steps: m.steps}
	if d.result.Deviation, err = mesh.Distance(ctx, m.sc, back); err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	m.tell("measure", 1)
	return d, nil
}

// finish writes a draft in its smallest form: views take the form that costs
// least, and nothing that is read changes.
func (m *maker) finish(d *draft) (*Result, error) {
	data, err := gltf.Write(d.scene, m.form(d, thorough))
	if err != nil {
		return nil, err
	}
	d.result.Data = data
	if d.result.Served, err = served(data); err != nil {
		return nil, err
	}
	return &d.result, nil
}

// form is how a draft is written.
func (m *maker) form(d *draft, quality int) gltf.WriteOptions {
	step := d.plan.step * m.opt.MaxError * 2 / math.Sqrt(3)
	stretch := stretches(d.scene)
	return gltf.WriteOptions{
		Meshopt: true, NoUVs: true, Bare: m.opt.Bare, Instances: m.opt.Instances, Extras: m.opt.Extras,
		NormalWithin: d.plan.normal * m.opt.MaxNormal, Round: roundShare * m.opt.MaxError,
		Flat: func(i, k int) bool { return d.flat[[2]int{i, k}] },
		Grid: func(i int) gltf.Grid {
			own := step / stretch[i]
			if l, ok := mesh.FindLattice(d.scene.Meshes[i], own/20); ok && l.Step.Len() > 0 {
				return evener(d.scene.Meshes[i], gltf.Grid{Origin: l.Origin, Step: l.Step}, l.Cells, d.plan.normal*m.opt.MaxNormal)
			}
			return gltf.GridOf(d.scene.Meshes[i], short(own))
		},
		Weigh: m.weigh(quality),
	}
}

// weigh tells what bytes of a file cost; nil where they cost what they are.
func (m *maker) weigh(quality int) func([]byte) int {
	if m.opt.Stored {
		return nil
	}
	return func(data []byte) int {
		n, err := compressed(data, quality)
		if err != nil {
			return math.MaxInt
		}
		return n
	}
}

// unevenMost is how many times longer than another a step may be where that
// costs normals bits.
const unevenMost = 4

// evener parts the long steps of a lattice where normals, which a node's uneven
// size turns, would need more than eight bits an axis.
func evener(m scene.Mesh, g gltf.Grid, cells [3]int, within float64) gltf.Grid {
	least := math.Inf(1)
	for _, s := range g.Step {
		if s > 0 {
			least = math.Min(least, s)
		}
	}
	wide := false
	for _, p := range m.Primitives {
		stretch := g.Step
		for k, s := range stretch {
			if s <= 0 {
				stretch[k] = 1
			}
		}
		_, stride := meshopt.FoldWithin(p.Normals, stretch, within)
		wide = wide || stride > 4
	}
	if !wide {
		return g
	}
	for k, s := range g.Step {
		if parts := math.Ceil(s / least / unevenMost); parts > 1 && parts*float64(cells[k]) < math.MaxUint16 {
			g.Step[k] = s / parts
		}
	}
	return g
}

// short is the largest number of two digits that is no larger.
func short(v float64) float64 {
	scale := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Floor(v/scale) * scale
}

// onLattices tells whether all vertices stand on lattices coarser than any bound
// that is asked of a file.
func onLattices(sc *scene.Scene) bool {
	for _, m := range sc.Meshes {
		if _, ok := mesh.FindLattice(m, 0); !ok && len(m.Primitives) > 0 {
			return false
		}
	}
	return true
}

// stretches is how much a mesh is drawn larger than it is stored, at most.
func stretches(sc *scene.Scene) []float64 {
	out := make([]float64, len(sc.Meshes))
	for i, m := range sc.World(nil, nil) {
		if n := sc.Nodes[i]; n.Mesh != scene.None {
			out[n.Mesh] = math.Max(out[n.Mesh], mesh.Stretch(m))
		}
	}
	for i, s := range out {
		if s == 0 {
			out[i] = 1
		}
	}
	return out
}
