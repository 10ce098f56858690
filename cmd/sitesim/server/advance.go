package server

import (
	"slices"
	"time"

	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
)

const (
	advance        = "Advance"
	advanceLooking = "AdvanceLooking"

	advanceMax = 86400 // s of one call: a day
	looksMax   = 10000 // values that one call answers with
)

// addAdvance puts on the site's object what moves a plant that has no speed of its own.
// Advance shows every value once, and then answers. AdvanceLooking is a row of such calls
// with readings between them, in one: who must see every few seconds where people are
// does not have to ask for each look.
func (l *live) addAdvance() {
	seconds := ua.Argument{Name: "seconds", DataType: ua.DataTypeIDDouble, ValueRank: ua.ValueRankScalar,
		Description: ua.NewLocalizedText("of plant time, above 0 up to 86400; what is less than a stride is kept for the next call", "en")}
	l.method(advance, []ua.Argument{seconds}, func(in []ua.Variant) error {
		by, err := stretch(in[0])
		if err != nil {
			return err
		}
		if err := l.move(by); err != nil {
			return err
		}
		l.publishHeld()
		return nil
	})
	pace := ua.Argument{Name: "pace", DataType: ua.DataTypeIDDouble, ValueRank: ua.ValueRankScalar,
		Description: ua.NewLocalizedText("seconds from one look to the next, above 0", "en")}
	at := ua.Argument{Name: "nodes", DataType: ua.DataTypeIDNodeID, ValueRank: ua.ValueRankOneDimension,
		Description: ua.NewLocalizedText("variables of the plant that are looked at", "en")}
	seen := ua.Argument{Name: "seen", DataType: ua.DataTypeIDDataValue, ValueRank: ua.ValueRankOneDimension,
		Description: ua.NewLocalizedText("what reading the nodes would have given at each look, look by look; the end is none", "en")}
	l.answering(advanceLooking, []ua.Argument{seconds, pace, at}, []ua.Argument{seen}, func(in []ua.Variant) ([]ua.Variant, error) {
		by, err := stretch(in[0])
		if err != nil {
			return nil, err
		}
		every := in[1].(float64)
		if !(every > 0) {
			return nil, badArgument{1, "give more than 0 seconds"}
		}
		ids, ok := in[2].([]ua.NodeID)
		if !ok || float64(max(len(ids), 1))*by/every > looksMax {
			return nil, badArgument{2, "give a list of nodes, and at most 10000 looks at one"}
		}
		looked := make([]int, len(ids))
		for k, id := range ids {
			if looked[k] = l.space.at(id); looked[k] < 0 {
				return nil, badArgument{2, "give variables of the plant"}
			}
		}
		seen, err := l.advanceLooking(by, every, looked)
		return []ua.Variant{seen}, err
	})
}

// at is the number of the point that a node shows; -1: of none.
func (s *space) at(id ua.NodeID) int {
	for i, n := range s.nodes {
		if n.NodeID() == id {
			return i
		}
	}
	return -1
}

func stretch(v ua.Variant) (seconds float64, err error) {
	if seconds = v.(float64); !(seconds > 0 && seconds <= advanceMax) {
		return 0, badArgument{0, "give more than 0 and at most 86400 seconds"}
	}
	return seconds, nil
}

// move steps the plant as long as a whole stride is owed.
func (l *live) move(seconds float64) error {
	stride := l.site.Stride().Seconds()
	for l.ahead += seconds; l.ahead >= stride; l.ahead -= stride {
		if err := l.step(); err != nil {
			return err
		}
	}
	return nil
}

// advanceLooking moves the plant, look by look. At each, samples arrive of all points, as
// they do when Advance shows them; on a node they are put when somebody sees it.
func (l *live) advanceLooking(seconds, pace float64, looked []int) ([]ua.DataValue, error) {
	type newest struct {
		sample point.Sample
		due    bool
	}
	held := make([]newest, len(l.points))
	show := func(i int, told time.Time) {
		if h := &held[i]; h.due {
			h.due = false
			l.space.nodes[i].SetValue(dataValue(&l.points[i], h.sample, told))
		}
	}
	seen := []ua.DataValue{}
	for past := pace; ; past += pace {
		end := past >= seconds
		if end {
			pace -= past - seconds
		}
		if err := l.move(pace); err != nil {
			return nil, err
		}
		told := time.Now()
		for i := range held {
			if sample, arrived := l.sample(i); arrived {
				held[i] = newest{sample, true}
			}
			if end || slices.Contains(looked, i) {
				show(i, told)
			}
		}
		if end {
			l.wave(told)
			return seen, nil
		}
		for _, i := range looked {
			seen = append(seen, l.space.nodes[i].Value())
		}
	}
}
