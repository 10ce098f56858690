package gl

import (
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// tree is a bounding volume hierarchy over the things that stand still, so that
// what is out of sight is left out by the aisle rather than one by one.
type tree struct {
	limbs []limb
	order []int32 // things, each limb's next to each other
}

// limb is a box of the tree. Its two children follow each other; a leaf has
// none.
type limb struct {
	box          box32
	first, count int32 // of order
	children     int32 // 0: a leaf
}

// box32 is a box in world space, rounded outwards so that it loses nothing.
type box32 struct{ lo, hi [3]float32 }

// leafMost is the number of things that are looked at one by one.
const leafMost = 8

// roundOut is what a float32 may be off, of its size.
const roundOut = 1.2e-7

func box32Of(b geom.Box) (out box32) {
	for k := range 3 {
		out.lo[k], out.hi[k] = float32(b.Min[k]), float32(b.Max[k])
		out.lo[k] -= max(out.lo[k], -out.lo[k]) * roundOut
		out.hi[k] += max(out.hi[k], -out.hi[k]) * roundOut
	}
	return out
}

func (b *box32) join(c *box32) {
	for k := range 3 {
		b.lo[k], b.hi[k] = min(b.lo[k], c.lo[k]), max(b.hi[k], c.hi[k])
	}
}

// plant makes the tree over some of the boxes.
func plant(boxes []box32, of []int32) tree {
	t := tree{order: of}
	if len(of) > 0 {
		t.limbs = append(t.limbs, limb{count: int32(len(of))})
		t.split(boxes, 0)
	}
	return t
}

// split halves a limb at the median of the longest side, until few are left;
// halving bounds its depth.
func (t *tree) split(boxes []box32, at int) {
	l := &t.limbs[at]
	part := t.order[l.first : l.first+l.count]
	l.box = boxes[part[0]]
	mid := func(i int32, axis int) float32 { return boxes[i].lo[axis] + boxes[i].hi[axis] }
	lo, hi := [3]float32{}, [3]float32{}
	for k := range 3 {
		lo[k], hi[k] = mid(part[0], k), mid(part[0], k)
	}
	for _, i := range part {
		l.box.join(&boxes[i])
		for k := range 3 {
			lo[k], hi[k] = min(lo[k], mid(i, k)), max(hi[k], mid(i, k))
		}
	}
	if len(part) <= leafMost {
		return
	}
	axis := 0
	for k := 1; k < 3; k++ {
		if hi[k]-lo[k] > hi[axis]-lo[axis] {
			axis = k
		}
	}
	slices.SortFunc(part, func(a, b int32) int {
		switch x, y := mid(a, axis), mid(b, axis); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(a - b)
	})
	half := l.count / 2
	left := limb{first: l.first, count: half}
	right := limb{first: l.first + half, count: l.count - half}
	first := len(t.limbs)
	l.children = int32(first)
	t.limbs = append(t.limbs, left, right)
	t.split(boxes, first)
	t.split(boxes, first+1)
}
