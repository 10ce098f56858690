package catalogue

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

func facingsOn(a twin.Asset, board int) []twin.Facing {
	var out []twin.Facing
	for _, f := range a.Facings {
		if f.Board == board {
			out = append(out, f)
		}
	}
	return out
}

// packOf is the package and colour of a facing: those of its product's name are the
// same wherever it stands.
func (p *palette) packOf(x twin.Facing, kinds []string) (pack, string, bool) {
	fits := p.packs(x.Product, kinds)
	if len(fits) == 0 {
		return pack{}, "", false
	}
	looks := 0
	for _, f := range fits {
		looks += len(f.Colours)
	}
	if x.Look > 0 {
		at := (x.Look - 1) % looks
		for _, f := range fits {
			if at < len(f.Colours) {
				return f, f.Colours[at], true
			}
			at -= len(f.Colours)
		}
	}
	h := fnv.New32a()
	h.Write([]byte(x.Product)) // a hash takes everything
	pick := int(mix(h.Sum32()) >> 1)
	f := fits[pick%len(fits)]
	return f, f.Colours[pick/61%len(f.Colours)], true
}

// faced is how so many packages of a product stand beside each other on a board.
func (p pack) faced(f fill, count int) grid {
	g := p.arrange(f, p.Size[0]+p.Gap)
	g.columns = count
	g.width = float64(count)*(p.Size[0]+p.Gap) - p.Gap
	return g
}

// face stocks a board as its planogram says, from left to right as customers see
// it. What does not fit is left out; Stock tells of it.
func (b *Builder) face(parent scene.NodeID, s *shelving, f fill, placed []twin.Facing) error {
	at := 0.0
	for _, x := range placed {
		p, colour, ok := s.palette.packOf(x, f.kinds)
		if !ok {
			return fmt.Errorf("no package of the kinds %v in palette/goods.yaml", f.kinds)
		}
		g := p.faced(f, x.Count)
		if at+g.width > f.hi[0]-f.lo[0]+1e-9 {
			return nil
		}
		mesh, err := b.block(p, g, colour)
		if err != nil {
			return err
		}
		from := f.lo[0] + at
		if f.back { // their left is our right
			from = f.hi[0] - at - g.width
		}
		b.putBlock(parent, f, mesh, g, from)
		at += g.width + blockGap
	}
	return nil
}

// Stocked is one board of an asset with what stands there.
type Stocked struct {
	Width   float64 // metres
	Used    float64 // of it
	Back    bool    // customers see the side at low z
	Height  float64 // of the board over the floor of the asset, metres
	Facings []StockedFacing
}

// StockedFacing is a facing with what it holds.
type StockedFacing struct {
	twin.Facing
	Width    float64 // metres
	Capacity int     // packages: beside, above and behind each other
	Fits     bool    // on the board, after those before it
}

// boardsOf are the boards that the class of an asset has.
func (c *Catalogue) boardsOf(a twin.Asset) ([]fill, error) {
	class, ok := c.Class(a.Class)
	if !ok {
		return nil, fmt.Errorf("asset %q: no class %q in the catalogue", a.ID, a.Class)
	}
	return class.boards(a)
}

// Planogram is that of an asset; of one that has none, how its class stocks it, so
// that the same stands side by side once it is the asset's own; at a back all of it
// moves to its left end.
func (c *Catalogue) Planogram(a twin.Asset) ([]twin.Facing, error) {
	if a.Bare || len(a.Facings) > 0 {
		return a.Facings, nil
	}
	boards, err := c.boardsOf(a)
	if err != nil {
		return nil, err
	}
	var out []twin.Facing
	s := shelving{asset: a, palette: &c.palette}
	for i, f := range boards {
		blocks, err := s.usually(f)
		if err != nil {
			return nil, fmt.Errorf("asset %q: %w", a.ID, err)
		}
		if f.back { // their left is our right
			slices.Reverse(blocks)
		}
		for _, x := range blocks {
			out = append(out, twin.Facing{Board: i, Product: x.product, Count: x.grid.columns, Look: x.look})
		}
	}
	return out, nil
}

// Stock tells what the boards of an asset hold, in their order: what its planogram
// puts there, or its class.
func (c *Catalogue) Stock(a twin.Asset) ([]Stocked, error) {
	boards, err := c.boardsOf(a)
	if err != nil {
		return nil, err
	}
	if a.Facings, err = c.Planogram(a); err != nil {
		return nil, err
	}
	out := make([]Stocked, len(boards))
	for i, f := range boards {
		s := Stocked{Width: f.hi[0] - f.lo[0], Back: f.back, Height: f.lo[1]}
		for _, x := range facingsOn(a, i) {
			p, _, ok := c.palette.packOf(x, f.kinds)
			if !ok {
				continue
			}
			g := p.faced(f, x.Count)
			behind := max(1, int((f.hi[2]-f.lo[2])/(p.Size[2]+p.Gap)))
			end := s.Used + g.width
			s.Facings = append(s.Facings, StockedFacing{x, g.width, x.Count * g.layers * behind, end <= s.Width+1e-9})
			s.Used = end + blockGap
		}
		s.Used = max(0, s.Used-blockGap)
		out[i] = s
	}
	return out, nil
}
