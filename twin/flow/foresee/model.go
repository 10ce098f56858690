package foresee

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// setting is what is chosen among the walks that are learnt from.
type setting struct {
	near  float64 // m: walks whose beginnings are so far apart count e^-1/2
	ahead float64 // beginnings are prolonged by so many of their lengths, straight on
	chain float64 // walks that the chain's word counts as much as
}

// settings that are tried.
func settings() (list []setting) {
	for _, near := range []float64{0.25, 0.5, 1, 2, 4} {
		for _, ahead := range []float64{0, 1, 2, 4} {
			for _, chain := range []float64{0.3, 1, 3, 10, 100} {
				list = append(list, setting{near, ahead, chain})
			}
		}
	}
	return list
}

// pulls of the chain that are tried.
var pulls = [...]float64{0.1, 1, 5, 20}

// Like is a walk that a foretelling rests on.
type Like struct {
	Person string
	Apart  float64 // m, root mean square between the two beginnings
	Share  float64 // of the foretelling, 0 to 1
	Zones  []int   // that it went on to
}

// apart is how far two beginnings are from each other, metres: root mean square
// over their places, and the place that straight on would lead to.
func apart(a, b walk, ahead float64) float64 {
	sum := 0.0
	for k := range a.began {
		d := a.began[k].Sub(b.began[k])
		sum += d.Dot(d)
	}
	n := float64(points)
	if ahead > 0 {
		d := onward(a, ahead).Sub(onward(b, ahead))
		sum += d.Dot(d)
		n++
	}
	return math.Sqrt(sum / n)
}

// onward prolongs a beginning by its second half's velocity.
func onward(w walk, ahead float64) geom.Vec2 {
	last := w.began[points-1]
	return last.Add(last.Sub(w.began[points/2]).Mul(2 * ahead))
}

// gathered is what alike walks went on to, each by its weight, and their sum.
type gathered struct {
	rest
	weight float64
}

// gather weighs walks by how alike they began (Nadaraya and Watson 1964).
func gather(walks []walk, w walk, near, ahead float64, zones int) gathered {
	g := gathered{rest: rest{came: make([]float64, zones), stays: make([]float64, zones)}}
	for i := range walks {
		d := apart(walks[i], w, ahead) / near
		weight := math.Exp(-d * d / 2)
		if weight < 1e-6 {
			continue
		}
		g.weight += weight
		for z, v := range walks[i].then.came {
			g.came[z] += weight * v
			g.stays[z] += weight * walks[i].then.stays[z]
		}
		g.total += weight * walks[i].then.total
	}
	return g
}

// with joins the chain's word, which counts as much as so many walks.
func (g gathered) with(c rest, walks float64) rest {
	r := rest{came: make([]float64, len(g.came)), stays: make([]float64, len(g.came))}
	sum := g.weight + walks
	for z := range r.came {
		r.came[z] = (g.came[z] + walks*c.came[z]) / sum
		r.stays[z] = (g.stays[z] + walks*c.stays[z]) / sum
	}
	r.total = (g.total + walks*c.total) / sum
	return r
}

// alike lists the n walks that a foretelling rests on most, and the chain's share.
func alike(walks []walk, w walk, s setting, n int) (list []Like, chain float64) {
	sum := s.chain
	for _, o := range walks {
		d := apart(o, w, s.ahead)
		l := Like{Person: o.person, Apart: d, Share: math.Exp(-d * d / s.near / s.near / 2)}
		for z, v := range o.then.came {
			if v > 0 {
				l.Zones = append(l.Zones, z)
			}
		}
		sum += l.Share
		list = append(list, l)
	}
	for i := range list {
		list[i].Share /= sum
	}
	slices.SortStableFunc(list, func(a, b Like) int { return cmp.Compare(b.Share, a.Share) })
	return list[:min(n, len(list))], s.chain / sum
}

// average is the mean of what walks went on to.
func average(walks []walk, zones int) rest {
	r := rest{came: make([]float64, zones), stays: make([]float64, zones)}
	n := float64(len(walks))
	for _, w := range walks {
		for z := range zones {
			r.came[z] += w.then.came[z] / n
			r.stays[z] += w.then.stays[z] / n
		}
		r.total += w.then.total / n
	}
	return r
}
