package gl

import (
	"math"
	"sync"
	"sync/atomic"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// luminaire is a shining surface that lights its surroundings.
type luminaire struct {
	at    geom.Vec3
	power float64 // luminance times area, m²
	group int
	down  bool // shines from a flat, low panel
	panel panel

	colour   [3]float32 // of its light, of luminance 1
	coloured bool       // it is no white

	lo, hi [3]int  // cells that it reaches
	seen   []uint8 // how much of its light comes to each of these, 255: nothing is in the way; nil: not known yet
}

// luminaires is the light of shining surfaces over the scene, worked out anew
// when one of them is dimmed, together with how open each place is.
type luminaires struct {
	list       []luminaire
	box        geom.Box
	nx, ny, nz int
	levels     []float32    // emission factor of each, as it is in light
	light      [][2]float32 // by cell: what arrives, and its upward part
	texels     [][4]float32 // light, part from above (-1..1), openness, part of the sky that is seen
	more, up   []float32    // what is sent on of it, by cell of the shelter
	power      float64      // of all at full
	owed       float64      // that changed since then
	texture    uint32
	tinge      *tinge // nil: all of it is white
	shelter    shelter
	told       [2 * panelsMost][4]float32 // to the program that mirrors panels
	wanted     []float32                  // by group, of the frame at hand
	stop       *atomic.Bool               // whoever works it out shall end; nil: never
}

// openAir is the light of a place with nothing in it.
func openAir(box geom.Box) *luminaires {
	return &luminaires{box: box, nx: 1, ny: 1, nz: 1, light: make([][2]float32, 1), texels: [][4]float32{{0, 0, 1, 1}}}
}

// newLuminaires finds what shines, and how open each place is.
func newLuminaires(sc *scene.Scene, s *pose, full voxels) *luminaires {
	l := &luminaires{box: full.box, shelter: full.shelter()}
	for i := range s.things {
		t := &s.things[i]
		var area float64
		var emission [3]float64
		light := 0.0
		for _, p := range sc.Meshes[t.mesh].Primitives {
			e := sc.Materials[p.Material].Emissive
			if e[0]+e[1]+e[2] < 1e-3 {
				continue
			}
			a := areaOf(p) / 2 // one of two sides
			area += a
			for k := range emission {
				emission[k] += a * float64(e[k])
			}
			light += a * (0.2126*float64(e[0]) + 0.7152*float64(e[1]) + 0.0722*float64(e[2]))
		}
		const worth = 0.02 // m² of white at full
		if light < worth {
			continue
		}
		m := &s.meshes[t.mesh]
		w := t.world
		c := m.center
		l.list = append(l.list, luminaire{
			at: geom.Vec3{
				w[0]*c[0] + w[4]*c[1] + w[8]*c[2] + w[12], w[1]*c[0] + w[5]*c[1] + w[9]*c[2] + w[13], w[2]*c[0] + w[6]*c[1] + w[10]*c[2] + w[14],
			},
			power: light, group: t.group, down: area > 0.2 && m.box.Size()[1] < 0.2,
		})
		s := &l.list[len(l.list)-1]
		if s.down {
			s.power *= panelLights
			s.panel = panelOf(m.box, w, light/area)
		}
		s.colour, s.coloured = lampColour(emission, s.power)
	}
	for i := range l.list {
		l.power += l.list[i].power
	}
	var open []float32
	l.nx, l.ny, l.nz, open = full.openness()
	l.levels = make([]float32, len(l.list))
	l.light = make([][2]float32, len(open))
	l.texels = make([][4]float32, len(open))
	l.tinge = tinged(l.list, len(open))
	sky := l.shelter.sky()
	layer := func(i int) (x, y, z int) { return i % l.nx, i / l.nx % l.ny, i / (l.nx * l.ny) }
	for i, o := range open {
		x, y, z := layer(i)
		seen := l.shelter.sampled(sky, x, y, z)
		if y > 0 { // under a roof between two cells it is dark already
			seen = min(seen, l.shelter.sampled(sky, x, y-1, z))
		}
		l.texels[i] = [4]float32{0, 0, o, seen}
	}
	return l
}

// upload makes the texture that is looked up.
func (l *luminaires) upload() {
	gl41.GenTextures(1, &l.texture)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitSurroundings)
	gl41.BindTexture(gl41.TEXTURE_3D, l.texture)
	gl41.TexImage3D(gl41.TEXTURE_3D, 0, gl41.RGBA16F, int32(l.nx), int32(l.ny), int32(l.nz), 0, gl41.RGBA, gl41.FLOAT, data(l.texels))
	smoothVolume()
	if l.tinge != nil {
		l.tinge.upload(l.nx, l.ny, l.nz)
	}
}

func areaOf(p scene.Primitive) float64 {
	at := func(i uint32) geom.Vec3 {
		return geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
	}
	sum := 0.0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		a := at(p.Indices[i])
		sum += at(p.Indices[i+1]).Sub(a).Cross(at(p.Indices[i+2]).Sub(a)).Len() / 2
	}
	return sum
}

// follow brings the texture up to date with how groups look.
func (l *luminaires) follow(groups []group) {
	l.wanted = levelsOf(l.wanted, groups)
	from, to := l.shine(l.wanted)
	if to <= from {
		return
	}
	layer := l.nx * l.ny
	gl41.ActiveTexture(gl41.TEXTURE0 + unitSurroundings)
	gl41.BindTexture(gl41.TEXTURE_3D, l.texture)
	gl41.TexSubImage3D(gl41.TEXTURE_3D, 0, 0, 0, int32(from), int32(l.nx), int32(l.ny), int32(to-from), gl41.RGBA, gl41.FLOAT, data(l.texels[from*layer:]))
	if l.tinge != nil {
		l.tinge.follow(l.nx, l.ny, from, to)
	}
}

// shine adds to the volume what luminaires shine more or less than before, by
// group, and returns the layers that changed. Light adds up, so that a change of one
// costs what it alone reaches.
func (l *luminaires) shine(levels []float32) (from, to int) {
	from, to = l.nz, 0
	for i := range l.list {
		if l.stop != nil && l.stop.Load() {
			return 0, 0
		}
		s := &l.list[i]
		level := levels[s.group]
		change := level - l.levels[i]
		if change < 0.004 && change > -0.004 {
			continue
		}
		l.levels[i] = level
		l.owed += s.power * math.Abs(float64(change))
		lo, hi := l.add(s, change)
		from, to = min(from, lo), max(to, hi)
	}
	if to <= from {
		return 0, 0
	}
	if l.more == nil || l.owed > sentLeast*l.power {
		l.more, l.up = l.shelter.sent(l.coarse())
		l.owed, from, to = 0, 0, l.nz
		if l.tinge != nil {
			l.tinge.mix(l.list, l.levels)
		}
	}
	inParts(from, to, func(z int) {
		for y := range l.ny {
			for x := range l.nx {
				i := (z*l.ny+y)*l.nx + x
				e := max(0, l.light[i][0]) + l.shelter.sampled(l.more, x, y, z)
				l.texels[i][0], l.texels[i][1] = e, (l.light[i][1]+l.shelter.sampled(l.up, x, y, z))/max(e, 1e-6)
				if l.tinge != nil {
					l.tinge.settle(i, l.light[i][0])
				}
			}
		}
	})
	return from, to
}

// sentLeast is the part of all light by which it may change before what floors and
// walls send on is worked out anew, which takes 32 ms of processor for a store.
const sentLeast = 0.01

// panelLights is how much more light a panel gives than it shows: one that lights
// a room is too bright to be drawn as it is.
const panelLights = 6

// bouncesMost is the most light that a cell sends on: close to a lamp there is no
// surface that would.
const bouncesMost = 0.3

// coarse is what luminaires send, in the cells of the shelter.
func (l *luminaires) coarse() []float32 {
	out := make([]float32, len(l.shelter.stops))
	inParts(0, l.shelter.nz, func(z int) {
		for y := range l.shelter.ny {
			for x := range l.shelter.nx {
				sum := float32(0)
				for k := range 8 {
					sum += min(bouncesMost, max(0, l.light[((2*z+k>>2)*l.ny+2*y+k>>1&1)*l.nx+2*x+k&1][0]))
				}
				out[l.shelter.index(x, y, z)] = sum / 8
			}
		}
	})
	return out
}

// faint is the light below which a luminaire is left out of a place, of white.
const faint = 0.006

// look finds which cells a luminaire reaches and what of its light comes to
// them past what is in the way.
func (l *luminaires) look(s *luminaire) {
	step := l.step()
	reach := s.reach()
	count := 1
	for k, n := range [3]int{l.nx, l.ny, l.nz} {
		s.lo[k] = min(n, max(0, int((s.at[k]-reach-l.box.Min[k])/step[k])))
		s.hi[k] = max(s.lo[k], min(n, int((s.at[k]+reach-l.box.Min[k])/step[k])+1))
		count *= s.hi[k] - s.lo[k]
	}
	s.seen = make([]uint8, count)
	coarse := make([]float32, len(l.shelter.stops))
	far := l.shelter.step()
	var lo, hi [3]int // of the coarse cells
	for k, n := range [3]int{l.shelter.nx, l.shelter.ny, l.shelter.nz} {
		lo[k], hi[k] = max(0, s.lo[k]/2-1), min(n, s.hi[k]/2+2)
	}
	inParts(lo[2], hi[2], func(z int) {
		for y := lo[1]; y < hi[1]; y++ {
			for x := lo[0]; x < hi[0]; x++ {
				p := geom.Vec3{(float64(x) + 0.5) * far[0], (float64(y) + 0.5) * far[1], (float64(z) + 0.5) * far[2]}
				coarse[l.shelter.index(x, y, z)] = l.shelter.between(s.at, p.Add(l.box.Min))
			}
		}
	})
	wide, tall := s.hi[0]-s.lo[0], s.hi[1]-s.lo[1]
	inParts(s.lo[2], s.hi[2], func(z int) {
		for y := s.lo[1]; y < s.hi[1]; y++ {
			row := s.seen[((z-s.lo[2])*tall+y-s.lo[1])*wide:]
			for x := s.lo[0]; x < s.hi[0]; x++ {
				row[x-s.lo[0]] = uint8(255 * l.shelter.sampled(coarse, x, y, z))
			}
		}
	})
}

// inParts does a thing for each of some numbers, on two of the cores: drawing
// wants some too.
func inParts(from, to int, do func(i int)) {
	const workers = 2
	var wait sync.WaitGroup
	for part := range workers {
		wait.Go(func() {
			for i := from + part; i < to; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}

// reach is how far a luminaire is followed, metres.
func (s *luminaire) reach() float64 {
	return math.Min(reachMost, math.Sqrt(s.power/(math.Pi*faint)))
}

func (l *luminaires) step() geom.Vec3 {
	size := l.box.Size()
	return geom.Vec3{size[0] / float64(l.nx), size[1] / float64(l.ny), size[2] / float64(l.nz)}
}

const reachMost = 12 // metres

// add shines one luminaire, times a factor, over the cells that it reaches, and
// returns the layers that changed.
func (l *luminaires) add(s *luminaire, factor float32) (from, to int) {
	if s.seen == nil {
		l.look(s)
	}
	step, reach := l.step(), s.reach()
	wide, tall := s.hi[0]-s.lo[0], s.hi[1]-s.lo[1]
	inParts(s.lo[2], s.hi[2], func(z int) {
		dz := s.at[2] - l.box.Min[2] - (float64(z)+0.5)*step[2]
		for y := s.lo[1]; y < s.hi[1]; y++ {
			dy := s.at[1] - l.box.Min[1] - (float64(y)+0.5)*step[1]
			row := l.light[(z*l.ny+y)*l.nx:]
			var tinge [][3]float32
			if l.tinge != nil {
				tinge = l.tinge.light[(z*l.ny+y)*l.nx:]
			}
			seen := s.seen[((z-s.lo[2])*tall+y-s.lo[1])*wide:]
			for x := s.lo[0]; x < s.hi[0]; x++ {
				if seen[x-s.lo[0]] == 0 {
					continue
				}
				dx := s.at[0] - l.box.Min[0] - (float64(x)+0.5)*step[0]
				r2 := dx*dx + dy*dy + dz*dz + 0.35 // a panel is no point
				fall := 1 - r2/(reach*reach+0.35)
				if fall <= 0 {
					continue
				}
				cos := dy / math.Sqrt(r2)
				lobe := 0.5
				if s.down {
					lobe = math.Max(0.06, cos)
				}
				e := float32(lobe*s.power/(math.Pi*r2)*math.Min(1, 3*fall)) * factor * float32(seen[x-s.lo[0]]) / 255
				row[x][0] += e
				row[x][1] += e * float32(cos)
				if tinge != nil {
					for k, c := range s.colour {
						tinge[x][k] += e * c
					}
				}
			}
		}
	})
	return s.lo[2], s.hi[2]
}

func (l *luminaires) free() {
	gl41.DeleteTextures(1, &l.texture)
	if l.tinge != nil {
		gl41.DeleteTextures(1, &l.tinge.texture)
	}
}
