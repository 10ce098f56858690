package gl

import (
	"math"

	"github.com/glasstwin/glasstwin/render/level"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// which things a view is about.
type which uint8

const (
	everything which = iota
	whatStays
	whatMoves
)

// view is what of space a pass sees.
type view struct {
	only   which
	clip   geom.Mat4
	planes [6]geom.Vec4 // inside is positive, unit normals
	eye    geom.Vec3
	least  float64 // angle, radians: smaller things are left out
	focal  float64 // pixels of a metre that is a metre away; 0: everything is drawn at its finest
	blur   float64 // pixels that what is drawn may be off
	grain  float64 // metres that it may be off, where focal is 0
	halved bool    // a part of what it sees is cut away
	hides  bool    // the stage's hiders tell what is hidden

	covered bool   // that was looked for already
	lit     *light // of the sun's finer maps
}

func newView(clip geom.Mat4, eye geom.Vec3, least float64) view {
	v := view{clip: clip, eye: eye, least: least}
	for i := range 3 {
		v.planes[2*i] = clip.Row(3).Add(clip.Row(i))
		v.planes[2*i+1] = clip.Row(3).Sub(clip.Row(i))
	}
	for i, p := range v.planes {
		v.planes[i] = p.Mul(1 / math.Max(p.Vec3().Len(), 1e-12))
	}
	return v
}

// Bits of the planes that a box is not wholly inside of.
const allPlanes = 1<<6 - 1

func (v *view) sees(center geom.Vec3, radius float64) bool {
	return v.inside(center, radius, allPlanes) && v.large(center, radius)
}

func (v *view) inside(center geom.Vec3, radius float64, planes uint8) bool {
	for i := range v.planes {
		if planes>>i&1 == 0 {
			continue
		}
		p := &v.planes[i]
		if p[0]*center[0]+p[1]*center[1]+p[2]*center[2]+p[3] < -radius {
			return false
		}
	}
	return true
}

func (v *view) large(center geom.Vec3, radius float64) bool {
	return v.least == 0 || radius > v.least*center.Sub(v.eye).Len()
}

// cut returns the planes of those given that cut a box; out when it lies outside
// of one.
func (v *view) cut(b *box32, planes uint8) (left uint8, out bool) {
	for i := range v.planes {
		if planes>>i&1 == 0 {
			continue
		}
		p := &v.planes[i]
		near, far := p[3], p[3]
		for k := range 3 {
			x, y := p[k]*float64(b.lo[k]), p[k]*float64(b.hi[k])
			near, far = near+math.Min(x, y), far+math.Max(x, y)
		}
		if far < 0 {
			return 0, true
		}
		if near < 0 {
			left |= 1 << i
		}
	}
	return left, false
}

// seen is a thing in sight.
type seen struct {
	thing, level int32
	distance     float64 // squared
}

// look finds what a view sees, and how coarsely each thing is drawn there, near
// things about first.
func (s *stage) look(v *view) {
	s.sight, s.veiled = s.sight[:0], s.veiled[:0]
	if v.focal > 0 {
		s.turn++
		s.wants = s.wants[:0]
	}
	if !v.covered {
		v.hides = s.cover(v)
	}
	if v.only != whatMoves && len(s.still.limbs) > 0 {
		s.descend(v, 0, allPlanes)
	}
	for _, k := range s.hung {
		if v.only == everything || s.things[k].moves == (v.only == whatMoves) {
			s.consider(v, k, allPlanes)
		}
	}
	if v.hides {
		s.hiders.weigh(len(s.sight))
		v.hides = false
		s.shine(v)
	}
}

// shine adds what is marked and was hidden: its outline is seen through walls.
func (s *stage) shine(v *view) {
	for _, g := range s.worn {
		if s.groups[g].highlight == 0 {
			continue
		}
		for _, k := range s.of[s.groups[g].entity] {
			if t := &s.things[k]; t.group == g && t.turn != s.turn {
				s.consider(v, int32(k), allPlanes)
			}
		}
	}
}

func (s *stage) descend(v *view, at int32, planes uint8) {
	l := &s.still.limbs[at]
	if planes != 0 {
		var out bool
		if planes, out = v.cut(&l.box, planes); out {
			return
		}
	}
	if v.lit != nil && !s.shades(v.lit, &l.box) {
		return
	}
	if v.hides && s.hiders.buffer.Hides(l.box.lo, l.box.hi) {
		s.hiders.hidden += int(l.count)
		return
	}
	if l.children == 0 {
		for _, k := range s.still.order[l.first : l.first+l.count] {
			s.consider(v, k, planes)
		}
		return
	}
	near, far := l.children, l.children+1
	if s.still.limbs[far].apart(v.eye) < s.still.limbs[near].apart(v.eye) {
		near, far = far, near
	}
	s.descend(v, near, planes)
	s.descend(v, far, planes)
}

// apart is the squared distance of a limb's middle from a point.
func (l *limb) apart(p geom.Vec3) (sum float64) {
	for k := range 3 {
		d := float64(l.box.lo[k]+l.box.hi[k])/2 - p[k]
		sum += d * d
	}
	return sum
}

// consider adds a thing to what is in sight when it is.
func (s *stage) consider(v *view, k int32, planes uint8) {
	t := &s.things[k]
	if s.groups[t.group].hidden || !v.inside(t.center, t.radius, planes) || !v.large(t.center, t.radius) {
		return
	}
	if v.lit != nil && !s.shades(v.lit, &s.boxes[k]) {
		return
	}
	if v.hides && s.hiders.buffer.Hides(s.boxes[k].lo, s.boxes[k].hi) {
		s.hiders.hidden++
		return
	}
	if v.focal > 0 && s.groups[t.group].veiled { // the camera looks through it; the sun does not
		s.veiled = append(s.veiled, k)
		s.wantThing(k, v)
		return
	}
	x := seen{thing: k, distance: t.center.Sub(v.eye).LenSqr()}
	m := &s.meshes[t.mesh]
	errors := m.errors
	switch {
	case v.focal == 0:
		for int(x.level) < len(errors) && errors[x.level]*t.long <= v.grain {
			x.level++
		}
		x.level = max(x.level, int32(m.finest()))
	case t.turn+1 < s.turn: // what comes into sight begins anew
		t.level = 0
		fallthrough
	default:
		near := math.Max(0, math.Sqrt(x.distance)-t.radius)
		t.level = level.Choose(t.level, errors, v.focal*t.long/near, v.blur)
		if t.level == 0 {
			m.used = s.turn
		}
		if t.level < m.finest() {
			s.want(t.mesh, v.focal*t.radius/math.Max(near, 0.1))
			t.level = m.finest()
		}
		x.level, t.turn = int32(t.level), s.turn
	}
	s.sight = append(s.sight, x)
}

// wantThing notes that a thing is drawn at its finest by a pass of its own.
func (s *stage) wantThing(k int32, v *view) {
	t := &s.things[k]
	m := &s.meshes[t.mesh]
	m.used = s.turn
	if !m.there {
		near := math.Max(0.1, t.center.Sub(v.eye).Len()-t.radius)
		s.want(t.mesh, v.focal*t.radius/near)
	}
}

// light is what a view from the sun is for: shadows that a camera sees.
type light struct {
	camera view
	sun    geom.Vec3 // direction towards it
}

// Shadows are wider than what casts them, and smeared; a sun that stands lower
// than a few degrees casts them anywhere.
const (
	shadeWider = 0.012 // of how far they fall
	shadeSpare = 0.05  // metres
	sunLow     = 0.08  // sine of its height
)

// shades tells whether the shadow of what is in a box may be seen: the box, drawn
// away from the sun as far as there is anything to fall on.
func (s *stage) shades(l *light, b *box32) bool {
	if l.sun[1] < sunLow {
		return true
	}
	fall := math.Max(0, float64(b.hi[1])-s.bounds.Min[1]) / l.sun[1]
	pad := float32(shadeWider*fall + shadeSpare)
	all := *b
	for k := range 3 {
		away := float32(-l.sun[k] * fall)
		all.lo[k], all.hi[k] = all.lo[k]+min(away, 0)-pad, all.hi[k]+max(away, 0)+pad
	}
	if _, out := l.camera.cut(&all, allPlanes); out {
		return false
	}
	return !l.camera.hides || !s.hiders.buffer.Hides(all.lo, all.hi)
}

// stretch is the most that a transform lengthens anything.
func stretch(w *geom.Mat4) float64 {
	x := w[0]*w[0] + w[1]*w[1] + w[2]*w[2]
	y := w[4]*w[4] + w[5]*w[5] + w[6]*w[6]
	z := w[8]*w[8] + w[9]*w[9] + w[10]*w[10]
	return math.Sqrt(max(x, y, z))
}
