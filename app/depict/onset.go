package depict

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
)

// When an effect began: a reading has left what it would have been by more than
// noise, and stays away.
const (
	noiseTimes  = 3.0              // standard deviations of the calm readings
	noiseLeast  = 0.02             // of the readings' span, for those without noise
	recallArrow = 20 * time.Second // of plant time that an arrow takes to grow where the past is looked at
)

// began is when the effect of a case showed in a signal of its asset: the first
// of the readings that stay away from how they were before. The onset of the case
// where the evidence does not tell.
func began(c app.Case, source string) time.Time {
	id := signalOf(c.Situation.Asset, source)
	i := slices.IndexFunc(c.Evidence, func(x app.Curve) bool { return x.Signal == id })
	if i < 0 {
		return c.Situation.Onset
	}
	points := c.Evidence[i].Points
	sum, squares, n := 0.0, 0.0, 0.0
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = math.Min(low, p.Value), math.Max(high, p.Value)
		if p.At.Before(c.Situation.Onset) {
			sum, squares, n = sum+p.Value, squares+p.Value*p.Value, n+1
		}
	}
	if n < 2 {
		return c.Situation.Onset
	}
	mean := sum / n
	most := math.Max(noiseTimes*math.Sqrt(math.Max(0, squares/n-mean*mean)), noiseLeast*(high-low))
	first := c.Situation.Onset
	for i := len(points) - 1; i >= 0 && math.Abs(points[i].Value-mean) > most; i-- {
		first = points[i].At
	}
	if first.Before(c.Situation.Onset) {
		return c.Situation.Onset
	}
	return first
}

// signalOf is a signal that an attribution names: by its id, or as its class does.
func signalOf(asset twin.AssetID, source string) twin.SignalID {
	if strings.Contains(source, "/") {
		return twin.SignalID(source)
	}
	return twin.SignalOf(asset, source)
}

// timed is an arrow with when what it shows began, and when that was known.
type timed struct {
	overlay.Arrow
	began, known time.Time
}

// inTime puts arrows into the order in which what they show began. Looking back,
// each grows in the plant's time once its case is known, after those of the case
// that began before it, so that scrubbing shows what came of what.
func inTime(list []timed, v app.View) (arrows []overlay.Arrow) {
	var times []time.Time
	for i := range list {
		times = append(times, list[i].began)
	}
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	for _, x := range list {
		x.Order, _ = slices.BinarySearchFunc(times, x.began, time.Time.Compare)
		if !v.Live {
			var before []time.Time // of its case
			for _, o := range list {
				if o.Entity == x.Entity && o.known.Equal(x.known) && o.began.Before(x.began) && !slices.ContainsFunc(before, o.began.Equal) {
					before = append(before, o.began)
				}
			}
			from := x.known.Add(time.Duration(len(before)) * recallArrow)
			if x.began.After(from) {
				from = x.began
			}
			x.Ahead = 1 - math.Min(1, math.Max(0, v.At.Sub(from).Seconds()/recallArrow.Seconds()))
		}
		arrows = append(arrows, x.Arrow)
	}
	return arrows
}
