package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// Wary is a Perceiver that tells when it is fed what it was not trained on. What it
// tells it has watched for long enough; it tells it for as long as it lasts.
type Wary interface {
	Drifts() []twin.DriftNote
}

// Drifts are those of the perceiver of the site at hand.
func (r *Recalling) Drifts() []twin.DriftNote { return driftsOf(r.eyes) }

func driftsOf(p Perceiver) []twin.DriftNote {
	if w, ok := p.(Wary); ok {
		return w.Drifts()
	}
	return nil
}

// mindSite journals drifts that began and that are over. When one begins, the
// classes of actions that answer what is told from such readings may not act by
// themselves any more. A person may set them to automatic again: the same drift is
// not held against them twice, over restarts neither.
func (o *Operator) mindSite(ctx context.Context) error {
	o.drifts = driftsOf(o.perceiver)
	var failed []error
	told := map[string]bool{}
	for _, n := range o.drifts {
		told[n.Key()] = true
		if _, known := o.book.drifts[n.Key()]; known {
			continue
		}
		err := o.lowerFor(ctx, n) // before it is known: else an end of the program in between would spare them
		if err == nil {
			err = o.emit(ctx, twin.DriftBegan, nil, "", n)
		}
		failed = append(failed, err)
	}
	now := o.state.Now()
	for _, key := range slices.Sorted(maps.Keys(o.book.drifts)) {
		n := o.book.drifts[key]
		if told[key] || n.Since.Before(o.perceivedSince) && now.Sub(o.perceivedSince) < calmKnown {
			continue
		}
		n.Until = now
		failed = append(failed, o.emit(ctx, twin.DriftEnded, nil, "", n))
	}
	return errors.Join(failed...)
}

// lowerFor sets what rests on the readings of a drift back to approve.
func (o *Operator) lowerFor(ctx context.Context, n twin.DriftNote) error {
	if o.book.stop != nil {
		return nil
	}
	var failed []error
	for _, class := range o.answering(n.Situations) {
		if o.book.modes[class] != twin.Auto {
			continue
		}
		note := o.book.ledger.note(class, twin.Auto, twin.Approve, o.site.Earns().Threshold, fmt.Sprintf("on %s the model is fed what it was not trained on: %s", n.Asset, n.Why))
		note.Asset, note.Beyond, note.Seen = n.Asset, n.Beyond, n.Minutes
		failed = append(failed, o.emit(ctx, twin.AutonomyLowered, nil, "", note))
	}
	return errors.Join(failed...)
}

// answering are the classes of actions that answer some situations.
func (o *Operator) answering(situations []string) []twin.ActionClass {
	var out []twin.ActionClass
	for _, r := range o.remedies {
		if slices.Contains(situations, r.Fault) && !slices.Contains(out, r.Class) {
			out = append(out, r.Class)
		}
	}
	slices.Sort(out)
	return out
}

// driftOf is why what comes of an asset is unlike training; "": it is not.
func driftOf(all []twin.DriftNote, asset twin.AssetID) string {
	var out []string
	for _, n := range all {
		if n.Asset == asset {
			out = append(out, n.Why)
		}
	}
	return strings.Join(out, "; ")
}

// stepDrift takes in that a drift began or is over.
func (b *book) stepDrift(e twin.Event) error {
	n, err := bodyOf[twin.DriftNote](e)
	switch {
	case err != nil:
	case e.Kind == twin.DriftBegan:
		b.drifts[n.Key()] = n
	default:
		delete(b.drifts, n.Key())
	}
	return err
}
