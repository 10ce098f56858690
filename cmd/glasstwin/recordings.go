package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// recordings are runs of the emulated plant, one for each seed, kept in a
// folder and recorded when they are not there yet.
type recordings struct {
	dir      string
	step     time.Duration
	duration time.Duration
	every    time.Duration
}

// seedsMax bounds a range: a thousand six-hour runs are a few gigabytes.
const seedsMax = 1000

// seedRange reads "1-40".
func seedRange(text string) ([]uint64, error) {
	first, last, ok := strings.Cut(text, "-")
	if !ok {
		last = first
	}
	a, err1 := strconv.ParseUint(first, 10, 32)
	b, err2 := strconv.ParseUint(last, 10, 32)
	if err1 != nil || err2 != nil || b < a || b-a >= seedsMax {
		return nil, usageError{fmt.Errorf("seeds %q: give a range like 1-40, at most %d", text, seedsMax)}
	}
	var out []uint64
	for s := a; s <= b; s++ {
		out = append(out, s)
	}
	return out, nil
}

// replay returns what can be seen in each seed's run, recording the runs that
// are missing with as many plants at a time as there are processors.
func (r recordings) replay(ctx context.Context, seeds []uint64, done func(int)) ([][]diagnose.Moment, error) {
	out, errs := make([][]diagnose.Moment, len(seeds)), make([]error, len(seeds))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan int)
	var wg sync.WaitGroup
	var telling sync.Mutex
	n := 0
	for range min(runtime.NumCPU(), len(seeds)) {
		wg.Go(func() {
			for i := range work {
				if out[i], errs[i] = r.one(ctx, seeds[i]); errs[i] != nil {
					cancel()
				}
				telling.Lock()
				n++
				done(n)
				telling.Unlock()
			}
		})
	}
	for i := range seeds {
		work <- i
	}
	close(work)
	wg.Wait()
	for i, err := range errs {
		if err != nil && (ctx.Err() == nil || !strings.Contains(err.Error(), context.Canceled.Error())) {
			return nil, fmt.Errorf("seed %d: %w", seeds[i], err)
		}
	}
	return out, ctx.Err()
}

func (r recordings) one(ctx context.Context, seed uint64) ([]diagnose.Moment, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	base := filepath.Join(r.dir, fmt.Sprintf("seed-%d-%s-%s", seed, r.duration, r.step))
	data, truth := base+".csv.gz", base+".json"
	if _, err := os.Stat(truth); err != nil { // written last
		if err := r.record(ctx, seed, data, truth); err != nil {
			return nil, err
		}
	}
	file, err := os.Open(data)
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	defer file.Close()
	rec, err := recording.Read(data, file)
	if err != nil {
		return nil, err
	}
	list, err := os.ReadFile(truth)
	if err != nil {
		return nil, fmt.Errorf("open the truth: %w", err)
	}
	faults, err := recording.ReadTruth(truth, bytes.NewReader(list))
	if err != nil {
		return nil, err
	}
	return diagnose.Replay(rec, faults, r.every)
}

func (r recordings) record(ctx context.Context, seed uint64, data, truth string) error {
	path, err := findProgram("sitesim")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, "record", "--seed", strconv.FormatUint(seed, 10), "--duration", r.duration.String(),
		"--step", r.step.String(), "--faults", "random", "--out", data, "--truth", truth)
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("record: %w: %s", err, bytes.TrimSpace(text))
	}
	return nil
}

// folder returns dir, or one that goes away again when dir is "".
func folder(dir string) (string, func(), error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", nil, fmt.Errorf("make a folder: %w", err)
		}
		return dir, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "glasstwin-eval-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder: %w", err)
	}
	return dir, func() { os.RemoveAll(dir) }, nil
}
