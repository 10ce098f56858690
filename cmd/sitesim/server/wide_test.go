package server

import (
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/home"
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

func TestLooksAreBounded(t *testing.T) {
	s := serve(t, Options{Site: market.New(market.Options{Seed: 2, Start: start}), Speed: 0})
	c := login(t, s)
	camera := node(t, c, "camera-1.Positions")
	r, err := c.Call(t.Context(), &ua.CallMethodRequest{ObjectID: node(t, c, "CornerMarket"), MethodID: node(t, c, "AdvanceLooking"),
		InputArguments: []*ua.Variant{ua.MustVariant(62.5), ua.MustVariant(5.0), ua.MustVariant([]*ua.NodeID{camera})}})
	if err != nil || r.StatusCode != ua.StatusOK {
		t.Fatalf("AdvanceLooking: %v, %v", r, err)
	}
	seen, _ := r.OutputArguments[0].Value().([]*ua.DataValue)
	if len(seen) != 12 || seen[11].SourceTimestamp.Sub(start) != time.Minute {
		t.Errorf("saw %d looks, the last at %s, want 12 up to a minute", len(seen), seen[len(seen)-1].SourceTimestamp.Sub(start))
	}
	if got := read(t, c, "rack-1.SuctionPressure").SourceTimestamp.Sub(start); got != time.Minute { // half a stride is owed
		t.Errorf("it stands at %s, want a minute", got)
	}
	for _, wrong := range [][]any{
		{0.0, 5.0, []*ua.NodeID{camera}}, {60.0, 0.0, []*ua.NodeID{camera}}, {60.0, 5.0, "camera-1"},
		{60.0, 5.0, []*ua.NodeID{node(t, c, "camera-1")}}, {86400.0, 0.001, []*ua.NodeID{}}, {60.0, 5.0},
	} {
		if status := call(t, c, "AdvanceLooking", wrong...); status == ua.StatusOK {
			t.Errorf("AdvanceLooking with %v went", wrong)
		}
	}
}

func TestAHouseIsServed(t *testing.T) {
	h := home.New(home.Options{Seed: 2, Start: start})
	s := serve(t, Options{Site: h, Speed: 0})
	c := login(t, s)
	req := &ua.CallMethodRequest{ObjectID: node(t, c, "House"), MethodID: node(t, c, "Advance"), InputArguments: []*ua.Variant{ua.MustVariant(600.0)}}
	if r, err := c.Call(t.Context(), req); err != nil || r.StatusCode != ua.StatusOK {
		t.Fatalf("Advance: %v, %v", r, err)
	}
	if v := read(t, c, "heat-pump-1.FlowTemperature"); v.SourceTimestamp.Sub(start) != 10*time.Minute || v.Value.Float() < 5 {
		t.Errorf("the flow is %v at %s", v.Value.Value(), v.SourceTimestamp)
	}
	w := &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{{NodeID: node(t, c, "battery-storage-1.Mode"), AttributeID: ua.AttributeIDValue,
		Value: &ua.DataValue{EncodingMask: ua.DataValueValue, Value: ua.MustVariant(int32(2))}}}}
	if r, err := c.Write(t.Context(), w); err != nil || r.Results[0] != ua.StatusOK || h.Power.Mode != 2 {
		t.Errorf("write: %v, %v", r, err)
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
