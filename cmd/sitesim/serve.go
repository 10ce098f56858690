package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/cmd/sitesim/server"
)

const (
	speedMax = 100.0 // faster, ten samples a second no longer show a door opening
	widerMax = 3600.0
	extraMax = 20000 // as many as the library serves at ten a second
)

type serveCommand struct {
	Listen    string   `default:"127.0.0.1:48400" help:"Address on this machine; port 0 takes any."`
	Config    string   `placeholder:"DIR" help:"Folder of certificate, key and password; made when missing."`
	State     string   `placeholder:"DIR" help:"Folder that keeps the plant's clock and state between starts; none is kept when not given."`
	Template  string   `default:"corner" enum:"corner,store,home" help:"Which site: corner (Corner Market, as the demo shows it), store (the same floor widened: shared rack, air handling, light zones, staff, tariff, gateways) or home (a house with heat pump, solar panels, battery and car)."`
	Seed      uint64   `default:"1" help:"Which shop: sizes, weather, traffic and noise are drawn from it."`
	Speed     float64  `default:"1" help:"Plant seconds in one second, above 0 up to 100, of the wider sites up to 3600; there 0 lets it move by calls of Advance alone."`
	Weather   string   `placeholder:"FILE.epw" help:"EnergyPlus weather file of the wider sites; a climate made up from the seed when not given."`
	Start     string   `default:"2026-06-03T10:00:00Z" help:"Plant time of the first start, RFC 3339, or now: this machine's time, which the plant's clock then keeps at speed 1."`
	Scenario  uint64   `placeholder:"SEED" help:"Play the run that is drawn from this seed: which site, when, what befalls it, what confuses, how samples arrive. It sets --seed and --start."`
	Situation string   `placeholder:"CLASS" help:"What befalls the site in the run, or normal; drawn when not given."`
	Truth     string   `placeholder:"FILE" help:"Write what befell the site, and what each action would have cost, for who judges the run; it appears whole, and again when the site stops."`
	Fault     []string `placeholder:"DEVICE:FAULT@DURATION[:SEVERITY]" sep:"none" help:"A fault to inject at a plant time since the first start; repeatable."`
	Change    []string `placeholder:"add:DEVICE:CLASS[:GROUP]@DURATION" sep:"none" help:"A device to put in at a plant time since the first start; also remove:DEVICE@DURATION and retype:DEVICE:CLASS@DURATION; repeatable."`
	Fresh     bool     `help:"Forget the kept state and start anew."`
	Mute      bool     `help:"Do not tell of changes of the address space, as most plants do not."`
	Extra     int      `default:"0" help:"Add so many synthetic variables that change ten times a second, for load tests."`
}

// Run is called by kong.
func (s *serveCommand) Run(ctx context.Context) error {
	wide := s.Template != "corner"
	switch {
	case !wide && !(s.Speed > 0 && s.Speed <= speedMax):
		return usageError{fmt.Errorf("--speed %g: give more than 0 and at most %g", s.Speed, speedMax)}
	case !(s.Speed >= 0 && s.Speed <= widerMax):
		return usageError{fmt.Errorf("--speed %g: give 0 to %g", s.Speed, widerMax)}
	case !wide && s.Weather != "":
		return usageError{errors.New("--weather: Corner Market has a weather of its own; give --template store too")}
	case !wide && (s.Scenario > 0 || s.Truth != "" || s.Situation != ""):
		return usageError{errors.New("--scenario, --situation and --truth: Corner Market has no drawn runs; give --template store too")}
	case s.Scenario == 0 && (s.Truth != "" || s.Situation != ""):
		return usageError{errors.New("--truth and --situation belong to a drawn run: give --scenario SEED, from 1 on")}
	case wide && (s.State != "" || len(s.Change) > 0 || len(s.Fault) > 0):
		return usageError{fmt.Errorf("--template %s: it has no --state, --fault or --change; call InjectFault", s.Template)}
	case s.Extra < 0 || s.Extra > extraMax:
		return usageError{fmt.Errorf("--extra %d: give 0 to %d", s.Extra, extraMax)}
	}
	start, since, err := startTime(s.Start)
	if err != nil {
		return err
	}
	plan, err := planned(s.Fault)
	if err != nil {
		return err
	}
	var changes []server.Change
	for _, text := range s.Change {
		c, err := server.ParseChange(text)
		if err != nil {
			return usageError{fmt.Errorf("--change: %w", err)}
		}
		changes = append(changes, c)
	}
	if s.Config == "" {
		home, err := os.UserConfigDir()
		if err != nil {
			return fmt.Errorf("find the configuration folder: %w (give --config DIR)", err)
		}
		s.Config = filepath.Join(home, "glasstwin", "plant")
	}
	options := server.Options{
		Listen: s.Listen, ConfigDir: s.Config, StateDir: s.State, Seed: s.Seed, Speed: s.Speed, Start: start.UTC(), Since: since,
		Faults: plan, Changes: changes, Fresh: s.Fresh, Extra: s.Extra, Mute: s.Mute, Log: log.New(os.Stderr, "sitesim: ", log.LstdFlags),
		Ready: func(endpoint string) { fmt.Println("ready", endpoint) },
	}
	if !wide {
		return server.Run(ctx, options)
	}
	return s.serveWide(ctx, options)
}

// garbageInRuns is by how many percent memory may grow before it is collected, in
// runs that are played as fast as the machine can.
const garbageInRuns = 800

// serveWide serves one of the wider sites, in a drawn run when one was asked for.
func (s *serveCommand) serveWide(ctx context.Context, o server.Options) error {
	draw := scenario.Options{Template: s.Template, Seed: s.Seed, Situation: s.Situation}
	if s.Weather != "" {
		var err error
		if draw.Sky, err = climate.ReadFile(s.Weather); err != nil {
			return err
		}
	}
	if s.Scenario == 0 {
		var err error
		if o.Site, err = scenario.Build(draw, o.Start); err != nil {
			return err
		}
		return server.Run(ctx, o)
	}
	draw.Seed = s.Scenario
	plan, err := scenario.Draw(draw)
	if err != nil {
		return err
	}
	o.Start, o.Since = plan.Start, time.Time{}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbageInRuns)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		// Plant and operator take turns, and other runs are played beside this one: on
		// more than one core it mostly wakes itself up.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	}
	play := scenario.NewPlay(plan)
	o.Site = play
	judged := func() error { return nil }
	if s.Truth != "" {
		judged = judge(plan, play, s.Truth)
	}
	ran := server.Run(ctx, o)
	return errors.Join(ran, play.Err, judged())
}

// judge works the truth about a run out beside it and writes it. What it returns
// is called when the run is over: it waits for that, and adds how the run went.
func judge(plan *scenario.Plan, play *scenario.Play, file string) func() error {
	var truth *scenario.Truth
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		if truth, failed = scenario.Judge(plan); failed == nil {
			failed = truth.Write(file)
		}
	}()
	return func() error {
		<-done
		if failed != nil {
			return failed
		}
		if err := truth.Over(play); err != nil {
			return err
		}
		return truth.Write(file)
	}
}

// startTime is the plant's time of a first start, and the moment on this
// machine's clock at which the plant's stands there, zero for when it serves.
func startTime(text string) (start, since time.Time, err error) {
	if text == "now" {
		now := time.Now()
		return now, now, nil
	}
	if start, err = time.Parse(time.RFC3339, text); err != nil {
		return start, since, usageError{fmt.Errorf("--start %q: give a time like 2026-06-03T10:00:00Z, or now", text)}
	}
	return start, since, nil
}
