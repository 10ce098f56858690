package plan

import "math"

// slack is how much farther than its thickness the end of a wall may be from
// the wall that it meets.
const slack = 0.13

// meet intersects the centre lines of two strips: u along s, v along o, metres
// from their first ends.
func meet(s, o strip) (u, v float64, p vec, ok bool) {
	d, e := s.dir(), o.dir()
	c := cross(d, e)
	if math.Abs(c) < 0.17 {
		return 0, 0, vec{}, false
	}
	w := o.a.Sub(s.a)
	u, v = cross(w, e)/c, cross(w, d)/c
	return u, v, s.a.Add(d.Mul(u)), true
}

// reach is how far the centre line of s may end from that of o when the two
// touch: half of o across, and half of s where o is cut slantwise.
func reachOf(s, o strip) float64 {
	c := math.Abs(cross(s.dir(), o.dir()))
	cot := math.Sqrt(max(0, 1-c*c)) / c
	return o.t/2/c + s.t/2*cot + slack
}

// join moves the ends of strips onto the centre lines of the strips that they
// meet.
func join(strips []strip) {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	type move struct {
		to vec
		ok bool
	}
	moves := make([][2]move, len(strips))
	for i, s := range strips {
		length := s.len()
		for end, p := range [2]vec{s.a, s.b} {
			best := math.Inf(1)
			for _, j := range ix.near(p, p, 1) {
				if j == i {
					continue
				}
				o := strips[j]
				u, v, at, ok := meet(s, o)
				if !ok {
					// The next piece of a round wall hardly turns: their ends meet.
					for _, q := range [2]vec{o.a, o.b} {
						if q.Sub(p).Len() < snap && s.t < 1.2*o.t && o.t < 1.2*s.t {
							best, moves[i][end] = 0, move{p.Add(q).Mul(0.5), true}
						}
					}
					continue
				}
				far := u - length
				if end == 0 {
					far = -u
				}
				r, q := reachOf(s, o), reachOf(o, s)
				if far > r || far < -min(r, 0.45*length) || v < -q || v > o.len()+q {
					continue
				}
				// A wall that ends here is met before one that runs through and on.
				if cost := math.Abs(far); cost < best {
					best, moves[i][end] = cost, move{at, true}
				}
			}
		}
	}
	for i := range strips {
		if moves[i][0].ok {
			strips[i].a, strips[i].joined[0] = moves[i][0].to, true
		}
		if moves[i][1].ok {
			strips[i].b, strips[i].joined[1] = moves[i][1].to, true
		}
	}
}

// nearEnough is how far, beyond half of its thickness, a wall may be from a free
// end that is tied to it.
const nearEnough = 0.24

// tie leads ends that still meet nothing over to the wall that they stop beside
// or before, where the two do not cross: as where a thick wall continues a thin
// one along its face.
func tie(strips []strip) []strip {
	var ix grid
	for i, s := range strips {
		ix.line(i, s.a, s.b)
	}
	var stubs []strip
	for i := range strips {
		for end := range 2 {
			if strips[i].joined[end] || strips[i].len() < 0.3 {
				continue
			}
			p := strips[i].a
			if end == 1 {
				p = strips[i].b
			}
			best, to, found := math.Inf(1), vec{}, -1
			for _, j := range ix.near(p, p, nearEnough+thickest/2) {
				o := strips[j]
				if j == i || o.len() < 1e-6 {
					continue
				}
				d := o.dir()
				at := o.a.Add(d.Mul(max(0, min(o.len(), p.Sub(o.a).Dot(d)))))
				if far := at.Sub(p).Len(); far < best && far <= o.t/2+nearEnough {
					best, to, found = far, at, j
				}
			}
			if found < 0 {
				continue
			}
			strips[i].joined[end] = true
			o := &strips[found]
			if to.Sub(o.a).Len() < snap {
				o.joined[0] = true
			} else if to.Sub(o.b).Len() < snap {
				o.joined[1] = true
			}
			if best > snap/2 {
				stubs = append(stubs, strip{a: p, b: to, t: min(strips[i].t, o.t), sure: 0.5, why: "leads the end of a wall over to the next", joined: [2]bool{true, true}})
			}
		}
	}
	return append(strips, stubs...)
}
