// Package order puts the moves of fixtures into an order in which they can be
// made: a place is free before something goes there, and what stands in a circle
// of such waits is set aside first. It must never know a file or a picture. Start
// reading at Of.
package order

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Line is one thing to do.
type Line struct {
	Number   int
	Asset    twin.Asset // as it stands now
	From, To twin.Pose
	Aside    bool         // it waits beside, for its place is taken
	Back     bool         // it comes from where it was set aside
	Metres   float64      // straight, of this line
	Turn     float64      // rad
	Waits    []int        // lines that must be done before
	Path     geom.Vec2    // from From to To, in plan
	Goods    twin.AssetID // what lies on Asset and on this one is exchanged, and nothing moves; "": it does
}

// Order is all that is to be done.
type Order struct {
	Lines  []Line
	Metres float64 // of all
	Things int     // that move
}

// Of lists what takes a site to another layout of its own. Things that only one of
// them has are not of it. Beside is where what must wait is set, in plan.
func Of(before, after *twin.Site, beside geom.Vec2) Order {
	type job struct {
		a        twin.Asset
		to       twin.Pose
		now, aim []geom.Vec2
	}
	var jobs []job
	for _, b := range after.Assets {
		a, ok := before.Asset(b.ID)
		if !ok || same(a.Pose, b.Pose) {
			continue
		}
		jobs = append(jobs, job{a, b.Pose, ground.Footprint(a), ground.Footprint(b)})
	}
	o := Order{Things: len(jobs)}
	at := map[twin.AssetID]int{} // the line that last moved a thing
	left := make([]bool, len(jobs))
	placed := make([]bool, len(jobs))
	parked := make([]bool, len(jobs))
	add := func(i int, from, to twin.Pose, aside, back bool) {
		j := jobs[i]
		l := Line{Number: len(o.Lines) + 1, Asset: j.a, From: from, To: to, Aside: aside, Back: back}
		l.Path = geom.Vec2{to.Position[0] - from.Position[0], to.Position[2] - from.Position[2]}
		l.Metres, l.Turn = l.Path.Len(), math.Remainder(to.Yaw-from.Yaw, 2*math.Pi)
		for k, other := range jobs {
			if k != i && !aside && overlap(j.aim, other.now) && at[other.a.ID] > 0 {
				l.Waits = append(l.Waits, at[other.a.ID])
			}
		}
		slices.Sort(l.Waits)
		at[j.a.ID] = l.Number
		o.Lines, o.Metres = append(o.Lines, l), o.Metres+l.Metres
	}
	for done := 0; done < len(jobs); {
		moved := false
		for i, j := range jobs {
			if placed[i] {
				continue
			}
			free := true
			for k, other := range jobs {
				if k != i && !left[k] && overlap(j.aim, other.now) {
					free = false
				}
			}
			if !free {
				continue
			}
			from := j.a.Pose
			if parked[i] {
				from = pose(beside, j.a)
			}
			add(i, from, j.to, false, parked[i])
			placed[i], left[i], moved = true, true, true
			done++
		}
		if moved {
			continue
		}
		for i, j := range jobs { // all wait for each other: the first is set aside
			if !placed[i] && !parked[i] {
				add(i, j.a.Pose, pose(beside, j.a), true, false)
				parked[i], left[i] = true, true
				break
			}
		}
	}
	held := whatif.Exchanged(before, after)
	for _, a := range before.Assets {
		other, ok := held[a.ID]
		if !ok || held[other] != a.ID || other < a.ID {
			continue // a pair is one line
		}
		b, _ := after.Asset(a.ID)
		o.Lines = append(o.Lines, Line{Number: len(o.Lines) + 1, Asset: a, From: b.Pose, To: b.Pose, Goods: other})
	}
	return o
}

func pose(at geom.Vec2, a twin.Asset) twin.Pose {
	p := a.Pose
	p.Position[0], p.Position[2] = at[0], at[1]
	return p
}

func same(a, b twin.Pose) bool {
	return a.Position.Sub(b.Position).Len() < 1e-6 && math.Abs(math.Remainder(a.Yaw-b.Yaw, 2*math.Pi)) < 1e-6
}

// overlap tells whether two rectangles share more than an edge.
func overlap(a, b []geom.Vec2) bool {
	const skin = 0.01 // m
	for _, loop := range [2][]geom.Vec2{a, b} {
		for i := range loop {
			e := loop[(i+1)%len(loop)].Sub(loop[i])
			if e.Len() < 1e-9 {
				continue
			}
			n := geom.Vec2{-e[1], e[0]}.Mul(1 / e.Len())
			alo, ahi := span(a, n)
			blo, bhi := span(b, n)
			if ahi <= blo+skin || bhi <= alo+skin {
				return false
			}
		}
	}
	return true
}

func span(loop []geom.Vec2, n geom.Vec2) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range loop {
		lo, hi = min(lo, p.Dot(n)), max(hi, p.Dot(n))
	}
	return lo, hi
}

// String says a line.
func (l Line) String() string {
	what := l.Asset.Name
	if what == "" {
		what = string(l.Asset.ID)
	}
	text := fmt.Sprintf("%d. %s", l.Number, what)
	switch {
	case l.Aside:
		text += " is set aside"
	case l.Metres > 0.005:
		text += fmt.Sprintf(" goes %.2f m to (%.2f, %.2f)", l.Metres, l.To.Position[0], l.To.Position[2])
	}
	if t := l.Turn * 180 / math.Pi; math.Abs(t) > 0.5 {
		text += fmt.Sprintf(", turned by %.0f°", t)
	}
	return text
}
