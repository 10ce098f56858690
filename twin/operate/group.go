package operate

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// One cause, one case: an asset that becomes abnormal joins the case of another
// when both hang on one supplier and show the same, or when it only shows that
// its neighbour's door lets warm air out, and no fault of its own.
const (
	joinWithin = 30 * time.Minute // of the onset: what one cause does to several, it does at about one time
	nearby     = 2.5              // metres between the middles of two cabinets that share their air
)

// leaks are faults that disturb what stands beside.
var leaks = [...]string{"door-ajar"}

// shared are faults that may be a supplier's, seen at what hangs on it.
var shared = [...]string{"compressor-degradation", "refrigerant-leak", "blocked-condenser"}

// rootOf finds the open case that an asset's situation belongs to, and why; nil
// when it is one of its own.
func (o *Operator) rootOf(v *vigil, onset time.Time) (*dossier, string) {
	own := ""
	if v.found != nil {
		if f, ok := fault(v.found.diagnosis); ok && f.Probability >= o.watch.Clear {
			own = f.Class
		}
	}
	for _, id := range slices.Backward(o.book.order) {
		c := o.book.cases[id]
		if c.done() || !c.Ended.IsZero() || c.Situation.Asset == v.asset || onset.Sub(c.Situation.Onset).Abs() > joinWithin || c.Diagnosis == nil {
			continue
		}
		cause, faulty := fault(*c.Diagnosis)
		if !faulty {
			continue
		}
		supplier := o.site.Supplier(v.asset)
		switch {
		case supplier != "" && supplier == o.site.Supplier(c.Situation.Asset) && slices.Contains(shared[:], cause.Class) && (own == cause.Class || own == ""):
			return c, "it hangs on " + string(supplier) + " as well and shows the same"
		case own == "" && slices.Contains(leaks[:], cause.Class) && o.near(v.asset, c.Situation.Asset):
			return c, "it stands beside " + string(c.Situation.Asset) + " and shows no fault of its own"
		}
	}
	return nil, ""
}

func (o *Operator) near(a, b twin.AssetID) bool {
	x, okX := o.site.Asset(a)
	y, okY := o.site.Asset(b)
	if !okX || !okY || x.Zone != y.Zone || x.Pose.Position == y.Pose.Position {
		return false // where nothing is placed, all stands at the origin
	}
	return math.Hypot(x.Pose.Position[0]-y.Pose.Position[0], x.Pose.Position[2]-y.Pose.Position[2]) <= nearby
}

// join adds an asset to the case whose cause it has.
func (o *Operator) join(ctx context.Context, c *dossier, s twin.Situation, why string) error {
	s.Case, s.Why = c.Situation.Case, why
	if supplier := o.site.Supplier(s.Asset); supplier != "" && supplier == o.site.Supplier(c.Situation.Asset) {
		s.Root = supplier
	}
	return o.emit(ctx, twin.SituationJoined, c, "", s)
}

// leave tells that a member of a case is well again.
func (o *Operator) leave(ctx context.Context, c *dossier, asset twin.AssetID, now time.Time) error {
	for _, s := range c.Members {
		if s.Asset == asset {
			s.To = now
			return o.emit(ctx, twin.SituationLeft, c, "", s)
		}
	}
	return nil
}

// gather takes in that an asset joined a case or left it.
func (b *book) gather(c *dossier, s twin.Situation, joined bool) {
	c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(m twin.Situation) bool { return m.Asset == s.Asset })
	if !joined {
		if b.open[s.Asset] == c {
			delete(b.open, s.Asset)
		}
		return
	}
	if c.Ended.IsZero() {
		b.open[s.Asset] = c
	}
	c.Members = append(c.Members, s)
	if s.Root != "" {
		c.Situation.Root = s.Root
	}
	c.Situation.Severity = max(c.Situation.Severity, s.Severity)
}
