package catalogue

import (
	"fmt"
	"hash/fnv"

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

// packOf is the package and colour of a product, the same wherever it stands.
func (p *palette) packOf(product string, kinds []string) (pack, string, bool) {
	fits := p.packs(product, kinds)
	if len(fits) == 0 {
		return pack{}, "", false
	}
	h := fnv.New32a()
	h.Write([]byte(product)) // a hash takes everything
	pick := int(mix(h.Sum32()) >> 1)
	x := fits[pick%len(fits)]
	return x, x.Colours[pick/61%len(x.Colours)], true
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
		p, colour, ok := s.palette.packOf(x.Product, f.kinds)
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

// Stocked is one board of an asset with what its planogram puts there.
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

// Stock tells what the boards of an asset hold, in their order.
func (c *Catalogue) Stock(a twin.Asset) ([]Stocked, error) {
	class, ok := c.Class(a.Class)
	if !ok {
		return nil, fmt.Errorf("asset %q: no class %q in the catalogue", a.ID, a.Class)
	}
	boards, err := class.boards(a)
	if err != nil {
		return nil, err
	}
	out := make([]Stocked, len(boards))
	for i, f := range boards {
		s := Stocked{Width: f.hi[0] - f.lo[0], Back: f.back, Height: f.lo[1]}
		for _, x := range facingsOn(a, i) {
			p, _, ok := c.palette.packOf(x.Product, f.kinds)
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
