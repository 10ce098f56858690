package app

import (
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	chartSpan   = 60 * time.Minute // of plant time: the evidence window and as much again before it
	chartPoints = 240              // as many as a small chart has pixels to show
	curvesMax   = 4                // more do not fit beside each other
)

// evidenceSignals lists the signals that the charts of the cases need, once each.
func evidenceSignals(cases []Case) []twin.SignalID {
	var out []twin.SignalID
	for _, c := range cases {
		for _, id := range c.Situation.Evidence {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
		if c.Proposal != nil && !slices.Contains(out, c.Proposal.Predicted.Signal) {
			out = append(out, c.Proposal.Predicted.Signal)
		}
	}
	return out
}

// evidenceOf returns the charts of a case, the predicted signal first. A case
// that is over keeps the window in which it happened.
func evidenceOf(st *twin.State, c Case) []Curve {
	ids := evidenceSignals([]Case{c})
	if c.Proposal != nil {
		if i := slices.Index(ids, c.Proposal.Predicted.Signal); i > 0 {
			ids = append([]twin.SignalID{ids[i]}, slices.Delete(slices.Clone(ids), i, i+1)...)
		}
	}
	if len(ids) > curvesMax {
		ids = ids[:curvesMax]
	}
	from, to := chartWindow(c, st.Now())
	out := make([]Curve, 0, len(ids))
	for _, id := range ids {
		g, ok := st.Site().Signal(id)
		if !ok {
			continue
		}
		curve := Curve{Signal: id, Unit: g.Unit, Kind: g.Kind, Points: thin(st.Window(id, from, to))}
		if !c.Situation.Onset.IsZero() && c.Situation.Onset.After(from) {
			curve.Counterfactual = continued(st, id, from, c.Situation.Onset, to)
		}
		if c.Proposal != nil && c.Proposal.Predicted.Signal == id {
			curve.Nothing = shown(g, c.Proposal.Predicted.Nothing)
			if !c.Proposal.Predicted.Gone { // else it only shows how the asset fares
				curve.Forecast = shown(g, c.Proposal.Predicted.Forecast)
				high := g.Within(c.Proposal.Predicted.High)
				curve.Limit = &high
			}
		}
		out = append(out, curve)
	}
	return out
}

// shown is a predicted course within what its instrument can show.
func shown(g twin.Signal, course []twin.Point) []twin.Point {
	out := slices.Clone(course)
	for i := range out {
		p := &out[i]
		p.Value, p.Low, p.High = g.Within(p.Value), g.Within(p.Low), g.Within(p.High)
	}
	return out
}

func chartWindow(c Case, now time.Time) (from, to time.Time) {
	to = now
	if last := c.EndedAt; !last.IsZero() && now.Sub(last) > chartSpan/4 {
		to = last.Add(chartSpan / 4)
	}
	from = to.Add(-chartSpan)
	if onset := c.Situation.Onset; !onset.IsZero() && onset.Before(from.Add(chartSpan/4)) {
		from = onset.Add(-chartSpan / 4)
	}
	if kept := now.Add(-twin.HistoryKept); from.Before(kept) {
		from = kept // a state may hold a little more than it promises
	}
	return from, to
}

// thin keeps at most chartPoints samples, evenly spaced, and drops those that
// are no evidence.
func thin(samples []twin.Sample) []twin.Point {
	step := max(1, len(samples)/chartPoints)
	out := make([]twin.Point, 0, len(samples)/step+1)
	for i, x := range samples {
		if i%step != 0 && i != len(samples)-1 || x.Quality == twin.Bad || math.IsNaN(x.Value) {
			continue
		}
		out = append(out, twin.Point{At: x.At, Value: x.Value, Low: x.Value, High: x.Value})
	}
	return out
}

// continued is the course that the signal had before the onset, repeated after
// it: what it would have been had nothing happened. Seasonal-naive with the
// length of the healthy record as its season; empty when that record is shorter
// than a compressor cycle. At what point of its cycle the signal would be is not
// known for long, so the bounds are those of nine in ten readings before.
func continued(st *twin.State, id twin.SignalID, from, onset, to time.Time) []twin.Point {
	const cycleMin = 8 * time.Minute // shortest record that holds a whole cycle of a cabinet
	before := thin(st.Window(id, from, onset))
	if len(before) < 2 {
		return nil
	}
	season := before[len(before)-1].At.Sub(before[0].At)
	if season < cycleMin {
		return nil
	}
	low, high := nineInTen(before)
	var out []twin.Point
	for shift := season; ; shift += season {
		for _, p := range before[1:] {
			at := p.At.Add(shift)
			if at.After(to) {
				return out
			}
			out = append(out, twin.Point{At: at, Value: p.Value, Low: low, High: high})
		}
	}
}

// nineInTen are the bounds that leave one reading in twenty out on each side.
func nineInTen(points []twin.Point) (low, high float64) {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Value
	}
	slices.Sort(values)
	out := len(values) / 20
	return values[out], values[len(values)-1-out]
}
