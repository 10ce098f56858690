package opcua_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
)

// BenchmarkLatency measures from the moment at which the plant took a value, by
// its source timestamp, to Receive, on one machine's clock, while every signal
// changes ten times a second. Run it for ten seconds to fill the tail:
//
//	go test -run=- -bench=Latency -benchtime=10s ./connectors/opcua
//
// Peers on such a machine (two cores, other work beside it), 1,000 tags at
// 10 Hz: 9,990–9,999 notifications/s, 95 % within 33–124 ms. The emulated
// plant's server publishes every 125 ms at the soonest, so that no link to it can
// have a median under some 60 ms, nor 95 % under 119 ms; its own work on the same
// two cores stands in these figures too.
func BenchmarkLatency(b *testing.B) {
	for _, row := range []struct {
		n       int
		watched bool // the address space is looked through meanwhile
	}{{300, false}, {300, true}, {1000, false}, {1000, true}, {3000, false}, {3000, true}} {
		n := row.n
		b.Run(fmt.Sprintf("signals=%d,watched=%t", n, row.watched), func(b *testing.B) {
			p := start(b, b.TempDir(), "--extra", fmt.Sprint(n), "--start", "now")
			c := p.reach(b)
			if row.watched {
				c.Remodelled = func(context.Context, []twin.PlantNode) error { return nil }
			}
			for i := range n {
				id := twin.SignalOf("load-1", fmt.Sprintf("value-%d", i))
				c.Signals = append(c.Signals, twin.Signal{ID: id, Kind: twin.Analog})
				c.Bindings = append(c.Bindings, twin.Binding{Signal: id, Plant: c.Plant, Address: fmt.Sprintf("nsu=urn:glasstwin:corner-market;s=load-1.Value%05d", i+1)})
			}
			measure(b, c, n)
		})
	}
}

// measure lets b.N rounds of n samples pass.
func measure(b *testing.B, c opcua.Config, n int) {
	var mu sync.Mutex
	var delays []float64 // ms
	rounds := make(chan struct{}, 1024)
	got := 0
	c.Receive = func(samples []twin.Sample) error {
		now := time.Now()
		mu.Lock()
		defer mu.Unlock()
		for _, x := range samples {
			delays = append(delays, float64(now.Sub(x.At))/float64(time.Millisecond))
		}
		for got += len(samples); got >= n; got -= n {
			select {
			case rounds <- struct{}{}:
			default:
			}
		}
		return nil
	}
	run(b, c)
	for range 20 { // it settles
		<-rounds
	}
	mu.Lock()
	delays = delays[:0]
	mu.Unlock()
	began := time.Now()
	for b.Loop() {
		<-rounds
	}
	took := time.Since(began).Seconds()
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(delays)
	at := func(share float64) float64 { return delays[int(share*float64(len(delays)-1))] }
	b.ReportMetric(at(0.50), "p50_ms")
	b.ReportMetric(at(0.95), "p95_ms")
	b.ReportMetric(at(0.99), "p99_ms")
	b.ReportMetric(float64(len(delays))/took, "notifications/s")
	b.ReportMetric(0, "ns/op") // a round takes as long as the plant makes it
}
