package dxf

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// reader walks the tags of a hatch in order, since its groups mean different
// things at different places.
type reader struct {
	tags []tag
	at   int
	err  error
}

// want returns the next tag with the code. Tags that only some writers put in
// between are passed over.
func (r *reader) want(code int32) tag {
	for k := r.at; k < len(r.tags) && k < r.at+4; k++ {
		if r.tags[k].code == code {
			r.at = k + 1
			return r.tags[k]
		}
	}
	if r.err == nil {
		place := int32(0)
		if len(r.tags) > 0 {
			place = r.tags[min(r.at, len(r.tags)-1)].place
		}
		r.err = fmt.Errorf("group %d is missing at line %d: the boundary ends there", code, place)
	}
	return tag{}
}

func (r *reader) peek(code int32) bool { return r.at < len(r.tags) && r.tags[r.at].code == code }

func (r *reader) float(code int32) float64 {
	v, _ := r.want(code).float()
	return v
}

// count is a number of things, each of which takes at least one tag.
func (r *reader) count(code int32) int {
	n := r.want(code).int()
	if n < 0 || n > len(r.tags)-r.at {
		if r.err == nil {
			r.err = fmt.Errorf("%d in group %d are more than the hatch has groups", n, code)
		}
		return 0
	}
	return n
}

func (r *reader) point(code int32, z float64) geom.Vec3 {
	return geom.Vec3{r.float(code), r.float(code + 10), z}
}

// hatch reads the boundary of a HATCH: polylines, or chains of lines, arcs,
// ellipses and splines. What was read before an error is returned with it.
func hatch(rec record, tol float64) (Shape, error) {
	s := Shape{Kind: Area}
	r := &reader{tags: rec.tags}
	z := pointsAt(record{tags: rec.tags[:min(len(rec.tags), 20)]}, 10)[0][2]
	for r.at < len(r.tags) && r.tags[r.at].code != 91 {
		r.at++
	}
	for range r.count(91) {
		flags := r.want(92).int()
		var p Path
		if flags&2 != 0 {
			curved := r.want(72).int() != 0
			closed := r.want(73).int() != 0
			corners := make([]corner, 0, 8)
			for range r.count(93) {
				c := corner{p: r.point(10, z)}
				if curved && r.peek(42) {
					c.bulge = r.float(42)
				}
				corners = append(corners, c)
				if r.err != nil {
					break
				}
			}
			var arcs []Arc
			p, arcs = chain(corners, true, tol)
			p.Closed = closed || len(p.Points) > 2
			s.Arcs = append(s.Arcs, arcs...)
		} else {
			for range r.count(93) {
				p.Points = join(p.Points, r.edge(z, tol))
				if r.err != nil {
					break
				}
			}
			p.Closed = true
			if n := len(p.Points); n > 1 && near(p.Points[0], p.Points[n-1]) {
				p.Points = p.Points[:n-1]
			}
		}
		if len(p.Points) >= 3 && flags&0x10 == 0 { // without the box of a text
			s.Paths = append(s.Paths, p)
		}
		if r.err != nil {
			return s, r.err
		}
		if r.peek(97) {
			for range r.count(97) {
				r.want(330)
			}
		}
	}
	return s, nil
}

func near(a, b geom.Vec3) bool { return a.Sub(b).Len() <= 1e-6*(1+a.Len()) }

// join appends a piece, turned round when only its end meets the chain.
func join(chain, piece []geom.Vec3) []geom.Vec3 {
	if len(chain) == 0 || len(piece) == 0 {
		return append(chain, piece...)
	}
	last := chain[len(chain)-1]
	if !near(last, piece[0]) && near(last, piece[len(piece)-1]) {
		for i, k := 0, len(piece)-1; i < k; i, k = i+1, k-1 {
			piece[i], piece[k] = piece[k], piece[i]
		}
	}
	if near(last, piece[0]) {
		piece = piece[1:]
	}
	return append(chain, piece...)
}

// edge reads one piece of a boundary.
func (r *reader) edge(z, tol float64) []geom.Vec3 {
	switch kind := r.want(72).int(); kind {
	case 1:
		return []geom.Vec3{r.point(10, z), r.point(11, z)}
	case 2:
		c, radius := r.point(10, z), r.float(40)
		from, to, ccw := r.float(50)*math.Pi/180, r.float(51)*math.Pi/180, r.want(73).int() != 0
		from, to = turned(from, to, ccw)
		return arc(nil, c, radius, from, to, tol)
	case 3:
		c, major := r.point(10, z), r.point(11, 0)
		ratio := r.float(40)
		from, to, ccw := r.float(50)*math.Pi/180, r.float(51)*math.Pi/180, r.want(73).int() != 0
		from, to = turned(from, to, ccw)
		return ellipse(nil, c, major, geom.Vec3{-major[1] * ratio, major[0] * ratio, 0}, from, to, tol)
	case 4:
		n := nurbs{degree: r.want(94).int()}
		rational := r.want(73).int() != 0
		r.want(74)
		knots, control := r.count(95), r.count(96)
		for range knots {
			n.knots = append(n.knots, r.float(40))
		}
		for range control {
			n.control = append(n.control, r.point(10, z))
			if rational && r.peek(42) {
				n.weights = append(n.weights, r.float(42))
			}
		}
		if r.peek(97) && !(r.at+1 < len(r.tags) && r.tags[r.at+1].code == 330) {
			for range r.count(97) {
				if r.peek(11) {
					n.fit = append(n.fit, r.point(11, z))
				}
			}
			for r.peek(12) || r.peek(22) || r.peek(13) || r.peek(23) {
				r.at++
			}
		}
		if r.err != nil {
			return nil
		}
		return cloned(n.points(tol))
	default:
		if r.err == nil {
			r.err = fmt.Errorf("boundary piece of kind %d", kind)
		}
		return nil
	}
}

// turned gives the angles of an arc as it is walked; those of a clockwise one
// are stored mirrored.
func turned(from, to float64, ccw bool) (float64, float64) {
	from = math.Mod(from, 2*math.Pi)
	sweep := math.Mod(to-from, 2*math.Pi)
	if sweep <= 1e-9 {
		sweep += 2 * math.Pi
	}
	if ccw {
		return from, from + sweep
	}
	return -from, -from - sweep
}
