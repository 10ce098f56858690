package opcua_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// foreignMax is how long the other server may take for one thing on a busy
// machine; what is promised is measured on the emulated store.
const foreignMax = 60 * time.Second

// foreign is a kitchen behind the server of node-opcua, another implementation.
type foreign struct {
	endpoint string
	in       io.Writer
	out      *bufio.Reader
}

func startForeign(t *testing.T) *foreign {
	t.Helper()
	const dir = "../../testdata/peers"
	miss := func(why string) {
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	if _, err := exec.LookPath("node"); err != nil {
		miss("node is not installed; it runs node-opcua, the other server")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules/node-opcua")); err != nil {
		miss("node-opcua is missing; npm ci --prefix testdata/peers installs it")
	}
	folder := t.TempDir()
	cmd := exec.Command("node", filepath.Join(dir, "opcua.mjs"), folder)
	cmd.Env = append(os.Environ(), "HOME="+folder, "XDG_CONFIG_HOME="+folder) // where it keeps certificates of its own
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	f := &foreign{in: in, out: bufio.NewReader(out)}
	f.endpoint = strings.TrimPrefix(f.line(t, "ready "), "ready ")
	return f
}

// line is the next that begins so; the server's own warnings are passed over.
func (f *foreign) line(t *testing.T, begins string) string {
	t.Helper()
	for {
		line, err := f.out.ReadString('\n')
		if err != nil {
			t.Fatalf("the other server ended before it said %q: %v", begins, err)
		}
		if strings.HasPrefix(line, begins) {
			return strings.TrimSpace(line)
		}
	}
}

func (f *foreign) tell(t *testing.T, line string) {
	t.Helper()
	fmt.Fprintln(f.in, line)
	f.line(t, "done")
}

// TestAnotherServerIsUnderstoodAndFollowed looks through a server that shares
// nothing with ours: its certificate is trusted first, machines of a companion
// specification and of none become assets with values, and what comes and goes
// is told.
func TestAnotherServerIsUnderstoodAndFollowed(t *testing.T) {
	t.Parallel()
	f := startForeign(t)
	c := opcua.Config{Plant: "kitchen", Endpoint: f.endpoint, User: "cook", Password: "salt", SecurityDir: t.TempDir(),
		Log: func(format string, a ...any) { t.Logf(format, a...) }}
	if _, err := opcua.Browse(t.Context(), c); !errors.Is(err, opcua.ErrUntrusted) {
		t.Fatalf("a certificate that nobody trusts: %v", err)
	}
	peers, err := opcua.Peers(c.SecurityDir)
	if err != nil || len(peers) != 1 {
		t.Fatalf("%v, %v", peers, err)
	}
	if _, err := opcua.Accept(c.SecurityDir, peers[0].Fingerprint); err != nil {
		t.Fatal(err)
	}
	wrong := c
	wrong.Password = "pepper"
	if _, err := opcua.Browse(t.Context(), wrong); err == nil {
		t.Error("a wrong password was let in")
	}
	nodes, err := opcua.Browse(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Run(t.Context(), generate.Input{Name: "Kitchen", Catalogue: cat, Plant: &generate.Plant{Name: c.Plant, Endpoint: c.Endpoint, User: c.User, Nodes: nodes}})
	if err != nil {
		t.Fatal(err)
	}
	for id, class := range map[twin.AssetID]string{"Barista": "coffee-machine", "Hood washer": "dishwasher", "Boiler #1": "device"} {
		if a, ok := got.Site.Asset(id); !ok || a.Class != class {
			t.Errorf("%s is %+v, want a %s", id, a, class)
		}
	}
	if g, ok := got.Site.Signal("Boiler #1/water-temperature"); !ok || g.Unit != "°C" || g.Range != [2]float64{0, 120} || g.Writable {
		t.Errorf("the boiler's temperature is %+v", g)
	}

	if !slices.ContainsFunc(got.Site.Bindings, func(b twin.Binding) bool { return b.Signal == "Barista/boiler-temperature" }) {
		t.Errorf("the coffee machine's boiler is not bound: %+v", got.Site.Bindings)
	}

	c.Signals, c.Bindings = got.Site.Signals, got.Site.Bindings
	var e ear
	e.attach(&c)
	told := make(chan []twin.PlantNode, 16)
	c.Remodelled = func(_ context.Context, nodes []twin.PlantNode) error { told <- nodes; return nil }
	run(t, c)
	e.await(t, "the link to be up", foreignMax, isUp)
	e.await(t, "the boiler's temperature to move", foreignMax, func(e *ear) bool {
		seen := map[float64]bool{}
		for _, s := range e.samples {
			if s.Signal == "Boiler #1/water-temperature" && s.Quality == twin.Good {
				seen[s.Value] = true
			}
		}
		return len(seen) > 3
	})
	has := func(want bool) {
		t.Helper()
		end := time.After(foreignMax)
		for {
			select {
			case nodes := <-told:
				if slices.ContainsFunc(nodes, func(n twin.PlantNode) bool { return slices.Contains(n.Path, "freezer-9") && n.Data == "Double" }) == want {
					return
				}
			case <-end:
				t.Fatalf("waited %s to be told that freezer-9 is there: %v", foreignMax, want)
			}
		}
	}
	f.tell(t, "add freezer-9")
	has(true)
	f.tell(t, "remove freezer-9")
	has(false)
}
