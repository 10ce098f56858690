package plan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
)

// Heights that a plan does not tell, metres.
const (
	storeyHeight = 2.7
	doorHead     = 2.1
	windowSill   = 0.9
	windowHead   = 2.1
)

// farOff is how far from the origin a drawing is moved there: beyond, single
// precision loses millimetres.
const farOff = 2000

// ErrNoWalls tells that nothing in a drawing could be walls.
var ErrNoWalls = errors.New("no walls found: no layer is named for walls, and no lines run side by side or close a room")

// Understand reads a drawing as the plan of a storey. The error is that of ctx,
// or ErrNoWalls with the file's name.
func Understand(ctx context.Context, drawing *dxf.Drawing, o Options) (*Draft, error) {
	d := &Draft{Unit: drawing.Unit, Height: storeyHeight, ceiling: o.Ceiling}
	d.checkAnswers(o.Answers, drawing)
	if a, ok := o.Answers["units"]; ok {
		if u, known := dxf.UnitByName(a); known {
			u.Why = "as answered"
			d.Unit = u
		}
	}
	if h, ok := number(o.Answers["height"], 1.5, 30); ok {
		d.Height = h
	}
	k := &ink{d: drawing, scale: d.Unit.Metres}
	k.origin = farOrigin(drawing, k.scale)
	d.Origin = k.origin
	if k.origin != (vec{}) {
		d.Notes = append(d.Notes, fmt.Sprintf("moved by %.0f, %.0f m to the origin", -k.origin[0], -k.origin[1]))
	}
	k.classify(o.Answers)
	named := k.gather()
	if !named {
		d.Notes = append(d.Notes, "no layer is named for walls: they were looked for on all that is not named for something else")
	}
	k.dropLeaves()
	thickness, asked := number(o.Answers["thickness"], 0.02, 1)
	if !asked {
		thickness = assumed
	}
	strips, within, rest, err := k.findStrips(ctx, d, named, thickness, asked)
	if err != nil {
		return nil, err
	}
	if len(strips) == 0 {
		return nil, fmt.Errorf("drawing %s: %w; answer which layer holds them", drawing.Name, ErrNoWalls)
	}
	join(strips)
	strips = tie(strips)
	hints := k.swingHints(strips)
	hints = append(hints, k.blockHints(strips, hints)...)
	hints = append(hints, k.paneHints(strips, within, rest)...)
	hints = distinctHints(hints)
	strips = cut(strips, hints)
	holes, stubs := bridge(strips, hints)
	strips = append(strips, stubs...)
	more, stubs := hangingHoles(strips, hints)
	holes, strips = append(holes, more...), append(strips, stubs...)
	holes, stubs = k.settle(d, holes, o.Answers)
	strips = append(strips, stubs...)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.graph = build(strips, holes)
	d.describe(k)
	d.rooms(k)
	d.fixtures(k, o.ClassOf)
	d.ask(k, named, thickness, o.Answers)
	return d, nil
}

// farOrigin is what is taken off a drawing in map coordinates, whole metres.
func farOrigin(drawing *dxf.Drawing, scale float64) vec {
	var xs, ys []float64
	for i := range drawing.Shapes {
		if s := &drawing.Shapes[i]; !s.Hidden && len(s.Paths) > 0 {
			p := s.Paths[0].Points[0]
			xs, ys = append(xs, p[0]*scale), append(ys, p[1]*scale)
		}
	}
	if len(xs) == 0 {
		return vec{}
	}
	slices.Sort(xs)
	slices.Sort(ys)
	m := vec{math.Round(xs[len(xs)/2]), math.Round(ys[len(ys)/2])}
	if math.Abs(m[0]) < farOff && math.Abs(m[1]) < farOff {
		return vec{}
	}
	return m
}

// findStrips turns ink into walls.
func (k *ink) findStrips(ctx context.Context, d *Draft, named bool, thickness float64, asked bool) (strips, within []strip, rest []stroke, err error) {
	strokes := merge(k.segs)
	paired, rest, err := pair(ctx, strokes, k.rings)
	if err != nil {
		return nil, nil, nil, err
	}
	total, left := 0.0, 0.0
	for _, s := range strokes {
		total += s.len()
	}
	for _, s := range rest {
		left += s.len()
	}
	strips, within = unnest(dropSquat(paired))
	share := 1.0
	if total > 0 {
		share = 1 - left/total
	}
	single := 0
	addLone := func(least, sure float64, why string) {
		faced := len(strips)
		var kept []stroke
		for _, r := range rest {
			s := strip{a: r.a, b: r.b, t: thickness, sure: sure, why: why, shapes: r.shapes}
			switch {
			case r.len() >= least && !shadowed(s, strips[:faced]) && !closes(s, strips[:faced]):
				strips = append(strips, s)
				single++
			default:
				kept = append(kept, r)
			}
		}
		rest = kept
	}
	switch {
	case named && share < 0.5:
		addLone(0.25, 0.6, "a single line on a layer of walls; its thickness is assumed")
	case named:
		addLone(1.0, 0.45, "a single line on a layer of walls, far from any other; its thickness is assumed")
	case share < 0.3:
		addLone(0.6, 0.35, "a single line that may be a wall; its thickness is assumed")
	}
	if single > 0 && !asked {
		d.Notes = append(d.Notes, fmt.Sprintf("%d walls are drawn as one line: their thickness of %.2f m is assumed", single, thickness))
	}
	if !named {
		for i := range strips {
			strips[i].sure *= 0.8
		}
	}
	return straighten(strips, bridged), within, rest, nil
}

// shadowed tells whether a single line runs along or within a wall that two
// lines make, as the end of it or a threshold.
func shadowed(s strip, strips []strip) bool {
	d := s.dir()
	covered := 0.0
	for _, o := range strips {
		if math.Abs(cross(d, o.dir())) > 0.05 {
			continue
		}
		if math.Abs(cross(o.dir(), s.a.Add(s.b).Mul(0.5).Sub(o.a))) < o.t/2+0.06 {
			covered += overlap(o.a, o.b, s.a, s.b)
		}
	}
	return covered > 0.6
}

// closes tells whether a single line is the end of a wall that two lines make.
func closes(s strip, strips []strip) bool {
	mid, d := s.a.Add(s.b).Mul(0.5), s.dir()
	for _, o := range strips {
		if s.len() < o.t+0.08 && math.Abs(cross(d, o.dir())) > 0.7 && min(o.a.Sub(mid).Len(), o.b.Sub(mid).Len()) < 0.08+o.t/4 {
			return true
		}
	}
	return false
}

// settle applies the answers about single openings and about gaps. What is
// answered to be wall is returned as such.
func (k *ink) settle(d *Draft, holes []hole, answers map[string]string) ([]hole, []strip) {
	var kept []hole
	var solid []strip
	for _, h := range holes {
		answer, one := answers[openingKey(h)]
		if !one && len(h.shapes) == 0 && h.kind == Passage {
			answer = answers["gaps"]
		}
		switch answer {
		case "wall":
			solid = append(solid, strip{a: h.a, b: h.b, t: h.t, sure: 1, why: "as answered", joined: [2]bool{true, true}})
			continue
		case "passage":
			h.kind, h.sure = Passage, 1
		case "door":
			if h.kind == Passage || h.kind == Window {
				h.kind = Swing
			}
			h.sure = 1
		case "double":
			h.kind, h.sure = Double, 1
		case "sliding":
			h.kind, h.sure = Sliding, 1
		case "window":
			h.kind, h.sure = Window, 1
		}
		if answer != "" {
			h.why += "; as answered"
		}
		kept = append(kept, h)
	}
	return kept, solid
}

// openingKey names an opening by its place, which no other answer changes.
func openingKey(h hole) string {
	m := h.a.Add(h.b).Mul(0.5)
	return fmt.Sprintf("opening@%.1f,%.1f", m[0]+0, m[1]+0)
}

// describe lists walls, doors and windows from the graph.
func (d *Draft) describe(k *ink) {
	g := d.graph
	wallsOf := make([]Wall, g.walls)
	type reach struct {
		a, b   vec
		length float64
		edges  int
		t      float64
	}
	ends := make([]reach, g.walls)
	for e, x := range g.edges {
		w, r := &wallsOf[x.wall], &ends[x.wall]
		a, b, l := g.nodes[x.from].p, g.nodes[x.to].p, g.length(e)
		if r.edges == 0 {
			r.a, r.b = a, b
			w.Confidence = 1
		} else {
			for _, p := range [2]vec{a, b} { // the farthest two points along it
				way := r.b.Sub(r.a)
				switch u := p.Sub(r.a).Dot(way); {
				case u < 0:
					r.a = p
				case u > way.Dot(way):
					r.b = p
				}
			}
		}
		r.edges++
		if x.strip >= 0 && x.hole < 0 {
			s := g.strips[x.strip]
			r.length += l
			r.t += x.t * l
			if w.Confidence = min(w.Confidence, s.sure); w.Why == "" || s.len() > 1 && len(w.Evidence) == 0 {
				w.Why = s.why
			}
			for _, sh := range s.shapes {
				if src := k.source(sh); len(w.Evidence) < 8 && !slices.Contains(w.Evidence, src) {
					w.Evidence = append(w.Evidence, src)
				}
			}
		}
	}
	for i := range wallsOf {
		w, r := &wallsOf[i], ends[i]
		w.ID = fmt.Sprintf("building/wall-%03d", i+1)
		w.From, w.To = out(r.a), out(r.b)
		if r.length > 0 {
			w.Thickness = r.t / r.length
		}
		if w.Why == "" {
			w.Why, w.Confidence = "the lintel of an opening between walls", 0.4
		}
	}
	d.Walls = wallsOf
	for _, x := range g.edges {
		if x.hole < 0 {
			continue
		}
		h := g.holes[x.hole]
		o := Opening{Kind: h.kind, Wall: wallsOf[x.wall].ID, From: out(h.a), To: out(h.b), Head: min(doorHead, d.Height-0.1),
			Guess: Guess{Confidence: h.sure, Why: h.why}}
		if wallsOf[x.wall].Thickness == 0 {
			wallsOf[x.wall].Thickness = x.t
		}
		if h.swing != (vec{}) {
			o.Swing = out(h.swing)
		}
		for _, s := range h.shapes {
			o.Evidence = append(o.Evidence, k.source(s))
		}
		if h.kind == Window {
			o.Sill, o.Head = windowSill, min(windowHead, d.Height-0.1)
			d.Windows = append(d.Windows, o)
		} else {
			d.Doors = append(d.Doors, o)
		}
	}
	sortOpenings(d.Doors, "door")
	sortOpenings(d.Windows, "window")
	if len(d.Doors) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d doors and passages: a clear height of %.2f m is assumed", len(d.Doors), min(doorHead, d.Height-0.1)))
	}
	if len(d.Windows) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d windows: a sill at %.2f m and a head at %.2f m are assumed", len(d.Windows), windowSill, min(windowHead, d.Height-0.1)))
	}
}

func sortOpenings(all []Opening, word string) {
	slices.SortStableFunc(all, func(x, y Opening) int {
		a, b := x.From.Add(x.To), y.From.Add(y.To)
		return cmp.Or(cmp.Compare(math.Round(a[1]*10), math.Round(b[1]*10)), cmp.Compare(a[0], b[0]))
	})
	for i := range all {
		all[i].ID = fmt.Sprintf("building/%s-%03d", word, i+1)
	}
}
