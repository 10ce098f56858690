// Package trial holds the nouns of a run that is judged: the kinds of situation
// that can befall a site, what somebody can do about them, what a run costs, and
// what a site must offer for all that. It knows no site and no network. Start
// reading at World.
package trial

import (
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Site is a plant that can be put on the network.
type Site interface {
	// Name is that of the object all devices hang below.
	Name() string
	Devices() []store.Device
	// Points are in browse order, the same ones at every call.
	Points() []point.Point
	// Times are the plant's time when it was first seen, and now.
	Times() (began, now time.Time)
	Stride() time.Duration
	Step()
	// Inject starts a situation of a class at a device, of a severity from 0
	// (subtle) to 1 (severe).
	Inject(device, class string, severity float64) error
	Clear(device, class string) error
}

// World is a site whose runs can be judged.
type World interface {
	Site
	// Fork is a world of its own that goes on as this one will. It may be
	// stepped while this one is.
	Fork() World
	// Hasten makes a fork step in longer strides.
	Hasten()
	Classes() []Class
	// Likely are the devices that a class can befall now.
	Likely(class string) []string
	Confounders() []string
	// Confuse lets something happen that calls for no action.
	Confuse(confounder string, severity float64)
	// Present tells whether a situation has not ended.
	Present(device, class string) bool
	// Detail tells more of a situation than its device does; Remedy is the class
	// of action that mends or eases it there.
	Detail(device, class string) string
	Remedy(device, class string) string
	// Actions is what can be done at devices, or at all of them when none is named.
	Actions(devices ...string) []Action
	Do(Action) error
	// Cost is what the run has cost so far.
	Cost() Cost
	// Bother is what every action costs beside its effects: somebody looks after it.
	Bother() float64
	// Breaches are the limits that were passed so far, for whatever cause.
	Breaches() []Breach
	// Settle adds what is still to be paid for situations that are left as they are.
	Settle() Cost
	// Gateways are the ways of the samples; Way is that of a device.
	Gateways() []string
	Way(device string) string
	// Down tells whether nothing comes through a gateway.
	Down(gateway string) bool
}

// Class is a kind of situation.
type Class struct {
	Name     string
	Part     string        // of the device that is its root cause
	Deadline time.Duration // from the onset to the decision
	Remedy   string        // class of action that mends or eases it
	// Shows is a reading of the device by which alone the situation can be told,
	// empty where there are several; and by how much it must be off.
	Shows string
	By    float64
}

// Action is what an operator can do: one write, or several that belong together.
type Action struct {
	Class  string  `json:"action"`
	Device string  `json:"device"`
	Writes []Write `json:"writes,omitempty"`
}

// Nothing is the action that is always among those to choose from.
const Nothing = "nothing"

// Write sets a point of the plant.
type Write struct {
	Point string  `json:"point"` // as freezer-2/door-close-command
	Value float64 `json:"value"`
}

// Breach is a limit that was passed.
type Breach struct {
	Device  string  `json:"device"`
	What    string  `json:"what"`
	By      float64 `json:"by"`      // the most, K or ppm
	Seconds float64 `json:"seconds"` // that it lasted
}

// Watch keeps how far and how long a limit was passed.
type Watch struct{ By, Seconds float64 }

// See books a step; by is 0 or less while the limit is kept.
func (w *Watch) See(by, dt float64) {
	if by > 0 {
		w.By, w.Seconds = max(w.By, by), w.Seconds+dt
	}
}

// Told adds a breach to a list, if there was one.
func (w Watch) Told(to []Breach, device, what string) []Breach {
	if w.Seconds == 0 {
		return to
	}
	return append(to, Breach{device, what, w.By, w.Seconds})
}

// Cost is what a run costs, €.
type Cost struct {
	Energy  float64 `json:"energy"`  // at the price of the hour
	Food    float64 `json:"food"`    // goods too warm or too cold
	Comfort float64 `json:"comfort"` // rooms too warm or too cold
	Air     float64 `json:"air"`     // carbon dioxide over its limit
	Service float64 `json:"service"` // people: technicians, tills, waiting customers
	Sales   float64 `json:"sales"`   // errands given up, goods out of sight
	Harm    float64 `json:"harm"`    // refrigerant lost, wear, faults left as they are
}

// Total is the sum.
func (c Cost) Total() float64 {
	return c.Energy + c.Food + c.Comfort + c.Air + c.Service + c.Sales + c.Harm
}

// Less is what this cost is above another.
func (c Cost) Less(o Cost) Cost {
	return Cost{c.Energy - o.Energy, c.Food - o.Food, c.Comfort - o.Comfort, c.Air - o.Air, c.Service - o.Service, c.Sales - o.Sales, c.Harm - o.Harm}
}

// Plus is both costs.
func (c Cost) Plus(o Cost) Cost {
	return Cost{c.Energy + o.Energy, c.Food + o.Food, c.Comfort + o.Comfort, c.Air + o.Air, c.Service + o.Service, c.Sales + o.Sales, c.Harm + o.Harm}
}
