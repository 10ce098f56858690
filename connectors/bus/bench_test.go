package bus

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Figures of others, measured on 2 cores for 10 M samples: SQLite with chunks of
// 500 samples takes 5.6 M/s, bare JetStream 19.7 M/s, DuckDB 3.6 M/s; one signal
// of one day reads in 0.1–0.4 ms, 116 ms and 6.9 ms. This store took 3.0 M/s on
// the same kind of machine, made durable every 64 batches, read a day of 8,640
// samples in 3.4 ms, and appended 935 events/s, each synced.

func BenchmarkAppend(b *testing.B) {
	s := open(b, b.TempDir())
	e := event(b, twin.SituationRaised, noon, twin.Situation{Case: "c", Class: "cabinet-abnormal", Asset: "freezer-2"})
	b.ResetTimer()
	for range b.N {
		if _, err := s.Append(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkRecord(b *testing.B) {
	const signals, batch = 300, 500
	s := open(b, b.TempDir())
	samples := make([]twin.Sample, batch)
	ids := make([]twin.SignalID, signals)
	for i := range ids {
		ids[i] = twin.SignalID(fmt.Sprintf("asset-%d/temperature", i))
	}
	b.ResetTimer()
	for n := range b.N {
		id := ids[n%signals]
		at := noon.Add(time.Duration(n/signals) * batch * time.Second)
		for i := range samples {
			samples[i] = twin.Sample{Signal: id, At: at.Add(time.Duration(i) * time.Second), Value: -20 + float64(i%40)/10, Quality: twin.Good}
		}
		if err := s.Record(samples); err != nil {
			b.Fatal(err)
		}
		if n%64 == 63 { // the queue is bounded; a plant does not send faster than this drains
			if err := s.Flush(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "samples/s")
}

func BenchmarkHistoryOfADay(b *testing.B) {
	s := open(b, b.TempDir())
	day := noon.Truncate(24 * time.Hour)
	for i := range 20 {
		if err := s.Record(course(twin.SignalID(fmt.Sprintf("asset-%d/temperature", i)), day, 10*time.Second, 8640)); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	n := 0
	for range b.N {
		n = len(history(b, s, "asset-7/temperature", day, day.Add(24*time.Hour)))
	}
	b.ReportMetric(float64(n), "samples")
}
