package layout

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// arrayMost bounds what one edit adds: a hall of shelves, not a slip of the finger.
const arrayMost = 2000

var errNothing = errors.New("nothing is selected; select what is to be changed")

// pick finds assets by id.
func (l Layout) pick(ids []twin.AssetID) ([]int, error) {
	if len(ids) == 0 {
		return nil, errNothing
	}
	out := make([]int, 0, len(ids))
	for _, id := range ids {
		i := l.index(id)
		if i < 0 {
			return nil, fmt.Errorf("%s does not stand in this layout; choose one that does", id)
		}
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out, nil
}

// each makes an edit that changes assets one by one.
func (l Layout) each(verb Verb, ids []twin.AssetID, change func(*twin.Asset)) (Edit, error) {
	list, err := l.pick(ids)
	if err != nil {
		return Edit{}, fmt.Errorf("%s: %w", verb, err)
	}
	e := Edit{Verb: verb}
	for _, i := range list {
		before, after := l.Assets[i], l.Assets[i]
		change(&after)
		if !reachable(after.Pose) {
			return Edit{}, fmt.Errorf("%s: %s would stand at %v; give metres and degrees of a site", verb, after.ID, after.Pose.Position)
		}
		if !same(before, after) {
			e.Changes = append(e.Changes, Change{&before, &after, i})
		}
	}
	return e, nil
}

// reachMost is how far from the origin a thing stands at most, metres.
const reachMost = 1e5

func reachable(p twin.Pose) bool {
	for _, v := range p.Position {
		if !(math.Abs(v) <= reachMost) {
			return false
		}
	}
	return math.Abs(p.Yaw) <= 1e4
}

// tidy is a length without the dust of arithmetic: to a hundredth of a
// millimetre. A pose says what a person meant.
func tidy(v float64) float64 { return math.Round(v*1e5)/1e5 + 0 }

// straight is an angle within a half turn of zero, to a ten-millionth of a degree.
func straight(yaw float64) float64 {
	deg := math.Remainder(yaw*180/math.Pi, 360)
	if deg == -180 {
		deg = 180
	}
	return math.Round(deg*1e7) / 1e7 * math.Pi / 180
}

func moved(p twin.Pose, by geom.Vec2) twin.Pose {
	p.Position = geom.Vec3{tidy(p.Position[0] + by[0]), p.Position[1], tidy(p.Position[2] + by[1])}
	return p
}

// Move moves things on the floor, by metres.
func (l Layout) Move(ids []twin.AssetID, by geom.Vec2) (Edit, error) {
	return l.each(Move, ids, func(a *twin.Asset) { a.Pose = moved(a.Pose, by) })
}

// Pose puts one thing to a place, as typed in numbers.
func (l Layout) Pose(id twin.AssetID, p twin.Pose) (Edit, error) {
	p.Yaw = straight(p.Yaw)
	for k, v := range p.Position {
		p.Position[k] = tidy(v)
	}
	return l.each(Move, []twin.AssetID{id}, func(a *twin.Asset) { a.Pose = p })
}

// Turn turns things about their common middle, by radians about +Y.
func (l Layout) Turn(ids []twin.AssetID, by float64) (Edit, error) {
	list, err := l.pick(ids)
	if err != nil {
		return Edit{}, fmt.Errorf("%s: %w", Turn, err)
	}
	middle := l.boxOf(list).middle()
	return l.each(Turn, ids, func(a *twin.Asset) {
		from := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}.Sub(middle)
		a.Pose = moved(a.Pose, turned(from, by).Sub(from))
		a.Pose.Yaw = straight(a.Pose.Yaw + by)
	})
}

// turned turns a plan vector by a yaw: +Z goes towards +X.
func turned(p geom.Vec2, yaw float64) geom.Vec2 {
	s, c := math.Sincos(yaw)
	return geom.Vec2{c*p[0] + s*p[1], -s*p[0] + c*p[1]}
}

// Swap puts two things to each other's places, turned as the other was.
func (l Layout) Swap(a, b twin.AssetID) (Edit, error) {
	x, okA := l.Asset(a)
	y, okB := l.Asset(b)
	if !okA || !okB || a == b {
		return Edit{}, fmt.Errorf("swap %s and %s: two things of this layout are needed", a, b)
	}
	return l.each(Swap, []twin.AssetID{a, b}, func(t *twin.Asset) {
		if t.ID == a {
			t.Pose = y.Pose
		} else {
			t.Pose = x.Pose
		}
	})
}

// Delete takes things away.
func (l Layout) Delete(ids []twin.AssetID) (Edit, error) {
	list, err := l.pick(ids)
	if err != nil {
		return Edit{}, fmt.Errorf("%s: %w", Delete, err)
	}
	slices.Sort(list)
	slices.Reverse(list) // so that each stands where it is said
	e := Edit{Verb: Delete}
	for _, i := range list {
		a := l.Assets[i]
		e.Changes = append(e.Changes, Change{Before: &a, At: i})
	}
	return e, nil
}

// Add puts a new thing down. Without an id it is given one of its class.
func (l Layout) Add(a twin.Asset) (Edit, error) {
	if a.Class == "" || !(a.Size[0] > 0 && a.Size[1] > 0 && a.Size[2] > 0) || !reachable(a.Pose) {
		return Edit{}, fmt.Errorf("add %s: it needs a class, a size in metres and a place", a.Class)
	}
	if a.ID == "" {
		a.ID = l.fresh(a.Class, nil)
	}
	if a.Name == "" {
		a.Name = string(a.ID)
	}
	a.Pose = moved(a.Pose, geom.Vec2{})
	return Edit{Verb: Add, Changes: []Change{{After: &a, At: len(l.Assets)}}}, nil
}

// Duplicate puts copies beside the originals.
func (l Layout) Duplicate(ids []twin.AssetID, by geom.Vec2) (Edit, error) {
	return l.copies(Duplicate, ids, []geom.Vec2{by})
}

// Array repeats things along x and z: so many columns and rows, the originals
// among them, at steps in metres.
func (l Layout) Array(ids []twin.AssetID, columns, rows int, step geom.Vec2) (Edit, error) {
	if columns < 1 || rows < 1 || columns*rows < 2 || columns > arrayMost || rows > arrayMost || columns*rows*len(ids) > arrayMost {
		return Edit{}, fmt.Errorf("array: %d by %d of %d things; give at least two and at most %d in all", columns, rows, len(ids), arrayMost)
	}
	var offsets []geom.Vec2
	for r := range rows {
		for c := range columns {
			if r+c > 0 {
				offsets = append(offsets, geom.Vec2{float64(c) * step[0], float64(r) * step[1]})
			}
		}
	}
	return l.copies(Array, ids, offsets)
}

func (l Layout) copies(verb Verb, ids []twin.AssetID, offsets []geom.Vec2) (Edit, error) {
	list, err := l.pick(ids)
	if err != nil {
		return Edit{}, fmt.Errorf("%s: %w", verb, err)
	}
	taken := map[twin.AssetID]bool{}
	e := Edit{Verb: verb}
	for _, by := range offsets {
		for _, i := range list {
			a := l.Assets[i]
			a.ID = l.fresh(stem(a), taken)
			taken[a.ID] = true
			a.Name, a.Pose = renamed(l.Assets[i], a.ID), moved(a.Pose, by)
			a.Params, a.Finish = maps.Clone(a.Params), maps.Clone(a.Finish)
			a.Products, a.Facings = slices.Clone(a.Products), slices.Clone(a.Facings)
			a.Shape, a.Inferred, a.Provenance = "", false, twin.Provenance{}
			e.Changes = append(e.Changes, Change{After: &a, At: len(l.Assets) + len(e.Changes)})
		}
	}
	return e, nil
}

// stem is an id without its number: "gondola" of "gondola-12".
func stem(a twin.Asset) string {
	s, _ := cut(string(a.ID))
	return s
}

func cut(s string) (stem string, n int) {
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '-' || s[i] == ' ' {
			if n, err := strconv.Atoi(s[i+1:]); err == nil {
				return s[:i], n
			}
			break
		}
	}
	return s, 0
}

// renamed gives a copy the name of its original with its own number.
func renamed(a twin.Asset, id twin.AssetID) string {
	name, n := cut(a.Name)
	_, own := cut(string(id))
	if n == 0 {
		return a.Name
	}
	return name + a.Name[len(name):len(name)+1] + strconv.Itoa(own)
}

// fresh is an id that nothing has, with the lowest number.
func (l Layout) fresh(stem string, taken map[twin.AssetID]bool) twin.AssetID {
	has := make(map[twin.AssetID]bool, len(l.Assets))
	for _, a := range l.Assets {
		has[a.ID] = true
	}
	for n := 1; ; n++ {
		if id := twin.AssetID(stem + "-" + strconv.Itoa(n)); !has[id] && !taken[id] {
			return id
		}
	}
}

// Dress gives things other materials: name of the class's material to that of
// another one, or to a colour "#rrggbb"; "" takes it back.
func (l Layout) Dress(ids []twin.AssetID, finish map[string]string) (Edit, error) {
	return l.each(Dress, ids, func(a *twin.Asset) {
		out := maps.Clone(a.Finish)
		if out == nil {
			out = map[string]string{}
		}
		for slot, to := range finish {
			if to == "" {
				delete(out, slot)
			} else {
				out[slot] = to
			}
		}
		if len(out) == 0 {
			out = nil
		}
		a.Finish = out
	})
}

// Face says which products stand where on a fixture; none empties it.
func (l Layout) Face(id twin.AssetID, facings []twin.Facing) (Edit, error) {
	for _, f := range facings {
		if f.Product == "" || f.Board < 0 || f.Count < 1 || f.Count > facingsMost {
			return Edit{}, fmt.Errorf("face %s: %d of %q on board %d; give a product, a board and 1 to %d packages", id, f.Count, f.Product, f.Board+1, facingsMost)
		}
	}
	return l.each(Face, []twin.AssetID{id}, func(a *twin.Asset) {
		a.Facings, a.Bare = slices.Clone(facings), len(facings) == 0
		for _, f := range facings {
			if !slices.Contains(a.Products, f.Product) {
				a.Products = append(slices.Clone(a.Products), f.Product)
			}
		}
	})
}

// facingsMost is of one product on one board: three metres of the narrowest.
const facingsMost = 100

// Set gives a thing other parameters of its class, and another size.
func (l Layout) Set(ids []twin.AssetID, params map[string]float64, size geom.Vec3) (Edit, error) {
	return l.each(Dress, ids, func(a *twin.Asset) {
		p := maps.Clone(a.Params)
		if p == nil {
			p = map[string]float64{}
		}
		maps.Copy(p, params)
		if len(p) > 0 {
			a.Params = p
		}
		for k, v := range size {
			if v > 0 {
				a.Size[k] = tidy(v)
			}
		}
	})
}
