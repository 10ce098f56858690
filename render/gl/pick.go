package gl

import (
	"cmp"
	"slices"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/render/pick"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Pick tells what stands under a pixel, counted from the top left. It is done
// on the CPU and needs no frame to have been drawn.
func (r *Renderer) Pick(f render.Frame, x, y int) (render.Hit, bool) {
	if x >= f.Split() {
		f = f.Other()
	}
	s := r.stage
	s.follow(f.Joints)
	r.screen.collect(&f)
	if l, ok := r.screen.under(float64(x)+0.5, float64(y)+0.5); ok && l.Entity != "" {
		return render.Hit{Kind: render.HitCard, Entity: l.Entity, Label: l.Title, Point: l.Anchor}, true
	}
	from, along := f.Ray(float64(x)+0.5, float64(y)+0.5)
	from, limit, ok := beyond(f.Cut, from, along)
	if !ok {
		return render.Hit{}, false
	}
	caster := r.forge.rays()
	thing, ok := caster.Cast(s.world, s.through(&f), from, along)
	ok = ok && thing.Distance < limit
	hit := render.Hit{}
	if ok {
		limit = thing.Distance
		hit = render.Hit{Entity: thing.Entity, Part: thing.Part, Point: thing.Point}
	}
	fields := fieldsAlong(&f.Overlays, from, along, limit+onFloor)
	switch {
	case s.pickOverlay(&f, caster, from, along, limit, &hit):
		ok = true
	case pickScan(&f, from, along, limit, &hit):
		ok = true
	case !ok && len(fields) > 0:
		hit, ok = render.Hit{Kind: render.HitField, Point: fields[0].Point}, true
	}
	if !ok {
		return render.Hit{}, false
	}
	hit.Fields = fields
	return hit, true
}

// pathSlack is how many pixels beside a thin thing still point at it.
const pathSlack = 3

// onFloor is how far behind the floor what lies on it may seem to be, metres: it
// is seen on it.
const onFloor = 0.1

// pickOverlay finds the arrow, trail, line, person or ghost that a line of sight
// meets first before a limit. One that has nothing to tell is nothing to point
// at.
func (s *stage) pickOverlay(f *render.Frame, caster *pick.Caster, from, along geom.Vec3, limit float64, hit *render.Hit) (found bool) {
	slack := pathSlack * scaleOf(f) * f.Camera.Field() / float64(f.Height)
	o := &f.Overlays
	take := func(distance float64, h render.Hit) {
		if (h.Entity != "" || h.Label != "") && distance < limit {
			limit, found = distance, true
			h.Point = from.Add(along.Mul(distance))
			*hit = h
		}
	}
	for i := range o.Ghosts {
		if i < ghostsMost {
			if d := s.meetsGhost(&o.Ghosts[i], caster, from, along, limit); d < limit {
				take(d, render.Hit{Kind: render.HitGhost, Entity: o.Ghosts[i].Entity})
			}
		}
	}
	for i := range o.Figures {
		if p := &o.Figures[i]; i < figuresMost {
			if d, near := p.Meets(from, along, 0); near {
				take(d, render.Hit{Kind: render.HitPerson, Label: p.Label})
			}
		}
	}
	for i := range o.Arrows {
		if a := &o.Arrows[i]; i < arrowsMost {
			if d, near := a.Meets(from, along, slack); near {
				take(d, render.Hit{Kind: render.HitArrow, Entity: a.Entity, Part: a.Part, Label: cmp.Or(a.Says, a.Label), Value: a.Strength, Of: a.Of})
			}
		}
	}
	limit += onFloor
	for i := range o.Trails {
		t := &o.Trails[i]
		if d, near := t.Meets(from, along, slack); near {
			take(d, render.Hit{Kind: render.HitTrail, Entity: t.Entity, Label: t.Label})
		}
	}
	for i := range o.Flows {
		w := &o.Flows[i]
		if d, speed, near := w.Meets(from, along, slack); near {
			take(d, render.Hit{Kind: render.HitLine, Label: w.Title, Value: speed, Unit: w.Unit})
		}
	}
	return found
}

// meetsGhost is how far along a ray an entity lies at its other pose; the limit
// when it does not before.
func (s *stage) meetsGhost(g *overlay.Ghost, caster *pick.Caster, from, along geom.Vec3, limit float64) float64 {
	root, ok := s.roots[g.Entity]
	if !ok {
		return limit
	}
	move := g.Pose.Mul4(s.world[root].Inv())
	for _, k := range s.of[g.Entity] {
		n := s.things[k].node
		w := move.Mul4(s.world[n])
		limit = caster.Meet(&w, scene.NodeID(n), from, along, limit)
	}
	return limit
}

// fieldsAlong are the readings of heatmaps and volumes along a line of sight, the
// nearest first: of a volume, that of its first slice.
func fieldsAlong(o *overlay.Set, from, along geom.Vec3, limit float64) (list []render.Reading) {
	type reading struct {
		render.Reading
		away float64
	}
	var found []reading
	take := func(h *overlay.Heatmap, title, unit string) bool {
		away, value, ok := h.Tells(from, along)
		if !ok || away > limit {
			return false
		}
		found = append(found, reading{render.Reading{Title: title, Unit: unit, Value: value, Point: from.Add(along.Mul(away))}, away})
		return true
	}
	for i := range o.Heatmaps {
		if h := &o.Heatmaps[i]; i < heatmapsMost && h.Title != "" && heatWhole(h) {
			take(h, h.Title, h.Unit)
		}
	}
	for i := range o.Volumes {
		if v := &o.Volumes[i]; i < volumesMost {
			levels := v.Cut(nil, from[1]) // the furthest first
			for k := len(levels) - 1; k >= 0; k-- {
				if take(&levels[k], v.Title, v.Unit) {
					break
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b reading) int {
		switch {
		case a.away < b.away:
			return -1
		case a.away > b.away:
			return 1
		}
		return 0
	})
	for _, x := range found {
		list = append(list, x.Reading)
	}
	return list
}

// pickScan finds the point of a scan that a line of sight meets before a limit.
func pickScan(f *render.Frame, from, along geom.Vec3, limit float64, hit *render.Hit) bool {
	at, entity, seen := pickPoint(f, from, along, limit)
	if !seen {
		return false
	}
	part := ""
	if entity == hit.Entity {
		part = hit.Part
	}
	*hit = render.Hit{Entity: entity, Part: part, Point: at}
	return true
}
