package render

import (
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Places tells views where things are.
type Places struct {
	Bounds   geom.Box // of everything drawn
	Floor    geom.Box // of the largest room: floor at Min y, ceiling at Max y
	Entrance string   // entity that people come in by; "": the middle of the front
	Things   []Thing  // in the scene's order
}

// Thing is an entity that can be looked at.
type Thing struct {
	Entity string
	Box    geom.Box
	Front  geom.Vec3 // unit direction that it faces
}

// leafTall tells the leaf of a door from a drawer, metres.
const leafTall = 1.6

// PlacesOf finds the entities of a scene at rest. An empty floor is that of
// the whole scene. The entrance is the first thing with leaves that slide
// sideways.
func PlacesOf(sc *scene.Scene, floor geom.Box) Places {
	p := Places{Bounds: geom.EmptyBox(), Floor: floor}
	boxes := make([]geom.Box, len(sc.Meshes))
	for i, m := range sc.Meshes {
		boxes[i] = m.Box()
	}
	world, entities, known := sc.World(nil, nil), sc.Entities(), map[string]int{}
	for i, n := range sc.Nodes {
		if entities[i] == "" {
			if n.Mesh != scene.None && !n.Hidden {
				p.Bounds = p.Bounds.Union(boxes[n.Mesh].Transform(world[i]))
			}
			continue
		}
		k, ok := known[entities[i]]
		if !ok {
			k = len(p.Things)
			known[entities[i]] = k
			front := geom.Vec3{world[i][8], 0, world[i][10]}
			if front.Len() < 1e-6 {
				front = geom.Vec3{0, 0, 1}
			}
			p.Things = append(p.Things, Thing{Entity: entities[i], Box: geom.EmptyBox(), Front: front.Normalize()})
		}
		if n.Joint != scene.None && p.Entrance == "" {
			tall := n.Mesh != scene.None && boxes[n.Mesh].Size()[1] > leafTall
			if j := sc.Joints[n.Joint]; tall && j.Kind == scene.Prismatic && j.Axis[1]*j.Axis[1] < 0.5 {
				p.Entrance = entities[i]
			}
		}
		if n.Mesh == scene.None {
			continue
		}
		box := boxes[n.Mesh].Transform(world[i])
		p.Things[k].Box = p.Things[k].Box.Union(box)
		if !n.Hidden {
			p.Bounds = p.Bounds.Union(box)
		}
	}
	if p.Floor.Empty() || p.Floor.Size().Len() == 0 {
		p.Floor = p.Bounds
	}
	return p
}

func (p Places) thing(entity string) (Thing, bool) {
	for _, t := range p.Things {
		if t.Entity == entity && !t.Box.Empty() {
			return t, true
		}
	}
	return Thing{}, false
}

// aisleCell is the grid on which aisles are looked for, metres.
const aisleCell = 0.25

// aisle finds the longest straight strip that a person can walk along with
// things on both sides: where it begins, and along which axis it leads (0: +X,
// 2: -Z), and its length, metres.
func (p Places) aisle() (from geom.Vec3, axis int, length float64) {
	size := p.Floor.Size()
	columns, rows := min(400, int(size[0]/aisleCell)), min(400, int(size[2]/aisleCell))
	full := make([]bool, max(0, columns*rows))
	for _, t := range p.Things {
		if t.Box.Empty() || t.Box.Max[1] < p.Floor.Min[1]+1.1 || t.Box.Min[1] > p.Floor.Min[1]+1 || t.Box.Size()[0]*t.Box.Size()[2] > 30 {
			continue // too low, above heads, or a slab
		}
		for r := max(0, p.row(t.Box.Min[2])); r <= min(rows-1, p.row(t.Box.Max[2])); r++ {
			for c := max(0, p.column(t.Box.Min[0])); c <= min(columns-1, p.column(t.Box.Max[0])); c++ {
				full[r*columns+c] = true
			}
		}
	}
	at := func(c, r int) bool { return c < 0 || r < 0 || c >= columns || r >= rows || full[r*columns+c] }
	best := 0
	for _, along := range []int{2, 0} {
		lines, cells := columns, rows
		if along == 0 {
			lines, cells = rows, columns
		}
		taken := func(line, cell int) bool {
			if along == 0 {
				return at(cell, line)
			}
			return at(line, rows-1-cell) // walked from the front, which is at +Z
		}
		for line := range lines {
			run := 0
			for cell := 0; cell <= cells; cell++ {
				left, right := flank(taken, line, cell, -1), flank(taken, line, cell, 1)
				if cell < cells && !taken(line, cell) && left > 0 && right > 0 && left+right <= 13 && max(left-right, right-left) <= 1 && line-left >= 0 && line+right < lines {
					run++
					continue
				}
				if run > best {
					best = run
					middle := float64(line) + 0.5
					begin := float64(cell - run)
					axis, length = along, float64(run)*aisleCell
					from = geom.Vec3{p.Floor.Min[0] + middle*aisleCell, p.Floor.Min[1], p.Floor.Min[2] + (float64(rows)-begin)*aisleCell}
					if along == 0 {
						from = geom.Vec3{p.Floor.Min[0] + begin*aisleCell, p.Floor.Min[1], p.Floor.Min[2] + middle*aisleCell}
					}
				}
				run = 0
			}
		}
	}
	return from, axis, length
}

// flank counts the free cells to one side of a cell, up to seven; 0 when there
// is nothing within reach.
func flank(taken func(line, cell int) bool, line, cell, side int) int {
	for k := 1; k <= 7; k++ {
		if taken(line+side*k, cell) {
			return k
		}
	}
	return 0
}

func (p Places) column(x float64) int { return int((x - p.Floor.Min[0]) / aisleCell) }
func (p Places) row(z float64) int    { return int((z - p.Floor.Min[2]) / aisleCell) }
