package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// faultLater leaves what is normal to be seen also on a busy machine, on which
// the link comes up late.
const faultLater = "freezer-2:door-ajar@40m:0.9"

// TestKilledInTheMiddleOfAnAction kills the program at the moment that a step of
// an action is durable, and starts it again on the same journal and the same
// plant: the command must not be written twice, and the case must not be left
// without an outcome.
func TestKilledInTheMiddleOfAnAction(t *testing.T) {
	t.Parallel()
	steps := []twin.EventKind{twin.ActionIntended}
	if os.Getenv("GLASSTWIN_LONG") != "" {
		steps = append(steps, twin.SituationRaised, twin.ProposalMade, twin.GuardsChecked, twin.DecisionMade, twin.ActionWritten)
	}
	for _, step := range steps {
		t.Run(string(step), func(t *testing.T) { killedAt(t, step) })
	}
}

func killedAt(t *testing.T, step twin.EventKind) {
	o, at := demoSite(t, "--speed", "90", "--fault", faultLater)
	first := program(t, "watch", o.dir, "--address", at.endpoint, "--approve", "close-door", "--as", "mina")
	lines := follow(t, first)
	waitLine(t, lines, string(step))
	if err := first.Process.Kill(); err != nil { // SIGKILL: nothing is tidied up
		t.Fatal(err)
	}
	first.Wait()

	second := program(t, "watch", o.dir, "--address", at.endpoint, "--approve", "close-door", "--as", "mina", "--outcome", "--for", "6m")
	lines = follow(t, second)
	waitLine(t, lines, string(twin.OutcomeRecorded))
	if err := second.Wait(); err != nil {
		t.Errorf("the second start ended with %v", err)
	}

	store, err := openJournal(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	if _, err := store.Verify(t.Context()); err != nil {
		t.Errorf("after a kill the journal is not proven: %v", err)
	}
	intended, outcomes := map[twin.ProposalID]int{}, map[twin.ProposalID]twin.Outcome{}
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		switch e.Kind {
		case twin.ActionIntended:
			var p twin.Proposal
			if err := json.Unmarshal(e.Body, &p); err != nil {
				return err
			}
			intended[p.ID]++
		case twin.OutcomeRecorded:
			var x twin.Outcome
			if err := json.Unmarshal(e.Body, &x); err != nil {
				return err
			}
			outcomes[x.Proposal] = x
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for id, n := range intended {
		if n != 1 {
			t.Errorf("proposal %s was acted on %d times", id, n)
		}
		if x, ok := outcomes[id]; !ok {
			t.Errorf("proposal %s was forgotten", id)
		} else {
			t.Logf("proposal %s ended as %s: %s", id, x.Result, x.Detail)
		}
	}
	if len(intended) == 0 {
		t.Error("no action was intended")
	}
}

// TestThePlantIsKilledAndComesBack: the loss is told within three seconds, the
// link comes back by itself, and no sample is lost or doubled in the history.
func TestThePlantIsKilledAndComesBack(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	o, at, kill, again := mortalSite(t, state)
	r, end := running(t, o, at)
	began := until(t, r, "the link", func(v app.View) bool { return v.Linked && !v.At.IsZero() }).At
	until(t, r, "some history before the cut", func(v app.View) bool { return v.At.Sub(began) > 20*time.Second })

	kill()
	cut := time.Now()
	v := until(t, r, "the loss", func(v app.View) bool { return !v.Linked })
	took := time.Since(cut)
	t.Logf("the loss was told after %s: %s", took, v.LinkNote)
	if took > 3*time.Second && os.Getenv("GLASSTWIN_LONG") != "" {
		t.Errorf("the loss was told after %s, want 3 s", took)
	}
	grey := 0
	for _, x := range v.Overlays.Tints {
		if x.Grey {
			grey++
		}
	}
	if grey < 40 {
		t.Errorf("%d devices are grey, want all that have signals", grey)
	}

	again()
	began = until(t, r, "the link again", func(v app.View) bool { return v.Linked }).At
	until(t, r, "some history after the cut", func(v app.View) bool { return v.At.Sub(began) > 20*time.Second })
	end()
	checkHistory(t, o)
}

// checkHistory: each sample stands once and in order, and both sides of the cut
// are there.
func checkHistory(t *testing.T, o *openedSite) {
	t.Helper()
	store, err := openJournal(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	if _, err := store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	from, to, err := store.Span(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const id = "freezer-2/air-temperature"
	var last time.Time
	n := 0
	if err := store.History(t.Context(), []twin.SignalID{id}, from.Add(-time.Second), to, func(x twin.Sample) error {
		if !x.At.After(last) {
			t.Errorf("sample of %s follows that of %s", x.At, last)
		}
		last = x.At
		n++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n < 8 {
		t.Errorf("%d samples of %s in the history", n, id)
	}
	lost, up := 0, 0
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		switch e.Kind {
		case twin.LinkLost:
			lost++
		case twin.LinkUp:
			up++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if lost < 1 || up != lost+1 { // a busy machine may lose the link once more
		t.Errorf("the journal tells %d losses and %d links, want 1 and 2", lost, up)
	}
}

// follow starts a program and hands out the lines that it prints.
func follow(t *testing.T, cmd *exec.Cmd) <-chan string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	lines := make(chan string, 1024) // a story has some dozens
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(io.TeeReader(out, t.Output())); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return lines
}

func waitLine(t *testing.T, lines <-chan string, holds string) {
	t.Helper()
	end := time.After(patience)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the program ended before it said %q", holds)
			}
			if strings.Contains(line, holds) {
				return
			}
		case <-end:
			t.Fatalf("the program did not say %q within %s", holds, patience)
		}
	}
}
