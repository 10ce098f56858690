package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/connectors/mqtt/mqtttest"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

// TestRealPeopleThroughABroker: a people sensor tells over MQTT where the people of
// a real hall were; the site records it, and flow analyze measures it.
func TestRealPeopleThroughABroker(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "..", "shared", "data", "tracks", "edinburgh-01Jul.txt")
	file, err := os.Open(path)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	defer file.Close()
	rec, err := tracks.Read(filepath.Base(path), file, tracks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var broker mqtttest.Broker
	broker.Start(t)
	const positions twin.SignalID = "people-1/positions"
	dir := plannedDemo(t)
	if _, err := sitefolder.Revise(dir, func(s *twin.Site) (*twin.Site, error) {
		s.Plants = append(s.Plants, twin.Plant{Name: "sensors", Endpoint: "mqtt://" + broker.Address})
		s.Assets = append(s.Assets, twin.Asset{ID: "people-1", Class: "camera", Name: "People counter", Size: geom.Vec3{0.15, 0.15, 0.15}})
		s.Signals = append(s.Signals, twin.Signal{ID: positions, Asset: "people-1", Name: "positions", Kind: twin.Positions, Expected: time.Minute})
		s.Bindings = append(s.Bindings, twin.Binding{Signal: positions, Plant: "sensors", Address: "hall/people#/people?at=/ts&unit=mm"})
		return s, nil
	}); err != nil {
		t.Fatal(err)
	}
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	at, err := (&plantFlags{}).access(o.site)
	if err != nil {
		t.Fatal(err)
	}
	r, end := running(t, o, at)
	until(t, r, "the link to the broker", func(v app.View) bool { return v.Linked })

	// Ten minutes of the busiest of the recording, two places a second.
	began, told, most := busiest(rec.People, 600), 0, 0
	first := time.Now().Add(-time.Hour).Truncate(time.Second)
	var last time.Time
	for s := 0.0; s < 600; s += 0.5 {
		type place struct {
			X float64 `json:"x"`
			Y float64 `json:"y"`
		}
		list := []place{}
		for _, p := range rec.People {
			if x, z, ok := placeAt(p, began+s); ok {
				list = append(list, place{math.Round(1000 * x), math.Round(1000 * z)})
			}
		}
		told, most, last = told+len(list), max(most, len(list)), first.Add(time.Duration(s*float64(time.Second)))
		payload, err := json.Marshal(map[string]any{"ts": last.UnixMilli(), "people": list})
		if err != nil {
			t.Fatal(err)
		}
		if err := broker.Publish("hall/people", payload); err != nil {
			t.Fatal(err)
		}
	}
	until(t, r, "the last of them", func(app.View) bool {
		v, err := r.session.View(t.Context(), time.Time{})
		return err == nil && !v.At.Before(last)
	})
	end()
	store, err := openJournal(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	kept, samples := 0, 0
	err = store.History(t.Context(), []twin.SignalID{positions}, first.Add(-time.Second), last.Add(time.Second), func(x twin.Sample) error {
		kept, samples = kept+len(x.Vector)/2, samples+1
		return nil
	})
	if err := store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err != nil || samples != 1200 || kept != told || most < 2 {
		t.Errorf("%d samples of %d places are kept, want 1200 of %d; at most %d people at once; %v", samples, kept, told, most, err)
	}
	m := flowReport(t, "flow", "analyze", dir, "--k", "1", "--json").Metrics
	if m["people"] < 5 || m["walked_m"] < 50 || math.Abs(m["recorded_s"]-600) > 60 {
		t.Errorf("measured: %v", m)
	}
}

// busiest is when the most people begin within so many seconds.
func busiest(people []twin.Trajectory, span float64) (at float64) {
	most := 0
	for _, p := range people {
		began, n := p.Fixes[0].T, 0
		for _, q := range people {
			if d := q.Fixes[0].T - began; d >= 0 && d < span {
				n++
			}
		}
		if n > most {
			at, most = began, n
		}
	}
	return at
}

// placeAt is where somebody was last seen at a time at which he is there.
func placeAt(p twin.Trajectory, at float64) (x, z float64, ok bool) {
	for i, f := range p.Fixes {
		if f.T > at {
			if i == 0 {
				return 0, 0, false
			}
			return p.Fixes[i-1].X, p.Fixes[i-1].Z, true
		}
	}
	return 0, 0, false
}
