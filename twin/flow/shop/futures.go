package shop

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// Futures are what may come of moments of a day: each is lived on many times from
// where everybody stands, with their lists, their queues and the arrivals of the hour
// as they are, and with new dice. What all of them know, and no more, is what can
// be known: how often something comes in them is the best chance that anybody can
// tell of it.
type Futures struct {
	At   float64             // s, the moment
	Ways [][]twin.Trajectory // of each future, where everybody is from then on
}

// Live lives a day until what came of the last of the moments, which rise, is known,
// and many futures of each moment, of so many seconds.
func Live(ctx context.Context, g *ground.Ground, o Options, moments []float64, many int, seconds float64, each func(Futures)) (*Result, error) {
	if err := o.settle(); err != nil {
		return nil, fmt.Errorf("live futures: %w", err)
	}
	s, err := open(ctx, g, o)
	if err != nil {
		return nil, fmt.Errorf("live futures: %w", err)
	}
	until := 0.0
	looks := max(1, int(o.Sample/step+0.5))
	for !s.over() && (len(moments) > 0 || s.world.Time() < until) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(moments) > 0 && s.world.Time() >= moments[0] {
			moments = moments[1:]
			f := Futures{At: s.world.Time()}
			for n := range many {
				f.Ways = append(f.Ways, s.future(uint64(len(moments))<<32|uint64(n)+1).live(seconds, looks))
			}
			each(f)
			until = f.At + seconds
		}
		looked := s.steps%looks == 0
		s.advance()
		if looked {
			s.look()
		}
	}
	s.result.Seconds = s.world.Time()
	return s.result, nil
}

// future is the same moment with new dice.
func (s *sim) future(seed uint64) *sim {
	d := rand.New(rand.NewPCG(s.options.Seed^0xf07e, seed))
	out := *s
	out.world = s.world.Clone()
	out.result = &Result{ItemsAt: make([]int, len(s.fronts)), Served: make([]int, len(s.tills))}
	out.ways = map[walk.ID]int{}
	out.partyOf = maps.Clone(s.partyOf)
	out.byID = map[walk.ID]*shopper{}
	out.all = make([]*shopper, len(s.all))
	for i, p := range s.all {
		q := *p
		q.list, q.passed = slices.Clone(p.list), maps.Clone(p.passed)
		q.dice = rand.New(rand.NewPCG(d.Uint64(), d.Uint64()))
		out.all[i], out.byID[q.id] = &q, &q
	}
	out.counter = make([]*Counter, len(s.counter))
	for i, c := range s.counter {
		out.counter[i] = &Counter{slices.Clone(c.servers), slices.Clone(c.line)}
	}
	out.salt = d.Uint64()
	out.coming = nil
	for _, t := range s.options.arrivals(d) {
		if t > s.world.Time() {
			out.coming = append(out.coming, t)
		}
	}
	return &out
}

// live goes on for so many seconds.
func (s *sim) live(seconds float64, looks int) []twin.Trajectory {
	for end := s.world.Time() + seconds; s.world.Time() < end && !s.over(); {
		looked := s.steps%looks == 0
		s.advance()
		if looked {
			s.look()
		}
	}
	return s.result.People
}

// look adds where everybody is to the ways.
func (s *sim) look() {
	for _, id := range s.world.Present() {
		i, known := s.ways[walk.ID(id)]
		if !known {
			i = len(s.result.People)
			s.ways[walk.ID(id)] = i
			s.result.People = append(s.result.People, twin.Trajectory{Person: fmt.Sprint(id)})
			s.result.Parties = append(s.result.Parties, s.partyOf[walk.ID(id)])
		}
		at, _ := s.world.At(walk.ID(id))
		s.result.People[i].Fixes = append(s.result.People[i].Fixes, twin.Fix{T: s.world.Time(), X: at[0], Z: at[1]})
	}
}
