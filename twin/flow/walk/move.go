package walk

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

// Parameters of the model, from the papers where no reason is given.
const (
	anticipation = 1.0   // s of others' motion foreseen
	reaction     = 0.3   // s in which a heading follows the wish
	strength     = 3.0   // of giving way
	rangeD       = 0.1   // m over which giving way fades
	turnsAt      = 0.3   // m/s below which one turns on the spot
	bufferUsual  = 0.1   // m before a wall from which it is followed
	fades        = 5.0   // ranges beyond which giving way is nothing
	lookEvery    = 8     // steps between two looks for the next corner
	gateWide     = 1.6   // m by which one goes round a corner at most
	cornerReach  = 0.25  // m from a corner that count as past it
	stuckAfter   = 0.2   // s
	turned       = 0.7   // share of the usual radius that a body takes with a shoulder turned
	squeezeAfter = 20.0  // s, after which others make way and one squeezes through
	squeezed     = 0.4   // share of the usual radius that a body takes then
	turnBy       = 0.01  // m by which a radius changes in a step
	movesOf      = 0.9   // share of a gap for moves; the rest is for turning back
	touching     = 0.06  // m of gap
	firstShare   = 0.8   // share of a gap that who goes first may use up
	stuckBelow   = 0.015 // of the wished speed
	sightMin     = 1.6   // m in which who stands sees others
	sightMax     = 2.6   // m
	closeBy      = 1.2   // m of gap from which on others do not slow one down
	closeUsual   = 64    // of those, for which there is room without asking for memory
)

// advance works out the moves of a stretch of the present.
func (w *World) advance(from, to int) {
	var seen [closeUsual]close
	for i := from; i < to; i++ {
		w.moved[i] = w.move(i, seen[:0])
	}
}

// close is somebody near enough to slow one down: where they are from one's own
// middle, how far, and the gap between the bodies.
type close struct {
	x, z, dist, gap float64
	first           bool // they go before oneself where both cannot
	against         bool // they come from the other side
}

// move is what one step makes of one person.
func (w *World) move(i int, seen []close) move {
	me := &w.near[i]
	p := &w.people[me.id]
	dt := w.options.Step
	m := move{x: p.x, z: p.z, ex: p.ex, ez: p.ez, slow: p.slow, corners: p.corners, body: p.body}
	if !p.walking || w.time < p.ready {
		m.slow = 0
		return m
	}
	at := geom.Vec2{p.x, p.z}
	onGoal := plan.Nearest([2]geom.Vec2{p.goal.From, p.goal.To}, at)
	if d := onGoal.Sub(at); d.Dot(d) <= p.goal.Reach*p.goal.Reach {
		m.arrived, m.slow = true, 0
		return m
	}
	target := w.target(p, &m, onGoal)
	wx, wz := target[0]-p.x, target[1]-p.z
	l := math.Sqrt(wx*wx + wz*wz)
	if l < 1e-9 {
		return m
	}
	wx, wz = wx/l, wz/l
	m.wx, m.wz = wx, wz

	full := p.speed * w.areas.at(p.x, p.z) * w.together(p, wx, wz)
	m.wishX, m.wishZ = p.wishX, p.wishZ
	if (w.steps+int(p.hash>>8%1024))%w.think == 0 || p.wishX == 0 && p.wishZ == 0 {
		m.wishX, m.wishZ, seen = w.bend(i, wx, wz, seen)
		if m.slow > stuckAfter {
			m.wishX, m.wishZ = w.giveWay(p, seen, wx, wz)
		}
		m.wishX, m.wishZ = unit(m.wishX, m.wishZ, wx, wz)
	} else {
		seen = w.look(i, seen)
	}
	dx, dz := m.wishX, m.wishZ
	walls, buffer := w.walls.around(p.x, p.z, wallReach), w.options.Headway.buffer()
	sx, sz := along(walls, p, buffer, dx, dz, wx, wz)
	follow := max(dt/reaction, 1-p.v/turnsAt) // who stands turns on the spot
	dx, dz = unit(p.ex+(sx-p.ex)*follow, p.ez+(sz-p.ez)*follow, sx, sz)
	dx, dz = past(seen, dx, dz)
	dx, dz = along(walls, p, buffer, dx, dz, sx, sz)
	m.ex, m.ez = dx, dz

	m.v = cut(p, seen, walls, dx, dz, w.pace(seen, dx, dz, full), dt)
	if len(m.corners) <= 1 {
		m.v = min(m.v, l/dt) // not past the goal
	}
	m.x, m.z = p.x+dx*m.v*dt, p.z+dz*m.v*dt
	m.body = turn(p, seen, walls, m.slow)
	if m.v < stuckBelow*full {
		m.slow += dt
	} else {
		m.slow = max(0, m.slow-4*dt)
	}
	return m
}

// target is the point that is headed for: the first corner not yet past.
func (w *World) target(p *person, m *move, onGoal geom.Vec2) geom.Vec2 {
	at := geom.Vec2{p.x, p.z}
	for len(m.corners) > 1 && square(m.corners[0].nearest(at).Sub(at)) < cornerReach*cornerReach {
		m.corners = m.corners[1:]
	}
	if (w.steps+int(p.hash%lookEvery))%lookEvery == 0 && len(m.corners) > 0 {
		mesh := w.meshes[p.mesh]
		here, ok := mesh.Locate(at, onMeshReach)
		if ok && len(m.corners) > 1 && mesh.Sees(here, m.corners[1].Spot) {
			m.corners = m.corners[1:]
		} else if ok && here.At == at && !mesh.Sees(here, m.corners[0].Spot) && square(m.corners[0].At.Sub(at)) > 4*cornerReach*cornerReach {
			// Pushed off the way: a copy finds another, for others read p.
			again := person{x: p.x, z: p.z, goal: p.goal, mesh: p.mesh}
			if w.route(&again) {
				m.corners = again.corners
			}
		}
	}
	if len(m.corners) > 1 {
		return m.corners[0].nearest(at)
	}
	return onGoal
}

func (g *gate) nearest(at geom.Vec2) geom.Vec2 {
	return plan.Nearest([2]geom.Vec2{g.At, g.to}, at)
}

// bend turns a wish away from those in view, and lists those so close that they
// matter for the speed.
func (w *World) bend(i int, wx, wz float64, seen []close) (dx, dz float64, _ []close) {
	me := &w.near[i]
	p := &w.people[me.id]
	dx, dz = wx, wz
	px, pz, ex, ez, radius, vx, vz := p.x, p.z, p.ex, p.ez, p.body, me.vx, me.vz
	reach := min(sightMax, sightMin+p.v*anticipation)
	x0 := int(max(0, (px-reach-w.lo[0])/cellSize))
	x1 := int(min(float64(w.nx-1), (px+reach-w.lo[0])/cellSize))
	z0 := int(max(0, (pz-reach-w.lo[1])/cellSize))
	z1 := int(min(float64(w.nz-1), (pz+reach-w.lo[1])/cellSize))
	for z := z0; z <= z1; z++ {
		row := w.near[w.start[z*w.nx+x0]:w.start[z*w.nx+x1+1]]
		for k := range row {
			o := &row[k]
			rx, rz := o.x-px, o.z-pz
			d2 := rx*rx + rz*rz
			if d2 > reach*reach || o.id == me.id || d2 < 1e-18 {
				continue
			}
			both := radius + o.radius
			if d2 < (closeBy+both)*(closeBy+both) {
				dist := math.Sqrt(d2)
				seen = append(seen, close{rx, rz, dist, dist - both, goesFirst(me, o, rx, rz), o.vx*p.ex+o.vz*p.ez < 0})
			}
			if ex*rx+ez*rz <= 0 && wx*rx+wz*rz <= 0 {
				continue
			}
			// The distance to come, times the one that is, without a root for the
			// many that do not matter.
			foreseen := d2 + ((o.vx-vx)*rx+(o.vz-vz)*rz)*anticipation
			if far := fades*rangeD + both; foreseen > 0 && foreseen*foreseen > far*far*d2 {
				continue
			}
			straight := 0.0
			if ov := o.vx*o.vx + o.vz*o.vz; ov > 1e-12 {
				straight = (wx*o.vx + wz*o.vz) / math.Sqrt(ov)
			}
			r := strength * (1 + (1-straight)/2) * faded(max(0, foreseen/math.Sqrt(d2)-both)/rangeD)
			// Away from where the other will be; straight ahead, to the right.
			if wx*(rz+o.vz*anticipation)-wz*(rx+o.vx*anticipation) > -1e-6 {
				dx, dz = dx+r*wz, dz-r*wx
			} else {
				dx, dz = dx-r*wz, dz+r*wx
			}
		}
	}
	return dx, dz, seen
}

// goesFirst tells whether another, who is (rx, rz) from oneself, goes first where
// both cannot: they are farther ahead of oneself on one's way than the other
// way round. It is never so for both.
func goesFirst(me, o *near, rx, rz float64) bool {
	mine, theirs := me.wx*rx+me.wz*rz, -(o.wx*rx + o.wz*rz)
	return mine > theirs || mine == theirs && o.id < me.id
}

// look lists those so close that they matter for the speed.
func (w *World) look(i int, seen []close) []close {
	me := &w.near[i]
	p := &w.people[me.id]
	px, pz, radius := me.x, me.z, me.radius
	reach := closeBy + 2*radius
	x0 := int(max(0, (px-reach-w.lo[0])/cellSize))
	x1 := int(min(float64(w.nx-1), (px+reach-w.lo[0])/cellSize))
	z0 := int(max(0, (pz-reach-w.lo[1])/cellSize))
	z1 := int(min(float64(w.nz-1), (pz+reach-w.lo[1])/cellSize))
	for z := z0; z <= z1; z++ {
		row := w.near[w.start[z*w.nx+x0]:w.start[z*w.nx+x1+1]]
		for k := range row {
			o := &row[k]
			rx, rz := o.x-px, o.z-pz
			d2, both := rx*rx+rz*rz, radius+o.radius
			if d2 < (closeBy+both)*(closeBy+both) && o.id != me.id && d2 > 1e-18 {
				dist := math.Sqrt(d2)
				seen = append(seen, close{rx, rz, dist, dist - both, goesFirst(me, o, rx, rz), o.vx*p.ex+o.vz*p.ez < 0})
			}
		}
	}
	return seen
}

// faded is exp(-x) to a percent of 1, at a fraction of its time.
func faded(x float64) float64 { return 1 / (1 + x*(1+x*(1./2+x*(1./6+x/24)))) }

// along takes from a heading what leads into a wall that is near; when nothing
// is left, the other heading is.
func along(walls [][2]geom.Vec2, p *person, buffer, dx, dz, orX, orZ float64) (float64, float64) {
	for range 2 { // a corner has two walls
		for i := range walls {
			nx, nz, d := away(&walls[i], p.x, p.z)
			if d >= p.body+buffer {
				continue
			}
			if into := -(dx*nx + dz*nz); into > 0 {
				share := min(1, (p.body+buffer-d)/buffer)
				dx, dz = dx+nx*into*share, dz+nz*into*share
			}
		}
	}
	if dx*dx+dz*dz < 0.01 {
		return orX, orZ
	}
	return unit(dx, dz, orX, orZ)
}

// past takes from a heading what leads into a body that is touched, so that one
// slides along it.
func past(seen []close, dx, dz float64) (float64, float64) {
	fx, fz := dx, dz
	for range 2 {
		for k := range seen {
			c := &seen[k]
			if c.gap >= touching {
				continue
			}
			ux, uz := c.x/c.dist, c.z/c.dist
			if into := fx*ux + fz*uz; into > 0 {
				share := 1 - max(0, c.gap)/touching
				fx, fz = fx-ux*into*share, fz-uz*into*share
			}
		}
	}
	if fx*fx+fz*fz < 0.04 {
		return dx, dz
	}
	return unit(fx, fz, dx, dz)
}

// away is the direction from a wall to a point, and how far it is.
func away(wall *[2]geom.Vec2, x, z float64) (nx, nz, d float64) {
	ax, az := wall[0][0], wall[0][1]
	ex, ez := wall[1][0]-ax, wall[1][1]-az
	t := 0.0
	if l := ex*ex + ez*ez; l > 0 {
		t = min(1, max(0, ((x-ax)*ex+(z-az)*ez)/l))
	}
	nx, nz = x-ax-t*ex, z-az-t*ez
	d = math.Sqrt(nx*nx + nz*nz)
	if d < 1e-12 {
		return 0, 0, 0
	}
	return nx / d, nz / d, d
}

// pace is the speed that the nearest body in the strip before allows, of those
// that go first: else two would wait for each other.
func (w *World) pace(seen []close, dx, dz, full float64) float64 {
	gap, side := closeBy, w.options.Headway.side()
	for k := range seen {
		c := &seen[k]
		if (c.first || c.against) && c.gap < gap && dx*c.x+dz*c.z >= 0 && math.Abs(dx*c.z-dz*c.x) <= side*(c.dist-c.gap) {
			gap = c.gap
		}
	}
	if gap >= closeBy {
		return full
	}
	return w.options.Headway.speed(full, gap)
}

// cut makes a speed so small that of no gap to a body more is used up than one's
// share, and none to a wall more than used up: then nothing comes to overlap.
func cut(p *person, seen []close, walls [][2]geom.Vec2, dx, dz, v, dt float64) float64 {
	for k := range seen {
		c := &seen[k]
		if c.gap*movesOf*(1-firstShare) > dt*v {
			continue
		}
		if toward := dx*c.x + dz*c.z; toward > 0 {
			share := firstShare
			if c.first {
				share = 1 - firstShare
			}
			v = min(v, movesOf*share*max(0, c.gap)/dt*c.dist/toward)
		}
	}
	for i := range walls {
		nx, nz, d := away(&walls[i], p.x, p.z)
		if into := -(dx*nx + dz*nz); into > 1e-9 {
			v = min(v, movesOf*max(0, d-p.body)/(dt*into))
		}
	}
	return v
}

// turn is the radius that somebody takes next: less when stuck, and again the
// usual one as far as the gaps allow.
func turn(p *person, seen []close, walls [][2]geom.Vec2, slow float64) float64 {
	if slow > stuckAfter {
		share := turned
		if slow > squeezeAfter {
			share = squeezed
		}
		return max(share*p.radius, min(p.body, p.radius)-turnBy)
	}
	if p.body >= p.radius {
		return p.radius
	}
	grow := min(turnBy, p.radius-p.body)
	for k := range seen {
		grow = min(grow, (1-movesOf)/2*max(0, seen[k].gap))
	}
	for i := range walls {
		_, _, d := away(&walls[i], p.x, p.z)
		grow = min(grow, (1-movesOf)*max(0, d-p.body))
	}
	return p.body + grow
}

// giveWay is a heading for who has stood for long: away from those who go first
// and are touched, so that an arch before a door comes apart; when there are
// none, straight on, whatever others do. It sways a little from second to second.
func (w *World) giveWay(p *person, seen []close, wx, wz float64) (dx, dz float64) {
	for k := range seen {
		if c := &seen[k]; c.first && c.gap < touching {
			dx, dz = dx-c.x/c.dist, dz-c.z/c.dist
		}
	}
	if dx*dx+dz*dz < 0.01 {
		dx, dz = wx, wz
	}
	turn := mix(p.hash + uint64(w.time))
	s, c := math.Sincos((float64(turn>>40&0xffff)/0xffff - 0.5) * math.Pi / 3)
	return c*dx - s*dz, s*dx + c*dz
}

func unit(x, z, orX, orZ float64) (float64, float64) {
	l := math.Sqrt(x*x + z*z)
	if l < 1e-9 {
		return orX, orZ
	}
	return x / l, z / l
}

func square(v geom.Vec2) float64 { return v.Dot(v) }
