package walk

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

// ID names a person of a World; ids are given in order of entry, from 0, and
// never again.
type ID int32

// Person is somebody as they come in.
type Person struct {
	At      geom.Vec2
	Heading geom.Vec2 // where they look; zero: anywhere
	Radius  float64   // of the body, metres; 0: RadiusUsual
	Speed   float64   // in free walking, m/s; 0: SpeedUsual
	Ready   float64   // seconds of the world's time before which they stand
	Group   int       // whom they stay together with; 0: nobody
}

// The usual person. Speed is Weidmann's ("Transporttechnik der Fussgänger",
// ETH Zürich 1993).
const (
	RadiusUsual = 0.15
	SpeedUsual  = 1.34
)

// Goal is where somebody is sent: a straight piece, such as a door's threshold,
// or a point when both ends are one.
type Goal struct {
	From, To geom.Vec2
	Reach    float64 // metres from it that count as there
}

// Point is a goal at a point.
func Point(at geom.Vec2, reach float64) Goal { return Goal{at, at, reach} }

// Area is a part of the floor where people walk at another speed, as on stairs.
type Area struct {
	Outline []geom.Vec2
	Speed   float64 // times that of free walking
}

// Options of a World. The zero value is usable.
type Options struct {
	Step    float64 // seconds; 0: 0.05
	Workers int     // cores; 0: all, 1: no goroutine is started
	Headway Headway
	Seed    uint64       // of what people do when they are stuck
	Areas   []Area       // later ones lie over earlier ones
	Radii   []float64    // of bodies for which ways are kept, ascending; nil: 0.2 and 0.4 m
	Ways    []*plan.Mesh // that Ways made of the same floor and radii; nil: they are made
}

const (
	stepUsual   = 0.05
	stepMax     = 0.1
	radiusMin   = 0.1
	radiusMax   = 0.6
	speedMax    = 10.0
	peopleMax   = 1_000_000
	cellSize    = 0.75 // metres, of the squares in which neighbours are sought
	onMeshReach = 1.0  // metres by which somebody may stand off the mesh
)

// Errors of a world.
var (
	ErrNoRoom = errors.New("there is no room")
	ErrNoWay  = errors.New("there is no way")
)

// World is a floor and the people on it. Not safe for concurrent use; Step
// itself runs on several cores.
type World struct {
	options Options
	floor   plan.Floor
	meshes  []*plan.Mesh
	walls   wallGrid
	areas   areaGrid
	lo      geom.Vec2 // of the grid of people
	nx, nz  int

	time    float64
	think   int // steps between two thoughts about the heading
	steps   int
	people  []person // by id; those who left stay, as away
	present []int32  // ids, ascending
	arrived []ID

	first   []int32 // of each cell: somebody in it, or -1; as of the last chart
	charted bool

	groups map[int][]int32 // ids of who walks together

	near  []near // the present, by cell
	start []int32
	moved []move // what the step makes of near[i]
}

// New returns an empty world.
func New(ctx context.Context, floor plan.Floor, o Options) (*World, error) {
	switch {
	case o.Step == 0:
		o.Step = stepUsual
	case !(o.Step > 0 && o.Step <= stepMax):
		return nil, fmt.Errorf("a step of %g s: give one up to %g", o.Step, stepMax)
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	w := &World{options: o, floor: floor, meshes: o.Ways}
	if len(o.Ways) == 0 {
		var err error
		if w.meshes, err = Ways(ctx, floor, o.Radii); err != nil {
			return nil, err
		}
	}
	lo, hi := floor.Box()
	w.lo = geom.Vec2{lo[0] - cellSize, lo[1] - cellSize}
	w.nx, w.nz = int((hi[0]-lo[0])/cellSize)+3, int((hi[1]-lo[1])/cellSize)+3
	w.start = make([]int32, w.nx*w.nz+1)
	w.think = max(1, int(0.1/o.Step+0.5))
	w.walls = layWalls(floor.Walls(), lo, hi)
	w.areas = layAreas(o.Areas, lo, hi)
	return w, nil
}

// Ways are the meshes of a floor on which bodies of some radii find their ways, for
// worlds that many days are lived in; nil: the usual radii. Many worlds may walk on
// them at a time.
func Ways(ctx context.Context, floor plan.Floor, radii []float64) ([]*plan.Mesh, error) {
	if len(radii) == 0 {
		radii = []float64{0.2, 0.4}
	}
	var out []*plan.Mesh
	for i, r := range radii {
		m, err := plan.NewMesh(ctx, floor, r)
		if err != nil {
			if i > 0 && errors.Is(err, plan.ErrEmpty) {
				break // too narrow for the stout: they go the ways of the slim
			}
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Time is the world's, in seconds since it began.
func (w *World) Time() float64 { return w.time }

// Enter lets somebody in. ErrNoRoom: a wall or another person is there.
func (w *World) Enter(p Person) (ID, error) {
	if p.Radius == 0 {
		p.Radius = RadiusUsual
	}
	if p.Speed == 0 {
		p.Speed = SpeedUsual
	}
	switch {
	case !(p.Radius >= radiusMin && p.Radius <= radiusMax):
		return 0, fmt.Errorf("a body of %g m radius: give %g to %g", p.Radius, radiusMin, radiusMax)
	case !(p.Speed > 0 && p.Speed <= speedMax):
		return 0, fmt.Errorf("a speed of %g m/s: give one up to %g", p.Speed, speedMax)
	case math.IsNaN(p.At[0]) || math.IsNaN(p.At[1]):
		return 0, errors.New("nobody can stand at no place")
	case len(w.people) >= peopleMax:
		return 0, fmt.Errorf("%d people: %w", peopleMax, ErrNoRoom)
	}
	if !w.Free(p.At, p.Radius) {
		return 0, fmt.Errorf("at (%.2f, %.2f): %w", p.At[0], p.At[1], ErrNoRoom)
	}
	id := ID(len(w.people))
	heading := p.Heading
	if l := heading.Len(); l > 0 {
		heading = heading.Mul(1 / l)
	} else {
		heading = geom.Vec2{1, 0}
	}
	mesh := len(w.meshes) - 1
	for i, m := range w.meshes {
		if m.Radius() >= p.Radius {
			mesh = i
			break
		}
	}
	w.people = append(w.people, person{
		x: p.At[0], z: p.At[1], ex: heading[0], ez: heading[1], radius: p.Radius, body: p.Radius, speed: p.Speed,
		ready: p.Ready, mesh: mesh, here: true, hash: mix(w.options.Seed ^ uint64(id)*0x9e3779b97f4a7c15),
	})
	if p.Group != 0 {
		if w.groups == nil {
			w.groups = map[int][]int32{}
		}
		w.people[id].group = p.Group
		w.groups[p.Group] = append(w.groups[p.Group], int32(id))
	}
	w.present = append(w.present, int32(id))
	w.enlist(int32(id))
	return id, nil
}

// Free tells whether a body of that radius has room at a place now.
func (w *World) Free(at geom.Vec2, radius float64) bool {
	if !w.floor.Contains(at) {
		return false
	}
	for _, wall := range w.walls.around(at[0], at[1], radius) {
		if at.Sub(plan.Nearest(wall, at)).Len() < radius {
			return false
		}
	}
	w.chart()
	reach := 1 + int((radius+radiusMax)/cellSize)
	c := w.cellOf(at[0], at[1])
	for z := max(0, c/w.nx-reach); z <= min(w.nz-1, c/w.nx+reach); z++ {
		for x := max(0, c%w.nx-reach); x <= min(w.nx-1, c%w.nx+reach); x++ {
			for i := w.first[z*w.nx+x]; i >= 0; i = w.people[i].beside {
				p := &w.people[i]
				if p.here && math.Hypot(p.x-at[0], p.z-at[1]) < p.body+radius {
					return false
				}
			}
		}
	}
	return true
}

// chart lists who is in which cell, for those who come in between two steps.
func (w *World) chart() {
	if w.charted {
		return
	}
	if w.first == nil {
		w.first = make([]int32, w.nx*w.nz)
	}
	for i := range w.first {
		w.first[i] = -1
	}
	for _, id := range w.present {
		w.enlist(id)
	}
	w.charted = true
}

func (w *World) enlist(id int32) {
	p := &w.people[id]
	c := w.cellOf(p.x, p.z)
	p.beside, w.first[c] = w.first[c], id
}

// Leave takes somebody out. Who is not there is out already.
func (w *World) Leave(id ID) {
	if int(id) < 0 || int(id) >= len(w.people) || !w.people[id].here {
		return
	}
	w.people[id].here = false
	for k, i := range w.present {
		if i == int32(id) {
			w.present = append(w.present[:k], w.present[k+1:]...)
			break
		}
	}
}

// Send lets somebody walk to a goal. ErrNoWay: it cannot be reached from where
// they stand. Who is sent is on the way until Arrived tells of them.
func (w *World) Send(id ID, g Goal) error {
	if int(id) < 0 || int(id) >= len(w.people) || !w.people[id].here {
		return fmt.Errorf("person %d is not there", id)
	}
	p := &w.people[id]
	p.goal, p.walking, p.goals = g, true, nil
	p.slow = 0
	if !w.route(p) {
		p.walking = false
		return fmt.Errorf("from (%.2f, %.2f) to (%.2f, %.2f): %w", p.x, p.z, g.From[0], g.From[1], ErrNoWay)
	}
	return nil
}

// Stop lets somebody stand.
func (w *World) Stop(id ID) {
	if int(id) >= 0 && int(id) < len(w.people) {
		w.people[id].walking = false
	}
}

// SetSpeed changes how fast somebody walks freely, m/s.
func (w *World) SetSpeed(id ID, speed float64) {
	if int(id) >= 0 && int(id) < len(w.people) && speed > 0 && speed <= speedMax {
		w.people[id].speed = speed
	}
}

// Arrived lists who came to their goals in the last step, by id.
func (w *World) Arrived() []ID { return w.arrived }

// Present lists who is there, by id. The slice is the world's own and valid
// until somebody enters or leaves.
func (w *World) Present() []int32 { return w.present }

// At is where somebody stands, and how they move, m and m/s.
func (w *World) At(id ID) (at, velocity geom.Vec2) {
	p := &w.people[id]
	return geom.Vec2{p.x, p.z}, geom.Vec2{p.ex * p.v, p.ez * p.v}
}

// Radius is that of the room somebody's body takes now, metres: who is stuck
// turns a shoulder and takes less than usual.
func (w *World) Radius(id ID) float64 { return w.people[id].body }

// Distance is the length of the shortest way from a place to a goal for a body
// of usual size, metres; false when there is none.
func (w *World) Distance(from geom.Vec2, g Goal) (float64, bool) {
	m := w.meshes[0]
	a, ok := m.Locate(from, onMeshReach)
	if !ok {
		return 0, false
	}
	b, ok := m.Locate(plan.Nearest([2]geom.Vec2{g.From, g.To}, from), max(onMeshReach, g.Reach))
	if !ok {
		return 0, false
	}
	_, l, ok := m.Way(a, b)
	return l, ok
}

// mix spreads the bits of a number (the finaliser of SplitMix64, Steele, Lea
// and Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
