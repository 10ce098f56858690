package walk

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

// Figures of the choice between goals.
const (
	chooseEvery   = 2.0 // s of time between two looks at the other goals
	flowPerMetre  = 1.3 // persons per second and metre of width that a door lets through
	narrowest     = 0.6 // m that a goal counts as wide at least
	changeGain    = 0.2 // share of the time to go that must be won, to change one's mind
	changeGainSec = 2.0 // s, likewise
	lagFrom       = 1.0 // m by which one may be ahead of one's group
	lagStop       = 3.0 // m ahead at which one is slowest
	lagLeast      = 0.3 // share of one's speed then: who stood still could block those they wait for
)

// Seek lets somebody walk to whichever of the goals they expect to be through
// soonest: by the way to it and by those who want to the same goal and are
// nearer to it. They look again every two seconds. ErrNoWay: none can be
// reached.
func (w *World) Seek(id ID, goals []Goal) error {
	if len(goals) == 0 {
		return fmt.Errorf("person %d seeks nothing: %w", id, ErrNoWay)
	}
	best, at := math.Inf(1), -1
	from, _ := w.At(id)
	for k, g := range goals {
		if l, ok := w.Distance(from, g); ok && l < best {
			best, at = l, k
		}
	}
	if at < 0 {
		return fmt.Errorf("none of %d goals: %w", len(goals), ErrNoWay)
	}
	if err := w.Send(id, goals[at]); err != nil {
		return err
	}
	w.people[id].goals = goals
	return nil
}

// choose lets those whose turn it is look at their other goals again. Who
// looked first in a step is counted as those after saw them before it.
func (w *World) choose() {
	every := uint64(max(1, chooseEvery/w.options.Step))
	var crowds map[Goal][]int32
	type change struct {
		p    *person
		goal Goal
	}
	var changes []change
	for _, id := range w.present {
		p := &w.people[id]
		if !p.walking || p.goals == nil || (uint64(w.steps)+p.hash)%every != 0 {
			continue
		}
		if crowds == nil {
			crowds = map[Goal][]int32{}
			for _, other := range w.present {
				if q := &w.people[other]; q.walking && q.goals != nil {
					crowds[q.goal] = append(crowds[q.goal], other)
				}
			}
		}
		now := w.expected(p, p.goal, crowds[p.goal])
		best, goal := now, p.goal
		for _, g := range p.goals {
			if g == p.goal {
				continue
			}
			if s := w.expected(p, g, crowds[g]); s < best {
				best, goal = s, g
			}
		}
		if now-best > changeGain*now && now-best > changeGainSec {
			changes = append(changes, change{p, goal})
		}
	}
	for _, c := range changes {
		before := c.p.goal
		if c.p.goal = c.goal; !w.route(c.p) {
			c.p.goal = before
		}
	}
}

// expected is the time to be through a goal, seconds.
func (w *World) expected(p *person, g Goal, crowd []int32) float64 {
	at := geom.Vec2{p.x, p.z}
	l, ok := w.Distance(at, g)
	if !ok {
		return math.Inf(1)
	}
	piece := [2]geom.Vec2{g.From, g.To}
	mine := plan.Nearest(piece, at).Sub(at)
	before := 0
	for _, id := range crowd {
		q := &w.people[id]
		there := geom.Vec2{q.x, q.z}
		if d := plan.Nearest(piece, there).Sub(there); q != p && d.Dot(d) < mine.Dot(mine) {
			before++
		}
	}
	wide := max(narrowest, g.To.Sub(g.From).Len())
	return max(l/p.speed, float64(before)/(flowPerMetre*wide))
}

// alike tells whether two goals are one place to a group.
func alike(a, b *Goal) bool {
	const near = 3.0 // m
	return square(a.From.Sub(b.From)) < near*near && square(a.To.Sub(b.To)) < near*near
}

// together is the share of one's speed that one's group allows: who is ahead of
// the last of those who go to the same place slows down.
func (w *World) together(p *person, wx, wz float64) float64 {
	if p.group == 0 {
		return 1
	}
	lag := 0.0
	for _, id := range w.groups[p.group] {
		q := &w.people[id]
		if q.here && q.walking && q != p && alike(&p.goal, &q.goal) {
			if ahead := wx*(p.x-q.x) + wz*(p.z-q.z); ahead > 0 {
				lag = max(lag, math.Hypot(p.x-q.x, p.z-q.z))
			}
		}
	}
	return min(1, max(lagLeast, (lagStop-lag)/(lagStop-lagFrom)))
}
