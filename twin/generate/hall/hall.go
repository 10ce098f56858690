// Package hall plans stores of any size out of the catalogue's own classes:
// rooms with rows of fixtures back to back, a department to each room, lights
// above and doors between. They are to measure with: how fast a large site is
// drawn, picked and opened. The same plan and seed make the same store, on any
// machine. It must never know a file or a picture. Start reading at Scene.
package hall

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Measures of a hall, metres.
const (
	roomWide  = 18.0 // along x
	roomDeep  = 22.0 // along z
	roomHigh  = 4.5
	wallThick = 0.4 // of the two walls between rooms
	aisleWide = 2.4
	besides   = 2.2 // along the walls
	apart     = 0.04
	crossing  = 3.0 // aisle across the middle of a room
	lampsOff  = 6.0 // from each other
)

// trianglesMost is far above what any machine at hand draws.
const trianglesMost = 200_000_000

// Plan tells how large a hall is and what stands there.
type Plan struct {
	Triangles   int          // about as many, instances counted
	Departments []Department // one to each room, in turn; nil: Wholesale
	Seed        uint64
}

// Department is what stands in one room.
type Department struct {
	Name     string
	Classes  []string // a row each, in turn
	Products []string
}

// Wholesale are the departments of a store that sells everything.
var Wholesale = []Department{
	{"Appliances", []string{"washing-machine", "dishwasher", "tumble-dryer", "refrigerator", "oven"}, nil},
	{"Clothing", []string{"clothing-rack", "shoe-wall", "clothing-rack"}, nil},
	{"Drinks", []string{"pallet-display", "wine-cooler", "pallet-display", "beverage-cooler"}, []string{"water", "juice", "wine"}},
	{"Furniture", []string{"bookcase", "wardrobe", "sofa", "bed", "armchair"}, nil},
	{"Groceries", []string{"gondola-shelf", "shelf-section", "pallet-display", "pallet-display"}, []string{"cereal", "soup", "jam", "pasta", "coffee", "tissue"}},
	{"Trade", []string{"cart-bay", "ice-machine", "fryer", "bakery-oven", "heat-pump"}, nil},
	{"Books", []string{"bookcase", "clothing-rack", "shoe-wall"}, nil},
	{"Frozen", []string{"upright-freezer", "pallet-display", "chest-freezer", "wine-cooler"}, []string{"pizza", "peas", "ice cream"}},
}

// Shelves is nothing but gondolas, full of goods.
var Shelves = []Department{
	{"Groceries", []string{"gondola-shelf"}, []string{"cereal", "soup", "jam", "pasta", "coffee", "tissue", "chips", "rice"}},
	{"Household", []string{"gondola-shelf"}, []string{"detergent", "shampoo", "tissue", "soap", "candles"}},
}

// Plans are the halls that figures are told of, by name: of a million triangles,
// of ten million, and of more than 20,000 packages on their shelves. Rows differ
// in width, so that a plan asks for more than is drawn.
var Plans = map[string]Plan{
	"1m":      {Triangles: 1_050_000, Seed: 1},
	"10m":     {Triangles: 11_250_000, Seed: 1},
	"shelves": {Triangles: 850_000, Seed: 1, Departments: Shelves},
}

// Scene plans a hall and draws it.
func Scene(ctx context.Context, cat *catalogue.Catalogue, p Plan) (*scene.Scene, generate.Index, *twin.Site, error) {
	site, err := Site(cat, p)
	if err != nil {
		return nil, generate.Index{}, nil, err
	}
	sc, index, err := generate.Scene(ctx, site, nil, cat)
	if err != nil {
		return nil, generate.Index{}, nil, fmt.Errorf("draw a hall: %w", err)
	}
	return sc, index, site, nil
}

// Site plans a hall: as many rooms as its triangles need, in a square.
func Site(cat *catalogue.Catalogue, p Plan) (*twin.Site, error) {
	if p.Triangles < 1 || p.Triangles > trianglesMost {
		return nil, fmt.Errorf("plan a hall of %d triangles; want 1 to %d", p.Triangles, trianglesMost)
	}
	if len(p.Departments) == 0 {
		p.Departments = Wholesale
	}
	h := &planner{catalogue: cat, plan: p, chance: rand.New(rand.NewPCG(p.Seed, 0)), triangles: map[string]int{}, count: map[string]int{}}
	h.site.ID, h.site.Name, h.site.Kind = "hall", "Hall", "store"
	for room := 0; h.left(); room++ {
		// Square shells: room n of the next larger square.
		ring := int(math.Sqrt(float64(room)))
		x, z := ring, room-ring*ring
		if z > ring {
			x, z = 2*ring-z, ring
		}
		if err := h.room(room, x, z); err != nil {
			return nil, err
		}
	}
	h.doors()
	return &h.site, h.err
}

// planner is a hall in the making.
type planner struct {
	catalogue *catalogue.Catalogue
	plan      Plan
	chance    *rand.Rand
	site      twin.Site
	rooms     map[[2]int]bool
	triangles map[string]int // of a class, in its usual size
	count     map[string]int // assets of a class
	drawn     int
	err       error
}

func (h *planner) left() bool { return h.err == nil && h.drawn < h.plan.Triangles }

func (h *planner) room(n, column, row int) error {
	if h.rooms == nil {
		h.rooms = map[[2]int]bool{}
	}
	h.rooms[[2]int{column, row}] = true
	x, z := float64(column)*(roomWide+wallThick), float64(row)*(roomDeep+wallThick)
	d := h.plan.Departments[n%len(h.plan.Departments)]
	h.site.Zones = append(h.site.Zones, twin.Zone{
		ID: twin.ZoneID(fmt.Sprintf("room-%d", n+1)), Name: fmt.Sprintf("%s %d", d.Name, n+1), Kind: generate.Room, Height: roomHigh,
		Outline: []geom.Vec2{{x, z}, {x, z + roomDeep}, {x + roomWide, z + roomDeep}, {x + roomWide, z}},
	})
	h.lamps(x, z)
	at := x + besides
	for k := 0; h.left(); k++ {
		class, ok := h.catalogue.Class(d.Classes[k%len(d.Classes)])
		if !ok {
			return fmt.Errorf("plan a hall: no class %q in the catalogue", d.Classes[k%len(d.Classes)])
		}
		size := h.sizeOf(class)
		if at+2*size[2] > x+roomWide-besides {
			break
		}
		for side := range 2 { // back to back
			turn := math.Pi/2 - math.Pi*float64(side+1)
			h.row(class, d, size, geom.Vec3{at + size[2]*(float64(side)+0.5), 0, z}, turn)
		}
		at += 2*size[2] + aisleWide
	}
	return nil
}

// sizeOf varies a class as makers do: no two rows need be of one width.
func (h *planner) sizeOf(c *catalogue.Class) geom.Vec3 {
	s := c.UsualSize()
	s[0] *= [3]float64{1, 0.9, 1.15}[h.chance.IntN(3)]
	s[1] *= [2]float64{1, 0.94}[h.chance.IntN(2)]
	return s
}

// row fills one side of a row from the front of a room to its back.
func (h *planner) row(class *catalogue.Class, d Department, size, at geom.Vec3, turn float64) {
	from := at[2]
	for z := from + besides; z+size[0] < from+roomDeep-besides && h.left(); z += size[0] + apart {
		if middle := from + roomDeep/2; z+size[0] > middle-crossing/2 && z < middle+crossing/2 {
			z = middle + crossing/2
		}
		at[2] = z + size[0]/2
		a := twin.Asset{Class: class.Name, Size: size, Pose: twin.Pose{Position: at, Yaw: turn}}
		for _, p := range d.Products {
			if h.chance.IntN(3) > 0 {
				a.Products = append(a.Products, p)
			}
		}
		h.add(a)
	}
}

func (h *planner) lamps(x, z float64) {
	for lx := lampsOff / 2; lx < roomWide; lx += lampsOff {
		for lz := lampsOff / 2; lz < roomDeep; lz += lampsOff {
			h.add(twin.Asset{Class: "ceiling-light", Pose: twin.Pose{Position: geom.Vec3{x + lx, roomHigh - 0.4, z + lz}}})
		}
	}
}

// doors opens a way between rooms that lie next to each other, and one out.
func (h *planner) doors() {
	for column := 0; h.rooms[[2]int{column, 0}]; column++ {
		for row := 0; h.rooms[[2]int{column, row}]; row++ {
			x, z := float64(column)*(roomWide+wallThick), float64(row)*(roomDeep+wallThick)
			door := twin.Asset{Class: "sliding-door", Pose: twin.Pose{Position: geom.Vec3{x + roomWide/2, 0, z + roomDeep + wallThick/2}}}
			if h.rooms[[2]int{column, row + 1}] || column == 0 {
				h.add(door)
			}
			if h.rooms[[2]int{column + 1, row}] {
				door.Pose = twin.Pose{Position: geom.Vec3{x + roomWide + wallThick/2, 0, z + roomDeep/2}, Yaw: math.Pi / 2}
				h.add(door)
			}
		}
	}
}

// add puts a thing into the site and counts what it takes to draw.
func (h *planner) add(a twin.Asset) {
	class, ok := h.catalogue.Class(a.Class)
	if !ok {
		h.err = fmt.Errorf("plan a hall: no class %q in the catalogue", a.Class)
		return
	}
	if a.Size == (geom.Vec3{}) {
		a.Size = class.UsualSize()
	}
	n, known := h.triangles[a.Class]
	if !known {
		sc := &scene.Scene{}
		if err := catalogue.NewBuilder(h.catalogue, sc).Place(twin.Asset{ID: "one", Class: a.Class, Size: class.UsualSize(), Products: a.Products}); err != nil {
			h.err = fmt.Errorf("plan a hall: %w", err)
			return
		}
		n = sc.Triangles()
		h.triangles[a.Class] = n
	}
	h.count[a.Class]++
	h.drawn += n
	a.ID, a.Name = twin.AssetID(fmt.Sprintf("%s-%d", a.Class, h.count[a.Class])), class.Title.In("en")
	h.site.Assets = append(h.site.Assets, a)
}
