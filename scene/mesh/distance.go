package mesh

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Deviation tells how far two surfaces lie apart, in both directions.
type Deviation struct {
	Hausdorff float64 // metres, the larger of the next two
	AToB      float64 // metres, the largest distance from a sample of A to B
	BToA      float64 // metres
	Mean      float64 // metres, over the area of both

	NormalMean float64 // rad, over the area of both
	NormalP99  float64 // rad, 99 % of the area of both deviates less
	NormalMax  float64 // rad, over the samples drawn by area

	// Spacing is the mean distance between samples drawn by area, metres: a
	// bump narrower than that and without a vertex may be missed.
	Spacing float64
	Samples int // points measured, both directions
}

// Distance measures how far the visible surfaces of two scenes lie apart, all
// joints at rest: the symmetric Hausdorff distance over all vertices, midpoints
// of edges and points spread evenly over the area (Cignoni et al. 1998, with
// vertices and edges added), and the angles between shading normals. The normal
// of a sample is compared with the most alike of those that lie about as near
// as the nearest: at a crease the nearest point is on either face by chance.
//
// Drawings that show one mesh before the same part of the other scene are
// measured once, each against what lies in its place; the largest distances are
// then looked up in the whole scene, where something else may lie nearer. It
// runs on all cores and gives the same figures on any number of them.
func Distance(ctx context.Context, a, b *scene.Scene) (Deviation, error) {
	da, db := drawings(a), drawings(b)
	if len(da) == 0 || len(db) == 0 {
		if len(da) == len(db) {
			return Deviation{}, nil
		}
		return Deviation{}, ErrNothing
	}
	ab, err := cross(ctx, a, b, da, db)
	if err != nil {
		return Deviation{}, err
	}
	ba, err := cross(ctx, b, a, db, da)
	if err != nil {
		return Deviation{}, err
	}
	return deviation(ab, ba), nil
}

// ErrNothing says that a scene shows no triangle, so that no distance exists.
var ErrNothing = errors.New("no triangle is visible: nothing to measure")

// measure samples both surfaces; few limits the samples by area, 0 is the usual
// density.
func measure(ctx context.Context, a, b *soup, few int) (Deviation, error) {
	if len(a.tri) == 0 || len(b.tri) == 0 {
		if len(a.tri) == len(b.tri) {
			return Deviation{}, nil
		}
		return Deviation{}, ErrNothing
	}
	var trees [2]*tree
	each(2, 2, func(_, from, to int) {
		for i := from; i < to; i++ {
			trees[i] = newTree([]*soup{a, b}[i])
		}
	})
	workers := runtime.GOMAXPROCS(0)
	ab, err := oneSided(ctx, a, trees[1], density(few, a), workers, false)
	if err != nil {
		return Deviation{}, err
	}
	ba, err := oneSided(ctx, b, trees[0], density(few, b), workers, false)
	if err != nil {
		return Deviation{}, err
	}
	return deviation(ab, ba), nil
}

// density is how many samples by area a surface gets; few, when not zero, says.
func density(few int, s *soup) int {
	if few > 0 {
		return few
	}
	return min(max(samplesLeast, 2*len(s.tri)), samplesMost)
}

// deviation joins the two directions.
func deviation(ab, ba side) Deviation {
	d := Deviation{AToB: ab.far, BToA: ba.far, Hausdorff: math.Max(ab.far, ba.far), Samples: ab.samples + ba.samples}
	angles := append(ab.angles, ba.angles...)
	area, sum, tilt := 0.0, 0.0, 0.0
	for _, g := range angles {
		area += g.weight
		sum += g.weight * g.distance
		tilt += g.weight * g.angle
		d.NormalMax = math.Max(d.NormalMax, g.angle)
	}
	if area > 0 {
		d.Mean, d.NormalMean = sum/area, tilt/area
		d.Spacing = math.Sqrt(area / float64(len(angles)))
		slices.SortFunc(angles, func(x, y gauge) int {
			switch {
			case x.angle < y.angle:
				return -1
			case x.angle > y.angle:
				return 1
			}
			return 0
		})
		below := 0.0
		for _, g := range angles {
			if below += g.weight; below >= 0.99*area {
				d.NormalP99 = g.angle
				break
			}
		}
	}
	return d
}

// gauge is one sample drawn by area.
type gauge struct{ weight, distance, angle float64 }

type side struct {
	far     float64
	samples int
	angles  []gauge
	points  []sounding
}

// samplesLeast and samplesMost bound the samples by area of one direction.
const (
	samplesLeast = 20_000
	samplesMost  = 2_000_000
)

// lost is the share of a drawing's size beyond which its partners are none.
const lost = 0.02

// cross measures from all drawings of a to those of b.
func cross(ctx context.Context, a, b *scene.Scene, da, db []drawing) (side, error) {
	c := &crossing{scenes: [2]*scene.Scene{a, b}, a: da, b: db, groups: pair(da, db), trees: map[int]*tree{}}
	soups, areas := make([]*soup, len(c.groups)), make([]float64, len(c.groups))
	area, count := 0.0, 0
	for i, g := range c.groups {
		soups[i] = &soup{}
		soups[i].add(a.Meshes[da[g.of[0]].mesh], da[g.of[0]].world)
		areas[i] = soups[i].area()
		area += areas[i]
		count += len(soups[i].tri)
	}
	want := func(i int) int {
		if area == 0 {
			return 0
		}
		return int(math.Ceil(float64(min(max(samplesLeast, 2*count), samplesMost)) * areas[i] / area))
	}
	parts, fails := make([]side, len(c.groups)), make([]error, len(c.groups))
	alone := make([]bool, len(c.groups)) // without partners that fit
	turns(len(c.groups), func(i int) {
		g := c.groups[i]
		if alone[i] = len(g.partners) == 0; alone[i] {
			return
		}
		parts[i], fails[i] = oneSided(ctx, soups[i], newTree(c.soupOf(g.partners)), want(i), 1, true)
		alone[i] = parts[i].far > lost*da[g.of[0]].box.Size().Len()
	})
	var all side
	var list []sounding
	for i, g := range c.groups {
		if fails[i] != nil {
			return side{}, fails[i]
		}
		each := []int{g.of[0]}
		if alone[i] {
			each = g.of
		}
		for _, k := range each {
			weight := float64(len(g.of)) / float64(len(each))
			part := parts[i]
			if alone[i] {
				var err error
				if part, err = c.search(ctx, k, want(i)); err != nil {
					return side{}, err
				}
				all.far = math.Max(all.far, part.far)
			} else {
				for _, p := range part.points {
					p.group = int32(i)
					if len(g.of) > 1 {
						d := math.Sqrt(p.square)*(1+sameScale) + g.slack
						p.square = d * d
					}
					list = append(list, p)
				}
			}
			all.samples += part.samples
			for _, g := range part.angles {
				g.weight *= weight
				all.angles = append(all.angles, g)
			}
		}
	}
	all.far = math.Max(all.far, math.Sqrt(c.sharpen(list)))
	return all, ctx.Err()
}

// search measures a drawing whose partners do not fit against all that is near
// it, and where that is far off, against everything.
func (c *crossing) search(ctx context.Context, drawing, want int) (side, error) {
	d := c.a[drawing]
	s := &soup{}
	s.add(c.scenes[0].Meshes[d.mesh], d.world)
	reach := lost * d.box.Size().Len()
	workers := runtime.GOMAXPROCS(0)
	if list := near(d, c.b, reach); len(list) > 0 && len(list) <= partnersMost {
		out, err := oneSided(ctx, s, newTree(c.soupOf(list)), want, workers, false)
		if err != nil || out.far <= reach {
			return out, err
		}
	}
	return oneSided(ctx, s, c.everything(), want, workers, false)
}

// area of all triangles, square metres.
func (s *soup) area() float64 {
	sum := 0.0
	for _, v := range s.tri {
		sum += s.at[v[1]].Sub(s.at[v[0]]).Cross(s.at[v[2]].Sub(s.at[v[0]])).Len() / 2
	}
	return sum
}

// oneSided measures from samples of s, of which want are drawn by area, to the
// surface of t; keep asks for the points too.
func oneSided(ctx context.Context, s *soup, t *tree, want, workers int, keep bool) (side, error) {
	area := 0.0
	areas := make([]float64, len(s.tri))
	for i, v := range s.tri {
		areas[i] = s.at[v[1]].Sub(s.at[v[0]]).Cross(s.at[v[2]].Sub(s.at[v[0]])).Len() / 2
		area += areas[i]
	}
	// How many samples a triangle gets: its share of the area, the remainder
	// carried on to the next so that small ones are drawn in turn.
	counts := make([]int, len(s.tri))
	carry := 0.5
	for i := range counts {
		if area > 0 {
			carry += areas[i] / area * float64(want)
		}
		counts[i] = int(carry)
		carry -= float64(counts[i])
	}
	parts := make([]side, workers)
	seen := make([]bool, len(s.at)) // a vertex is measured in the first triangle that uses it
	first := make([][3]bool, len(s.tri))
	for i, v := range s.tri {
		for k, at := range v {
			first[i][k] = !seen[at]
			seen[at] = true
		}
	}
	rise, begin := rising(s)
	each(len(s.tri), workers, func(part, from, to int) {
		out := &parts[part]
		guess := int32(0)
		look := func(p geom.Vec3) hit {
			h := t.nearest(p, guess)
			guess = h.tri
			out.samples++
			out.far = math.Max(out.far, h.square)
			if keep {
				out.points = append(out.points, sounding{p: p, square: h.square})
			}
			return h
		}
		for i := from; i < to; i++ {
			if i%1024 == 0 && ctx.Err() != nil {
				return
			}
			v := s.tri[i]
			a, b, c := s.at[v[0]], s.at[v[1]], s.at[v[2]]
			for k, p := range []geom.Vec3{a, b, c} {
				if first[i][k] {
					look(p)
				}
			}
			for k, p := range []geom.Vec3{a, b, c} {
				q := []geom.Vec3{b, c, a}[k]
				if x, y := v[k], v[(k+1)%3]; x < y || !slices.Contains(rise[begin[y]:begin[y+1]], x) {
					look(p.Add(q).Mul(0.5)) // once where two triangles share the edge
				}
			}
			for k := range counts[i] {
				u, w := spread(i, k)
				p := a.Add(b.Sub(a).Mul(u)).Add(c.Sub(a).Mul(w))
				h := look(p)
				n := s.normalAt(hit{tri: int32(i), v: u, w: w})
				angle := 0.0
				if n != (geom.Vec3{}) {
					d := math.Sqrt(h.square)
					angle = t.alike(p, n, 2*d+1e-6*(1+p.Len())) // what float32 rounds lies as near
				}
				out.angles = append(out.angles, gauge{weight: areas[i] / float64(counts[i]), distance: math.Sqrt(h.square), angle: angle})
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return side{}, err
	}
	var all side
	for _, p := range parts {
		all.far = math.Max(all.far, p.far)
		all.samples += p.samples
		all.angles = append(all.angles, p.angles...)
		all.points = append(all.points, p.points...)
	}
	all.far = math.Sqrt(all.far)
	return all, nil
}

// rising lists the edges that run from a vertex to one of a higher number, by
// their first vertex.
func rising(s *soup) (to, begin []int32) {
	begin = make([]int32, len(s.at)+1)
	for _, v := range s.tri {
		for k, x := range v {
			if x < v[(k+1)%3] {
				begin[x+1]++
			}
		}
	}
	for i := range s.at {
		begin[i+1] += begin[i]
	}
	to, fill := make([]int32, begin[len(s.at)]), slices.Clone(begin)
	for _, v := range s.tri {
		for k, x := range v {
			if y := v[(k+1)%3]; x < y {
				to[fill[x]] = y
				fill[x]++
			}
		}
	}
	return to, begin
}

// spread returns the weights of the second and third corner for the k-th sample
// of a triangle: the additive recurrence of the plastic number (Roberts 2018),
// begun at a place that differs from triangle to triangle.
func spread(tri, k int) (float64, float64) {
	n := float64(k) + float64(tri%1024)
	_, u := math.Modf(0.5 + 0.7548776662466927*n)
	_, w := math.Modf(0.5 + 0.5698402909980532*n)
	if u+w > 1 {
		u, w = 1-u, 1-w
	}
	return u, w
}
