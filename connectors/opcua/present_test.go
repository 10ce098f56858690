package opcua

import (
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

// TestAGatewayWhoseClockIsWrong: what comes through it is taken to be of now, while
// most other devices agree what time it is; what is merely old stays old, and a plant
// that moves as a whole is believed.
func TestAGatewayWhoseClockIsWrong(t *testing.T) {
	dawn := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	wall := dawn
	var got []twin.Sample
	d := newDelivery(Config{Now: func() time.Time { return wall }, Log: t.Logf, Receive: func(list []twin.Sample) error { got = append(got, list...); return nil }})
	d.begin()
	bound := map[uint32]point{}
	for i := range 8 {
		a := twin.AssetID([]string{"a", "b", "c", "d", "e", "f", "g", "h"}[i])
		bound[uint32(i)] = point{signal: twin.Signal{ID: twin.SignalOf(a, "x"), Asset: a, Name: "x"}}
	}
	tell := func(step int, offs ...time.Duration) []time.Duration {
		t.Helper()
		wall, got = dawn.Add(time.Duration(step)*time.Second), nil
		now := dawn.Add(time.Duration(step) * time.Minute) // the plant lives faster
		var items []*ua.MonitoredItemNotification
		for i, off := range offs {
			items = append(items, &ua.MonitoredItemNotification{ClientHandle: uint32(i), Value: &ua.DataValue{EncodingMask: ua.DataValueValue | ua.DataValueSourceTimestamp, Value: ua.MustVariant(1.0), SourceTimestamp: now.Add(off)}})
		}
		if ok, why := d.take(bound, items); !ok {
			t.Fatalf("step %d: %s", step, why)
		}
		var out []time.Duration
		for _, s := range got {
			out = append(out, s.At.Sub(now))
		}
		return out
	}
	const h = time.Hour
	same := func(step int, want []time.Duration, told []time.Duration) {
		t.Helper()
		if len(want) != len(told) {
			t.Fatalf("step %d: %v, want %v", step, told, want)
		}
		for i := range want {
			if want[i] != told[i] {
				t.Errorf("step %d, value %d: %s from now, want %s", step, i, told[i], want[i])
			}
		}
	}
	zero := make([]time.Duration, 8)
	same(0, []time.Duration{0, 0, 0, 0, 0, 0, 0, -30 * h}, tell(0, 0, 0, 0, 0, 0, 0, 0, -30*h)) // the last has not changed since yesterday
	same(1, zero, tell(1, 0, 0, 0, 0, 0, 0, h, h))                                              // two are an hour ahead
	same(2, zero, tell(2, 0, 0, 0, 0, 0, 0, -h, 0))                                             // one is behind, one right again
	same(3, zero, tell(3, 0, 0, 0, 0, 0, 0, 0, 0))
	same(200, zero, tell(200, 0, 0, 0, 0, 0, 0, 0, 0)) // hours were missed by all
}
