package catalogue

import (
	"fmt"
	"slices"
)

// Group is the shelf of the catalogue that a class stands on.
type Group string

// The groups, in the order in which a list shows them.
const (
	Refrigeration Group = "refrigeration"
	Display       Group = "display" // shelving and presentation of goods
	Checkouts     Group = "checkout"
	Climate       Group = "climate" // heating, air, light
	Sensors       Group = "sensors"
	Kitchen       Group = "kitchen" // appliances of a home, and its power
	Furniture     Group = "furniture"
	People        Group = "people" // and what they push
)

// Groups lists all groups in the order in which a list shows them.
func Groups() []Group {
	return []Group{Refrigeration, Display, Checkouts, Climate, Sensors, Kitchen, Furniture, People}
}

// Energy is what an asset takes by its name plate.
type Energy struct {
	Rated   float64 `yaml:"rated"`   // W, at full load; negative: it gives power
	Standby float64 `yaml:"standby"` // W
	Duty    float64 `yaml:"duty"`    // share of the time at full load, 0..1
	Class   string  `yaml:"class"`   // A to G of regulation (EU) 2017/1369; empty: it has none
}

// Service is how an asset is kept.
type Service struct {
	Lifetime float64 `yaml:"lifetime"` // years
	Tasks    []Task  `yaml:"tasks"`
}

// Task is one thing to be done again and again.
type Task struct {
	Title Text    `yaml:"title"`
	Every float64 `yaml:"every"` // months
}

// Clearance is a space that must stay free, in the frame of the asset.
type Clearance struct {
	Box []Number `yaml:"box"` // x0 y0 z0 x1 y1 z1
	Why Text     `yaml:"why"`
}

// Port is where an asset is joined to the building.
type Port struct {
	Kind   string    `yaml:"kind"` // electricity, data, water, drain, refrigerant, air
	At     []Number  `yaml:"at"`
	Toward []float64 `yaml:"toward"` // unit vector out of the asset
}

// PortKinds lists the kinds of ports.
func PortKinds() []string {
	return []string{"electricity", "data", "water", "drain", "refrigerant", "air"}
}

// Mimic makes the joint of a part follow that of another part.
type Mimic struct {
	Of    string `yaml:"of"` // part; of as many repeats, the one of the same number
	Ratio Number `yaml:"ratio"`
	Shift Number `yaml:"shift"`
}

// Loop closes a chain of parts, as in a four-bar hinge: a point of part A and a
// point of part B stay together, and the joints of the passive parts make it so.
type Loop struct {
	Name    string   `yaml:"loop"`
	A       string   `yaml:"a"`
	B       string   `yaml:"b"`
	AtA     []Number `yaml:"at_a"` // in the frame of the part
	AtB     []Number `yaml:"at_b"`
	Passive []string `yaml:"passive"`
}

// checkPlans finds names and numbers of the plans around a shape that cannot be
// meant.
func (c *Class) checkPlans() error {
	if c.Group != "" && !slices.Contains(Groups(), c.Group) {
		return fmt.Errorf("group %q is none of %v", c.Group, Groups())
	}
	if e := c.Energy; e != nil && (e.Standby < 0 || e.Duty < 0 || e.Duty > 1) {
		return fmt.Errorf("energy: standby is below 0 W, or duty is not between 0 and 1")
	}
	if s := c.Service; s != nil {
		for _, t := range s.Tasks {
			if !(t.Every > 0) || t.Title["en"] == "" {
				return fmt.Errorf("service: a task needs title.en and every, in months")
			}
		}
	}
	for _, p := range c.Ports {
		if !slices.Contains(PortKinds(), p.Kind) {
			return fmt.Errorf("port %q is none of %v", p.Kind, PortKinds())
		}
		if len(p.At) != 3 || len(p.Toward) != 3 {
			return fmt.Errorf("port %q: at and toward take three numbers", p.Kind)
		}
	}
	for _, r := range c.Clearance {
		if len(r.Box) != 6 || r.Why["en"] == "" {
			return fmt.Errorf("clearance: it takes a box of six numbers, and why.en")
		}
	}
	return c.checkTies()
}

func (c *Class) checkTies() error {
	before, jointed := map[string]bool{"": true}, map[string]bool{}
	for _, p := range c.Parts {
		if !before[p.Of] {
			return fmt.Errorf("part %q is carried by part %q, which does not stand before it", p.Name, p.Of)
		}
		before[p.Name] = true
		jointed[p.Name] = jointed[p.Name] || p.Joint != nil
	}
	for _, p := range c.Parts {
		if p.Joint != nil && p.Joint.Mimic != nil && !jointed[p.Joint.Mimic.Of] {
			return fmt.Errorf("part %q follows part %q, which has no joint", p.Name, p.Joint.Mimic.Of)
		}
	}
	for _, l := range c.Loops {
		if !before[l.A] || !before[l.B] || l.A == "" || l.B == "" {
			return fmt.Errorf("loop %q ties %q to %q; name two parts", l.Name, l.A, l.B)
		}
		for _, p := range l.Passive {
			if !jointed[p] {
				return fmt.Errorf("loop %q: passive part %q has no joint", l.Name, p)
			}
		}
	}
	return nil
}

func (c *Class) compilePlans(env scope) error {
	var lists [][]Number
	for _, r := range c.Clearance {
		lists = append(lists, r.Box)
	}
	for _, p := range c.Ports {
		lists = append(lists, p.At)
	}
	for _, l := range c.Loops {
		lists = append(lists, l.AtA, l.AtB)
	}
	for _, list := range lists {
		for k := range list {
			if err := list[k].compile(env); err != nil {
				return err
			}
		}
	}
	return nil
}
