package survey_test

import (
	"math"
	"math/rand/v2"
	"sync"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// scanning tells how a home is scanned.
type scanning struct {
	rays     int     // from each station
	noise    float64 // metres, one deviation along the ray
	outliers float64 // share of the points that lie anywhere
	ghosts   int     // people who walked by
	tilt     float64 // radians at most
	stated   bool    // the file names its up axis
	zUp      bool
	coloured bool
}

// usualScan is a terrestrial scan as it leaves the field.
func usualScan(seed uint64) scanning {
	rng := rand.New(rand.NewPCG(seed, 5))
	return scanning{rays: 90_000, noise: 0.005 + 0.005*rng.Float64(), outliers: 0.004, ghosts: rng.IntN(3), tilt: 0.06,
		stated: rng.IntN(2) == 0, zUp: rng.IntN(3) > 0, coloured: rng.IntN(2) == 0}
}

// scan casts rays from the stations of a home and answers the cloud and the
// transform from the home's frame to the cloud's.
func (h *home) scan(seed uint64, how scanning) (*survey.Cloud, geom.Mat4) {
	rng := rand.New(rand.NewPCG(seed, 99))
	to := mgl64.HomogRotate3DY(rng.Float64() * 2 * math.Pi)
	axis := geom.Vec3{rng.NormFloat64(), 0, rng.NormFloat64()}.Normalize()
	to = mgl64.HomogRotate3D(how.tilt*rng.Float64(), axis).Mul4(to)
	if how.zUp {
		to = geom.ZUp().Transpose().Mul4(to)
	}
	to = mgl64.Translate3D(rng.Float64()*20-10, rng.Float64()*20-10, rng.Float64()*20-10).Mul4(to)
	cloud := &survey.Cloud{}
	if how.stated {
		cloud.Up = geom.Vec3{0, 1, 0}
		if how.zUp {
			cloud.Up = geom.Vec3{0, 0, 1}
		}
	}
	boxes := append([]solidBox(nil), h.boxes...)
	for range how.ghosts { // each is seen from one station only, as it walks
		r := h.rooms[rng.IntN(len(h.rooms))]
		x, z := r.lo[0]+rng.Float64()*(r.hi[0]-r.lo[0]), r.lo[1]+rng.Float64()*(r.hi[1]-r.lo[1])
		boxes = append(boxes, solidBox{geom.Box{Min: geom.Vec3{x - 0.2, r.floor, z - 0.15}, Max: geom.Vec3{x + 0.2, r.floor + 1.75, z + 0.15}}, [3]uint8{50, 50, 60}})
	}
	type found struct {
		p geom.Vec3
		c [3]uint8
	}
	hits := make([][]found, len(h.stations))
	var wait sync.WaitGroup
	for k, from := range h.stations {
		wait.Add(1)
		go func() {
			defer wait.Done()
			rng := rand.New(rand.NewPCG(seed, uint64(1000+k)))
			golden := math.Pi * (3 - math.Sqrt(5))
			for i := range how.rays {
				y := 1 - 2*(float64(i)+0.5)/float64(how.rays)
				if y < -0.94 { // the tripod
					continue
				}
				r := math.Sqrt(1 - y*y)
				d := geom.Vec3{r * math.Cos(golden*float64(i)), y, r * math.Sin(golden*float64(i))}
				t, c, ok := cast(boxes, from, d, 25)
				if !ok {
					continue
				}
				hits[k] = append(hits[k], found{from.Add(d.Mul(t + how.noise*rng.NormFloat64())), c})
			}
		}()
	}
	wait.Wait()
	put := func(p geom.Vec3, c [3]uint8) {
		q := mgl64.TransformCoordinate(p, to)
		cloud.Positions = append(cloud.Positions, float32(q[0]), float32(q[1]), float32(q[2]))
		if how.coloured {
			cloud.Colors = append(cloud.Colors, c[0], c[1], c[2])
		}
	}
	size := h.bounds.Size()
	for _, list := range hits {
		for _, f := range list {
			put(f.p, f.c)
			if rng.Float64() < how.outliers {
				p := h.bounds.Min.Add(geom.Vec3{size[0] * rng.Float64(), size[1] * rng.Float64(), size[2] * rng.Float64()})
				put(p, f.c)
			}
		}
	}
	return cloud, to
}

// cast is where a ray first meets a box.
func cast(boxes []solidBox, from, d geom.Vec3, most float64) (float64, [3]uint8, bool) {
	best := most
	var colour [3]uint8
	inv := geom.Vec3{1 / d[0], 1 / d[1], 1 / d[2]}
	for i := range boxes {
		b := &boxes[i].box
		near, far := 0.0, best
		for k := range 3 {
			a, c := (b.Min[k]-from[k])*inv[k], (b.Max[k]-from[k])*inv[k]
			if a > c {
				a, c = c, a
			}
			near, far = max(near, a), min(far, c)
			if near > far {
				break
			}
		}
		if near <= far && near > 1e-6 && near < best {
			best, colour = near, boxes[i].colour
		}
	}
	return best, colour, best < most
}
