package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
)

// asked reads the seeds of a range.
func asked(text string) (runs.Seeds, error) {
	all, err := seedRange(text)
	if err != nil {
		return runs.Seeds{}, err
	}
	return runs.Seeds{First: all[0], Last: all[len(all)-1]}, nil
}

// recordMissing records the runs of a study that a folder lacks, each kind by one
// call of the emulated plant, and returns the folder of them.
func recordMissing(ctx context.Context, out *output, s study.Study, dir string, seeds runs.Seeds) (string, error) {
	if found, ok := s.Find(dir); ok && filepath.Base(found) != s.Folder {
		dir = found // they lie in it as it was named
	} else {
		dir = filepath.Join(dir, s.Folder)
	}
	for _, k := range s.Recorded {
		name := k.Template
		if k.Situation != "" {
			name += "-" + k.Situation
		}
		var missing []string
		for seed := seeds.First; seed <= seeds.Last; seed++ {
			base := filepath.Join(dir, fmt.Sprintf("%s-%04d", name, seed))
			if _, err := os.Stat(base + ".json"); err != nil { // written last
				missing = append(missing, strconv.FormatUint(seed, 10))
			}
		}
		if len(missing) == 0 {
			continue
		}
		out.note("recording %d runs of a %s", len(missing), k.Template)
		path, err := findProgram("sitesim")
		if err != nil {
			return "", err
		}
		args := []string{"record", "--template", k.Template, "--scenario", strings.Join(missing, ","), "-o", dir}
		if k.Situation != "" {
			args = append(args, "--situation", k.Situation)
		}
		if k.Lasts > 0 {
			args = append(args, "--lasts", k.Lasts.String())
		}
		// A seed that draws no day for its situation makes no run, and the others are
		// recorded all the same.
		if text, err := exec.CommandContext(ctx, path, args...).CombinedOutput(); err != nil {
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			if last := bytes.TrimSpace(text); !bytes.Contains(last, []byte("none had an hour for")) {
				return "", fmt.Errorf("record runs: %w: %s", err, last[max(0, len(last)-400):])
			}
		}
	}
	return dir, nil
}
