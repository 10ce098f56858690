package store

import "fmt"

// Outer size of Corner Market and the line of its inner wall, in metres.
const (
	Width       = 25.0
	Depth       = 24.0
	SalesDepth  = 19.0
	wallOutside = 0.3
)

// Class names are those the address space publishes as DeviceClass.
const (
	Freezer   = "upright-freezer"
	Chest     = "chest-freezer"
	Multideck = "refrigerated-multideck"
	Hvac      = "hvac-unit"
	Climate   = "climate-sensor"
	Light     = "ceiling-light"
	Door      = "sliding-door"
	Counter   = "people-counter"
	Checkout  = "checkout"
	Camera    = "camera"
	Weather   = "weather-sensor"
	Meter     = "energy-meter"
)

// Rect is an axis-aligned rectangle of the plan.
type Rect struct{ X0, Y0, X1, Y1 float64 }

// Grow widens the rectangle on all sides.
func (r Rect) Grow(d float64) Rect { return Rect{r.X0 - d, r.Y0 - d, r.X1 + d, r.Y1 + d} }

// Holds tells whether a point lies inside.
func (r Rect) Holds(x, y float64) bool { return x > r.X0 && x < r.X1 && y > r.Y0 && y < r.Y1 }

// Fixture is a thing that stands on the sales floor and blocks the way.
type Fixture struct {
	ID, Class string
	Rect      Rect
	// Stop is where a shopper stands to take something from it.
	StopX, StopY float64
}

func centred(id, class string, x, y, w, d, stopX, stopY float64) Fixture {
	return Fixture{id, class, Rect{x - w/2, y - d/2, x + w/2, y + d/2}, stopX, stopY}
}

// Lanes shoppers walk in, west to east and south to north.
const (
	frontAisle  = 6.5  // between the checkouts and the end caps
	backAisle   = 17.0 // between the end caps and the multidecks
	lobby       = 2.2  // between the street front and the checkouts
	freezerLane = 22.8 // between the chest island and the upright freezers
	chestLane   = 19.5 // between the last gondola row and the chest island
)

// EntranceX and ExitX are the middles of the two sliding doors in the front.
const (
	EntranceX = 4.5
	ExitX     = 9.5
)

// Fixtures lists what stands on the sales floor.
func Fixtures() []Fixture {
	var all []Fixture
	n := 0
	for _, y := range []float64{8, 11} {
		for _, x := range []float64{3, 6.2} {
			n++
			all = append(all, centred(id("produce", n), "produce-table", x, y, 2.4, 1.2, x, y+1.5))
		}
	}
	for i := range 4 {
		y := 7.5 + 2.5*float64(i)
		all = append(all, centred(id("wallshelf", i+1), "wall-shelf", wallOutside+0.25, y, 0.5, 2, 1.3, y))
	}
	rows := []float64{10, 12.6, 15.2, 17.8}
	for r, x := range rows {
		for s := range 4 {
			y := 8.6 + 2*float64(s)
			all = append(all, centred(id("gondola", 4*r+s+1), "gondola-shelf", x, y, 0.9, 2, x+1.3, y))
		}
		all = append(all,
			centred(id("endcap", 2*r+1), "end-cap", x, 7.35, 0.9, 0.5, x, frontAisle),
			centred(id("endcap", 2*r+2), "end-cap", x, 15.85, 0.9, 0.5, x, backAisle))
	}
	for i := range 6 {
		x := 4.25 + 2.5*float64(i)
		all = append(all, centred(id("multideck", i+1), Multideck, x, 18.35, 2.5, 0.9, x, backAisle))
	}
	for i := range 6 {
		y := 8 + 1.6*float64(i)
		all = append(all, centred(id("freezer", i+1), Freezer, Width-wallOutside-0.425, y, 0.85, 1.6, freezerLane, y))
	}
	for i := range 4 {
		y := 9 + 2*float64(i)
		all = append(all, centred(id("chest", i+1), Chest, 21.2, y, 1, 2, freezerLane, y))
	}
	for i := range 4 {
		x := 12 + 3*float64(i)
		all = append(all, centred(id("checkout", i+1), Checkout, x, 4.6, 1.1, 2.6, x+1, 4.6))
	}
	all = append(all,
		centred(id("basket", 1), "basket-stack", 2.6, 1.6, 0.6, 0.5, 3.2, lobby),
		centred(id("basket", 2), "basket-stack", 2.6, 3.4, 0.6, 0.5, 3.2, lobby))
	return all
}

// Device is a thing the plant publishes.
type Device struct{ ID, Class, Group string }

// Devices lists every published device in browse order.
func Devices() []Device {
	var all []Device
	add := func(group, name, class string, n int) {
		for i := range n {
			all = append(all, Device{id(name, i+1), class, group})
		}
	}
	add("Refrigeration", "freezer", Freezer, 6)
	add("Refrigeration", "chest", Chest, 4)
	add("Refrigeration", "multideck", Multideck, 6)
	add("Climate", "hvac", Hvac, 2)
	add("Climate", "climate", Climate, 6)
	add("Climate", "weather", Weather, 1)
	add("Lighting", "light", Light, 12)
	add("Entrances", "door", Door, 2)
	add("Entrances", "counter", Counter, 2)
	add("Entrances", "camera", Camera, 4)
	add("Checkouts", "checkout", Checkout, 4)
	add("Metering", "meter", Meter, 1)
	return all
}

func id(name string, n int) string { return fmt.Sprintf("%s-%d", name, n) }
