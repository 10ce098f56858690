package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/twin/operate/retrain"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// book is a site's journal, to be read and written.
type book interface {
	retrain.Past
	Append(ctx context.Context, e twin.Event) (twin.Event, error)
}

// learner trains a site's fault model on its journal. The models that were ever in
// use stay in the site's folder, each under its version.
type learner struct {
	dir  string
	site *twin.Site
	book book
	by   string // in whose name
	note func(string, ...any)
}

// filesOfModel are what makes a model, the one that names it last.
var filesOfModel = [...]string{diagnose.RowsName, diagnose.MonitorName, diagnose.ModelName + ".json"}

func modelsDir(site string) string { return filepath.Join(site, "models") }

// used are the files of the model in use: the site's own, or the program's.
func used(site string) fs.FS {
	own := os.DirFS(modelsDir(site))
	if _, err := fs.Stat(own, diagnose.ModelName+".json"); err == nil {
		return own
	}
	return assets.Models()
}

// versionForm keeps a version from leading out of the folder.
var versionForm = regexp.MustCompile(`^[0-9a-f]{4,64}$`)

// keptDir is where the files of a model lie that was in use.
func keptDir(site, version string) (string, error) {
	if !versionForm.MatchString(version) {
		return "", fmt.Errorf("version %q of the model: it must be 4 to 64 hexadecimal digits", version)
	}
	return filepath.Join(modelsDir(site), "kept", version), nil
}

// Train trains, judges, journals both, and puts the new model in the old one's
// place when it is better.
func (l *learner) Train(ctx context.Context, seed uint64, progress func(ebm.Progress)) (twin.ModelNote, error) {
	files := used(l.dir)
	old, err := readDiagnoser(files)
	if err != nil {
		return twin.ModelNote{}, err
	}
	rows, err := readRows(files)
	if err != nil {
		return twin.ModelNote{}, err
	}
	w, err := retrain.Gather(ctx, l.site, l.book)
	if err != nil {
		return twin.ModelNote{}, err
	}
	l.note("%d cases with a confirmed truth, %d without, in %d windows", w.Cases, w.Open, len(w.Table.Rows))
	n := twin.ModelNote{Model: diagnose.ModelName, From: old.Model().Version, Cases: w.Cases}
	m, more, v, err := retrain.Train(ctx, old.Model(), rows, w, seed, progress)
	if err != nil {
		return n, err
	}
	n.Days, n.Rows, n.FromRight, n.ToRight, n.Gain, n.Low, n.High = v.Days, v.Rows, v.Old, v.New, v.Gain, v.Low, v.High
	n.FromKept, n.ToKept, n.Better, n.Why = v.OldKept, v.NewKept, v.Better, v.Why
	if m == nil {
		return n, nil // nothing was trained, so there is nothing to journal
	}
	made, err := encodeModel(m, more)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return n, err
	}
	ctx = context.WithoutCancel(ctx) // what is in use and what the journal says of it change together
	n.To, n.ToHash = m.Version, hashOf(made[diagnose.ModelName+".json"])
	if n.FromHash, err = l.keep(files, n.From); err != nil {
		return n, err
	}
	if err := l.journal(ctx, twin.ModelJudged, n); err != nil || !n.Better {
		return n, err
	}
	if err := l.put(made); err != nil {
		return n, err
	}
	return n, l.journal(ctx, twin.ModelReplaced, n)
}

// Back puts the model that was in use before in its place again.
func (l *learner) Back(ctx context.Context) (twin.ModelNote, error) {
	var last *twin.ModelNote
	err := l.book.Events(ctx, 1, func(e twin.Event) error {
		if e.Kind != twin.ModelReplaced {
			return nil
		}
		var n twin.ModelNote
		if err := json.Unmarshal(e.Body, &n); err != nil {
			return fmt.Errorf("journal event %d (%s): %w", e.Seq, e.Kind, err)
		}
		last = &n
		return nil
	})
	if err != nil {
		return twin.ModelNote{}, err
	}
	if last == nil {
		return twin.ModelNote{}, errors.New("the journal tells of no model that was replaced")
	}
	dir, err := keptDir(l.dir, last.From)
	if err != nil {
		return twin.ModelNote{}, err
	}
	files := map[string][]byte{}
	for _, name := range filesOfModel {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return twin.ModelNote{}, fmt.Errorf("read the model that was in use before: %w", err)
		}
		files[name] = data
	}
	if got := hashOf(files[diagnose.ModelName+".json"]); got != last.FromHash {
		return twin.ModelNote{}, fmt.Errorf("%s was changed since it was in use: its hash is %s, in the journal it is %s", dir, got, last.FromHash)
	}
	if _, err := l.keep(used(l.dir), last.To); err != nil {
		return twin.ModelNote{}, err
	}
	n := twin.ModelNote{Model: last.Model, From: last.To, To: last.From, FromHash: last.ToHash, ToHash: last.FromHash, Why: l.by + " took the one before back"}
	if err := l.put(files); err != nil {
		return n, err
	}
	return n, l.journal(ctx, twin.ModelReplaced, n)
}

func (l *learner) journal(ctx context.Context, kind twin.EventKind, n twin.ModelNote) error {
	_, at, err := l.book.Span(ctx)
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = time.Now().UTC()
	}
	e, err := twin.NewEvent(kind, at, n)
	if err != nil {
		return err
	}
	e.Actor = l.by
	if _, err := l.book.Append(ctx, e); err != nil {
		return fmt.Errorf("journal the model: %w", err)
	}
	return nil
}

// keep copies the model in use to where it can be taken back from, and returns the
// hash of its file.
func (l *learner) keep(files fs.FS, version string) (string, error) {
	dir, err := keptDir(l.dir, version)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("keep the model in use: %w", err)
	}
	var hash string
	for _, name := range filesOfModel {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return "", fmt.Errorf("keep the model in use: %w", err)
		}
		if err := writeWhole(filepath.Join(dir, name), data); err != nil {
			return "", fmt.Errorf("keep the model in use: %w", err)
		}
		hash = hashOf(data)
	}
	return hash, nil
}

// put puts files in use, the model itself last.
func (l *learner) put(files map[string][]byte) error {
	if err := os.MkdirAll(modelsDir(l.dir), 0o755); err != nil {
		return fmt.Errorf("put the model in use: %w", err)
	}
	for _, name := range filesOfModel {
		if err := writeWhole(filepath.Join(modelsDir(l.dir), name), files[name]); err != nil {
			return fmt.Errorf("put the model in use: %w", err)
		}
	}
	return nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func readRows(files fs.FS) (*diagnose.Rows, error) {
	f, err := files.Open(diagnose.RowsName)
	if err != nil {
		return nil, fmt.Errorf("open the rows beside the model: %w; train the model again", err)
	}
	defer f.Close()
	return diagnose.ReadRows(f)
}

// encodeModel makes the files of a model, whose version is the hash of itself
// without it.
func encodeModel(m *ebm.Model, rows *diagnose.Rows) (map[string][]byte, error) {
	monitor, err := diagnose.Monitor(rows.Train, rows.Held)
	if err != nil {
		return nil, err
	}
	var model, beside, usual bytes.Buffer
	if err := m.Encode(&model); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(model.Bytes())
	m.Version = hex.EncodeToString(sum[:6])
	model.Reset()
	if err := errors.Join(m.Encode(&model), rows.Encode(&beside), monitor.Encode(&usual)); err != nil {
		return nil, err
	}
	return map[string][]byte{diagnose.ModelName + ".json": model.Bytes(), diagnose.RowsName: beside.Bytes(), diagnose.MonitorName: usual.Bytes()}, nil
}

// onJournal trains the model of a site on its journal.
func (t *train) onJournal(ctx context.Context, out *output) error {
	began := time.Now()
	if t.Site == "" {
		return usageError{errors.New("train --journal: name the site's folder with --site")}
	}
	site, err := sitefolder.Read(t.Site)
	if err != nil {
		return err
	}
	store, err := openJournal(ctx, t.Site)
	if err != nil {
		return err
	}
	defer store.Close(context.WithoutCancel(ctx))
	l := &learner{dir: t.Site, site: site, book: store, by: userName(), note: out.note}
	var n twin.ModelNote
	if t.Back {
		n, err = l.Back(ctx)
	} else {
		n, err = l.Train(ctx, t.Seed, func(p ebm.Progress) { out.note("%s: bag %d of %d after %d rounds", p.Stage, p.Bag, p.Bags, p.Rounds) })
	}
	if err != nil {
		return fmt.Errorf("train on the journal of %s: %w", t.Site, err)
	}
	if t.JSON {
		better := 0.0
		if n.Better {
			better = 1
		}
		return out.json(report{Command: "train", Inputs: map[string]any{"site": t.Site, "journal": true, "seed": t.Seed}, Rows: []any{n},
			Metrics: map[string]float64{"confirmed_cases": float64(n.Cases), "held_days": float64(n.Days), "held_rows": float64(n.Rows), "balanced_accuracy_before": n.FromRight,
				"balanced_accuracy_after": n.ToRight, "gain": n.Gain, "gain_low95": n.Low, "gain_high95": n.High, "replaced": better, "seconds": time.Since(began).Seconds()}})
	}
	switch {
	case t.Back:
		out.printf("version %s is in use again, in place of %s\n", n.To, n.From)
	case n.To == "":
		out.printf("nothing was trained: %s\n", n.Why)
	default:
		out.printf("version %s against %s on %d held-out days: balanced accuracy %.1f %% against %.1f %%, %+.1f points (95 %% interval %+.1f to %+.1f): %s\n",
			n.To, n.From, n.Days, 100*n.ToRight, 100*n.FromRight, 100*n.Gain, 100*n.Low, 100*n.High, n.Why)
	}
	return nil
}
