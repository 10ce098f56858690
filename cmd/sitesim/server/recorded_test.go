package server

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
)

// TestARecordedRunIsWhatAServedOneShows plays one run twice: recorded, and served
// to a reader who advances twenty seconds and reads where people are, and each
// minute reads all.
func TestARecordedRunIsWhatAServedOneShows(t *testing.T) {
	for _, draw := range []scenario.Options{
		{Template: "home", Seed: 5, Situation: "communication-loss"},
		{Template: "store", Seed: 4}, // a clock jumps in it
	} {
		t.Run(draw.Template, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a")
			if _, err := record.Drawn(t.Context(), record.RunOptions{Draw: draw, Step: time.Minute, Between: 20 * time.Second, Out: file + ".run", Truth: file + ".json"}); err != nil {
				t.Fatal(err)
			}
			run, truth, err := recording.OpenRun(file + ".run")
			if err != nil {
				t.Fatal(err)
			}
			plan, err := scenario.Draw(draw)
			if err != nil {
				t.Fatal(err)
			}
			if len(truth.Situations) != 1 || truth.Situations[0].Class != plan.Situations[0].Class || !truth.Until.Equal(plan.Until) {
				t.Errorf("the truth tells %+v", truth)
			}
			play := scenario.NewPlay(plan)
			s := serve(t, Options{Site: play, Speed: 0})
			c := login(t, s)
			var all, seen []*ua.ReadValueID
			var people []point.Point
			for _, q := range play.Points() {
				id := &ua.ReadValueID{NodeID: node(t, c, q.Device+"."+q.Name), AttributeID: ua.AttributeIDValue}
				if all = append(all, id); q.Kind == point.Floats {
					seen, people = append(seen, id), append(people, q)
				}
			}
			between := 20.0
			if draw.Template == "home" {
				between = 60 // nobody is seen there
			}
			advance := &ua.CallMethodRequest{ObjectID: node(t, c, play.Name()), MethodID: node(t, c, "Advance"), InputArguments: []*ua.Variant{ua.MustVariant(between)}}
			held := map[twin.SignalID]twin.Sample{}
			readings := len(run.At)
			if testing.Short() {
				readings = 20
			}
			wrong := 0
			for k := range readings {
				if k > 0 {
					if r, err := c.Call(t.Context(), advance); err != nil || r.StatusCode != ua.StatusOK {
						t.Fatalf("Advance: %v, %v", r, err)
					}
				}
				for _, x := range run.Came(k) {
					held[x.Signal] = x
				}
				ids, points := all, play.Points()
				if draw.Template == "store" && k%3 != 0 {
					ids, points = seen, people
				}
				r, err := c.Read(t.Context(), &ua.ReadRequest{NodesToRead: ids, TimestampsToReturn: ua.TimestampsToReturnSource})
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range r.Results {
					id := twin.SignalID(points[i].ID())
					x, came := held[id]
					if !same(x, came, v) {
						if wrong++; wrong < 5 {
							t.Errorf("reading %d: %s is recorded as %+v (%t) and served as %v, %v at %s", k, id, x, came, v.Value, v.Status, v.SourceTimestamp)
						}
					}
				}
			}
			if wrong > 0 {
				t.Errorf("%d values differ", wrong)
			}
		})
	}
}

// same tells whether a recorded sample is what a node shows.
func same(x twin.Sample, came bool, v *ua.DataValue) bool {
	if !came {
		return v.Status == ua.StatusBadWaitingForInitialData
	}
	if !x.At.Equal(v.SourceTimestamp) || (x.Quality == twin.Good) != (v.Status == ua.StatusOK) {
		return false
	}
	if x.Quality != twin.Good {
		return true
	}
	switch w := v.Value.Value().(type) {
	case float64:
		return w == x.Value
	case int32:
		return float64(w) == x.Value
	case bool:
		return w == (x.Value == 1)
	case []float32:
		if len(w) != len(x.Vector) {
			return false
		}
		for i := range w {
			if math.Abs(float64(w[i])-x.Vector[i]) > 0 {
				return false
			}
		}
		return true
	}
	return false
}
