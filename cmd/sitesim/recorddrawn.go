package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
)

// seedsMax bounds the runs of one call: as many fill a disk with a gigabyte.
const seedsMax = 10_000

// lastsMax bounds a drawn run: a reader takes no more of it by the minute.
const lastsMax = 4 * 24 * time.Hour

// seeds reads a list like 1-40,77.
func seeds(text string) ([]uint64, error) {
	wrong := usageError{fmt.Errorf("--scenario %q: give seeds from 1 on like 7, 1-40 or 1-40,77, at most %d", text, seedsMax)}
	var all []uint64
	for part := range strings.SplitSeq(text, ",") {
		low, high, ranged := strings.Cut(part, "-")
		from, err := strconv.ParseUint(low, 10, 63)
		to := from
		if err == nil && ranged {
			to, err = strconv.ParseUint(high, 10, 63)
		}
		if err != nil || from == 0 || to < from || to-from >= seedsMax || len(all)+int(to-from) >= seedsMax {
			return nil, wrong
		}
		for s := from; s <= to; s++ {
			all = append(all, s)
		}
	}
	return all, nil
}

// drawn records runs that seeds draw into a folder, several at a time.
func (r *recordCommand) drawn(ctx context.Context) error {
	step := r.Step
	if step == recordStep {
		step = time.Minute
	}
	switch {
	case r.Truth != "" || len(r.Fault) > 0 || r.Faults != "none" || r.Start != "":
		return usageError{errors.New("--scenario: a drawn run has its own start, faults and truth: leave out --start, --faults, --fault and --truth")}
	case step < time.Second || step%time.Second != 0 || step > time.Hour:
		return usageError{fmt.Errorf("--step %s: give whole seconds from 1s to an hour", r.Step)}
	case r.Lasts < 0 || r.Lasts > lastsMax || r.Lasts != 0 && r.Judge:
		return usageError{fmt.Errorf("--lasts %s: give up to %s, and no --judge, which looks at a run's planned end", r.Lasts, lastsMax)}
	case r.Between < 0 || r.Between%time.Second != 0 || r.Between > 0 && step%r.Between != 0:
		return usageError{fmt.Errorf("--between %s: give whole seconds that --step is a multiple of", r.Between)}
	case r.Jobs < 0:
		return usageError{fmt.Errorf("--jobs %d: give 1 or more, or 0 for one a core", r.Jobs)}
	}
	list, err := seeds(r.Scenario)
	if err != nil {
		return err
	}
	draw := scenario.Options{Template: r.Template, Situation: r.Situation}
	if r.Weather != "" {
		if draw.Sky, err = climate.ReadFile(r.Weather); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(r.Out, 0o755); err != nil {
		return fmt.Errorf("make the folder of recordings: %w", err)
	}
	jobs := r.Jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var (
		begun    = time.Now()
		turn     = make(chan uint64)
		mu       sync.Mutex
		made     int
		failures []error
		work     sync.WaitGroup
	)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for range min(jobs, len(list)) {
		work.Go(func() {
			for seed := range turn {
				err := r.one(ctx, draw, seed, step)
				mu.Lock()
				made++
				if err != nil {
					failures = append(failures, err)
				}
				fmt.Fprintf(os.Stderr, "\r%d of %d runs", made, len(list))
				mu.Unlock()
			}
		})
	}
feed:
	for _, seed := range list {
		select {
		case turn <- seed:
		case <-ctx.Done():
			break feed
		}
	}
	close(turn)
	work.Wait()
	fmt.Fprintf(os.Stderr, " in %.1f s\n", time.Since(begun).Seconds())
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("record runs: %w", err)
	}
	return errors.Join(failures...)
}

// one records the run of one seed.
func (r *recordCommand) one(ctx context.Context, draw scenario.Options, seed uint64, step time.Duration) error {
	draw.Seed = seed
	name := fmt.Sprintf("%s-%04d", r.Template, seed)
	if r.Situation != "" {
		name = fmt.Sprintf("%s-%s-%04d", r.Template, r.Situation, seed)
	}
	file := filepath.Join(r.Out, name)
	_, err := record.Drawn(ctx, record.RunOptions{Draw: draw, Step: step, Between: r.Between, Lasts: r.Lasts, Judge: r.Judge, Out: file + ".run", Truth: file + ".json"})
	return err
}
