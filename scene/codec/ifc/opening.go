package ifc

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// How doors and windows open: IfcDoorTypeOperationEnum and
// IfcWindowPanelOperationEnum of IFC4 ADD2 TC1. Left and right are as seen along
// +y of the placement, towards which a leaf opens unless its lining stands in
// the way. A joint at zero is shut; what opens it counts up.

// How far leaves go, radians and metres.
const (
	swingMost = math.Pi / 2
	foldMost  = 1.4  // of the first leaf, against its shut place
	topMost   = 0.8  // of a window hung at its top
	tiltMost  = 0.16 // of a window tilted in
	pivotMost = 1.2
	slideMost = 0.95 // of the width or height of a leaf
	guessWide = 1.4  // no leaf wider swings unless the file says so
	beyond    = 0.001
)

// hung is a leaf with how it moves, in the frame of its element, +Z up.
type hung struct {
	leaf
	part   string
	joints []scene.Joint // the later ones move with the earlier
	on     int           // the hung that carries it, or -1
	ratio  float64       // to the joint of the one that carries it; 0: it moves by itself
	guess  bool
}

// opening finds what of a door or window moves, and how; none when nothing does
// or nothing that moves can be told apart. Then bodies that consist of several
// come back as these.
func (r *reader) opening(p product, el *Element, groups []group) ([]hung, []group) {
	door := isA(p.kind, "IFCDOOR")
	panels := r.panels(p.id, el.TypeOf)
	if !door && !isA(p.kind, "IFCWINDOW") || !door && len(panels) == 0 {
		return nil, groups
	}
	pieces := singly(groups)
	all := r.plates(pieces)
	o := opener{op: el.Operation, panels: panels, whole: geom.EmptyBox()}
	for _, p := range all {
		o.whole = o.whole.Union(p.box)
	}
	if o.whole.Empty() {
		return nil, groups
	}
	high := o.whole.Size()[2]
	switch {
	case !door:
		o.leaves, o.rest = leaves(all, sashWide, sashWide, sashThick)
		o.window()
	case o.op == "REVOLVING":
		o.revolve(all)
	case o.op == "ROLLINGUP":
		o.leaves, o.rest = leaves(all, o.whole.Size()[0]/2, high/50, sashThick)
		o.roll()
	default:
		o.leaves, o.rest = leaves(all, leafWide, leafHigh*high, leafThick)
		o.door()
	}
	if len(o.out) == 0 {
		return nil, groups
	}
	o.name(door)
	return o.out, pieces
}

// panel is what the file says of one leaf.
type panel struct{ operation, position string }

// panels reads the panel properties of an element and of its type.
func (r *reader) panels(id, typeID int) []panel {
	var out []panel
	sets := r.sets[id]
	if typeID != 0 {
		sets = append(sets[:len(sets):len(sets)], r.get(typeID).refs(5)...)
	}
	for _, set := range sets {
		switch e := r.get(set); e.kind {
		case "IFCDOORPANELPROPERTIES": // …, PanelDepth 4, PanelOperation, PanelWidth, PanelPosition
			out = append(out, panel{r.word(e.enum(5)), r.word(e.enum(7))})
		case "IFCWINDOWPANELPROPERTIES": // …, OperationType 4, PanelPosition
			out = append(out, panel{r.word(e.enum(4)), r.word(e.enum(5))})
		}
	}
	r.problem = nil // a set that cannot be read leaves the leaf shut
	return out
}

// opener hangs the leaves of one element.
type opener struct {
	op          string
	panels      []panel
	whole, rest geom.Box
	leaves      []leaf
	out         []hung
}

func (o *opener) hang(l leaf, joints ...scene.Joint) *hung {
	o.out = append(o.out, hung{leaf: l, joints: joints, on: -1})
	return &o.out[len(o.out)-1]
}

// name gives each hung leaf its part, from the left to the right.
func (o *opener) name(door bool) {
	word := "leaf"
	if !door {
		word = "sash"
		slices.SortStableFunc(o.out, func(a, b hung) int { return cmp.Compare(a.core.Center()[0], b.core.Center()[0]) })
	}
	for i := range o.out {
		o.out[i].part = word
		if len(o.out) > 1 {
			o.out[i].part = word + "-" + strconv.Itoa(i+1)
		}
	}
}

// sides of a leaf.
const (
	left  = -1.0
	right = 1.0
)

// way is where a leaf opens to along y: +1 as the standard has it, unless the
// leaf lies before its lining on the other side.
func (o *opener) way(l leaf) float64 {
	if !o.rest.Empty() && l.core.Min[1] < o.rest.Min[1]-beyond && l.core.Max[1] < o.rest.Max[1]-beyond {
		return -1
	}
	return 1
}

// swing turns a leaf about an upright edge, towards way.
func swing(l leaf, side, way, least, most float64) scene.Joint {
	pin := geom.Vec3{l.core.Min[0], l.core.Max[1], 0}
	if side == right {
		pin[0] = l.core.Max[0]
	}
	if way < 0 {
		pin[1] = l.core.Min[1]
	}
	if least < 0 { // it swings to both sides
		pin[1] = l.core.Center()[1]
	}
	return scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, 0, -side * way}, Origin: pin, Min: least, Max: most}
}

// main is the leaf of a door that has one that moves: the widest, of several as
// wide that on the side of its hinges.
func (o *opener) main(side float64) (leaf, bool) {
	best := -1
	for i := range o.leaves {
		k := i
		if side == right {
			k = len(o.leaves) - 1 - i
		}
		if best < 0 || o.leaves[k].core.Size()[0] > o.leaves[best].core.Size()[0]+edgeReach {
			best = k
		}
	}
	if best < 0 {
		return leaf{}, false
	}
	return o.leaves[best], true
}

func (o *opener) door() {
	side := right
	if strings.HasSuffix(o.op, "_LEFT") {
		side = left
	}
	one, ok := o.main(side)
	if !ok {
		return
	}
	first, last := o.leaves[0], o.leaves[len(o.leaves)-1]
	two := len(o.leaves) > 1
	switch o.op {
	case "SINGLE_SWING_LEFT", "SINGLE_SWING_RIGHT":
		o.hang(one, swing(one, side, o.way(one), 0, swingMost))
	case "SWING_FIXED_LEFT", "SWING_FIXED_RIGHT":
		if two {
			one = o.swinging(side)
		}
		o.hang(one, swing(one, side, o.way(one), 0, swingMost))
	case "DOUBLE_SWING_LEFT", "DOUBLE_SWING_RIGHT":
		o.hang(one, swing(one, side, 1, -swingMost, swingMost))
	case "DOUBLE_DOOR_SINGLE_SWING":
		if two {
			o.hang(first, swing(first, left, o.way(first), 0, swingMost))
			o.hang(last, swing(last, right, o.way(last), 0, swingMost))
		}
	case "DOUBLE_DOOR_SINGLE_SWING_OPPOSITE_LEFT", "DOUBLE_DOOR_SINGLE_SWING_OPPOSITE_RIGHT":
		if two { // both open to one hand: that of the other side as seen from there
			o.hang(first, swing(first, left, -side, 0, swingMost))
			o.hang(last, swing(last, right, side, 0, swingMost))
		}
	case "DOUBLE_DOOR_DOUBLE_SWING":
		if two {
			o.hang(first, swing(first, left, 1, -swingMost, swingMost))
			o.hang(last, swing(last, right, 1, -swingMost, swingMost))
		}
	case "SLIDING_TO_LEFT", "SLIDING_TO_RIGHT":
		o.slide(one, side)
	case "DOUBLE_DOOR_SLIDING":
		if two {
			o.slide(first, left)
			o.slide(last, right)
		}
	case "FOLDING_TO_LEFT", "FOLDING_TO_RIGHT":
		o.fold(o.leaves, side)
	case "DOUBLE_DOOR_FOLDING":
		half := len(o.leaves) / 2
		o.fold(o.leaves[:half], left)
		o.fold(o.leaves[len(o.leaves)-half:], right)
	case "":
		o.guess()
	}
}

// swinging is the leaf of a door with a fixed one besides.
func (o *opener) swinging(side float64) leaf {
	first, last := o.leaves[0], o.leaves[len(o.leaves)-1]
	for _, p := range o.panels {
		if p.operation == "SWINGING" && p.position == "LEFT" {
			return first
		}
		if p.operation == "SWINGING" && p.position == "RIGHT" {
			return last
		}
	}
	if side == left {
		return first
	}
	return last
}

// slide moves a leaf along the wall, or over its neighbour when the lining
// holds it in.
func (o *opener) slide(l leaf, side float64) {
	most := slideMost * l.core.Size()[0]
	if o.rest.Min[1] < l.core.Max[1]-beyond && l.core.Min[1] < o.rest.Max[1]-beyond && o.rest.Min[0] < l.core.Min[0] && l.core.Max[0] < o.rest.Max[0] && len(o.leaves) > 1 {
		side = -side
		for i, other := range o.leaves {
			if other.core == l.core {
				next := o.leaves[max(0, min(len(o.leaves)-1, i+int(side)))]
				most = math.Abs(next.core.Center()[0] - l.core.Center()[0])
			}
		}
	}
	if most > beyond {
		o.hang(l, scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{side, 0, 0}, Max: most})
	}
}

// fold hangs each leaf on the one before it, from the side that it folds to.
func (o *opener) fold(list []leaf, side float64) {
	if len(list) < 2 {
		return
	}
	for i := range list {
		l, way := list[i], 1.0
		if side == right {
			l = list[len(list)-1-i]
		}
		if i%2 == 1 {
			way = -1
		}
		j := swing(l, side, way, 0, 2*foldMost)
		if i == 0 {
			j.Max = foldMost
		}
		h := o.hang(l, j)
		if i > 0 {
			h.on, h.ratio = len(o.out)-2, 2
			if i > 1 {
				h.ratio = 1
			}
		}
	}
}

// roll moves a curtain up.
func (o *opener) roll() {
	if len(o.leaves) == 0 {
		return
	}
	all := leaf{core: geom.EmptyBox()}
	for _, l := range o.leaves {
		all.core = all.core.Union(l.core)
		all.plates = append(all.plates, l.plates...)
	}
	o.hang(all, scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{0, 0, 1}, Max: slideMost * all.core.Size()[2]})
}

func (o *opener) revolve(all []plate) {
	if l, ok := rotor(all); ok {
		o.hang(l, scene.Joint{Kind: scene.Continuous, Axis: geom.Vec3{0, 0, 1}, Origin: o.whole.Center()})
	}
}

// guess hangs a door of which the file does not say how it opens: its hinges
// are across from its handle.
func (o *opener) guess() {
	for _, l := range o.leaves {
		if l.core.Size()[0] > guessWide {
			return
		}
	}
	for _, p := range o.panels {
		if p.operation != "SWINGING" && p.operation != "NOTDEFINED" && p.operation != "" {
			return
		}
	}
	first, last := o.leaves[0], o.leaves[len(o.leaves)-1]
	switch len(o.leaves) {
	case 1:
		o.hang(first, swing(first, hinges(first), o.way(first), 0, swingMost)).guess = true
	case 2:
		o.hang(first, swing(first, left, o.way(first), 0, swingMost)).guess = true
		o.hang(last, swing(last, right, o.way(last), 0, swingMost)).guess = true
	}
}

// hinges is the side of a leaf across from what is fastened to it at one edge.
func hinges(l leaf) float64 {
	const small, aside = 0.25, 0.15 // metres, and of the width
	sum, n := 0.0, 0.0
	for _, p := range l.plates {
		if d := p.box.Size(); max(d[0], d[2]) < small {
			sum += p.box.Center()[0]
			n++
		}
	}
	if n > 0 && sum/n-l.core.Center()[0] < -aside*l.core.Size()[0] {
		return right
	}
	return left
}

// window hangs the sashes of which the file says how they open.
func (o *opener) window() {
	for _, p := range o.panels {
		l, ok := o.at(p.position)
		if !ok {
			continue
		}
		way, mid := o.way(l), l.core.Center()
		foot := geom.Vec3{mid[0], l.core.Max[1], l.core.Min[2]}
		if way < 0 {
			foot[1] = l.core.Min[1]
		}
		top := foot
		top[2] = l.core.Max[2]
		level := func(at geom.Vec3, sign, most float64) scene.Joint {
			return scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{sign * way, 0, 0}, Origin: at, Max: most}
		}
		switch p.operation {
		case "SIDEHUNGLEFTHAND":
			o.hang(l, swing(l, left, way, 0, swingMost))
		case "SIDEHUNGRIGHTHAND":
			o.hang(l, swing(l, right, way, 0, swingMost))
		case "TILTANDTURNLEFTHAND":
			o.hang(l, swing(l, left, way, 0, swingMost), level(foot, -1, tiltMost))
		case "TILTANDTURNRIGHTHAND":
			o.hang(l, swing(l, right, way, 0, swingMost), level(foot, -1, tiltMost))
		case "TOPHUNG":
			o.hang(l, level(top, 1, topMost))
		case "BOTTOMHUNG":
			o.hang(l, level(foot, -1, topMost))
		case "PIVOTHORIZONTAL":
			o.hang(l, level(mid, 1, pivotMost))
		case "PIVOTVERTICAL":
			o.hang(l, scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, 0, 1}, Origin: mid, Max: swingMost})
		case "SLIDINGHORIZONTAL":
			side := right
			if mid[0] > o.whole.Center()[0] {
				side = left
			}
			o.hang(l, scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{side, 0, 0}, Max: slideMost * l.core.Size()[0]})
		case "SLIDINGVERTICAL":
			o.hang(l, scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{0, 0, 1}, Max: slideMost * l.core.Size()[2]})
		}
	}
}

// at is the sash at a position that no joint holds yet.
func (o *opener) at(position string) (leaf, bool) {
	axis, sign := 0, 0.0
	switch position {
	case "LEFT":
		sign = -1
	case "RIGHT":
		sign = 1
	case "BOTTOM":
		axis, sign = 2, -1
	case "TOP":
		axis, sign = 2, 1
	}
	best, most := -1, math.Inf(-1)
	for i, l := range o.leaves {
		taken := false
		for _, h := range o.out {
			taken = taken || h.core == l.core
		}
		away := sign * l.core.Center()[axis]
		if sign == 0 {
			away = -l.core.Center().Sub(o.whole.Center()).Len()
		}
		if !taken && away > most {
			best, most = i, away
		}
	}
	if best < 0 {
		return leaf{}, false
	}
	return o.leaves[best], true
}
