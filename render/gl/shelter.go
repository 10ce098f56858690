package gl

import (
	"math"
	"sync"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// shelter tells what is in the way of light, coarsely: cells of half a metre, each
// with the part of the light that it stops. From it comes how much of the sky a
// place sees, so that rooms under a roof are dark but for their windows, and
// what luminaires do not reach through walls.
type shelter struct {
	box        geom.Box
	nx, ny, nz int
	stops      []float32
}

// shelter is made of cells four times as fine. A wall is a layer or two of these.
func (v voxels) shelter() shelter {
	far := v.halved().halved()
	s := shelter{box: v.box, nx: far.nx, ny: far.ny, nz: far.nz, stops: make([]float32, len(far.full))}
	for i, f := range far.full {
		s.stops[i] = min(1, 4*float32(f)/255)
	}
	return s
}

func (s *shelter) index(x, y, z int) int { return (z*s.ny+y)*s.nx + x }

// step is the size of a cell, metres.
func (s *shelter) step() geom.Vec3 {
	size := s.box.Size()
	return geom.Vec3{size[0] / float64(s.nx), size[1] / float64(s.ny), size[2] / float64(s.nz)}
}

// skyward are directions over the upper half of all, each with its part of the
// sky.
func skyward() (list []sample) {
	ring := func(n int, high, weight, turn float64) {
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * (float64(i) + turn) / float64(n))
			level := math.Sqrt(1 - high*high)
			list = append(list, sample{geom.Vec3{level * cos, high, level * sin}, weight / float64(n)})
		}
	}
	ring(1, 1, 0.16, 0)
	ring(6, 0.72, 0.46, 0.25)
	ring(8, 0.28, 0.38, 0.5)
	return list
}

// sky is, for each cell, how much of the sky it sees, 0..1, and what comes in by
// windows and is sent on by floors and walls.
func (s *shelter) sky() []float32 {
	sum, toward := make([]float32, len(s.stops)), skyward()
	var wait sync.WaitGroup
	var lock sync.Mutex
	for part := range 2 { // of the cores; drawing wants some too
		wait.Go(func() {
			own := make([]float32, len(s.stops))
			seen := make([]float32, len(s.stops))
			for i := part; i < len(toward); i += 2 {
				s.sweep(toward[i].d, seen, 1, nil)
				for k, v := range seen {
					own[k] += v * float32(toward[i].weight)
				}
			}
			lock.Lock()
			defer lock.Unlock()
			for k, v := range own {
				sum[k] += v
			}
		})
	}
	wait.Wait()
	for i, more := range s.spread(sum) {
		sum[i] = min(1, sum[i]+windowsSend*more)
	}
	return sum
}

// windowsSend is how much is added of the sky's light that floors and walls send
// on.
const windowsSend = 0.22

// sweep finds how much of the light that comes from a direction reaches each
// cell: slice by slice along the axis that the light follows most, each from the
// one before it. What is in the way sends on of what arrives before it, where that
// is given: back, as a wall does not shine on its other side.
func (s *shelter) sweep(toward geom.Vec3, seen []float32, open float32, arrives []float32) {
	step := s.step()
	var d geom.Vec3
	for k := range d {
		d[k] = toward[k] / step[k]
	}
	axis := 0
	for k := range d {
		if math.Abs(d[k]) > math.Abs(d[axis]) {
			axis = k
		}
	}
	u, v := (axis+1)%3, (axis+2)%3
	count, stride := [3]int{s.nx, s.ny, s.nz}, [3]int{1, s.nx, s.nx * s.ny}
	du, dv := d[u]/math.Abs(d[axis]), d[v]/math.Abs(d[axis])
	from, sign := 0, 1 // the light comes from lower slices
	if d[axis] > 0 {
		from, sign = count[axis]-1, -1
	}
	iu, iv := int(math.Floor(du)), int(math.Floor(dv))
	fu, fv := float32(du-math.Floor(du)), float32(dv-math.Floor(dv))
	for n := range count[axis] {
		slice := (from + sign*n) * stride[axis]
		before := slice - sign*stride[axis]
		for b := range count[v] {
			for a := range count[u] {
				i := slice + a*stride[u] + b*stride[v]
				if n == 0 {
					seen[i] = open
					continue
				}
				light, back := float32(0), float32(0)
				if arrives != nil {
					back = pale * arrives[i]
				}
				for k := range 4 {
					x, y := a+iu+k&1, b+iv+k>>1
					weight := [2]float32{1 - fu, fu}[k&1] * [2]float32{1 - fv, fv}[k>>1]
					if x < 0 || y < 0 || x >= count[u] || y >= count[v] {
						light += weight * open // from beside the box
						continue
					}
					j := before + x*stride[u] + y*stride[v]
					light += weight * (seen[j] + (back-seen[j])*s.stops[j])
				}
				seen[i] = light
			}
		}
	}
}

// How light wanders through rooms.
const (
	wanders = 12   // cells: six metres
	sentOn  = 0.92 // of it at each step
	pale    = 0.60 // of it by what is in the way
)

// spread is the light that is sent on from cell to cell, of what arrives in each.
func (s *shelter) spread(light []float32) (near []float32) {
	near, next := make([]float32, len(light)), make([]float32, len(light))
	count, stride := [3]int{s.nx, s.ny, s.nz}, [3]int{1, s.nx, s.nx * s.ny}
	for range wanders {
		inParts(0, s.nz, func(z int) {
			for y := range s.ny {
				for x := range s.nx {
					i, at, sum := s.index(x, y, z), [3]int{x, y, z}, float32(0)
					own := pale * (light[i] + near[i])
					for k := range 3 {
						if at[k] > 0 {
							j := i - stride[k]
							sum += own*s.stops[j] + (light[j]+near[j])*(1-s.stops[j])
						}
						if at[k] < count[k]-1 {
							j := i + stride[k]
							sum += own*s.stops[j] + (light[j]+near[j])*(1-s.stops[j])
						}
					}
					next[i] = sum / 6 * sentOn
				}
			}
		})
		near, next = next, near
	}
	return near
}

// How often light is sent on by what it falls on, each time worked out, and how much
// more all further times add.
const (
	sentTimes   = 2
	sentFurther = 1.15
)

// sent is the light that floors, walls and things send on of what arrives at them
// from luminaires: of a cell the sum of what comes from above and from below, as
// white paper facing there has it, and by how much more comes from above. It goes as
// far as nothing is in its way, so that the floor of a hall lights its ceiling.
func (s *shelter) sent(light []float32) (sum, up []float32) {
	n := len(light)
	above, below := make([]float32, n), make([]float32, n)
	arrives := make([]float32, n)
	copy(arrives, light)
	toward := skyward()
	for time := range sentTimes {
		if time > 0 {
			for i := range arrives {
				arrives[i] = light[i] + (above[i]+below[i])/2
			}
			clear(above)
			clear(below)
		}
		var wait sync.WaitGroup
		for part := range 2 { // of the cores; drawing wants some too
			wait.Go(func() {
				own, seen := above, make([]float32, n)
				if part == 1 {
					own = below
				}
				for _, t := range toward {
					if part == 1 {
						t.d[1] = -t.d[1]
					}
					s.sweep(t.d, seen, 0, arrives)
					for i, v := range seen {
						own[i] += v * float32(t.weight)
					}
				}
			})
		}
		wait.Wait()
	}
	for i, a := range above {
		above[i], below[i] = sentFurther*(a+below[i]), sentFurther*(a-below[i])
	}
	return above, below
}

// between is how much of the light of one point reaches another: what stands in
// the cells on the way stops some, but not in those of the points.
func (s *shelter) between(a, b geom.Vec3) float32 {
	step := s.step()
	cell := func(p geom.Vec3) (out [3]int, ok bool) {
		for k, n := range [3]int{s.nx, s.ny, s.nz} {
			out[k] = int((p[k] - s.box.Min[k]) / step[k])
			if out[k] < 0 || out[k] >= n {
				return out, false
			}
		}
		return out, true
	}
	first, _ := cell(a)
	last, _ := cell(b)
	d := b.Sub(a)
	n := int(math.Ceil(d.Len() / (0.6 * math.Min(step[0], math.Min(step[1], step[2])))))
	light, before := float32(1), first
	for i := 1; i < n; i++ {
		c, ok := cell(a.Add(d.Mul(float64(i) / float64(n))))
		if !ok || c == before || c == last {
			continue
		}
		before = c
		light *= 1 - s.stops[s.index(c[0], c[1], c[2])]
		if light < 0.01 {
			return 0
		}
	}
	return light
}

// sampled is a coarse grid's value at the middle of a cell of the next finer
// one.
func (s *shelter) sampled(grid []float32, x, y, z int) float32 {
	sum := float32(0)
	for k := range 8 {
		// Of the two nearest cells along each axis, the own one weighs 3/4.
		w, at := float32(1), [3]int{}
		for axis, p := range [3]int{x, y, z} {
			own := p / 2
			if k>>axis&1 == 0 {
				at[axis] = own
				w *= 0.75
				continue
			}
			at[axis] = own - 1 + p%2*2
			w *= 0.25
		}
		at[0], at[1], at[2] = max(0, min(s.nx-1, at[0])), max(0, min(s.ny-1, at[1])), max(0, min(s.nz-1, at[2]))
		sum += w * grid[s.index(at[0], at[1], at[2])]
	}
	return sum
}
