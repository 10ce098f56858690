package propose

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
)

// features are cheap figures of a layout, from which the processes tell its worth:
// how far goods are from the door, the tills and each other; how much is wanted in
// one place; how much of what draws is passed by; how narrow it is before fronts.
func features(g *ground.Ground, draw map[string]float64) []float64 {
	type spot struct {
		at    geom.Vec2
		want  float64
		front geom.Vec2
	}
	var spots []spot
	total := 0.0
	for _, f := range g.Fronts {
		w, ok := draw[string(f.Asset)]
		if !ok {
			w = 1
		}
		w *= max(0.5, f.Width)
		spots = append(spots, spot{f.Stand, w, f.Front})
		total += w
	}
	var doors, tills []geom.Vec2
	inner := geom.Vec2{}
	hasInner := false
	for _, d := range g.Doors {
		if d.Outside {
			doors = append(doors, d.Middle)
		} else if !hasInner {
			inner, hasInner = d.Middle, true
		}
	}
	for _, t := range g.Tills {
		tills = append(tills, t.Stand)
	}
	nearest := func(list []geom.Vec2, p geom.Vec2) float64 {
		best := math.Inf(1)
		for _, q := range list {
			best = min(best, q.Sub(p).Len())
		}
		if math.IsInf(best, 1) {
			return 0
		}
		return best
	}
	walls := g.Floor.Walls()
	out := make([]float64, 8)
	least := math.Inf(1)
	for i, a := range spots {
		w := a.want / max(1e-9, total)
		out[0] += w * nearest(doors, a.at)
		out[1] += w * nearest(tills, a.at)
		if hasInner {
			out[2] += w * inner.Sub(a.at).Len()
		}
		clear := aisle
		for _, s := range walls {
			if t, ok := ahead(a.at, a.front, s); ok {
				clear = min(clear, t)
			}
		}
		out[3] += w * clear
		out[4] += w / (0.3 + clear)
		least = min(least, clear)
		for j, b := range spots {
			if i == j {
				continue
			}
			d, v := a.at.Sub(b.at).Len(), b.want/max(1e-9, total)
			out[5] += w * v * math.Exp(-d/1.5) // wanted in one place
			out[6] += w * v * math.Exp(-d/5) * max(0, -a.front.Dot(b.front))
			out[7] += w * v * d * math.Exp2(-d/3.5)
		}
	}
	return append(out, least)
}

const aisle = 4.0 // m beyond which there is room enough

// ahead is how far along d a wall is.
func ahead(at, d geom.Vec2, w [2]geom.Vec2) (float64, bool) {
	e := w[1].Sub(w[0])
	den := d[0]*e[1] - d[1]*e[0]
	if math.Abs(den) < 1e-12 {
		return 0, false
	}
	q := w[0].Sub(at)
	t, u := (q[0]*e[1]-q[1]*e[0])/den, (q[0]*d[1]-q[1]*d[0])/den
	return t, t > 0 && u >= 0 && u <= 1
}
