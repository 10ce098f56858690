package generate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Kinds of zone.
const (
	Room       = "room"
	Department = "department"
	Aisle      = "aisle"
)

// Distances that zones are inferred by, metres.
const (
	roomMargin       = 1.0 // around all fixtures when no source tells the rooms
	departmentMargin = 0.6 // a customer at the shelf is in the department
	departmentReach  = 4.0 // fixtures further apart are two departments
	runGap           = 0.5 // fixtures of one row stand closer than this
	aisleMin         = 0.8 // a person with a basket
	aisleMax         = 4.0 // wider is an open floor
)

// rooms turns the spaces of a building to zones.
func rooms(spaces []Space, source string) []twin.Zone {
	var out []twin.Zone
	used := map[twin.ZoneID]int{}
	for _, s := range spaces {
		out = append(out, twin.Zone{
			ID: unique(used, slug(s.Name, "room")), Name: s.Name, Kind: Room, Outline: ccw(s.Outline),
			FloorY: s.FloorY, Height: s.Height, Provenance: twin.Provenance{Source: source, Entity: s.ID},
		})
	}
	return out
}

// guessedRoom is one room around everything that stands on the floor.
func guessedRoom(assets []twin.Asset, cat *catalogue.Catalogue) Space {
	outline := outlineAround(slices.DeleteFunc(slices.Clone(assets), func(a twin.Asset) bool {
		class, ok := cat.Class(a.Class)
		return !ok || class.Mount == catalogue.Outdoors
	}))
	if len(outline) == 0 {
		outline = rectangle(geom.Vec2{0, -10}.Sub(geom.Vec2{roomMargin, roomMargin}), geom.Vec2{10, 0}.Add(geom.Vec2{roomMargin, roomMargin}))
	}
	return Space{ID: "guessed", Name: "Store", Outline: outline, Height: guessedHeight(outline, assets)}
}

// wholeRoom is a building without spaces as one room, with all that stands in
// it; the ground around the building is none of it.
func wholeRoom(b *Building, assets []twin.Asset) Space {
	box := geom.EmptyBox()
	for _, e := range b.Elements {
		if !is(e.Type, "site", "geographic") && !e.Box.Empty() {
			box = box.Union(e.Box)
		}
	}
	lo, hi := cover(assets)
	for k, axis := range [2]int{0, 2} {
		lo[k], hi[k] = min(lo[k], box.Min[axis]), max(hi[k], box.Max[axis])
	}
	return Space{ID: "guessed", Name: "Store", Outline: rectangle(lo, hi), FloorY: box.Min[1], Height: box.Size()[1]}
}

// A room that is less wide than roomSmall, metres, is no store: it has no
// entrance for customers, and is as high as a room of a home unless something in
// it reaches higher.
const (
	roomSmall   = 6.0
	ceilingHome = 2.6
)

// small tells whether a room is too small for a store.
func small(outline []geom.Vec2) bool {
	lo, hi := bounding(outline)
	return min(hi[0]-lo[0], hi[1]-lo[1]) < roomSmall
}

func guessedHeight(outline []geom.Vec2, assets []twin.Asset) float64 {
	if !small(outline) ||
		slices.ContainsFunc(assets, func(a twin.Asset) bool { return a.Pose.Position[1]+a.Size[1] > ceilingHome-0.1 }) {
		return ceilingUsual
	}
	return ceilingHome
}

// offered are the things that customers buy from: what a model of the building
// shows, as a pallet in a store room, makes no department.
func offered(assets []twin.Asset) []twin.Asset {
	return slices.DeleteFunc(slices.Clone(assets), func(a twin.Asset) bool { return a.Shape != "" })
}

// departments groups fixtures of one department that stand near each other.
func departments(assets []twin.Asset, cat *catalogue.Catalogue, used map[twin.ZoneID]int) []twin.Zone {
	byName := map[string][]twin.Asset{}
	var names []string
	for _, a := range assets {
		class, ok := cat.Class(a.Class)
		if !ok || class.Department.In("en") == "" {
			continue
		}
		name := class.Department.In("en")
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], a)
	}
	var out []twin.Zone
	for _, name := range names {
		for _, group := range clusters(byName[name], departmentReach) {
			lo, hi := cover(group)
			m := geom.Vec2{departmentMargin, departmentMargin}
			out = append(out, inferredZone(unique(used, slug(name, "department")), name, Department, rectangle(lo.Sub(m), hi.Add(m)), group))
		}
	}
	return out
}

// aisles are the gaps between neighbouring rows of one class.
func aisles(assets []twin.Asset, cat *catalogue.Catalogue, used map[twin.ZoneID]int) []twin.Zone {
	byClass := map[string][]twin.Asset{}
	var order []string
	for _, a := range assets {
		if class, ok := cat.Class(a.Class); ok && class.Mount == catalogue.OnFloor && class.Department != nil {
			if byClass[a.Class] == nil {
				order = append(order, a.Class)
			}
			byClass[a.Class] = append(byClass[a.Class], a)
		}
	}
	var out []twin.Zone
	for _, name := range order {
		runs := slices.DeleteFunc(clusters(byClass[name], runGap), func(run []twin.Asset) bool { return len(run) < 2 })
		slices.SortStableFunc(runs, func(a, b []twin.Asset) int {
			la, _ := cover(a)
			lb, _ := cover(b)
			return cmpVec(la, lb)
		})
		for i := 0; i+1 < len(runs); i++ {
			if gap, ok := between(runs[i], runs[i+1]); ok {
				id := unique(used, fmt.Sprintf("aisle-%d", len(out)+1))
				out = append(out, inferredZone(id, fmt.Sprintf("Aisle %d", len(out)+1), Aisle, gap, append(slices.Clone(runs[i]), runs[i+1]...)))
			}
		}
	}
	return out
}

// between is the rectangle between two parallel rows.
func between(a, b []twin.Asset) ([]geom.Vec2, bool) {
	alo, ahi := cover(a)
	blo, bhi := cover(b)
	for k := range 2 {
		o := 1 - k
		lo, hi := geom.Vec2{}, geom.Vec2{}
		lo[k], hi[k] = math.Min(ahi[k], bhi[k]), math.Max(alo[k], blo[k])
		lo[o], hi[o] = math.Max(alo[o], blo[o]), math.Min(ahi[o], bhi[o])
		if w := hi[k] - lo[k]; w >= aisleMin && w <= aisleMax && hi[o]-lo[o] > w {
			return rectangle(lo, hi), true
		}
	}
	return nil, false
}

func inferredZone(id twin.ZoneID, name, kind string, outline []geom.Vec2, from []twin.Asset) twin.Zone {
	ids := make([]string, 0, len(from))
	for _, a := range from {
		ids = append(ids, string(a.ID))
	}
	if len(ids) > 3 {
		ids = append(ids[:3], "…")
	}
	return twin.Zone{
		ID: id, Name: name, Kind: kind, Outline: outline, FloorY: from[0].Pose.Position[1], Height: ceilingUsual,
		Provenance: twin.Provenance{Source: from[0].Provenance.Source, Entity: "inferred from " + strings.Join(ids, ", ")},
	}
}

// clusters groups assets whose covers lie nearer than reach, in order.
func clusters(assets []twin.Asset, reach float64) [][]twin.Asset {
	group := make([]int, len(assets))
	for i := range group {
		group[i] = i
	}
	for i := range assets {
		for j := range i {
			if apart(assets[i], assets[j]) < reach && group[i] != group[j] {
				from, to := max(group[i], group[j]), min(group[i], group[j])
				for k := range group {
					if group[k] == from {
						group[k] = to
					}
				}
			}
		}
	}
	var out [][]twin.Asset
	place := map[int]int{}
	for i, a := range assets {
		at, ok := place[group[i]]
		if !ok {
			at = len(out)
			place[group[i]] = at
			out = append(out, nil)
		}
		out[at] = append(out[at], a)
	}
	return out
}

// apart is the gap between the covers of two assets, metres.
func apart(a, b twin.Asset) float64 {
	alo, ahi := cover([]twin.Asset{a})
	blo, bhi := cover([]twin.Asset{b})
	dx := math.Max(0, math.Max(alo[0]-bhi[0], blo[0]-ahi[0]))
	dz := math.Max(0, math.Max(alo[1]-bhi[1], blo[1]-ahi[1]))
	return math.Hypot(dx, dz)
}

// zoneOf is the smallest department, else room, that holds an asset.
func zoneOf(zones []twin.Zone, a twin.Asset) twin.ZoneID {
	var best twin.ZoneID
	smallest := math.Inf(1)
	for _, z := range zones {
		area := areaOf(z.Outline)
		if z.Kind != Aisle && area < smallest && inside(z.Outline, geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}) {
			best, smallest = z.ID, area
		}
	}
	return best
}

// rectangle is counter-clockwise seen from above, as every zone's outline.
func rectangle(lo, hi geom.Vec2) []geom.Vec2 {
	r := func(x, z float64) geom.Vec2 { return geom.Vec2{round(x), round(z)} }
	return []geom.Vec2{r(lo[0], hi[1]), r(hi[0], hi[1]), r(hi[0], lo[1]), r(lo[0], lo[1])}
}

// signedArea is positive for an outline that is counter-clockwise seen from
// above: with +y up and x to the right, z points down the page.
func signedArea(outline []geom.Vec2) float64 {
	sum := 0.0
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		sum += b[0]*a[1] - a[0]*b[1]
	}
	return sum / 2
}

func areaOf(outline []geom.Vec2) float64 { return math.Abs(signedArea(outline)) }

func ccw(outline []geom.Vec2) []geom.Vec2 {
	out := make([]geom.Vec2, len(outline))
	for i, p := range outline {
		out[i] = geom.Vec2{round(p[0]), round(p[1])}
	}
	if signedArea(out) < 0 {
		slices.Reverse(out)
	}
	return out
}

func cmpVec(a, b geom.Vec2) int {
	for k := range 2 {
		if math.Abs(a[k]-b[k]) > 1e-6 {
			if a[k] < b[k] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// slug is a name as an id: lower-case words joined by hyphens.
func slug(name, otherwise string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return otherwise
}

// unique numbers an id that is taken.
func unique(used map[twin.ZoneID]int, id string) twin.ZoneID {
	used[twin.ZoneID(id)]++
	if n := used[twin.ZoneID(id)]; n > 1 {
		return unique(used, fmt.Sprintf("%s-%d", id, n))
	}
	return twin.ZoneID(id)
}
