package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
)

// evalAutonomy plays drawn runs of an emulated site over its network, and judges
// what the twin did by the truth that a file tells when a run is over.
type evalAutonomy struct {
	Seeds        string   `default:"1-20" help:"Runs to play; 1 to 999 are for development, claims are made on others."`
	Site         string   `default:"store" enum:"store,home" help:"Which emulated site: store or home."`
	Situation    string   `placeholder:"CLASS" help:"What befalls the site in every run, or normal; drawn when not given."`
	Baselines    []string `default:"nothing" enum:"nothing,rules,nearest" help:"What the same runs are played under beside the twin: nothing (never acts), rules (thresholds), nearest (the situation whose residuals are nearest)."`
	Jobs         int      `placeholder:"N" help:"Runs at a time; one more than there are cores when not given."`
	KeepFailures string   `type:"path" placeholder:"DIR" help:"Leave each run that was not right there, as a site folder that the window opens."`
	JSON         bool     `help:"Print one JSON object."`
}

// Run is called by kong.
func (e *evalAutonomy) Run(ctx context.Context, out *output) error {
	began := time.Now()
	seeds, err := seedRange(e.Seeds)
	if err != nil {
		return err
	}
	if e.Jobs < 0 || e.Jobs > 256 {
		return usageError{fmt.Errorf("--jobs %d: give 1 to 256", e.Jobs)}
	}
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(garbageInRuns))
	}
	bench, done, err := newAutonomyBench(ctx, e, out)
	if err != nil {
		return fmt.Errorf("eval autonomy: %w", err)
	}
	defer done()
	players := []string{twinPlayer}
	for _, b := range e.Baselines {
		if b != idlePlayer && !slices.Contains(players, b) {
			players = append(players, b)
		}
	}
	verdicts := map[string][]verdict{}
	for _, player := range players {
		if verdicts[player], err = bench.all(ctx, player, seeds, out); err != nil {
			return fmt.Errorf("eval autonomy: %w", err)
		}
	}
	if slices.Contains(e.Baselines, idlePlayer) {
		verdicts[idlePlayer] = idle(verdicts[twinPlayer])
	}
	return e.tell(out, len(seeds), verdicts, time.Since(began))
}

// garbageInRuns is by how many percent memory may grow before it is collected: runs
// are many and their memory is small. Measured over eight runs on 2 cores, a quarter
// of the processors' time goes into collecting it otherwise.
const garbageInRuns = 800

// autonomyBench is what all runs share: the site as generated from its plant, and
// the folder of the plants' certificate.
type autonomyBench struct {
	*evalAutonomy
	dir    string // goes away in the end
	config string // of the plants
	folder string // of the site
	site   *twin.Site
	model  *perceive.Model
}

func newAutonomyBench(ctx context.Context, e *evalAutonomy, out *output) (*autonomyBench, func(), error) {
	dir, clean, err := folder("")
	if err != nil {
		return nil, nil, err
	}
	b := &autonomyBench{evalAutonomy: e, dir: dir, config: filepath.Join(dir, "plant"), folder: filepath.Join(dir, "site")}
	if b.model, err = loadSituations(b.folder); err != nil {
		clean()
		return nil, nil, err
	}
	out.note("generating a twin of the %s", e.Site)
	if err := b.generate(ctx); err != nil {
		clean()
		return nil, nil, err
	}
	return b, clean, nil
}

// generate makes the site folder from a plant of that kind.
func (b *autonomyBench) generate(ctx context.Context) error {
	plant, err := startPlant(ctx, new(quiet), "--template", b.Site, "--speed", "0", "--listen", "127.0.0.1:0", "--config", b.config)
	if err != nil {
		return err
	}
	defer plant.Stop()
	at := emulatedAccess(b.config, plant.Endpoint)
	nodes, err := at.browse(ctx)
	if err != nil {
		return err
	}
	source := &generate.Plant{Name: at.name, Endpoint: at.endpoint, User: at.user, Nodes: nodes}
	if b.Site == "store" {
		_, err = siteFromDemo(ctx, b.folder, source, false)
	} else {
		err = b.fromPlant(ctx, source)
	}
	if err != nil {
		return err
	}
	if b.site, err = sitefolder.Revise(b.folder, func(site *twin.Site) (*twin.Site, error) {
		autonomous(site)
		return site, operate.Check(site)
	}); err != nil {
		return err
	}
	return nil
}

func (b *autonomyBench) fromPlant(ctx context.Context, plant *generate.Plant) error {
	cat, err := generate.Catalogue()
	if err != nil {
		return err
	}
	result, err := generate.Run(ctx, generate.Input{Name: b.Site, TimeZone: "UTC", Catalogue: cat, Plant: plant})
	if err != nil {
		return err
	}
	contents := sitefolder.Contents{}
	if contents.Made, err = madeOf(result, plant); err != nil {
		return err
	}
	return sitefolder.Create(b.folder, result.Site, contents, false)
}

// polledEvery is how long a value that is read once a minute may be on its way.
const polledEvery = 3 * time.Minute

// autonomous sets a site as an owner does who leaves it to the twin: every class of
// actions by itself, what hangs on the rack named, values asked for by the minute.
func autonomous(site *twin.Site) {
	if site.Modes == nil {
		site.Modes = map[twin.ActionClass]twin.Mode{}
	}
	for _, r := range operate.DefaultRemedies() {
		site.Modes[r.Class] = twin.Auto
	}
	for i := range site.Signals {
		site.Signals[i].Expected = polledEvery
	}
	var rack twin.AssetID
	var hang []twin.AssetID
	for _, a := range site.Assets {
		switch a.Class {
		case "condensing-unit":
			rack = a.ID
		case "refrigerated-multideck":
			hang = append(hang, a.ID)
		}
	}
	if rack != "" && len(site.Hangs) == 0 {
		site.Hangs = []twin.Hanging{{From: rack, To: hang}}
	}
}

// all plays every seed, several at a time, and judges it.
func (b *autonomyBench) all(ctx context.Context, player string, seeds []uint64, out *output) ([]verdict, error) {
	verdicts, errs := make([]verdict, len(seeds)), make([]error, len(seeds))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan int)
	var workers sync.WaitGroup
	var telling sync.Mutex
	n, right := 0, 0
	jobs := b.Jobs
	if jobs == 0 {
		jobs = runtime.NumCPU() + 1 // each waits for its plant at times: a seventh less time on 2 cores than with one a core
	}
	for range min(jobs, len(seeds)) {
		workers.Go(func() {
			for i := range work {
				if ctx.Err() != nil {
					continue
				}
				verdicts[i], errs[i] = b.one(ctx, player, seeds[i])
				if errors.Is(errs[i], errNoRun) {
					out.note("%s: seed %d is left out: %v", player, seeds[i], errs[i])
					continue
				}
				if errs[i] != nil {
					cancel()
					continue
				}
				telling.Lock()
				n++
				if verdicts[i].Right {
					right++
				}
				out.note("%s: %d of %d runs, %d right; %s", player, n, len(seeds), right, verdicts[i])
				telling.Unlock()
			}
		})
	}
	for i := range seeds {
		work <- i
	}
	close(work)
	workers.Wait()
	played := verdicts[:0]
	for i, err := range errs {
		switch {
		case err == nil:
			played = append(played, verdicts[i])
		case !errors.Is(err, context.Canceled) && !errors.Is(err, errNoRun):
			return nil, fmt.Errorf("run %d: %w", seeds[i], err)
		}
	}
	return played, ctx.Err()
}

// one plays a run, judges it by the truth that its plant left, and keeps it where
// it was not right.
func (b *autonomyBench) one(ctx context.Context, player string, seed uint64) (verdict, error) {
	eyes, err := b.player(player)
	if err != nil {
		return verdict{}, err
	}
	truthFile := filepath.Join(b.dir, fmt.Sprintf("truth-%s-%d.json", player, seed))
	defer func() { _ = os.Remove(truthFile) }()
	p, err := b.play(ctx, seed, eyes, truthFile)
	if errors.Is(err, errPlantSilent) { // the machine was too busy to start it, and nothing was played yet: once more
		p, err = b.play(ctx, seed, eyes, truthFile)
	}
	if err != nil {
		return verdict{}, err
	}
	truth, err := readAutonomyTruth(truthFile) // the plant has ended
	if err != nil {
		return verdict{}, err
	}
	v := truth.judge(p)
	if b.KeepFailures != "" && player == twinPlayer && !v.Right {
		if err := b.keep(ctx, p, &v); err != nil {
			return v, fmt.Errorf("keep the run: %w", err)
		}
	}
	return v, nil
}

// quiet takes what plants say and keeps the end of it, for the error of one that
// does not start.
type quiet struct {
	mu   sync.Mutex
	last string
}

// Write keeps the last line.
func (q *quiet) Write(text []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last = strings.TrimSpace(string(text))
	return len(text), nil
}

func (q *quiet) said() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.last
}

var errPlantSilent = errors.New("the emulated plant cannot be reached")

// reach waits until a link stands.
func reach(ctx context.Context, link *opcua.Link, id twin.SignalID) error {
	for end := time.Now().Add(plantStart); ; {
		_, err := link.Read(ctx, []twin.SignalID{id})
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, opcua.ErrNotLinked) || time.Now().After(end):
			return errors.Join(errPlantSilent, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
