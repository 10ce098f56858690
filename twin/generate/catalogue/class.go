package catalogue

import (
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Class is a kind of asset.
type Class struct {
	Name       string       `yaml:"class"`
	Title      Text         `yaml:"title"`
	Group      Group        `yaml:"group"`
	Department Text         `yaml:"department"` // where a customer finds it; empty: it makes no department
	Mount      Mount        `yaml:"mount"`
	Aliases    []string     `yaml:"aliases"` // device names that stand for it, without their number: "freezer"
	Size       []float64    `yaml:"size"`    // W, H, D in metres, when no source says otherwise
	Elevation  float64      `yaml:"elevation"`
	Model      string       `yaml:"model"` // .glb beside the class file that its shape stands in, in place of or besides parts; fitted to the size
	Params     []Param      `yaml:"params"`
	Let        []Let        `yaml:"let"`
	Parts      []Part       `yaml:"parts"`
	Signals    []SignalSpec `yaml:"signals"`
	Failures   []Failure    `yaml:"failures"`
	Remedies   []Remedy     `yaml:"remedies"`
	Loops      []Loop       `yaml:"loops"`
	Energy     *Energy      `yaml:"energy"`
	Service    *Service     `yaml:"service"`
	Clearance  []Clearance  `yaml:"clearance"`
	Ports      []Port       `yaml:"ports"`

	file  string
	model *Model // nil: its parts are all there is
}

// Text is a text in several languages, by BCP 47 tag.
type Text map[string]string

// In returns the text in a language, else in English.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["en"]
}

// Mount is what a thing hangs on. Things on the floor must not stand in each
// other; the others may hang above them.
type Mount string

const (
	OnFloor   Mount = "floor"
	OnWall    Mount = "wall"
	OnCeiling Mount = "ceiling" // Elevation is taken down from the ceiling
	InWall    Mount = "opening" // fills an opening of the building: a door
	Outdoors  Mount = "outdoors"
)

// Param is a number that a source may set for one asset.
type Param struct {
	Name    string  `yaml:"name"`
	Default float64 `yaml:"default"`
	Min     float64 `yaml:"min"`
	Max     float64 `yaml:"max"`
}

// Let names a value that several shapes use. Later ones may use earlier ones.
type Let struct {
	Name  string `yaml:"name"`
	Value Number `yaml:"value"`
}

// Part is a component: it moves as one and is named in explanations.
type Part struct {
	Name   string   `yaml:"part"`
	Of     string   `yaml:"of"`     // part that carries it, listed before; the body of the asset when not stated
	When   Number   `yaml:"when"`   // left out when this is zero
	Repeat Number   `yaml:"repeat"` // this often, i = 0, 1, …
	At     []Number `yaml:"at"`     // origin of the part's frame in the class's
	Turn   Number   `yaml:"turn"`   // radians about +y
	Shapes []Shape  `yaml:"shapes"`
	Goods  []Goods  `yaml:"goods"`
	Joint  *Joint   `yaml:"joint"`
}

// Shape is one closed solid in the frame of its part; exactly one form is set.
type Shape struct {
	Box      []Number   `yaml:"box"`      // x0 y0 z0 x1 y1 z1
	Frame    []Number   `yaml:"frame"`    // x0 y0 z0 x1 y1 z1: four bars of Width around an opening seen along z
	Cylinder []Number   `yaml:"cylinder"` // x y z of the middle
	Tube     []Number   `yaml:"tube"`     // as Cylinder, with a hole that leaves Wall
	Dome     []Number   `yaml:"dome"`     // x y z of the middle of its rim; bulges along Axis
	Prism    [][]Number `yaml:"prism"`    // convex outline [z, y], drawn out along x over Span
	Lathe    [][]Number `yaml:"lathe"`    // outline [radius, y] from the axis to the axis, turned about y At

	Material string   `yaml:"material"`
	When     Number   `yaml:"when"`
	Repeat   Number   `yaml:"repeat"` // this often, j = 0, 1, …
	Bevel    Number   `yaml:"bevel"`  // of a box, metres
	Width    Number   `yaml:"width"`  // of the bars of a frame
	Axis     string   `yaml:"axis"`   // x, y or z; y when not stated; "-y" of a dome
	Radius   Number   `yaml:"radius"`
	Wall     Number   `yaml:"wall"`
	Length   Number   `yaml:"length"`
	Sides    Number   `yaml:"sides"`  // of a round thing; 20 when not stated
	Span     []Number `yaml:"span"`   // x0, x1 of a prism
	At       []Number `yaml:"at"`     // foot of a lathe
	Detail   int      `yaml:"detail"` // 1: left out of the coarsest form, 2: of the middle one too; 0: by its size

	line int
}

// Goods fills a volume with packages, in blocks of one product each.
type Goods struct {
	Volume []Number `yaml:"volume"` // x0 y0 z0 x1 y1 z1; they stand on y0
	When   Number   `yaml:"when"`
	Repeat Number   `yaml:"repeat"` // this often, j = 0, 1, …
	Face   string   `yaml:"face"`   // side that customers see: "+z" or "-z"
	Kinds  []string `yaml:"kinds"`  // packages when the planogram names no product
	Rows   Number   `yaml:"rows"`   // packages behind each other that can be seen; 1 when not stated
	Fill   Number   `yaml:"fill"`   // share of the height that is stacked; 1 when not stated

	line int
}

// Joint is how a part moves against the rest of its asset.
type Joint struct {
	Kind   string    `yaml:"kind"` // revolute, prismatic, continuous
	Axis   []float64 `yaml:"axis"`
	Origin []Number  `yaml:"origin"` // in the part's frame
	Min    Number    `yaml:"min"`    // rad or m
	Max    Number    `yaml:"max"`
	Speed  Number    `yaml:"speed"` // rad/s or m/s
	Drive  string    `yaml:"drive"` // name of a signal of the class
	Scale  Number    `yaml:"scale"` // joint position for one unit of the signal; 1 when not stated
	Offset Number    `yaml:"offset"`
	Mimic  *Mimic    `yaml:"mimic"`

	line int
}

// SignalSpec is a telemetry point that assets of the class have.
type SignalSpec struct {
	Name     string          `yaml:"name"`
	Title    Text            `yaml:"title"`
	Kind     twin.SignalKind `yaml:"kind"`
	Unit     string          `yaml:"unit"`
	Range    []float64       `yaml:"range"`
	Writable bool            `yaml:"writable"`
	Part     string          `yaml:"part"`     // that it is measured at
	Expected time.Duration   `yaml:"expected"` // longest plant time between samples; 0: it is sent on change only
	Also     []string        `yaml:"also"`     // other names that plants give it
	Optional bool            `yaml:"optional"` // not missed when the plant does not have it
}

// Failure is a way in which assets of the class fail.
type Failure struct {
	Name  string `yaml:"name"`
	Title Text   `yaml:"title"`
	Part  string `yaml:"part"` // where the cause sits
}

// Remedy is an action that answers a failure.
type Remedy struct {
	Name    twin.ActionClass `yaml:"name"`
	Title   Text             `yaml:"title"`
	Answers string           `yaml:"answers"` // name of the failure
	Signal  string           `yaml:"signal"`  // writable signal of the class
	Value   float64          `yaml:"value"`
	Hold    bool             `yaml:"hold"` // true: stays until changed; false: the plant takes the command back itself
}

// SignalOf returns the signal of that name.
func (c *Class) SignalOf(name string) (SignalSpec, bool) {
	for _, s := range c.Signals {
		if s.Name == name {
			return s, true
		}
	}
	return SignalSpec{}, false
}

// RemedyFor returns the remedy that answers a failure.
func (c *Class) RemedyFor(failure string) (Remedy, bool) {
	for _, r := range c.Remedies {
		if r.Answers == failure {
			return r, true
		}
	}
	return Remedy{}, false
}

// PartOf returns the part in which a failure sits, "" when the class has no
// such failure.
func (c *Class) PartOf(failure string) string {
	for _, f := range c.Failures {
		if f.Name == failure {
			return f.Part
		}
	}
	return ""
}
