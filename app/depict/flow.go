package depict

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	flowCell    = 0.5             // metres of one cell
	flowSpacing = 0.55            // metres between streamlines: about a person's width
	flowVisits  = 6.0             // half cells walked about a cell from which on its mean says something: twice through it
	flowWalked  = 100.0           // metres walked on the whole floor, likewise
	flowRenewed = 5 * time.Second // of plant time, after which the lines are drawn anew
	flowSide    = 400             // cells along a side at most
	walkFast    = 3.0             // m/s beyond which two positions are not one person's
	walkGap     = 5 * time.Second // between samples beyond which nobody is followed
	flowHigh    = 1.4             // m/s at the end of the palette: people's usual speed in the open (Weidmann 1993)
)

// walked keeps the flow that was drawn last: views come oftener than ways change.
type walked struct {
	mu     sync.Mutex
	newest time.Time
	count  int
	lines  []overlay.Streamline
}

// flow is how people walked of late. Too few steps are no flow.
func (d *Depicter) flow(v app.View, words Words) (overlay.Flow, bool) {
	if len(v.Walked) == 0 {
		return overlay.Flow{}, false
	}
	newest := v.Walked[len(v.Walked)-1].At
	w := &d.walked
	w.mu.Lock()
	defer w.mu.Unlock()
	if since := newest.Sub(w.newest); since.Abs() >= flowRenewed || (w.count == 0) != (len(v.Walked) == 0) {
		w.newest, w.count, w.lines = newest, len(v.Walked), nil
		if field, ok := d.walks(v.Walked); ok {
			w.lines = field.Streamlines(flowSpacing)
		}
	}
	title, note := words.PeopleFlow()
	return overlay.Flow{Title: title, Unit: "m/s", Note: note, High: flowHigh, Lines: w.lines}, len(w.lines) > 0
}

// walks is the mean velocity of the people who were seen about each cell. Who
// is who from one sample to the next is told by who is nearest, for positions
// carry no names.
func (d *Depicter) walks(samples []twin.Sample) (overlay.Field, bool) {
	area := d.rooms()
	if area.Empty() {
		return overlay.Field{}, false
	}
	size := area.Size()
	columns, rows := int(math.Ceil(size[0]/flowCell)), int(math.Ceil(size[2]/flowCell))
	if columns < 1 || rows < 1 || columns > flowSide || rows > flowSide {
		return overlay.Field{}, false
	}
	sum, visits := make([]geom.Vec2, columns*rows), make([]float64, columns*rows)
	walkedM := 0.0
	for i := 1; i < len(samples); i++ {
		a, b := &samples[i-1], &samples[i]
		gap := b.At.Sub(a.At)
		if a.Signal != b.Signal || gap <= 0 || gap > walkGap || a.Quality == twin.Bad || b.Quality == twin.Bad {
			continue
		}
		pairs(a.Vector, b.Vector, walkFast*gap.Seconds(), func(before, after int) {
			from, to := placed(a.Vector, before), placed(b.Vector, after)
			step := to.Sub(from)
			if step.Len() < 0.1*gap.Seconds() {
				return // who stands before a shelf makes no way
			}
			walkedM += step.Len()
			n := math.Ceil(step.Len() / (flowCell / 2)) // samples are seconds apart: it came through what lies between
			for k := range int(n) {
				at := from.Add(step.Mul((float64(k) + 0.5) / n))
				c, r := int(math.Floor((at[0]-area.Min[0])/flowCell)), int(math.Floor((at[1]-area.Min[2])/flowCell))
				if c >= 0 && r >= 0 && c < columns && r < rows {
					sum[r*columns+c] = sum[r*columns+c].Add(step.Mul(1 / gap.Seconds()))
					visits[r*columns+c]++
				}
			}
		})
	}
	if walkedM < flowWalked {
		return overlay.Field{}, false
	}
	f := overlay.Field{
		Min: geom.Vec2{area.Min[0], area.Min[2]}, Max: geom.Vec2{area.Min[0] + float64(columns)*flowCell, area.Min[2] + float64(rows)*flowCell},
		Y: area.Min[1] + aboveFloor, Columns: columns, Velocity: make([]geom.Vec2, columns*rows),
	}
	stands := d.standing(area)
	for i := range f.Velocity {
		f.Velocity[i] = geom.Vec2{math.NaN(), math.NaN()}
		x, z := area.Min[0]+(float64(i%columns)+0.5)*flowCell, area.Min[2]+(float64(i/columns)+0.5)*flowCell
		if visits[i] == 0 || slices.ContainsFunc(stands, func(b geom.Box) bool {
			return x > b.Min[0] && x < b.Max[0] && z > b.Min[2] && z < b.Max[2]
		}) {
			continue
		}
		total, weight := geom.Vec2{}, 0.0 // with its neighbours, by halves
		for k := range 9 {
			c, r := i%columns+k%3-1, i/columns+k/3-1
			if c < 0 || r < 0 || c >= columns || r >= rows {
				continue
			}
			w := [3]float64{0.5, 1, 0.5}[k%3] * [3]float64{0.5, 1, 0.5}[k/3]
			total, weight = total.Add(sum[r*columns+c].Mul(w)), weight+w*visits[r*columns+c]
		}
		if weight >= flowVisits {
			f.Velocity[i] = total.Mul(1 / weight)
		}
	}
	return f, true
}

// placed is the place of a person of a sample.
func placed(vector []float64, i int) geom.Vec2 { return geom.Vec2{vector[2*i], vector[2*i+1]} }

// pairs tells of each person of a sample which one they were in the one before:
// at the nearest place that nobody else came from, within a reach.
func pairs(before, after []float64, reach float64, tell func(before, after int)) {
	const most = 512
	left := make([]bool, min(most, len(before)/2))
	for i := range min(most, len(after)/2) {
		to, best, least := geom.Vec2{after[2*i], after[2*i+1]}, -1, reach
		for k := range left {
			if d := to.Sub(geom.Vec2{before[2*k], before[2*k+1]}).Len(); !left[k] && d < least {
				best, least = k, d
			}
		}
		if best >= 0 {
			left[best] = true
			tell(best, i)
		}
	}
}

// standing are the boxes of the things that nobody walks through.
func (d *Depicter) standing(area geom.Box) (list []geom.Box) {
	const low, high, wide = 0.3, 0.7, 8 // metres; what is wider than this is no thing but a building
	for _, a := range d.site.Assets {
		b, ok := d.places.of(string(a.ID), "")
		if ok && b.Min[1] < area.Min[1]+low && b.Max[1] > area.Min[1]+high && math.Max(b.Size()[0], b.Size()[2]) < wide && b.Size()[0]*b.Size()[2] > flowCell*flowCell {
			list = append(list, b)
		}
	}
	return list
}

// rooms is the rectangle of all rooms, flat, on the lowest of their floors.
func (d *Depicter) rooms() geom.Box {
	area := geom.EmptyBox()
	for _, z := range d.site.Zones {
		if z.Kind != "room" {
			continue
		}
		for _, p := range z.Outline {
			area = area.Add(geom.Vec3{p[0], z.FloorY, p[1]})
		}
	}
	return area
}
