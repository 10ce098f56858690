package generate

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/shelves"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// shelfClass is what a shelf of a store map becomes: one section, open to one
// side.
const shelfClass = "shelf-section"

// productsShown bounds the products that are kept for one shelf: a picture and
// a list have no room for more.
const productsShown = 60

// tiers finds the number of boards in a model's name: "ShelfSystemH160T5L10W".
var tiers = regexp.MustCompile(`T(\d{1,2})[A-Z]`)

// readShelves turns all shelf, facing and product files of a store to one
// finding, since they name each other; nil when there are none.
func (g *generation) readShelves() (*finding, error) {
	var store shelves.File
	var source string
	from := map[string]string{}
	for _, f := range g.in.Files {
		if f.Kind != KindShelves {
			continue
		}
		part, err := shelves.Read(f.Name, f.Data)
		if err != nil {
			return nil, err
		}
		if len(part.Shelves) > 0 && source == "" {
			source = f.Name
		}
		for _, s := range part.Shelves {
			if before, twice := from[s.ID]; twice {
				g.report.note(f.Name, s.Place, "shelf %s stands in %s already, which is kept; give it another id if it is another one", s.ID, before)
				continue
			}
			from[s.ID] = f.Name
			store.Shelves = append(store.Shelves, s)
		}
		store.Facings = append(store.Facings, part.Facings...)
		store.Products = append(store.Products, part.Products...)
	}
	if len(store.Shelves) == 0 {
		if n := len(store.Facings) + len(store.Products); n > 0 {
			g.report.note("", "", "%d facings and products, but no file with the shelves that they stand on; add it", n)
		}
		return nil, nil
	}
	class, ok := g.in.Catalogue.Class(shelfClass)
	if !ok {
		return nil, fmt.Errorf("%s: the catalogue has no class %q for its shelves; add it", source, shelfClass)
	}
	placed, reading := shelves.Settle(store.Shelves)
	g.report.note(source, "", "%s", reading)
	held := products(store)
	g.noteCrowded(source, store, held)
	known := map[string]bool{}
	f := &finding{source: source, kind: KindShelves}
	lowest := math.Inf(1)
	for _, p := range placed {
		lowest = min(lowest, p.FloorZ)
	}
	for _, p := range placed {
		known[p.ID] = true
		a := twin.Asset{
			ID: twin.AssetID(shelfID(p.ID)), Class: class.Name, Name: class.Title.In("en") + " " + p.ID,
			Size: geom.Vec3{p.Width, p.Height, p.Depth},
			Pose: twin.Pose{
				Position: geom.Vec3{round(p.CenterX), round(p.FloorZ - lowest), round(-p.CenterY)},
				Yaw:      math.Remainder(p.Front+math.Pi/2, 2*math.Pi), // at yaw 0 the front looks along +z, which is -y of the plan
			},
			Params: boards(p, class), Products: held[p.ID],
			Provenance: twin.Provenance{Source: from[p.ID], Entity: p.Place + " id " + p.ID},
		}
		f.assets = append(f.assets, a)
	}
	lost := map[string]int{}
	for _, facing := range store.Facings {
		if !known[facing.Shelf] {
			lost[facing.Shelf]++
		}
	}
	for shelf, n := range lost {
		g.report.note(source, shelf, "%d facings stand on this shelf, which no file places; they are left out. Add the shelf", n)
	}
	g.report.ElementsTotal += len(store.Shelves) + len(store.Facings)
	g.report.ElementsUnderstood += len(placed) + len(store.Facings)
	for _, n := range lost {
		g.report.ElementsUnderstood -= n
	}
	return f, nil
}

// shelfID is an id that a site takes, told from other things by its beginning.
func shelfID(id string) string {
	return "shelf-" + slug(id, "x")
}

// boards is the number of boards of a shelf, where its model's name tells it.
func boards(p shelves.Placed, class *catalogue.Class) map[string]float64 {
	m := tiers.FindStringSubmatch(p.Kind)
	if m == nil {
		return nil
	}
	n, _ := strconv.Atoi(m[1])
	for _, param := range class.Params {
		if param.Name == "shelves" && float64(n) >= param.Min && float64(n) <= param.Max {
			return map[string]float64{"shelves": float64(n)}
		}
	}
	return nil
}

// products lists what each shelf holds, by name where a list of products tells
// it, each once and in the order of its facings.
func products(store shelves.File) map[string][]string {
	name := map[string]string{}
	for _, p := range store.Products {
		if p.Name != "" {
			name[p.ID] = p.Name
		}
	}
	facings := slices.Clone(store.Facings)
	slices.SortStableFunc(facings, func(a, b shelves.Facing) int {
		switch {
		case a.Z != b.Z:
			return sign(a.Z - b.Z)
		default:
			return sign(a.X - b.X)
		}
	})
	out := map[string][]string{}
	for _, f := range facings {
		p := f.Product
		if n, ok := name[p]; ok {
			p = n
		}
		if list := out[f.Shelf]; len(list) < productsShown && !slices.Contains(list, p) {
			out[f.Shelf] = append(list, p)
		}
	}
	return out
}

// noteCrowded tells of shelves that hold more than is shown, and where a robot or a
// program put so many at one place that it cannot have been there.
func (g *generation) noteCrowded(source string, store shelves.File, held map[string][]string) {
	type place struct {
		shelf, layer string
		x, y, z      float64
	}
	all, there := map[string]map[string]bool{}, map[place]int{}
	most := map[string]int{}
	var order []string
	for _, f := range store.Facings {
		if all[f.Shelf] == nil {
			all[f.Shelf], order = map[string]bool{}, append(order, f.Shelf)
		}
		all[f.Shelf][f.Product] = true
		p := place{f.Shelf, f.Layer, f.X, f.Y, f.Z}
		there[p]++
		most[f.Shelf] = max(most[f.Shelf], there[p])
	}
	for _, shelf := range order {
		n := len(all[shelf])
		if n <= len(held[shelf]) || len(held[shelf]) < productsShown {
			continue
		}
		at := ""
		if most[shelf] > 1 {
			at = fmt.Sprintf(", %d of them at one and the same place, where they cannot all be", most[shelf])
		}
		g.report.note(source, shelf, "the shelf is said to hold %d products%s; %d are shown. Correct the places of its facings", n, at, len(held[shelf]))
	}
}

func sign(v float64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}
