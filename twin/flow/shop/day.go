package shop

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// Result is a day.
type Result struct {
	People     []twin.Trajectory
	Entered    int
	Left       int
	TurnedAway int            // parties for whom there was no room at the door
	Items      int            // that were taken
	Impulses   int            // of them, not on a list
	Unreached  int            // wishes for which there was no way
	Waits      []float64      // s in a queue, of each who paid
	Stays      []float64      // s in the shop, of each who left
	Served     []int          // by till
	Fronts     []ground.Front // that can be reached
	ItemsAt    []int          // by front of Fronts
	Parties    []int          // of each of People: who came together has the same
	Seconds    float64        // until the last one left
}

// Errors of a ground on which nobody can shop.
var (
	ErrNoDoor  = errors.New("there is no door to the outside")
	ErrNoGoods = errors.New("there is no shelf that can be reached")
)

const (
	step       = 0.1 // s
	lookAround = 5   // steps between two looks at what is passed
	closeAfter = 2 * 3600
	payBase    = 25.0 // s to pay, whatever was bought
)

// sim is a day under way.
type sim struct {
	options Options
	world   *walk.World
	fronts  []ground.Front
	draw    []float64
	drawSum float64
	near    map[[2]int][]int
	tills   []ground.Till
	counter []*Counter
	ins     []walk.Goal
	outs    []walk.Goal

	all     []*shopper
	byID    map[walk.ID]*shopper
	partyOf map[walk.ID]int
	coming  []float64 // s, when parties will come
	group   int       // of the last party that came
	salt    uint64    // of the dice of who comes; 0 in the day itself
	ways    map[walk.ID]int
	steps   int
	result  *Result
}

// Run lives a day. progress gets the share that is done; it may be nil.
func Run(ctx context.Context, g *ground.Ground, o Options, progress func(done float64)) (*Result, error) {
	if err := o.settle(); err != nil {
		return nil, fmt.Errorf("simulate a day: %w", err)
	}
	s, err := open(ctx, g, o)
	if err != nil {
		return nil, fmt.Errorf("simulate a day: %w", err)
	}
	every := max(1, int(o.Sample/step+0.5))
	for !s.over() {
		if s.steps%600 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if progress != nil {
				progress(min(1, s.world.Time()/(o.Hours*3600)))
			}
		}
		looked := s.steps%every == 0
		s.advance()
		if looked {
			s.look()
		}
	}
	s.result.Seconds = s.world.Time()
	if progress != nil {
		progress(1)
	}
	return s.result, nil
}

// open is a day before anybody came.
func open(ctx context.Context, g *ground.Ground, o Options) (*sim, error) {
	w, err := walk.New(ctx, g.Floor, walk.Options{Step: step, Workers: o.Workers, Seed: o.Seed, Ways: o.Ways})
	if err != nil {
		return nil, err
	}
	s := &sim{options: o, world: w, byID: map[walk.ID]*shopper{}, partyOf: map[walk.ID]int{}, ways: map[walk.ID]int{}, result: &Result{}}
	if err := s.furnish(g); err != nil {
		return nil, err
	}
	s.coming = o.arrivals(rand.New(rand.NewPCG(o.Seed, 0x5307)))
	return s, nil
}

// over tells whether the last one left, lets in who comes, and closes the shop.
func (s *sim) over() bool {
	now := s.world.Time()
	for len(s.coming) > 0 && s.coming[0] <= now {
		s.coming = s.coming[1:]
		s.group++
		s.enter(rand.New(rand.NewPCG(s.options.Seed^s.salt, uint64(s.group))), s.group, now)
	}
	return len(s.all) == 0 && len(s.coming) == 0 || now > s.options.Hours*3600+closeAfter
}

// advance lives one step.
func (s *sim) advance() {
	s.world.Step()
	s.react(s.steps)
	s.steps++
}

// furnish finds what can be reached on a ground.
func (s *sim) furnish(g *ground.Ground) error {
	goals := func(doors []ground.Door) (out []walk.Goal) {
		for _, d := range doors {
			at := d.Middle.Add(d.Out.Mul(1.0))
			half := d.Along.Mul(max(0.05, d.Width/2-0.35))
			out = append(out, walk.Goal{From: at.Sub(half), To: at.Add(half), Reach: 0.35})
		}
		return out
	}
	in, out := g.Entrances()
	s.ins, s.outs = goals(in), goals(out)
	if len(s.ins) == 0 {
		return ErrNoDoor
	}
	from := s.ins[0].From.Add(s.ins[0].To).Mul(0.5)
	for _, f := range g.Fronts {
		if _, ok := s.world.Distance(from, walk.Point(f.Stand, stopReach)); ok {
			s.fronts = append(s.fronts, f)
			draw, set := s.options.Draw[string(f.Asset)]
			if !set {
				draw = 1
			}
			// A wide front has more to be wanted.
			draw *= max(0.5, f.Width)
			s.draw = append(s.draw, draw)
			s.drawSum += draw
		}
	}
	if len(s.fronts) == 0 || s.drawSum <= 0 {
		return ErrNoGoods
	}
	s.result.Fronts, s.result.ItemsAt = s.fronts, make([]int, len(s.fronts))
	s.near = map[[2]int][]int{}
	for i, f := range s.fronts {
		c := s.square(f.Stand)
		for x := c[0] - 1; x <= c[0]+1; x++ {
			for z := c[1] - 1; z <= c[1]+1; z++ {
				s.near[[2]int{x, z}] = append(s.near[[2]int{x, z}], i)
			}
		}
	}
	for _, t := range g.Tills {
		if _, ok := s.world.Distance(from, walk.Point(t.Stand, 0.4)); ok && (s.options.Tills == 0 || len(s.tills) < s.options.Tills) {
			s.tills = append(s.tills, t)
			s.counter = append(s.counter, NewCounter(1))
		}
	}
	s.result.Served = make([]int, len(s.tills))
	return nil
}

func (s *sim) square(p geom.Vec2) [2]int {
	return [2]int{int(math.Floor(p[0] / 2)), int(math.Floor(p[1] / 2))}
}

func (s *sim) nearFronts(p geom.Vec2) []int { return s.near[s.square(p)] }

// enter lets a party in at a door.
func (s *sim) enter(d *rand.Rand, group int, now float64) {
	n := 1
	if d.Float64() < s.options.Together {
		n = 2
		if d.Float64() < 0.2 {
			n = 3
		}
	}
	door := s.ins[d.IntN(len(s.ins))]
	var lead *shopper
	for range n {
		p, me := s.comer(d)
		if n > 1 {
			p.Group = group
		}
		var id walk.ID
		err := walk.ErrNoRoom
		for range 12 {
			p.At = door.From.Add(door.To.Sub(door.From).Mul(d.Float64()))
			if id, err = s.world.Enter(p); err == nil {
				break
			}
		}
		if err != nil {
			if lead == nil {
				s.result.TurnedAway++
			}
			return
		}
		me.id = id
		if lead == nil {
			lead = me
		} else {
			me.list = append([]int(nil), lead.list[:min(1, len(lead.list))]...) // who comes along looks at little
		}
		s.all = append(s.all, me)
		s.byID[id], s.partyOf[id] = me, group
		me.entered = now
		s.result.Entered++
		s.next(me)
	}
}

// react lets everybody do what is due after a step.
func (s *sim) react(k int) {
	now := s.world.Time()
	for _, id := range s.world.Arrived() {
		if p := s.byID[id]; p != nil {
			s.came(p, now)
		}
	}
	for i, p := range s.all {
		switch {
		case p.phase == stopping && now >= p.until:
			p.items++
			s.result.Items++
			s.result.ItemsAt[p.at]++
			s.next(p)
		case p.phase == looking && (k+i)%lookAround == 0:
			s.tempt(p)
		}
	}
	for t := range s.tills {
		s.serve(t, now)
	}
	if slices.ContainsFunc(s.all, func(p *shopper) bool { return p.phase < 0 }) {
		kept := s.all[:0]
		for _, p := range s.all {
			if p.phase >= 0 {
				kept = append(kept, p)
			}
		}
		s.all = kept
	}
}

func (s *sim) came(p *shopper, now float64) {
	switch p.phase {
	case looking:
		p.phase, p.until = stopping, now+stopTime(p.dice, s.options.Stop)
	case lining:
		p.phase = queueing
		p.until = now
		s.counter[p.till].Join(int(p.id))
		p.slot = -1
	case going:
		s.result.Left++
		s.result.Stays = append(s.result.Stays, now-p.entered)
		s.world.Leave(p.id)
		delete(s.byID, p.id)
		p.phase = -1
	}
}

// toTill chooses a till: the fewest before one, and the way.
func (s *sim) toTill(p *shopper) {
	if len(s.tills) == 0 || p.items == 0 {
		s.toDoor(p)
		return
	}
	at, _ := s.world.At(p.id)
	best, which := math.Inf(1), -1
	for i, t := range s.tills {
		n := s.counter[i].Count()
		for _, q := range s.all {
			if q.phase == lining && q.till == i {
				n++
			}
		}
		const personCosts = 6.0 // m of way that one goes for one person fewer before oneself
		if c := t.Stand.Sub(at).Len() + personCosts*float64(n); c < best {
			best, which = c, i
		}
	}
	p.till, p.phase = which, lining
	t := s.tills[which]
	tail := t.Stand
	if n := s.counter[which].Count(); n > 0 && len(t.Queue) > 0 {
		tail = t.Queue[min(n, len(t.Queue))-1]
	}
	if s.world.Send(p.id, walk.Point(tail, 1.2)) != nil {
		s.toDoor(p)
	}
}

// serve moves a till's queue on.
func (s *sim) serve(t int, now float64) {
	c := s.counter[t]
	done, begun := c.Advance(now, func(who int) bool {
		at, _ := s.world.At(walk.ID(who))
		return at.Sub(s.tills[t].Stand).Len() < 0.9
	}, func(who int) float64 {
		p := s.byID[walk.ID(who)]
		mean := payBase + s.options.Service*float64(p.items)
		return stopTime(p.dice, mean)
	})
	for _, who := range done {
		p := s.byID[walk.ID(who)]
		s.result.Served[t]++
		s.toDoor(p)
	}
	for _, who := range begun {
		p := s.byID[walk.ID(who)]
		p.phase = paying
		s.result.Waits = append(s.result.Waits, now-p.until)
		s.world.Stop(p.id)
	}
	// Who stands nearer goes first: in a narrow place nobody gets past.
	line := c.Waiting()
	for i := range line[:max(0, len(line)-1)] {
		a, _ := s.world.At(walk.ID(line[i]))
		b, _ := s.world.At(walk.ID(line[i+1]))
		if stand := s.tills[t].Stand; b.Sub(stand).Len() < a.Sub(stand).Len()-0.4 {
			c.Swap(i)
		}
	}
	_, busy := c.Serving()
	for i, who := range c.Waiting() {
		p := s.byID[walk.ID(who)]
		slot := i
		if busy {
			slot++
		}
		if p.slot == slot {
			continue
		}
		p.slot = slot
		at := s.tills[t].Stand
		if q := s.tills[t].Queue; slot > 0 && len(q) > 0 {
			at = q[min(slot, len(q))-1]
		}
		_ = s.world.Send(p.id, walk.Point(at, 0.25)) // who cannot come nearer waits where they are
	}
}

func (s *sim) toDoor(p *shopper) {
	p.phase = going
	if s.world.Seek(p.id, s.outs) != nil && s.world.Seek(p.id, s.ins) != nil {
		// Nobody is shut in: they are let out where they stand, and it is told.
		s.result.Unreached++
		p.until = s.world.Time()
		s.came(p, p.until)
	}
}
