package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the tests start the program itself.
func TestMain(m *testing.M) {
	if os.Getenv("SITESIM_UNDER_TEST") == "1" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "SITESIM_UNDER_TEST=1")
	return cmd
}

func TestWrongFlagsAreNamed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", "--speed", "0"}, "--speed 0: give more than 0 and at most 100"},
		{[]string{"serve", "--speed", "NaN"}, "--speed NaN"},
		{[]string{"serve", "--extra=-1"}, "--extra -1: give 0 to"},
		{[]string{"serve", "--start", "noon"}, `--start "noon"`},
		{[]string{"serve", "--fault", "freezer-2:door-ajar"}, "--fault"},
		{[]string{"serve", "--fault", "freezer-2:leak@5m"}, "--fault: fault freezer-2:leak: "},
		{[]string{"serve", "--template", "castle"}, "--template"},
		{[]string{"serve", "--template", "store", "--speed", "1e6"}, "--speed 1e+06: give 0 to 3600"},
		{[]string{"serve", "--template", "home", "--fault", "freezer-2:door-ajar@5m"}, "call InjectFault"},
		{[]string{"serve", "--weather", "x.epw"}, "--weather: Corner Market has a weather of its own"},
		{[]string{"serve", "--scenario", "4"}, "Corner Market has no drawn runs"},
		{[]string{"serve", "--template", "store", "--truth", out}, "give --scenario SEED"},
		{[]string{"record", "--out", out, "--truth", out, "--duration", "0s"}, "--duration 0s"},
		{[]string{"record", "--out", out, "--truth", out, "--step", "1500ms"}, "--step 1.5s"},
		{[]string{"record", "--out", out, "--truth", out, "--faults", "some"}, "--faults"},
		{[]string{"record", "--truth", out}, "--out"},
		{[]string{"record", "--out", out}, "--truth: name the file"},
		{[]string{"record", "--out", out, "--template", "store"}, "give --scenario SEEDS"},
		{[]string{"record", "--out", out, "--scenario", "1"}, "give --scenario SEEDS"},
		{[]string{"record", "--out", out, "--template", "store", "--scenario", "3-1"}, `--scenario "3-1"`},
		{[]string{"record", "--out", out, "--template", "store", "--scenario", "1", "--truth", out}, "has its own start, faults and truth"},
		{[]string{"record", "--out", out, "--template", "store", "--scenario", "1", "--lasts", "2000h"}, "--lasts 2000h"},
		{[]string{"record", "--out", out, "--template", "store", "--scenario", "1", "--lasts", "8h", "--judge"}, "no --judge"},
		{[]string{"record", "--out", out, "--truth", out, "--judge"}, "belong to drawn runs"},
		{[]string{"fly"}, "fly"},
	} {
		text, err := program(t, row.args...).CombinedOutput()
		exit, ok := err.(*exec.ExitError)
		if !ok || exit.ExitCode() != 2 || !strings.Contains(string(text), row.want) {
			t.Errorf("sitesim %v gave %v and %q, want exit status 2 and %q", row.args, err, text, row.want)
		}
	}
}

func TestServeSaysReadyAndEndsOnASignal(t *testing.T) {
	dir := t.TempDir()
	cmd := program(t, "serve", "--listen", "127.0.0.1:0", "--config", filepath.Join(dir, "config"), "--state", filepath.Join(dir, "state"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready opc.tcp://127.0.0.1:") {
		t.Errorf("first line %q (%v)", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s to end", took)
	}
	if _, err := os.Stat(filepath.Join(dir, "state", "plant.json")); err != nil {
		t.Errorf("no state was left: %v", err)
	}
}

func TestTheTruthOfARunIsWritten(t *testing.T) {
	dir := t.TempDir()
	truth := filepath.Join(dir, "truth.json")
	cmd := program(t, "serve", "--template", "home", "--scenario", "5", "--situation", "hot-water-too-cold", "--truth", truth, "--speed", "0",
		"--listen", "127.0.0.1:0", "--config", filepath.Join(dir, "config"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	text, err := os.ReadFile(truth)
	for _, want := range []string{`"class": "hot-water-too-cold"`, `"action": "pasteurise"`, `"ran_to"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the truth tells nothing of %s (%v)", want, err)
		}
	}
}

func TestDrawnRunsAreRecorded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	if text, err := program(t, "record", "--template", "home", "--scenario", "2,4-5", "--situation", "communication-loss", "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, want := range []string{"home-communication-loss-0002", "home-communication-loss-0004", "home-communication-loss-0005"} {
		for _, kind := range []string{".run", ".json"} {
			if info, err := os.Stat(filepath.Join(dir, want+kind)); err != nil || info.Size() == 0 {
				t.Errorf("%s%s: %v", want, kind, err)
			}
		}
	}
	text, err := program(t, "record", "--template", "home", "--scenario", "2", "--situation", "dragon", "-o", dir).CombinedOutput()
	if err == nil || !strings.Contains(string(text), "no situation of a home") {
		t.Errorf("a dragon gave %v: %s", err, text)
	}
}
