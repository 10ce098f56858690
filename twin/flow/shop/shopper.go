package shop

import (
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// phase is what somebody is about.
type phase int

const (
	looking  phase = iota // on the way to a shelf
	stopping              // before it
	lining                // on the way to a till
	queueing
	paying
	going // on the way out
)

// shopper is somebody in the shop.
type shopper struct {
	id      walk.ID
	dice    *rand.Rand
	phase   phase
	list    []int   // fronts that they want to, in no order
	at      int     // front that they are going to or standing before
	until   float64 // of a stop
	items   int
	passed  map[int]bool // fronts that have had their chance to tempt
	till    int
	slot    int // in the queue that they were sent to; -1: none
	entered float64
}

const (
	farness    = 3.5 // m that make the next shelf half as likely
	cartRadius = 0.30
	stopReach  = 0.5
	tempting   = 1.6 // m from a front within which it tempts
)

// comer draws somebody who comes in.
func (s *sim) comer(d *rand.Rand) (walk.Person, *shopper) {
	age := 18 + 47*d.Float64()
	if d.Float64() < s.options.Elderly {
		age = 66 + 20*d.Float64()
	}
	// Who shops strolls: usually at four fifths of the free speed of the street.
	p := walk.Person{Speed: max(0.5*s.options.Pace, s.options.Pace*walk.SpeedAtAge(age, d.NormFloat64()))}
	if d.Float64() < s.options.Carts {
		p.Radius = cartRadius
		p.Speed = min(p.Speed, 1.1)
	}
	n := 1 + int(d.ExpFloat64()*max(0, s.options.Items-1)+0.5)
	me := &shopper{dice: d, at: -1, till: -1, slot: -1, passed: map[int]bool{}}
	for range min(n, 60) {
		me.list = append(me.list, s.wanted(d))
	}
	return p, me
}

// wanted draws a front by how much each draws.
func (s *sim) wanted(d *rand.Rand) int {
	x := d.Float64() * s.drawSum
	for i, w := range s.draw {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(s.draw) - 1
}

// next chooses what of the list to go to: the farther, the less likely.
func (s *sim) next(p *shopper) {
	for len(p.list) > 0 {
		at, _ := s.world.At(p.id)
		weights, sum := make([]float64, len(p.list)), 0.0
		for i, f := range p.list {
			d := s.fronts[f].Stand.Sub(at).Len()
			weights[i] = math.Exp2(-d / farness)
			sum += weights[i]
		}
		x, pick := p.dice.Float64()*sum, 0
		for i, w := range weights {
			if x -= w; x < 0 {
				pick = i
				break
			}
		}
		p.at = p.list[pick]
		p.list = append(p.list[:pick], p.list[pick+1:]...)
		if s.toFront(p) {
			p.phase = looking
			return
		}
		s.result.Unreached++ // it is not bought
	}
	s.toTill(p)
}

// toFront sends somebody to a place along the front that they are about.
func (s *sim) toFront(p *shopper) bool {
	f := s.fronts[p.at]
	along := geom.Vec2{-f.Front[1], f.Front[0]}
	off := (p.dice.Float64() - 0.5) * max(0, f.Width-0.6)
	for _, share := range [3]float64{1, 0.3, 0} {
		if s.world.Send(p.id, walk.Point(f.Stand.Add(along.Mul(off*share)), stopReach)) == nil {
			return true
		}
	}
	return false
}

// stopTime draws how long somebody stands before a shelf: a log-normal with the
// given mean and a spread as wide as it.
func stopTime(d *rand.Rand, mean float64) float64 {
	const sigma = 0.83 // of the logarithm: the spread is as large as the mean
	return mean * math.Exp(sigma*d.NormFloat64()-sigma*sigma/2)
}

// tempt lets somebody on the way see what they pass.
func (s *sim) tempt(p *shopper) bool {
	if s.options.Impulse == 0 || p.phase != looking {
		return false
	}
	at, _ := s.world.At(p.id)
	for _, i := range s.nearFronts(at) {
		if p.passed[i] || i == p.at || s.fronts[i].Stand.Sub(at).Len() > tempting {
			continue
		}
		p.passed[i] = true
		if p.dice.Float64() < s.options.Impulse*s.draw[i] {
			p.list = append(p.list, p.at)
			p.at = i
			if !s.toFront(p) {
				p.at = p.list[len(p.list)-1]
				p.list = p.list[:len(p.list)-1]
				return s.toFront(p)
			}
			s.result.Impulses++
			return true
		}
	}
	return false
}
