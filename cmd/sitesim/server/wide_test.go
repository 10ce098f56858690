package server

import (
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/market"
)

func TestASteppedSiteMovesWhenAsked(t *testing.T) {
	s := serve(t, Options{Site: market.New(market.Options{Seed: 2, Start: start}), Speed: 0})
	c := login(t, s)
	at := func() time.Duration { return read(t, c, "rack-1.SuctionPressure").SourceTimestamp.Sub(start) }
	before := at()
	time.Sleep(3 * tick)
	if at() != before {
		t.Error("it moved by itself")
	}
	for range 3 {
		if status := call(t, c, "Advance", 62.5); status != ua.StatusOK {
			t.Fatalf("Advance: %s", status)
		}
	}
	if got, want := at(), before+185*time.Second; got != want { // 187.5 s in strides of five
		t.Errorf("after three calls of 62.5 s it stands at %s, want %s", got, want)
	}
	for _, wrong := range []float64{0, -1, 90000} {
		if status := call(t, c, "Advance", wrong); status != ua.StatusBadInvalidArgument {
			t.Errorf("Advance by %g gave %s", wrong, status)
		}
	}
	if status := call(t, c, "InjectFault", "rack-1", "refrigerant-leak", 0.5); status != ua.StatusOK {
		t.Errorf("InjectFault: %s", status)
	}
	if status := call(t, c, "InjectFault", "rack-1", "door-ajar", 0.5); status != ua.StatusBadInvalidArgument {
		t.Errorf("a rack with a door: %s", status)
	}
}

// BenchmarkAdvanceAndRead is a reader that advances a minute, then reads every
// value, over the real link.
func BenchmarkAdvanceAndRead(b *testing.B) {
	m := market.New(market.Options{Seed: 2, Start: start})
	s := serve(b, Options{Site: m, Speed: 0})
	c := login(b, s)
	var all []*ua.ReadValueID
	for _, q := range m.Points() {
		all = append(all, &ua.ReadValueID{NodeID: node(b, c, q.Device+"."+q.Name), AttributeID: ua.AttributeIDValue})
	}
	b.ResetTimer()
	for b.Loop() {
		if status := call(b, c, "Advance", 60.0); status != ua.StatusOK {
			b.Fatal(status)
		}
		r, err := c.Read(b.Context(), &ua.ReadRequest{NodesToRead: all, TimestampsToReturn: ua.TimestampsToReturnBoth})
		if err != nil || len(r.Results) != len(all) {
			b.Fatal(err)
		}
	}
	b.ReportMetric(60*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
}
