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
	select {
	case nodes := <-m.news:
		return nodes
	case <-time.After(limit):
		t.Fatalf("nothing was told of the plant's nodes within %s", limit)
		return nil
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
		if !change.up {
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
	if names, class := below(m.next(t, 3*time.Second), "freezer-7"); class != "climate-sensor" || len(names) != 3 {
		t.Errorf("after it changed its class freezer-7 is a %q with %v", class, names)
	}
	maintain("RemoveDevice", "freezer-7")
	if names, _ := below(m.next(t, 3*time.Second), "freezer-7"); len(names) != 0 {
		t.Errorf("after it was removed freezer-7 has %v", names)
	}
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
