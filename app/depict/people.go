package depict

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	trailFor   = 20 * time.Second // of plant time that a trail reaches back
	trailLeast = 0.6              // metres below which somebody stands, and leaves no trail
)

// clothed is the colour of people: they are told apart by nothing.
var clothed = overlay.RGBA{0.16, 0.20, 0.26, 1}

// wayColor is that of trails, linear.
var wayColor = overlay.RGBA{0.02, 0.30, 0.42, 0.85}

// people stands a figure at every live position, facing where it walked, with
// the way behind it.
func (d *Depicter) people(v app.View, words Words) (figures []overlay.Figure, trails []overlay.Trail) {
	for _, g := range d.site.Signals {
		x := v.Samples[g.ID]
		if g.Kind != twin.Positions || g.Name != peoplePositions || !x.Live() {
			continue
		}
		for _, w := range waysTo(x, v.Walked) {
			last := w.points[len(w.points)-1]
			f := overlay.Figure{Position: last, Color: clothed, Label: words.Person(w.speed)}
			if w.speed > 0.1 {
				f.Yaw = math.Atan2(w.ahead[0], w.ahead[1])
			}
			figures = append(figures, f)
			if metres := w.metres(); metres >= trailLeast {
				t := overlay.Trail{Label: words.PersonWay(w.lasted, metres), Color: wayColor}
				for _, p := range w.points {
					t.Points = append(t.Points, geom.Vec3{p[0], aboveFloor, p[2]})
				}
				trails = append(trails, t)
			}
		}
	}
	return figures, trails
}

// way is how one person came to where they are, the oldest point first.
type way struct {
	points []geom.Vec3
	lasted time.Duration
	speed  float64   // now, m/s; NaN: not known
	ahead  geom.Vec2 // of the last step
}

func (w *way) metres() (sum float64) {
	for i := 1; i < len(w.points); i++ {
		sum += w.points[i].Sub(w.points[i-1]).Len()
	}
	return sum
}

// waysTo follows the people of a sample back through those before it.
func waysTo(now twin.Sample, walked []twin.Sample) []way {
	ways := make([]way, len(now.Vector)/2)
	at := make([]int, len(ways)) // whose place in the later sample each way is followed from; -1: lost
	for i := range ways {
		ways[i] = way{points: []geom.Vec3{{now.Vector[2*i], 0, now.Vector[2*i+1]}}, speed: math.NaN()}
		at[i] = i
	}
	later := now
	for k := len(walked) - 1; k >= 0; k-- {
		x := &walked[k]
		if x.Signal != now.Signal || !x.At.Before(later.At) {
			continue
		}
		gap := later.At.Sub(x.At)
		if now.At.Sub(x.At) > trailFor || gap > walkGap || x.Quality == twin.Bad {
			break
		}
		from := make([]int, len(later.Vector)/2)
		for i := range from {
			from[i] = -1
		}
		pairs(x.Vector, later.Vector, walkFast*gap.Seconds(), func(before, after int) { from[after] = before })
		for i := range ways {
			if at[i] < 0 || from[at[i]] < 0 {
				at[i] = -1
				continue
			}
			w := &ways[i]
			at[i] = from[at[i]]
			p := geom.Vec3{x.Vector[2*at[i]], 0, x.Vector[2*at[i]+1]}
			step := w.points[len(w.points)-1].Sub(p)
			if math.IsNaN(w.speed) {
				w.speed, w.ahead = step.Len()/gap.Seconds(), geom.Vec2{step[0], step[2]}
			}
			w.points, w.lasted = append(w.points, p), now.At.Sub(x.At)
		}
		later = *x
	}
	for i := range ways {
		p := ways[i].points
		for a, b := 0, len(p)-1; a < b; a, b = a+1, b-1 {
			p[a], p[b] = p[b], p[a]
		}
	}
	return ways
}
