package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/testdata/fmu"
	"github.com/glasstwin/glasstwin/twin"
)

// served is an FMU that the program serves, as a process of its own.
type served struct {
	model, config, log string
	endpoint           string
	began              time.Time
	kill               func()
}

func (s *served) start(t testing.TB, listen string, args ...string) {
	t.Helper()
	cmd := program(t.(*testing.T), append([]string{"plant", "--fmu", s.model, "--config", s.config, "--listen", listen, "--speed", "1", "--beat", "1"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.kill = func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
	t.Cleanup(s.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		said, _ := os.ReadFile(s.log)
		t.Fatalf("the plant did not start: %v\n%s", err, said)
	}
	s.endpoint = strings.TrimSpace(strings.TrimPrefix(line, "ready "))
}

func (s *served) access(t testing.TB) opcua.Config {
	t.Helper()
	a := emulatedAccess(s.config, s.endpoint)
	a.security = t.TempDir()
	c, err := a.config(&twin.Site{})
	if err != nil {
		t.Fatal(err)
	}
	c.Log = func(f string, a ...any) { t.Logf(f, a...) }
	return c
}

// house serves the two-zone house and makes a site of what is browsed.
func house(t *testing.T, interfaces string) (*served, opcua.Config, *twin.Site) {
	t.Helper()
	dir := t.TempDir()
	model, err := fmu.Build(dir, fmu.Plan{Model: "house", Interfaces: interfaces})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{model: model, config: filepath.Join(dir, "config"), log: filepath.Join(dir, "log"), began: time.Now()}
	s.start(t, "127.0.0.1:0")
	c := s.access(t)
	nodes, err := opcua.Browse(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	site := &twin.Site{ID: "house", Assets: []twin.Asset{{ID: "house"}}}
	for _, n := range nodes {
		if n.Data != "Double" && n.Data != "Boolean" && n.Data != "Int32" {
			continue
		}
		id := twin.SignalOf("house", n.Path[len(n.Path)-1])
		g := twin.Signal{ID: id, Asset: "house", Name: n.Path[len(n.Path)-1], Kind: twin.Analog, Unit: n.Unit, Range: n.Range, Writable: n.Writable, Expected: 10 * time.Second}
		if n.Data == "Boolean" {
			g.Kind = twin.Boolean
		}
		site.Signals = append(site.Signals, g)
		site.Bindings = append(site.Bindings, twin.Binding{Signal: id, Plant: c.Plant, Address: n.Address})
	}
	c.Signals, c.Bindings = site.Signals, site.Bindings
	return s, c, site
}

// A served FMU lists what it has, with units, descriptions and ranges, and a
// pair of inputs as one signal with its release.
func TestAServedFMUIsBrowsed(t *testing.T) {
	_, c, site := house(t, fmu.Exchange)
	if len(site.Signals) != 26 {
		t.Errorf("%d signals", len(site.Signals))
	}
	set, ok := site.Signal("house/conTSet1")
	if !ok || !set.Writable || set.Unit != "°C" || set.Range != [2]float64{5, 30} {
		t.Errorf("conTSet1 is %+v", set)
	}
	if free, ok := site.Signal("house/conTSet1.Overwritten"); !ok || !free.Writable || free.Kind != twin.Boolean {
		t.Errorf("its release is %+v", free)
	}
	for _, hidden := range []twin.SignalID{"house/conTSet1_u", "house/conTSet1_activate", "house/zon1.T"} {
		if _, ok := site.Signal(hidden); ok {
			t.Errorf("%s is shown", hidden)
		}
	}
	nodes, err := opcua.Browse(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if n.Path[len(n.Path)-1] == "rea_PEle_y" && (n.Note != "Electric power of the heat pump" || n.Unit != "kW") {
			t.Errorf("rea_PEle_y is %+v", n)
		}
	}
}

// TestAServedFMUKeepsTheLaws runs the suite against the house, which dies by
// kill -9. Its clock goes on by the machine's; an FMU has no command that resets
// itself, so another set point stands for one.
func TestAServedFMUKeepsTheLaws(t *testing.T) {
	t.Parallel()
	conntest.Run(t, func(t *testing.T) *conntest.Bench {
		s, c, site := house(t, fmu.Exchange)
		return &conntest.Bench{
			Site: site,
			Open: func(k conntest.Sinks) (conntest.Link, error) {
				c.Receive, c.Changed = k.Receive, k.Changed
				return opcua.New(c)
			},
			Cut: func(testing.TB) { s.kill() },
			Mend: func(t testing.TB) {
				s.start(t, strings.TrimPrefix(s.endpoint, "opc.tcp://"), fmt.Sprintf("--from=%.0f", time.Since(s.began).Seconds()+5))
			},
			Lost: 3 * time.Second, Back: 15 * time.Second,
			Step:    time.Second,
			Hold:    twin.Write{Signal: "house/conTSet1", Value: 22, Before: 20.5},
			Command: twin.Write{Signal: "house/conTSet2", Value: 21.3},
			Fixed:   "house/zon1_reaT_y",
			Beyond:  twin.Write{Signal: "house/conTSet1", Value: 40, Hold: true},
			Taken: func(t testing.TB, id twin.SignalID) int {
				text, err := os.ReadFile(s.log)
				if err != nil {
					t.Fatal(err)
				}
				return strings.Count(string(text), strings.TrimPrefix(string(id), "house/")+" written:")
			},
		}
	})
}

// A served FMU that crashes is told, started anew and served on.
func TestAServedFMUThatCrashesIsServedOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	model, err := fmu.Build(dir, fmu.Plan{Model: "ball", Interfaces: fmu.Simulation})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{model: model, config: filepath.Join(dir, "config"), log: filepath.Join(dir, "log")}
	s.start(t, "127.0.0.1:0", "--param", "troubleAt=3", "--param", "trouble=1")
	for end := time.Now().Add(conntest.Patience(10 * time.Second)); ; time.Sleep(100 * time.Millisecond) {
		text, err := os.ReadFile(s.log)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "times in a row") {
			break // a ball that crashes for ever is given up in the end
		}
		if time.Now().After(end) {
			t.Fatalf("the crash is not told:\n%s", text)
		}
	}
	text, _ := os.ReadFile(s.log)
	for _, want := range []string{"crashed (segmentation fault); it said: about to fall through the floor", "starts anew"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the log does not tell %q:\n%s", want, text)
		}
	}
}

// An FMU that takes equal steps only is served at a beat that is none of its own.
func TestAServedFMUOfEqualSteps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	model, err := fmu.Build(dir, fmu.Plan{Model: "ball", Interfaces: fmu.Simulation, Replace: map[string]string{`canHandleVariableCommunicationStepSize="true"`: ""}})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{model: model, config: filepath.Join(dir, "config"), log: filepath.Join(dir, "log")}
	s.start(t, "127.0.0.1:0", "--step", "0.75", "--param", "troubleAt=2", "--param", "trouble=3")
	for end := time.Now().Add(conntest.Patience(10 * time.Second)); ; time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(s.log)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "exit status 7") {
			return // it came to where it leaves, by steps of its own
		}
		if strings.Contains(string(text), "takes steps of") || time.Now().After(end) {
			t.Fatalf("it was not stepped:\n%s", text)
		}
	}
}
