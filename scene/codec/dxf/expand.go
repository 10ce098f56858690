package dxf

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bounds of what blocks may grow to: beyond a fixed allowance, a multiple of
// the tags of the file.
const (
	depthMax   = 32
	shapesFree = 400_000
	pointsFree = 4_000_000
)

// frame is where a block's entities land.
type frame struct {
	at     geom.Mat4
	insert int // -1: model space
	layer  int // of the insert, which entities on layer 0 take; -1: none
	color  int // of the insert, for entities coloured by block
	hidden bool
	stack  []string // names of the blocks around
}

type expander struct {
	*file
	ctx    context.Context
	tol    float64 // chord tolerance, drawing units
	scale  float64 // of the frame at hand
	room   int     // shapes and inserts still allowed
	points int
}

// record is an entity: its tags without the group 0 that names it.
type record struct {
	kind  string
	place int32
	tags  []tag
}

// next cuts the record that begins at i and returns where the following one
// begins.
func (f *file) next(i, to int) (record, int) {
	r := record{kind: f.tags[i].word(), place: f.tags[i].place}
	k := i + 1
	for k < to && f.tags[k].code != 0 {
		k++
	}
	r.tags = f.tags[i+1 : k]
	return r, k
}

// common are the groups that every entity may have.
type common struct {
	handle    string
	layer     string
	color     int
	invisible bool
	paper     bool
	out       geom.Vec3 // extrusion direction
}

func commonOf(r record) common {
	c := common{color: 256, out: geom.Vec3{0, 0, 1}}
	for _, t := range r.tags {
		switch t.code {
		case 5:
			c.handle = t.word()
		case 8:
			c.layer = t.text
		case 60:
			c.invisible = t.int() == 1
		case 62:
			c.color = t.int()
		case 67:
			c.paper = t.int() == 1
		case 210, 220, 230:
			if v, ok := t.float(); ok {
				c.out[t.code/10-21] = v
			}
		case 1001:
			return c // what follows belongs to an application
		}
	}
	return c
}

// run draws the entities of a span.
func (e *expander) run(s span, fr frame) error {
	e.scale = scaleOf(fr.at)
	for i := s.from; i < s.to; {
		if e.tags[i].code != 0 {
			i++
			continue
		}
		if e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		var r record
		r, i = e.next(i, s.to)
		var parts []record // the vertices or attributes that follow
		if r.kind == "POLYLINE" || r.kind == "INSERT" && flagOf(r, 66) == 1 {
			for i < s.to {
				var p record
				var after int
				p, after = e.next(i, s.to)
				if p.kind == "SEQEND" {
					i = after
					break
				}
				if p.kind != "VERTEX" && p.kind != "ATTRIB" {
					break
				}
				parts = append(parts, p)
				i = after
			}
		}
		c := commonOf(r)
		if c.paper {
			e.paper++
			continue
		}
		if c.invisible {
			continue
		}
		if err := e.entity(r, parts, c, fr); err != nil {
			return err
		}
	}
	return nil
}

func flagOf(r record, code int32) int {
	for _, t := range r.tags {
		if t.code == code {
			return t.int()
		}
	}
	return 0
}

// scaleOf is how much a transform magnifies at most in plan.
func scaleOf(m geom.Mat4) float64 {
	return math.Max(1e-9, math.Max(m.Col(0).Vec3().Len(), m.Col(1).Vec3().Len()))
}

// spend counts one shape or insert against the bound.
func (e *expander) spend(place int32) error {
	if e.room--; e.room < 0 {
		return fmt.Errorf("%s: the blocks grow to more than %d entities, far more than a file of this size draws: it is damaged or made to do harm", e.where(place), shapesFree+4*len(e.tags))
	}
	return nil
}

// place resolves layer, colour and visibility of an entity.
func (e *expander) resolve(c common, fr frame) (layer, color int, hidden bool) {
	layer = e.layer(c.layer)
	if fr.layer >= 0 && strings.TrimSpace(c.layer) == "0" {
		layer = fr.layer
	}
	l := e.d.Layers[layer]
	switch {
	case c.color == 0 && fr.color != 0:
		color = fr.color
	case c.color > 0 && c.color < 256:
		color = c.color
	default:
		color = l.Color
	}
	return layer, color, fr.hidden || l.Off || l.Frozen
}

// add places a shape that was read in its own frame.
func (e *expander) add(r record, c common, fr frame, planar bool, s Shape) error {
	if err := e.spend(r.place); err != nil {
		return err
	}
	m := fr.at
	if planar {
		m = m.Mul4(ocs(c.out))
	}
	s.Entity, s.Handle, s.Place, s.Insert = r.kind, c.handle, int(r.place), fr.insert
	s.Layer, s.Color, s.Hidden = e.resolve(c, fr)
	plain := m == geom.Identity()
	paths := s.Paths[:0]
	for _, p := range s.Paths {
		if !plain {
			for k := range p.Points {
				p.Points[k] = mgl64.TransformCoordinate(p.Points[k], m)
			}
		}
		e.points -= len(p.Points)
		if len(p.Points) > 0 && finite(p.Points) {
			paths = append(paths, p)
		}
	}
	if e.points < 0 {
		return fmt.Errorf("%s: the curves grow to more than %d points, far more than a file of this size draws", e.where(r.place), pointsFree+16*len(e.tags))
	}
	s.Paths = paths
	if !plain {
		s.At = mgl64.TransformCoordinate(s.At, m)
		s.Height *= m.Col(1).Vec3().Len()
		s.Width *= m.Col(0).Vec3().Len()
		arcs := s.Arcs[:0]
		for _, a := range s.Arcs {
			if moved, ok := a.moved(m); ok {
				arcs = append(arcs, moved)
			}
		}
		s.Arcs = arcs
	}
	if len(paths) == 0 && s.Text == "" && s.Kind != Point || !finite([]geom.Vec3{s.At}) {
		return nil
	}
	for i := fr.insert; i >= 0 && s.Kind != Text; i = e.d.Inserts[i].Parent {
		for _, p := range paths {
			for _, q := range p.Points {
				e.d.Inserts[i].Box = e.d.Inserts[i].Box.Add(q)
			}
		}
	}
	e.d.Shapes = append(e.d.Shapes, s)
	return nil
}

func finite(ps []geom.Vec3) bool {
	for _, p := range ps {
		if !(math.Abs(p[0]) < 1e12 && math.Abs(p[1]) < 1e12 && math.Abs(p[2]) < 1e12) {
			return false
		}
	}
	return true
}

// moved is the arc under m, if it is still circular and level.
func (a Arc) moved(m geom.Mat4) (Arc, bool) {
	x, y := m.Col(0).Vec3(), m.Col(1).Vec3()
	lx, ly := x.Len(), y.Len()
	if lx == 0 || math.Abs(lx-ly) > 0.02*lx || math.Abs(x[2])+math.Abs(y[2]) > 1e-6*lx || math.Abs(x.Dot(y)) > 0.02*lx*ly {
		return a, false
	}
	out := Arc{Centre: mgl64.TransformCoordinate(a.Centre, m), From: mgl64.TransformCoordinate(a.From, m), To: mgl64.TransformCoordinate(a.To, m),
		Radius: a.Radius * lx, Sweep: a.Sweep}
	if x[0]*y[1]-x[1]*y[0] < 0 {
		out.Sweep = -out.Sweep
	}
	return out, finite([]geom.Vec3{out.Centre, out.From, out.To})
}

// insert expands a block: once, or in rows and columns.
func (e *expander) insert(r record, parts []record, c common, fr frame) error {
	name, at, scale, turn := "", geom.Vec3{}, geom.Vec3{1, 1, 1}, 0.0
	cols, rows, dx, dy := 1, 1, 0.0, 0.0
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 2:
			name = e.speller.spell(t.word())
		case 10, 20, 30:
			at[t.code/10-1] = v
		case 41, 42, 43:
			scale[t.code-41] = v
		case 50:
			turn = v * math.Pi / 180
		case 70:
			cols = max(1, t.int())
		case 71:
			rows = max(1, t.int())
		case 44:
			dx = v
		case 45:
			dy = v
		}
	}
	key := strings.ToUpper(name)
	b, ok := e.blocks[key]
	switch {
	case !ok:
		e.note(r.place, "block %s is placed but not defined", short(name))
		return nil
	case b.xref:
		e.note(r.place, "block %s stands for another file, which is not read: bind it first", short(name))
		return nil
	case len(fr.stack) >= depthMax:
		return fmt.Errorf("%s: blocks stand within blocks more than %d deep", e.where(r.place), depthMax)
	}
	for _, s := range fr.stack {
		if s == key {
			e.note(r.place, "block %s contains itself: its inner placing is left out", short(name))
			return nil
		}
	}
	layer, color, _ := e.resolve(c, fr)
	// An insert on a layer that is off stays visible where its entities' own
	// layers are on; a frozen one hides all.
	hidden := fr.hidden || e.d.Layers[layer].Frozen
	base := fr.at.Mul4(ocs(c.out)).Mul4(mgl64.Translate3D(at[0], at[1], at[2])).Mul4(mgl64.HomogRotate3DZ(turn))
	size := mgl64.Scale3D(scale[0], scale[1], scale[2]).Mul4(mgl64.Translate3D(-b.base[0], -b.base[1], -b.base[2]))
	attribs := e.attribs(parts)
	stack := append(fr.stack[:len(fr.stack):len(fr.stack)], key)
	for row := range rows {
		for col := range cols {
			if err := e.spend(r.place); err != nil {
				return err
			}
			m := base.Mul4(mgl64.Translate3D(float64(col)*dx, float64(row)*dy, 0)).Mul4(size)
			id := len(e.d.Inserts)
			e.d.Inserts = append(e.d.Inserts, Insert{Block: name, Layer: layer, Hidden: hidden, Handle: c.handle, Place: int(r.place),
				Parent: fr.insert, At: m, Box: geom.EmptyBox(), Attribs: attribs})
			if err := e.run(b.body, frame{at: m, insert: id, layer: layer, color: color, hidden: hidden, stack: stack}); err != nil {
				return err
			}
		}
	}
	e.scale = scaleOf(fr.at)
	for _, p := range parts { // attributes stand in the frame around
		pc := commonOf(p)
		if pc.invisible || flagOf(p, 70)&1 != 0 {
			continue
		}
		if err := e.text(p, pc, fr); err != nil {
			return err
		}
	}
	return nil
}

func (e *expander) attribs(parts []record) map[string]string {
	if len(parts) == 0 {
		return nil
	}
	out := make(map[string]string, len(parts))
	for _, p := range parts {
		tag, value := "", ""
		for _, t := range p.tags {
			switch t.code {
			case 1:
				value = plainText(e.speller.spell(t.text))
			case 2:
				tag = e.speller.spell(t.word())
			}
		}
		out[tag] = value
	}
	return out
}
