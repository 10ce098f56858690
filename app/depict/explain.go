package depict

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Colours of the diverging scale and of states, linear; blue and orange keep
// apart for the colour-blind.
var (
	speaksFor     = overlay.RGBA{0.90, 0.22, 0.03, 1}
	speaksAgainst = overlay.RGBA{0.05, 0.25, 0.80, 1}
	mended        = overlay.RGBA{0.03, 0.45, 0.30, 1}
	waiting       = overlay.RGBA{0.95, 0.55, 0.05, 1}
)

// shareMin is the least part of all attribution that is worth an arrow.
const shareMin = 0.08

// partShare is how much of an explanation a component carries.
type partShare struct {
	part  string
	share float64         // signed, of the sum of magnitudes: -1..1
	most  xai.Attribution // that carries most of it
}

// explain marks a case on its asset: heat on the parts by their share in the
// explanation, arrows from the cause to what it acts on, and a card. The arrows
// are returned, for their order depends on those of other cases.
func (d *Depicter) explain(c app.Case, v app.View, words Words, set *overlay.Set) []timed {
	entity := string(c.Situation.Asset)
	box, ok := d.places.of(entity, "")
	if at := c.Situation.Place; at != nil {
		box, ok = d.over(at.Outline)
	}
	if !ok {
		return nil
	}
	set.Labels = append(set.Labels, d.card(c, v, box, words))
	if c.Outcome != nil && c.Outcome.Result == twin.Verified {
		return nil // the cause is gone: to glow on would say that it lasts
	}
	if c.Situation.Place != nil {
		set.Heatmaps = append(set.Heatmaps, marked(box))
		return nil // what sees it is no part of it
	}
	shares := d.shares(c.Explanation)
	for _, s := range shares {
		if !d.places.hasPart(entity, s.part) {
			continue
		}
		color := speaksFor
		if s.share < 0 {
			color = speaksAgainst
		}
		strength := float32(math.Min(1, math.Abs(s.share)*1.6))
		color[3] = 0.25 + 0.65*strength
		set.Tints = append(set.Tints, overlay.Tint{Entity: entity, Part: s.part, Color: color, Glow: 0.25 * strength})
	}
	return append(d.arrows(c, shares, words), d.led(c, words)...)
}

// overFront is the point over the front of a machine.
func (d *Depicter) overFront(id twin.AssetID, box geom.Box) geom.Vec3 {
	p := inFront(box, box, d.front(id))
	p[1] = box.Max[1] + ledHigh
	return p
}

// ledWide makes arrows from machine to machine as well seen across a hall as those
// between the parts of one are on it.
const ledWide = 2

// ledHigh is how far above a machine they begin and end, metres: inside of what stands
// close to it nobody sees them.
const ledHigh = 0.35

// ledApart is how far the beginnings of arrows from one machine are from each other,
// the longest the highest, metres: a row of machines would have them in one band.
const ledApart = 0.16

// led are the arrows of a causal graph from machine to machine, as wide as the one acts
// on the other, in the colour of whether it raises or lowers it. Each begins to show
// when its delay has passed.
func (d *Depicter) led(c app.Case, words Words) (list []timed) {
	if c.Second == nil || c.Second.Began == nil {
		return nil
	}
	arrows := slices.Clone(c.Second.Began.Arrows)
	long := func(l app.Led) float64 {
		from, _ := d.places.of(string(l.From), "")
		to, _ := d.places.of(string(l.To), "")
		return to.Center().Sub(from.Center()).Len()
	}
	slices.SortStableFunc(arrows, func(a, b app.Led) int { return cmp.Compare(long(a), long(b)) })
	leave := map[twin.AssetID]float64{}
	for _, l := range arrows {
		from, ok := d.places.of(string(l.From), "")
		to, there := d.places.of(string(l.To), "")
		if !ok || !there {
			continue
		}
		color := speaksFor
		if l.Strength < 0 {
			color = speaksAgainst
		}
		start := d.overFront(l.From, from)
		start[1] += leave[l.From] * ledApart
		leave[l.From]++
		a := overlay.Arrow{
			From: start, To: d.overFront(l.To, to), Strength: math.Min(1, 0.25+math.Abs(l.Strength)), Wide: ledWide, Color: color, Of: [2]string{string(l.Of[0]), string(l.Of[1])},
			Entity: string(c.Situation.Asset), Says: words.LedArrow(d.site, l),
		}
		list = append(list, timed{d.routed(a, d.ceiling(l.From)), c.Situation.Onset.Add(l.Delay), c.Situation.Detected})
	}
	return list
}

// placeHigh is how high the air over a place is taken to be a part of it, metres:
// its card stands above people's heads.
const placeHigh = 1.8

// over is the box over a stretch of floor; false when it has no corners.
func (d *Depicter) over(outline []geom.Vec2) (geom.Box, bool) {
	if len(outline) < 3 {
		return geom.Box{}, false
	}
	flat := geom.EmptyBox()
	for _, p := range outline {
		at := geom.Vec3{p[0], 0, p[1]}
		flat = flat.Union(geom.Box{Min: at, Max: at})
	}
	middle := flat.Center()
	floor := 0.0
	for _, z := range d.site.Zones {
		if z.Kind == "room" && within(z.Outline, middle[0], middle[2]) {
			floor = z.FloorY
			break
		}
	}
	flat.Min[1], flat.Max[1] = floor, floor+placeHigh
	return flat, true
}

// marked is the floor under a place.
func marked(place geom.Box) overlay.Heatmap {
	return overlay.Heatmap{
		Min: geom.Vec2{place.Min[0], place.Min[2]}, Max: geom.Vec2{place.Max[0], place.Max[2]}, Y: place.Min[1] + 0.02,
		Columns: 1, Values: []float64{1}, Low: -1, High: 1, Palette: overlay.Diverging, Opacity: 0.85,
	}
}

// shares sums the attributions over the components that their features
// measure, as parts of the sum of all magnitudes, the largest first.
func (d *Depicter) shares(x *xai.Explanation) []partShare {
	if x == nil || x.Abstained {
		return nil
	}
	sum, most, total := map[string]float64{}, map[string]xai.Attribution{}, 0.0
	for _, a := range x.Attributions {
		if part := d.partOf(a.Feature); part != "" {
			sum[part] += a.Share
			if math.Abs(a.Share) > math.Abs(most[part].Share) {
				most[part] = a
			}
		}
		total += math.Abs(a.Share)
	}
	if total == 0 {
		return nil
	}
	out := make([]partShare, 0, len(sum))
	for part, share := range sum {
		out = append(out, partShare{part, share / total, most[part]})
	}
	sort.Slice(out, func(i, k int) bool {
		a, b := math.Abs(out[i].share), math.Abs(out[k].share)
		return a > b || a == b && out[i].part < out[k].part
	})
	return out
}

// arrows lead from the component at fault to those in which its effect was
// seen; their width is the share of the evidence there, their colour whether the
// cause raised or lowered it.
func (d *Depicter) arrows(c app.Case, shares []partShare, words Words) (list []timed) {
	if c.Diagnosis == nil || c.Diagnosis.Abstained || len(c.Diagnosis.Causes) == 0 {
		return nil
	}
	entity, cause := string(c.Situation.Asset), c.Diagnosis.Causes[0].Part
	if !d.places.hasPart(entity, cause) {
		return nil
	}
	from, _ := d.places.of(entity, cause)
	whole, _ := d.places.of(entity, "")
	front := d.front(c.Situation.Asset)
	ceiling := d.ceiling(c.Situation.Asset)
	var of [2]string // signals in which the cause and its effect are measured
	for _, s := range shares {
		if s.part == cause {
			of[0] = string(signalOf(c.Situation.Asset, s.most.Source))
		}
	}
	for _, s := range shares {
		if s.part == cause || s.share < shareMin || !d.places.hasPart(entity, s.part) {
			continue
		}
		color, way := speaksFor, 0
		switch {
		case s.most.Value > s.most.Typical:
			way = 1
		case s.most.Value < s.most.Typical:
			color, way = speaksAgainst, -1
		}
		of[1] = string(signalOf(c.Situation.Asset, s.most.Source))
		to, _ := d.places.of(entity, s.part)
		a := overlay.Arrow{
			From: inFront(from, whole, front), To: inFront(to, whole, front), Strength: math.Min(1, s.share*2), Color: color, Of: of,
			Entity: entity, Part: cause, Says: words.CauseArrow(c.Diagnosis.Causes[0].Class, s.most.Feature, s.share, way),
		}
		list = append(list, timed{d.routed(a, ceiling), began(c, s.most.Source), c.Situation.Detected})
	}
	return list
}

// routes keeps how arrows are bent: views come oftener than arrows change.
type routes struct {
	mu   sync.Mutex
	bend map[route]geom.Vec3
}

// route is all that a bend depends on, in one scene.
type route struct {
	from, to          geom.Vec3
	strength, ceiling float64
}

// routesMost is far above the arrows of one view; beyond it all are forgotten.
const routesMost = 1024

func (d *Depicter) routed(a overlay.Arrow, ceiling float64) overlay.Arrow {
	d.routes.mu.Lock()
	defer d.routes.mu.Unlock()
	of := route{a.From, a.To, a.Strength, ceiling}
	bend, known := d.routes.bend[of]
	if !known {
		if len(d.routes.bend) >= routesMost || d.routes.bend == nil {
			d.routes.bend = map[route]geom.Vec3{}
		}
		bend = a.Route(d.places.things, ceiling).Bend
		d.routes.bend[of] = bend
	}
	a.Bend = bend
	return a
}

// ceiling is how high the room is that an asset stands in, metres; +Inf: not
// known.
func (d *Depicter) ceiling(id twin.AssetID) float64 {
	a, _ := d.site.Asset(id)
	p := a.Pose.Position
	lowest := math.Inf(1)
	for _, z := range d.site.Zones {
		if top := z.FloorY + z.Height; z.Kind == "room" && z.Height > 0 && top > p[1] && z.FloorY <= p[1]+0.05 && within(z.Outline, p[0], p[2]) {
			lowest = math.Min(lowest, top)
		}
	}
	return lowest
}

// within tells whether a point lies in an outline, by the edges that it crosses
// on its way out.
func within(outline []geom.Vec2, x, z float64) (in bool) {
	for i, p := range outline {
		q := outline[(i+1)%len(outline)]
		if (p[1] > z) != (q[1] > z) && x < p[0]+(z-p[1])/(q[1]-p[1])*(q[0]-p[0]) {
			in = !in
		}
	}
	return in
}

// front is the unit direction that an asset faces.
func (d *Depicter) front(id twin.AssetID) geom.Vec3 {
	a, _ := d.site.Asset(id)
	s, c := math.Sincos(a.Pose.Yaw)
	return geom.Vec3{s, 0, c}
}

// arrowClear is how far before the front of a thing its arrows run, metres:
// inside it nobody sees them.
const arrowClear = 0.12

// inFront is the point before the front of a thing at which a part of it is
// seen.
func inFront(part, whole geom.Box, front geom.Vec3) geom.Vec3 {
	p := part.Center()
	size := whole.Size()
	reach := (math.Abs(front[0])*size[0] + math.Abs(front[2])*size[2]) / 2
	ahead := whole.Center().Add(front.Mul(reach + arrowClear)).Sub(p).Dot(front)
	return p.Add(front.Mul(ahead))
}

func (d *Depicter) card(c app.Case, v app.View, box geom.Box, words Words) overlay.Label {
	entity := string(c.Situation.Asset)
	label := overlay.Label{
		Entity: entity, Anchor: above(box), Title: entity,
		Lines: []string{words.CaseSentence(c)}, Accent: speaksFor,
		Priority: 1 + c.Situation.Severity,
	}
	if a, ok := d.site.Asset(c.Situation.Asset); ok {
		label.Title = words.CaseName(a, c)
	}
	switch {
	case c.Outcome != nil && c.Outcome.Result == twin.Verified, !c.EndedAt.IsZero():
		label.Accent = mended
	case c.Stage == app.Proposed:
		label.Accent = waiting
	}
	if len(c.Situation.Evidence) > 0 {
		id := c.Situation.Evidence[0]
		if x := v.Samples[id]; !math.IsNaN(x.Value) {
			g, _ := d.site.Signal(id)
			line := words.Stands(g, x)
			if !x.Live() {
				line += " · " + words.NotLive()
				label.Faded = true
			}
			label.Lines = append(label.Lines, line)
		}
	}
	return label
}
