package congestion

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/twin"
)

// hall writes a day of a hall of 12 by 6 m: who comes in at the door stands there
// for a minute and is ten minutes later at the counter, for two. They come in
// bursts.
func hall(t *testing.T, path string, seed uint64) {
	t.Helper()
	d := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("id,time,x,z\n")
	id := 0
	for minute := range 300 {
		n := 1
		if (minute/17+int(seed))%3 == 0 {
			n = 4
		}
		for range n {
			id++
			t0 := float64(minute)*60 + 50*d.Float64()
			for s := 0.0; s < 60; s += 2 {
				fmt.Fprintf(&b, "%d,%.1f,%.2f,%.2f\n", id, t0+s, 1+d.Float64(), 1+d.Float64())
			}
			for s := 60.0; s < 580; s += 4 {
				fmt.Fprintf(&b, "%d,%.1f,%.2f,%.2f\n", id, t0+s, 4+3*d.Float64(), 3*d.Float64()+2)
			}
			for s := 580.0; s < 700; s += 2 {
				fmt.Fprintf(&b, "%d,%.1f,%.2f,%.2f\n", id, t0+s, 10+d.Float64(), 4+d.Float64())
			}
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatComesInIsForetold(t *testing.T) {
	dir := t.TempDir()
	for k := range 3 {
		hall(t, filepath.Join(dir, fmt.Sprintf("day-%d.csv", k+1)), uint64(k))
	}
	f, err := Study().Train(context.Background(), study.Order{Dir: dir, Seed: 1, Progress: func(string, ...any) {}})
	if err != nil {
		t.Fatal(err)
	}
	model, same, gain := f.Judgement.Tests[0], f.Judgement.Tests[1], f.Judgement.Tests[2]
	t.Logf("%+v\n%+v\n%s", model, same, f.Inside)
	if model.Value < 0.75 || gain.Low95 <= 0 || math.Abs(model.Value-same.Value-gain.Value) > 1e-12 {
		t.Errorf("model %+v, persistence %+v, gain %+v", model, same, gain)
	}
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := study.Decode(bytes.NewReader(data), "congestion")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Study().Judge(context.Background(), back, dir)
	if err != nil || again.Tests[0] != model {
		t.Errorf("%v: %+v when read back, %+v before", err, again.Tests, model)
	}
	text, err := Study().Markdown(f)
	if err != nil || !strings.Contains(text, "| heads now |") || !strings.Contains(text, "Zone by zone") {
		t.Errorf("%v\n%s", err, text)
	}
	// Who knows that one future comes errs in nothing; the model, which does not, errs.
	days, err := readDays(context.Background(), dir, "day-3.csv", func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	var moments []Moment
	for _, at := range []float64{3600, 5400, 7200, 9000} {
		var rest []twin.Trajectory
		for _, p := range days[0].list {
			q := twin.Trajectory{Person: p.Person}
			for _, x := range p.Fixes {
				if x.T >= at {
					q.Fixes = append(q.Fixes, x)
				}
			}
			if len(q.Fixes) > 1 {
				rest = append(rest, q)
			}
		}
		moments = append(moments, Moment{At: at, Ways: [][]twin.Trajectory{rest, rest, rest}})
	}
	k, err := Limit(back, days[0].list, moments)
	if err != nil || k.All != 1 || k.Model < 0.6 || k.N%(3*len(moments)) != 0 || k.Crowded <= 0 || k.Crowded >= 1 {
		t.Errorf("%v: %+v", err, k)
	}
	if _, err := Limit(back, days[0].list, []Moment{{At: 60, Ways: moments[0].Ways}}); err == nil {
		t.Error("what came before the first minute is not known, and a moment in it was taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Study().Train(ctx, study.Order{Dir: dir, Progress: func(string, ...any) {}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Study().Train(context.Background(), study.Order{Dir: t.TempDir()}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

// Recorded people of a real hall: the first hours foretell the later ones better
// than that all stays as it is.
func TestAHallIsForetold(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "tracks")
	if _, err := os.Stat(filepath.Join(dir, "edinburgh-01Jul.txt")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	f, err := Recorded().Train(context.Background(), study.Order{Dir: dir, Seed: 1, Progress: func(string, ...any) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", f.Judgement.Tests)
	if f.Judgement.Tests[2].Value <= 0 {
		t.Errorf("no better than persistence: %+v", f.Judgement.Tests)
	}
}

func TestTheStoredModelBeatsPersistence(t *testing.T) {
	data, err := assets.Models().Open("congestion.json")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	f, err := study.Decode(data, "congestion")
	if err != nil {
		t.Fatal(err)
	}
	if gain := f.Judgement.Tests[2]; gain.Low95 <= 0 {
		t.Errorf("%+v", gain)
	}
	if _, err := Study().Card(f); err != nil {
		t.Error(err)
	}
}
