package cause

import (
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Kind is what sort of cause a player is.
type Kind string

const (
	Fixture    Kind = "fixture"    // it stands in the way
	Attraction Kind = "attraction" // it draws more than is usual
	Flow       Kind = "flow"       // how people are, or come
)

// Player is a possible cause.
type Player struct {
	ID     string // of the asset that stands for it, or "flow/carts"
	Kind   Kind
	Assets []twin.AssetID
	At     geom.Vec2 // on the floor
	Note   string    // what is taken back, and to what
	Back   geom.Vec2 // of a row: where to it is set back, metres

	draw   float64 // factor that takes an attraction back
	change func(*shop.Options)
}

// takeBack makes the site and the scenario as they would be without some players.
func takeBack(site *twin.Site, players []Player, gone func(i int) bool, build func(*twin.Site) (*whatif.Scenario, error)) (*whatif.Scenario, error) {
	s := *site
	s.Assets = slices.Clone(site.Assets)
	draw := map[string]float64{}
	var changes []func(*shop.Options)
	for i, p := range players {
		if !gone(i) {
			continue
		}
		switch {
		case p.change != nil:
			changes = append(changes, p.change)
		case p.Kind == Attraction:
			for _, id := range p.Assets {
				draw[string(id)] = p.draw
			}
		case p.Back != geom.Vec2{}:
			for k := range s.Assets {
				if slices.Contains(p.Assets, s.Assets[k].ID) {
					s.Assets[k].Pose.Position[0] += p.Back[0]
					s.Assets[k].Pose.Position[2] += p.Back[1]
				}
			}
		default:
			s.Assets = slices.DeleteFunc(s.Assets, func(a twin.Asset) bool { return slices.Contains(p.Assets, a.ID) })
		}
	}
	x, err := build(&s)
	if err != nil {
		return nil, err
	}
	x.Draw = draw
	x.Change = func(o *shop.Options) {
		for _, c := range changes {
			c(o)
		}
	}
	return x, nil
}

// playersOf are the possible causes of a crowd in a zone, the likeliest sort first.
func playersOf(site *twin.Site, g *ground.Ground, zone measure.Zone, role func(string) ground.Role, o shop.Options) []Player {
	var rooms []plan.Floor
	for _, r := range g.Rooms {
		rooms = append(rooms, plan.Floor{Outlines: [][]geom.Vec2{r.Outline}})
	}
	rows := rowsOf(site, g.FloorY, role, rooms)
	norm := usual(rows)
	var out, walled, cramped []Player
	for _, r := range rows {
		var ids []twin.AssetID
		for _, a := range r.members {
			ids = append(ids, a.ID)
		}
		at := middleOf(r.members)
		if r.loose {
			if near(zone.Outline, at) < 0.3 {
				out = append(out, Player{ID: string(ids[0]), Kind: Fixture, Assets: ids, At: at, Note: "it stands in the way"})
			}
			continue
		}
		for k := range 2 {
			if r.sides[k].clear >= aisleMost || near(zone.Outline, r.sides[k].mid) > 0.3 {
				continue
			}
			by, spare := r.setBack(k, norm)
			if by == (geom.Vec2{}) {
				continue
			}
			p := Player{ID: string(ids[0]), Kind: Fixture, Assets: ids, At: at, Back: by,
				Note: fmt.Sprintf("it leaves %.2f m where %.2f m are usual", r.sides[k].clear, norm)}
			switch {
			case !spare:
				cramped = append(cramped, p)
			case r.sides[1-k].wall:
				walled = append(walled, p)
			default:
				out = append(out, p)
			}
		}
	}
	// Of two rows that face each other either could be set back, and it would be
	// as good. The one out of its place has left more than is usual behind it, between it
	// and the next row; what is usual before a wall nobody knows.
	for _, next := range [][]Player{walled, cramped} {
		if !slices.ContainsFunc(out, func(p Player) bool { return p.Back != geom.Vec2{} }) {
			out = append(out, next...)
		}
	}
	out = append(out, attractions(g, zone, o)...)
	return append(out, habits(g, zone, o)...)
}

// presentOf are the players of a zone in which nothing is other than usual: what
// draws people there at all, and what they do there, each taken away.
func presentOf(g *ground.Ground, zone measure.Zone, o shop.Options) []Player {
	var out []Player
	for _, f := range g.Fronts {
		if near(zone.Outline, f.Stand) > 0.3 || slices.ContainsFunc(out, func(p Player) bool { return p.ID == string(f.Asset) }) {
			continue
		}
		out = append(out, Player{ID: string(f.Asset), Kind: Attraction, Assets: []twin.AssetID{f.Asset}, At: f.At, Note: "people come for it"})
	}
	slices.SortStableFunc(out, func(a, b Player) int { return -compare(drawOf(o, a.Assets[0]), drawOf(o, b.Assets[0])) })
	out = out[:min(len(out), 10)]
	at := middle(zone.Outline)
	if o.Impulse >= 0 {
		out = append(out, Player{ID: "flow/impulse", Kind: Flow, At: at, Note: "people stop for what they pass", change: func(o *shop.Options) { o.Impulse = -1 }})
	}
	if o.Carts >= 0 {
		out = append(out, Player{ID: "flow/carts", Kind: Flow, At: at, Note: "people push carts", change: func(o *shop.Options) { o.Carts = -1 }})
	}
	for _, t := range g.Tills {
		if near(zone.Outline, t.Stand) < 2 {
			out = append(out, Player{ID: "flow/queues", Kind: Flow, At: t.Stand, Note: "each thing takes time at the till", change: func(o *shop.Options) { o.Service = -1 }})
			break
		}
	}
	return out
}

func drawOf(o shop.Options, id twin.AssetID) float64 {
	if d, ok := o.Draw[string(id)]; ok {
		return d
	}
	return 1
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// attractions are the fronts at a zone that draw more than is usual.
func attractions(g *ground.Ground, zone measure.Zone, o shop.Options) []Player {
	draw := func(id twin.AssetID) float64 { return drawOf(o, id) }
	var all []float64
	for _, f := range g.Fronts {
		all = append(all, draw(f.Asset))
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	norm := all[len(all)/2]
	var out []Player
	for _, f := range g.Fronts {
		d := draw(f.Asset)
		if near(zone.Outline, f.Stand) > 0.3 || !(d > 1.2*norm) || slices.ContainsFunc(out, func(p Player) bool { return p.ID == string(f.Asset) }) {
			continue
		}
		out = append(out, Player{ID: string(f.Asset), Kind: Attraction, Assets: []twin.AssetID{f.Asset}, At: f.At, draw: norm / d,
			Note: fmt.Sprintf("it draws %.1f times what is usual", d/max(1e-9, norm))})
	}
	return out
}

// habits are what people bring with them, where that is other than usual.
func habits(g *ground.Ground, zone measure.Zone, o shop.Options) []Player {
	door := middle(zone.Outline)
	for _, d := range g.Doors {
		if d.Outside {
			door = d.Middle
			break
		}
	}
	var out []Player
	more := func(id, note string, has, usual float64, back func(*shop.Options)) {
		if has > 1.2*usual {
			out = append(out, Player{ID: "flow/" + id, Kind: Flow, At: door, Note: fmt.Sprintf(note, has/usual), change: back})
		}
	}
	more("carts", "%.1f times as many push carts as is usual", o.Carts, usualCarts, func(o *shop.Options) { o.Carts = usualCarts })
	more("impulse", "people stop %.1f times as often for what they pass as is usual", o.Impulse, usualImpulse, func(o *shop.Options) { o.Impulse = usualImpulse })
	more("parties", "%.1f times as many come together as is usual", o.Together, usualTogether, func(o *shop.Options) { o.Together = usualTogether })
	if n := len(g.Tills); o.Tills > 0 && o.Tills < n {
		out = append(out, Player{ID: "flow/queues", Kind: Flow, At: g.Tills[0].Stand, Note: fmt.Sprintf("%d of %d tills are open", o.Tills, n), change: func(o *shop.Options) { o.Tills = 0 }})
	}
	return out
}

// Habits that package shop takes for usual.
const (
	usualCarts    = 0.35
	usualImpulse  = 0.04
	usualTogether = 0.25
)

func middleOf(list []twin.Asset) geom.Vec2 {
	m := geom.Vec2{}
	for _, a := range list {
		m = m.Add(geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}.Mul(1 / float64(len(list))))
	}
	return m
}

// near is how far a place is from an area; 0 within.
func near(loop []geom.Vec2, p geom.Vec2) float64 {
	if plan.Inside(loop, p) {
		return 0
	}
	least := math.Inf(1)
	for i := range loop {
		least = min(least, plan.Nearest([2]geom.Vec2{loop[i], loop[(i+1)%len(loop)]}, p).Sub(p).Len())
	}
	return least
}
