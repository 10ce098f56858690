package catalogue

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Needs are what an asset of a class takes besides its own size, in its frame.
type Needs struct {
	Keeps  []Room  // that must stay free
	Ports  []Place // where it is joined to the building
	Boards []Room  // over which goods stand; Why is ""
}

// Room is a box with why it is needed.
type Room struct {
	Lo, Hi geom.Vec3
	Why    Text
	Back   bool // of a board: customers see the side at low z
}

// Place is a port where it is.
type Place struct {
	Kind string
	At   geom.Vec3
}

// Needs works out what an asset of the class takes.
func (c *Class) Needs(a twin.Asset) (Needs, error) {
	sc, err := c.scope(a.Size, a.Params)
	if err != nil {
		return Needs{}, fmt.Errorf("asset %q: %w", a.ID, err)
	}
	r := &reader{scope: sc}
	var out Needs
	for _, k := range c.Clearance {
		lo, hi := r.span(k.Box, "clearance")
		out.Keeps = append(out.Keeps, Room{Lo: lo, Hi: hi, Why: k.Why})
	}
	for _, p := range c.Ports {
		out.Ports = append(out.Ports, Place{p.Kind, r.vec(p.At, "port")})
	}
	boards, err := c.boards(a)
	if err != nil {
		return Needs{}, err
	}
	for _, f := range boards {
		out.Boards = append(out.Boards, Room{Lo: f.lo, Hi: f.hi, Back: f.back})
	}
	if r.err != nil {
		return Needs{}, fmt.Errorf("asset %q: %w", a.ID, r.err)
	}
	return out, nil
}

// boards are the volumes that an asset of the class stocks, in the order in which
// Place does, in the asset's frame.
func (c *Class) boards(a twin.Asset) ([]fill, error) {
	sc, err := c.scope(a.Size, a.Params)
	if err != nil {
		return nil, fmt.Errorf("asset %q: %w", a.ID, err)
	}
	r := &reader{scope: sc}
	var out []fill
	for k := range c.Parts {
		part := &c.Parts[k]
		if len(part.Goods) == 0 {
			continue
		}
		for i := range r.count(part.Repeat) {
			sc["i"] = float64(i)
			if part.When.set() && r.num(part.When, 1) == 0 {
				continue
			}
			at := r.vec(part.At, "at")
			to := mgl64.Translate3D(at[0], at[1], at[2]).Mul4(mgl64.HomogRotate3DY(r.num(part.Turn, 0)))
			for g := range part.Goods {
				for _, f := range part.Goods[g].read(r) {
					b := geom.Box{Min: f.lo, Max: f.hi}.Transform(to)
					f.lo, f.hi = b.Min, b.Max
					out = append(out, f)
				}
			}
		}
		sc["i"] = 0.0
	}
	if r.err != nil {
		return nil, fmt.Errorf("asset %q: %w", a.ID, r.err)
	}
	return out, nil
}

// Slots are the materials that a class is made of, in the order in which it
// names them: what a finish can replace.
func (c *Class) Slots() []string {
	var out []string
	for _, p := range c.Parts {
		for _, s := range p.Shapes {
			if s.Material != "" && !slices.Contains(out, s.Material) {
				out = append(out, s.Material)
			}
		}
	}
	return out
}

// Finishes are the names of the materials that a fixture can be made of, sorted:
// all but those of goods.
func (c *Catalogue) Finishes() []string {
	return slices.DeleteFunc(c.Materials(), func(m string) bool {
		return slices.ContainsFunc(c.palette.packages, func(p pack) bool { return slices.Contains(p.Colours, m) })
	})
}

// Materials are the names of all materials, sorted.
func (c *Catalogue) Materials() []string { return slices.Sorted(maps.Keys(c.palette.materials)) }
