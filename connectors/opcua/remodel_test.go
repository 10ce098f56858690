package opcua_test

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	ua "github.com/gopcua/opcua"
	types "github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
)

// hand is somebody at the plant who does maintenance.
func hand(t testing.TB, p *plant) func(method string, args ...string) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(p.config, "own", "cert.pem"), filepath.Join(p.config, "own", "key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	offered, err := ua.GetEndpoints(context.Background(), p.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ua.NewClient(p.endpoint, ua.SecurityFromEndpoint(offered[0], types.UserTokenTypeUserName), ua.AutoReconnect(false),
		ua.Certificate(pair.Certificate[0]), ua.PrivateKey(pair.PrivateKey.(*rsa.PrivateKey)),
		ua.ApplicationURI("urn:glasstwin:corner-market:server"), ua.AuthUsername("glasstwin", p.password(t)))
	if err == nil {
		err = c.Connect(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	ns, err := c.FindNamespace(context.Background(), "urn:glasstwin:corner-market")
	if err != nil {
		t.Fatal(err)
	}
	return func(method string, args ...string) {
		t.Helper()
		ask := &types.CallMethodRequest{ObjectID: types.NewStringNodeID(ns, "CornerMarket"), MethodID: types.NewStringNodeID(ns, method)}
		for _, a := range args {
			ask.InputArguments = append(ask.InputArguments, types.MustVariant(a))
		}
		got, err := c.Call(context.Background(), ask)
		if err != nil || got.StatusCode != types.StatusOK {
			t.Fatalf("%s%v: %v %v", method, args, got, err)
		}
	}
}

// models hears what a link tells of its plant.
type models struct {
	mu   sync.Mutex
	told [][]twin.PlantNode
	news chan []twin.PlantNode
}

func (m *models) attach(c *opcua.Config) {
	m.news = make(chan []twin.PlantNode, 64)
	c.Remodelled = func(_ context.Context, nodes []twin.PlantNode) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.told = append(m.told, nodes)
		m.news <- nodes
		return nil
	}
}

func (m *models) next(t testing.TB, limit time.Duration) []twin.PlantNode {
	t.Helper()
	limit = conntest.Patience(limit)
	select {
	case nodes := <-m.news:
		return nodes
	case <-time.After(limit):
		t.Fatalf("nothing was told of the plant's nodes within %s", limit)
		return nil
	}
}

// until waits for what is told to be so: a change of several steps may be told
// in several.
func (m *models) until(t testing.TB, what string, ok func([]twin.PlantNode) bool) {
	t.Helper()
	for end := time.Now().Add(conntest.Patience(3 * time.Second)); ; {
		nodes := m.next(t, time.Until(end))
		if ok(nodes) {
			return
		}
		t.Logf("%d nodes are told, and not yet %s", len(nodes), what)
	}
}

func below(nodes []twin.PlantNode, device string) (names []string, class string) {
	for _, n := range nodes {
		if len(n.Path) != 4 || n.Path[2] != device {
			continue
		}
		if n.Path[3] == "DeviceClass" {
			class = n.Value
			continue
		}
		names = append(names, n.Path[3])
	}
	return names, class
}

func TestAPlantThatChangesIsToldAndBoundAnew(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	got := demo(t, c)
	c.Signals, c.Bindings = got.Site.Signals, got.Site.Bindings
	var e ear
	e.attach(&c)
	var m models
	m.attach(&c)
	link := run(t, c)
	e.await(t, "the link", backMax, isUp)
	first := m.next(t, 5*time.Second)
	maintain := hand(t, p)

	began := time.Now()
	maintain("AddDevice", "freezer-7", "upright-freezer", "")
	nodes := m.next(t, 3*time.Second)
	t.Logf("a device that was put in is told after %s", time.Since(began))
	names, class := below(nodes, "freezer-7")
	if len(names) != 17 || class != "upright-freezer" || len(nodes) <= len(first) {
		t.Fatalf("freezer-7 is a %q with %d variables", class, len(names))
	}

	e.mu.Lock()
	losses, heard := len(e.changes), len(e.samples)
	e.mu.Unlock()
	fresh := twin.Signal{ID: "freezer-7/air-temperature", Asset: "freezer-7", Name: "air-temperature", Kind: twin.Analog, Unit: "°C"}
	signals := append(slices.DeleteFunc(slices.Clone(c.Signals), func(g twin.Signal) bool { return g.Asset == "freezer-1" }), fresh)
	bindings := append(slices.DeleteFunc(slices.Clone(c.Bindings), func(b twin.Binding) bool { return strings.HasPrefix(string(b.Signal), "freezer-1/") }),
		twin.Binding{Signal: fresh.ID, Plant: c.Plant, Address: "nsu=urn:glasstwin:corner-market;s=freezer-7.AirTemperature"})
	began = time.Now()
	if err := link.Rebind(signals, bindings); err != nil {
		t.Fatal(err)
	}
	e.await(t, "the new signal", 2*time.Second, func(e *ear) bool {
		return slices.ContainsFunc(e.samples[heard:], func(x twin.Sample) bool { return x.Signal == fresh.ID && x.Live() })
	})
	t.Logf("its values come %s after it was bound", time.Since(began))
	e.mu.Lock()
	since := len(e.samples)
	e.mu.Unlock()
	e.await(t, "what stayed", 3*time.Second, func(e *ear) bool {
		return slices.ContainsFunc(e.samples[since:], func(x twin.Sample) bool { return x.Signal == "freezer-2/air-temperature" })
	})
	e.mu.Lock()
	for _, x := range e.samples[since:] {
		if strings.HasPrefix(string(x.Signal), "freezer-1/") {
			t.Errorf("%s is still delivered", x.Signal)
			break
		}
	}
	for _, change := range e.changes[losses:] {
		if !change.up && !strings.Contains(change.reason, "sent nothing") { // a plant that a busy machine kept waiting
			t.Errorf("binding anew was told as a loss: %s", change.reason)
		}
	}
	e.mu.Unlock()
	if read, err := link.Read(t.Context(), []twin.SignalID{fresh.ID}); err != nil || !read[0].Live() {
		t.Errorf("read the new signal: %v %v", read, err)
	}
	if _, err := link.Read(t.Context(), []twin.SignalID{"freezer-1/air-temperature"}); err == nil {
		t.Error("a signal that is bound no more can be read")
	}
	if err := link.Rebind(nil, bindings); err == nil {
		t.Error("bindings of no signals were taken")
	}

	maintain("RetypeDevice", "freezer-7", "climate-sensor")
	m.until(t, "freezer-7 to be another thing", func(nodes []twin.PlantNode) bool {
		names, class := below(nodes, "freezer-7")
		return class == "climate-sensor" && len(names) == 3
	})
	maintain("RemoveDevice", "freezer-7")
	m.until(t, "freezer-7 to be gone", func(nodes []twin.PlantNode) bool { names, _ := below(nodes, "freezer-7"); return len(names) == 0 })
	select { // a plant at rest is not told again
	case <-m.news:
		t.Error("a plant that did not change was told again")
	case <-time.After(3 * time.Second):
	}
}

func TestWhatChangedWhileTheLinkWasDownIsTold(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	var e ear
	e.attach(&c)
	var m models
	m.attach(&c)
	run(t, c)
	before := m.next(t, backMax)
	p.kill()
	p.args = append(p.args, "--change", "add:freezer-7:upright-freezer@0s")
	p.again(t)
	after := m.next(t, 2*backMax)
	if names, _ := below(after, "freezer-7"); len(names) != 17 || len(after) <= len(before) {
		t.Errorf("freezer-7 has %v", names)
	}
}

// TestAPlantThatSaysNothingIsLookedThrough: a server without model change events
// is followed all the same.
func TestAPlantThatSaysNothingIsLookedThrough(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--mute")
	c := p.reach(t)
	few(&c)
	var e ear
	e.attach(&c)
	var m models
	m.attach(&c)
	run(t, c)
	m.next(t, backMax)
	maintain := hand(t, p)
	began := time.Now()
	maintain("AddDevice", "freezer-7", "upright-freezer", "")
	m.until(t, "freezer-7", func(nodes []twin.PlantNode) bool { names, _ := below(nodes, "freezer-7"); return len(names) == 17 })
	t.Logf("told after %s", time.Since(began))
	maintain("RemoveDevice", "freezer-7")
	m.until(t, "freezer-7 to be gone", func(nodes []twin.PlantNode) bool { names, _ := below(nodes, "freezer-7"); return len(names) == 0 })
}

// TestWhatWasMissingIsHeardWhenItComes: a signal that is bound to a node that the
// plant does not have, or has no more, is delivered once it has it and the link is
// asked again.
func TestWhatWasMissingIsHeardWhenItComes(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	few(&c)
	fresh := twin.Signal{ID: "freezer-7/air-temperature", Kind: twin.Analog}
	c.Signals = append(c.Signals, fresh)
	c.Bindings = append(c.Bindings, twin.Binding{Signal: fresh.ID, Plant: c.Plant, Address: "nsu=urn:glasstwin:corner-market;s=freezer-7.AirTemperature"})
	var e ear
	e.attach(&c)
	var m models
	m.attach(&c)
	link := run(t, c)
	e.await(t, "the link", backMax, isUp)
	m.next(t, backMax)
	maintain := hand(t, p)
	for range 2 {
		if notes := strings.Join(link.Notes(), "\n"); !strings.Contains(notes, "freezer-7.AirTemperature") {
			e.await(t, "the note of what is missing", backMax, func(*ear) bool { return strings.Contains(strings.Join(link.Notes(), "\n"), "freezer-7") })
		}
		maintain("AddDevice", "freezer-7", "upright-freezer", "")
		m.next(t, backMax)
		e.mu.Lock()
		heard := len(e.samples)
		e.mu.Unlock()
		if err := link.Rebind(c.Signals, c.Bindings); err != nil {
			t.Fatal(err)
		}
		e.await(t, "what came", backMax, func(e *ear) bool {
			return slices.ContainsFunc(e.samples[heard:], func(x twin.Sample) bool { return x.Signal == fresh.ID && x.Live() })
		})
		if notes := link.Notes(); len(notes) > 0 {
			t.Errorf("notes of what is there: %q", notes)
		}
		maintain("RemoveDevice", "freezer-7")
		m.next(t, backMax)
		e.await(t, "its end", backMax, func(e *ear) bool {
			last := e.samples[len(e.samples)-1]
			for _, x := range e.samples {
				if x.Signal == fresh.ID {
					last = x
				}
			}
			return last.Quality == twin.Bad
		})
		if err := link.Rebind(c.Signals, c.Bindings); err != nil {
			t.Fatal(err)
		}
	}
}
