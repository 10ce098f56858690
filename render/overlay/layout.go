package overlay

import (
	"math"
	"slices"
)

// Rect is an upright rectangle of a picture, pixels from its top left.
type Rect struct{ X, Y, Width, Height float64 }

// Overlaps tells whether two rectangles share more than an edge.
func (r Rect) Overlaps(o Rect) bool {
	return r.X < o.X+o.Width && o.X < r.X+r.Width && r.Y < o.Y+o.Height && o.Y < r.Y+r.Height
}

// Card is a label to be placed: where its anchor is seen, how large it is.
type Card struct {
	AnchorX, AnchorY float64
	Width, Height    float64
	Priority         float64
	Behind           bool // the anchor is not in front of the camera: not shown
}

// Layout places cards. Its slices are kept from one picture to the next.
type Layout struct {
	Spots []Rect // by card; zero width: there was no room
	order []int
	taken []Rect
}

// ring is where a card's middle is tried, in turns about its anchor: above
// first, where a card hides least.
var ring = [...]float64{-90, -60, -120, -30, -150, 0, 180, 30, 150, 60, 120, 90}

// beside is how far outside a picture an anchor may lie for its card to be
// shown at the rim, in parts of the picture.
const beside = 0.2

// Place finds a spot for each card inside a picture so that no two overlap and
// none covers an occupied rectangle or, where that can be had, an anchor.
// Cards of higher priority choose first, at equal priority in their order. Gap
// is the least distance between them, and reach the usual length of a leader.
func (l *Layout) Place(cards []Card, occupied []Rect, width, height, gap, reach float64) {
	l.Spots, l.order = l.Spots[:0], l.order[:0]
	for i := range cards {
		l.Spots = append(l.Spots, Rect{})
		l.order = append(l.order, i)
	}
	slices.SortStableFunc(l.order, func(a, b int) int {
		switch {
		case cards[a].Priority > cards[b].Priority:
			return -1
		case cards[a].Priority < cards[b].Priority:
			return 1
		}
		return 0
	})
	l.taken = append(l.taken[:0], occupied...)
	for _, i := range l.order {
		c := &cards[i]
		if c.Behind || c.AnchorX < -beside*width || c.AnchorY < -beside*height || c.AnchorX > (1+beside)*width || c.AnchorY > (1+beside)*height {
			continue
		}
		if spot, ok := l.find(cards, i, width, height, gap, reach); ok {
			l.Spots[i] = spot
			l.taken = append(l.taken, spot)
		}
	}
}

// find tries rings of growing size about the anchor.
func (l *Layout) find(cards []Card, own int, width, height, gap, reach float64) (Rect, bool) {
	c := &cards[own]
	if c.Width+2*gap > width || c.Height+2*gap > height {
		return Rect{}, false
	}
	const rings = 9
	for k := range rings {
		lead := reach * (1 + 0.9*float64(k))
		for _, degrees := range ring {
			s, cs := math.Sincos(degrees * math.Pi / 180)
			r := Rect{
				X: c.AnchorX + cs*(lead+c.Width/2) - c.Width/2, Y: c.AnchorY + s*(lead+c.Height/2) - c.Height/2,
				Width: c.Width, Height: c.Height,
			}
			r.X = math.Min(math.Max(r.X, gap), width-gap-r.Width)
			r.Y = math.Min(math.Max(r.Y, gap), height-gap-r.Height)
			if k < rings-2 && coversAnchor(cards, r, gap) {
				continue // rather far away than over what another card speaks of
			}
			if l.free(r, gap) {
				return r, true
			}
		}
	}
	return Rect{}, false
}

// coversAnchor tells whether a rectangle hides the anchor of any card.
func coversAnchor(cards []Card, r Rect, gap float64) bool {
	for i := range cards {
		x, y := cards[i].AnchorX, cards[i].AnchorY
		if !cards[i].Behind && x > r.X-gap && x < r.X+r.Width+gap && y > r.Y-gap && y < r.Y+r.Height+gap {
			return true
		}
	}
	return false
}

func (l *Layout) free(r Rect, gap float64) bool {
	wide := Rect{r.X - gap, r.Y - gap, r.Width + 2*gap, r.Height + 2*gap}
	for _, t := range l.taken {
		if wide.Overlaps(t) {
			return false
		}
	}
	return true
}
