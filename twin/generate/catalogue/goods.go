package catalogue

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// blockWidth is about how wide the facings of one product are, metres.
const blockWidth = 0.34

// blocksMax bounds the blocks of one volume: sixty metres of shelf.
const blocksMax = 200

// fill is a volume to be stocked, in the frame of its part.
type fill struct {
	lo, hi geom.Vec3
	back   bool // customers see the side at low z
	kinds  []string
	rows   int
	fill   float64
}

// read gives the volumes of a goods entry.
func (g *Goods) read(r *reader) []fill {
	var out []fill
	times := r.count(g.Repeat)
	for j := range times {
		r.scope["j"] = float64(j)
		if g.When.set() && r.num(g.When, 1) == 0 {
			continue
		}
		lo, hi := r.span(g.Volume, "volume")
		out = append(out, fill{
			lo: lo, hi: hi, back: g.Face == "-z", kinds: g.Kinds,
			rows: int(math.Max(1, r.num(g.Rows, 1))), fill: r.num(g.Fill, 1),
		})
		if r.err != nil {
			break
		}
	}
	r.scope["j"] = 0.0
	return out
}

// shelving chooses products for an asset, the same ones every time.
type shelving struct {
	asset   twin.Asset
	palette *palette
	blocks  int // stocked so far
}

// next returns the next block, not yet in its place.
func (s *shelving) next(f fill) (usual, error) {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s %d", s.asset.ID, s.blocks)
	pick := int(mix(h.Sum32()) >> 1)
	s.blocks++
	product := ""
	if n := len(s.asset.Products); n > 0 {
		product = s.asset.Products[pick%n]
	}
	fits := s.palette.packs(product, f.kinds)
	if len(fits) == 0 {
		return usual{}, fmt.Errorf("no package of the kinds %v in palette/goods.yaml", f.kinds)
	}
	k := pick / 7 % len(fits)
	u := usual{pack: fits[k], colour: pick / 61 % len(fits[k].Colours), product: product}
	if u.look = u.colour + 1; product == "" {
		u.product = u.pack.Kind
		return u, nil
	}
	for _, before := range fits[:k] {
		u.look += len(before.Colours)
	}
	return u, nil
}

// usual is how a class stocks a board of which no planogram tells.
type usual struct {
	pack    pack
	colour  int    // of those of the package
	product string // the kind of the package where the asset tells none
	look    int    // as in a Facing
	grid    grid
	at      float64 // of its low end, metres
}

// usually fills a board from left to right with blocks of one product each.
func (s *shelving) usually(f fill) ([]usual, error) {
	var out []usual
	x := f.lo[0]
	for range blocksMax {
		u, err := s.next(f)
		if err != nil {
			return nil, err
		}
		if wide := u.pack.Size[0]; f.hi[0]-x < wide && (len(out) > 0 || f.hi[0]-f.lo[0] < wide) {
			break
		}
		u.grid, u.at = u.pack.arrange(f, f.hi[0]-x), x
		out = append(out, u)
		x += u.grid.width + blockGap
	}
	return out, nil
}

// packs are the packages that a product may come in: those that have a word of
// its name, else the kind that is named so, else those of the kinds.
func (p *palette) packs(product string, kinds []string) []pack {
	var fits []pack
	for _, x := range p.packages {
		if slices.ContainsFunc(x.Words, func(w string) bool { return product != "" && strings.Contains(product, w) }) {
			fits = append(fits, x)
		}
	}
	if i := slices.IndexFunc(p.packages, func(x pack) bool { return x.Kind == product }); i >= 0 && len(fits) == 0 {
		return p.packages[i : i+1]
	}
	if len(fits) > 0 {
		return fits
	}
	for _, x := range p.packages {
		if slices.Contains(kinds, x.Kind) {
			fits = append(fits, x)
		}
	}
	return fits
}

// mix spreads the bits of a hash (finaliser of MurmurHash3).
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// stock puts on a board what the planogram of its asset does, nothing where that
// tells of other boards alone, and what its class does where there is none.
func (b *Builder) stock(parent scene.NodeID, s *shelving, f fill, board int) error {
	if s.asset.Bare || len(s.asset.Facings) > 0 {
		return b.face(parent, s, f, facingsOn(s.asset, board))
	}
	blocks, err := s.usually(f)
	if err != nil {
		return err
	}
	for _, x := range blocks {
		mesh, err := b.block(x.pack, x.grid, x.pack.Colours[x.colour])
		if err != nil {
			return err
		}
		b.putBlock(parent, f, mesh, x.grid, x.at)
	}
	return nil
}

const blockGap = 0.012 // metres between blocks

// putBlock puts a block on a board, its low end at x.
func (b *Builder) putBlock(parent scene.NodeID, f fill, mesh scene.MeshID, g grid, x float64) {
	at := geom.Vec3{x, f.lo[1], f.hi[2] - g.depth}
	turn := geom.Identity()
	if f.back {
		at = geom.Vec3{x + g.width, f.lo[1], f.lo[2] + g.depth}
		turn = mgl64.HomogRotate3DY(math.Pi)
	}
	b.scene.AddNode(scene.Node{
		Name: b.scene.Nodes[parent].Name + "/goods", Parent: parent, Mesh: mesh, Joint: scene.None, Part: "goods",
		Local: mgl64.Translate3D(at[0], at[1], at[2]).Mul4(turn),
	})
}

// grid is how the packages of one block stand.
type grid struct {
	columns, layers, rows int
	width, depth          float64
}

func (p pack) arrange(f fill, room float64) grid {
	pitch := p.Size[0] + p.Gap
	g := grid{columns: max(1, int(math.Min(blockWidth, room)/pitch)), layers: 1, rows: f.rows}
	height := (f.hi[1] - f.lo[1]) * f.fill
	g.layers = max(1, min(max(1, p.Stack), int(height/p.Size[1])))
	g.rows = max(1, min(g.rows, int((f.hi[2]-f.lo[2])/(p.Size[2]+p.Gap))))
	g.width = float64(g.columns)*pitch - p.Gap
	g.depth = float64(g.rows)*(p.Size[2]+p.Gap) - p.Gap
	return g
}

// block returns the mesh of a block: its frame starts at the lower left back
// corner, and its front faces +z.
func (b *Builder) block(p pack, g grid, colour string) (scene.MeshID, error) {
	m := newMesher()
	m.use(colour)
	m.softRims = true
	if b.coarse == 2 { // from afar a block is one package
		m.box(geom.Vec3{}, geom.Vec3{g.width, float64(g.layers) * p.Size[1], g.depth}, 0)
		return b.share("goods/"+p.Kind, m)
	}
	for row := range g.rows {
		for layer := range g.layers {
			for column := range g.columns {
				p.draw(m, geom.Vec3{
					float64(column) * (p.Size[0] + p.Gap), float64(layer) * p.Size[1], float64(row) * (p.Size[2] + p.Gap),
				})
			}
		}
	}
	return b.share("goods/"+p.Kind, m)
}

func (p pack) draw(m *mesher, at geom.Vec3) {
	w, h, d := p.Size[0], p.Size[1], p.Size[2]
	mid := at.Add(geom.Vec3{w / 2, 0, d / 2})
	r := math.Min(w, d) / 2
	switch p.Form {
	case "can":
		m.lathe(mid, "y", [][2]float64{{0, 0}, {r, 0}, {r, h}, {0, h}}, 9)
	case "bottle":
		m.lathe(mid, "y", [][2]float64{{0, 0}, {r, 0}, {r, 0.62 * h}, {0.38 * r, 0.84 * h}, {0.38 * r, h}, {0, h}}, 8)
	case "bag":
		m.box(at.Add(geom.Vec3{0, 0, 0.1 * d}), at.Add(geom.Vec3{w, h, 0.9 * d}), 0.3*d)
	case "fruit":
		m.lathe(mid, "y", [][2]float64{{0, 0}, {0.8 * r, 0.13 * h}, {r, 0.5 * h}, {0.75 * r, 0.9 * h}, {0, h}}, 7)
	default:
		m.box(at, at.Add(geom.Vec3{w, h, d}), 0)
	}
}
