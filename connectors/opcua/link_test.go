package opcua_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
)

func TestTheDemoStoreIsBoundAndHeardWhole(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	got := demo(t, c)
	for _, n := range got.Report.Notes {
		if n.Source == c.Plant {
			t.Errorf("not bound: %s", n)
		}
	}
	if got.Report.Bound != 345 || got.Report.Signals != 345 {
		t.Errorf("%d of %d signals are bound, want 345", got.Report.Bound, got.Report.Signals)
	}
	c.Signals, c.Bindings = got.Site.Signals, got.Site.Bindings
	var e ear
	e.attach(&c)
	link := run(t, c)
	e.await(t, "the link", backMax, isUp)
	heard := map[twin.SignalID]bool{}
	e.await(t, "every signal", 2*time.Second, func(e *ear) bool {
		for _, x := range e.samples {
			heard[x.Signal] = true
			if x.Signal == "camera-1/positions" && x.Value != float64(len(x.Vector)/2) {
				t.Errorf("%g people at %v", x.Value, x.Vector)
			}
		}
		return len(heard) == got.Report.Bound
	})
	if notes := link.Notes(); len(notes) > 0 {
		t.Errorf("notes: %q", notes)
	}
	got2, err := link.Read(t.Context(), []twin.SignalID{"freezer-2/air-temperature", "freezer-2/door-open"})
	if err != nil || len(got2) != 2 || !got2[0].Live() || !got2[1].Live() || got2[0].At.Year() != 2026 || got2[0].At.Month() != time.June {
		t.Errorf("read %+v (%v), want two good samples with the plant's time", got2, err)
	}
}

func TestBrowsingKeepsWhatGeneratingNeeds(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--extra", "2500") // more children than come in one answer
	nodes, err := opcua.Browse(t.Context(), p.reach(t))
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]twin.PlantNode{}
	load := 0
	for _, n := range nodes {
		byPath[strings.Join(n.Path, "/")] = n
		if len(n.Path) == 4 && n.Path[2] == "load-1" && strings.HasPrefix(n.Path[3], "Value") {
			load++
		}
	}
	if load != 2500 {
		t.Errorf("%d of 2500 children were found", load)
	}
	set := byPath["CornerMarket/Refrigeration/freezer-2/SetPoint"]
	want := twin.PlantNode{Address: "nsu=urn:glasstwin:corner-market;s=freezer-2.SetPoint", Type: "AnalogItemType", Data: "Double",
		Unit: "°C", Range: set.Range, Writable: true}
	if set.Path = nil; set.Address != want.Address || set.Type != want.Type || set.Data != want.Data || set.Unit != want.Unit ||
		!set.Writable || set.Range[1]-set.Range[0] != 16 {
		t.Errorf("set point: %+v", set)
	}
	if n := byPath["CornerMarket/Refrigeration/freezer-2/DeviceClass"]; n.Type != "PropertyType" || n.Value != "upright-freezer" && n.Value == "" {
		t.Errorf("device class: %+v", n)
	}
	if n := byPath["CornerMarket/Refrigeration/freezer-2/AirTemperature"]; n.Writable {
		t.Error("a temperature is writable")
	}
	for path := range byPath {
		if strings.HasPrefix(path, "Server") {
			t.Fatalf("the server's own nodes are listed: %s", path)
		}
	}
}

// few is a site of a few signals of the store, so that tests need no generating.
func few(c *opcua.Config) {
	add := func(id twin.SignalID, kind twin.SignalKind, address string, writable bool) {
		asset, name, _ := strings.Cut(string(id), "/")
		c.Signals = append(c.Signals, twin.Signal{ID: id, Asset: twin.AssetID(asset), Name: name, Kind: kind, Writable: writable})
		c.Bindings = append(c.Bindings, twin.Binding{Signal: id, Plant: c.Plant, Address: "nsu=urn:glasstwin:corner-market;s=" + address})
	}
	add("freezer-2/air-temperature", twin.Analog, "freezer-2.AirTemperature", false)
	add("freezer-2/set-point", twin.Analog, "freezer-2.SetPoint", true)
	add("freezer-2/control-sensor", twin.Enum, "freezer-2.ControlSensor", true)
	add("freezer-2/door-open", twin.Boolean, "freezer-2.DoorOpen", false)
	add("freezer-2/door-close-command", twin.Boolean, "freezer-2.DoorCloseCommand", true)
}

func TestAFrozenPlantIsLostAndComesBack(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	few(&c)
	var e ear
	e.attach(&c)
	link := run(t, c)
	e.await(t, "the link", backMax, isUp)
	var office conntest.Office
	hold := office.Warrant(t, twin.Write{Signal: "freezer-2/set-point", Value: -23, Before: -20, Hold: true})
	command := office.Warrant(t, twin.Write{Signal: "freezer-2/door-close-command", Value: 1})

	frozen := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	p.rest(t)
	sent := make(chan error, 2)
	for _, w := range []func() error{
		func() error { return link.Write(context.Background(), hold) },
		func() error { return link.Write(context.Background(), command) },
	} {
		go func() { sent <- w() }()
	}
	e.await(t, "the loss", lossMax, func(e *ear) bool { return !isUp(e) })
	t.Logf("a frozen process is lost after %.2f s", time.Since(frozen).Seconds())
	for range 2 {
		select {
		case err := <-sent:
			if err == nil {
				t.Error("a frozen plant took a write")
			}
		case <-time.After(conntest.Patience(15 * time.Second)):
			t.Fatal("a write to a frozen plant does not end")
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	e.await(t, "the link to be back", backMax, isUp)
	if err := link.Write(t.Context(), hold); err != nil {
		t.Errorf("a value that stays, after an attempt without an answer: %v", err)
	}
	if n := p.told(t, "freezer-2/set-point written: -23"); n != 1 {
		t.Errorf("the plant took it %d times", n)
	}
	// Of the command it depends on when the plant froze whether it was sent.
	err := link.Write(t.Context(), command)
	if n := p.told(t, "freezer-2/door-close-command written"); n > 1 || err == nil && n != 1 {
		t.Errorf("the plant took the command %d times; %v", n, err)
	}
}

func TestWrongPasswordAndWrongCertificateAreTold(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	few(&c)
	wrong := c
	wrong.Password = "guess"
	if _, err := opcua.Browse(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), "glasstwin") || !strings.Contains(err.Error(), "password") || !strings.Contains(err.Error(), c.Endpoint) {
		t.Errorf("wrong password: %v", err)
	}
	var e ear
	e.attach(&c)
	run(t, c)
	e.await(t, "the link", backMax, isUp)
	p.kill()
	if err := os.RemoveAll(filepath.Join(p.config, "own")); err != nil {
		t.Fatal(err)
	}
	p.again(t)
	e.await(t, "the new certificate to be noticed", backMax, func(e *ear) bool {
		last := e.changes[len(e.changes)-1]
		return !last.up && strings.Contains(last.reason, "certificate") && strings.Contains(last.reason, "glasstwin plant trust ")
	})
}

func TestUnknownPlantsWaitForAPerson(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	c.Pinned = nil
	_, err := opcua.Browse(t.Context(), c)
	if !errors.Is(err, opcua.ErrUntrusted) {
		t.Fatalf("an unknown plant: %v", err)
	}
	_, after, ok := strings.Cut(err.Error(), "glasstwin plant trust ")
	print, _, _ := strings.Cut(after, " ")
	if !ok {
		t.Fatalf("the error does not tell how to accept: %v", err)
	}
	peers, err := opcua.Peers(c.SecurityDir)
	if err != nil || len(peers) != 1 || peers[0].Standing != opcua.Pending || peers[0].ApplicationURI != "urn:glasstwin:corner-market:server" {
		t.Fatalf("peers %+v (%v)", peers, err)
	}
	if _, err := opcua.Accept(c.SecurityDir, print); err != nil {
		t.Fatal(err)
	}
	if _, err := opcua.Browse(t.Context(), c); err != nil {
		t.Errorf("an accepted plant: %v", err)
	}
	if _, err := opcua.Reject(c.SecurityDir, peers[0].Fingerprint); err != nil {
		t.Fatal(err)
	}
	if _, err := opcua.Browse(t.Context(), c); !errors.Is(err, opcua.ErrUntrusted) || !strings.Contains(err.Error(), "rejected") {
		t.Errorf("a rejected plant: %v", err)
	}
}

func TestMissingNodesAndWrongTypesCostThemselvesOnly(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	few(&c)
	bind := func(id twin.SignalID, kind twin.SignalKind, address string) {
		c.Signals = append(c.Signals, twin.Signal{ID: id, Kind: kind})
		c.Bindings = append(c.Bindings, twin.Binding{Signal: id, Plant: c.Plant, Address: address})
	}
	const ns = "nsu=urn:glasstwin:corner-market;s="
	bind("x/gone", twin.Analog, ns+"freezer-99.AirTemperature")
	bind("x/elsewhere", twin.Analog, "nsu=urn:another;s=freezer-2.AirTemperature")
	bind("x/text", twin.Analog, ns+"freezer-2.DeviceClass")
	bind("x/truth", twin.Boolean, ns+"freezer-2.AirTemperature")
	bind("x/people", twin.Positions, ns+"freezer-2.AirTemperature")
	var wrong atomic.Int32
	log := c.Log
	c.Log = func(f string, a ...any) {
		log(f, a...)
		if strings.Contains(f, "is taken as bad") {
			wrong.Add(1)
		}
	}
	var e ear
	e.attach(&c)
	link := run(t, c)
	quality := map[twin.SignalID]twin.Quality{}
	e.await(t, "eight signals", backMax, func(e *ear) bool {
		for _, x := range e.samples {
			quality[x.Signal] = x.Quality
		}
		return len(quality) == 8
	})
	for id, want := range map[twin.SignalID]twin.Quality{
		"freezer-2/air-temperature": twin.Good, "freezer-2/door-open": twin.Good,
		"x/text": twin.Bad, "x/truth": twin.Bad, "x/people": twin.Bad,
	} {
		if quality[id] != want {
			t.Errorf("%s is %q, want %q", id, quality[id], want)
		}
	}
	notes := strings.Join(link.Notes(), "\n")
	for _, want := range []string{"x/gone", "freezer-99.AirTemperature", "x/elsewhere", "urn:another"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not name %s: %s", want, notes)
		}
	}
	e.await(t, "more of it", backMax, func(e *ear) bool { return len(e.samples) > 40 })
	if n := wrong.Load(); n != 3 {
		t.Errorf("a wrong type was told %d times, want once for each of three nodes", n)
	}
	if e.mu.Lock(); !strings.Contains(e.changes[len(e.changes)-1].reason, "2 of 10") {
		t.Errorf("the link says %q", e.changes[len(e.changes)-1].reason)
	}
	e.mu.Unlock()
}

func TestThePlantRefusesWhatTheSiteDoesNotKnowToBeWrong(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	c := p.reach(t)
	few(&c) // without ranges
	var e ear
	e.attach(&c)
	link := run(t, c)
	e.await(t, "the link", backMax, isUp)
	var office conntest.Office
	far := office.Warrant(t, twin.Write{Signal: "freezer-2/set-point", Value: 40, Before: -20, Hold: true})
	if err := link.Write(t.Context(), far); err == nil || !strings.Contains(err.Error(), "freezer-2/set-point") || !strings.Contains(err.Error(), "range") {
		t.Errorf("out of the plant's range: %v", err)
	}
	half := office.Warrant(t, twin.Write{Signal: "freezer-2/control-sensor", Value: 0.5, Hold: true})
	if err := link.Write(t.Context(), half); err == nil || !strings.Contains(err.Error(), "Int32") {
		t.Errorf("half a whole number: %v", err)
	}
	for _, w := range []twin.Write{
		{Signal: "freezer-2/control-sensor", Value: 1, Hold: true},
		{Signal: "freezer-2/set-point", Value: -21.25, Before: -20, Hold: true},
	} {
		if err := link.Write(t.Context(), office.Warrant(t, w)); err != nil {
			t.Error(err)
		}
		if got, err := link.Read(t.Context(), []twin.SignalID{w.Signal}); err != nil || got[0].Value != w.Value {
			t.Errorf("%s reads back %+v (%v)", w.Signal, got, err)
		}
	}
}

func TestAClockThatWentBackIsNoLink(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--speed", "100")
	c := p.reach(t)
	few(&c)
	var e ear
	e.attach(&c)
	run(t, c)
	var first time.Time
	e.await(t, "two minutes of the plant's time", 20*time.Second, func(e *ear) bool {
		if len(e.samples) == 0 {
			return false
		}
		first = e.samples[0].At
		return e.samples[len(e.samples)-1].At.Sub(first) > 2*time.Minute
	})
	p.kill()
	e.await(t, "the loss", lossMax, func(e *ear) bool { return !isUp(e) }) // what was on its way has come
	e.mu.Lock()
	before := len(e.samples)
	e.mu.Unlock()
	p.args = []string{"--fresh"}
	p.again(t)
	e.await(t, "the clock to be told of", backMax, func(e *ear) bool {
		last := e.changes[len(e.changes)-1]
		return !last.up && strings.Contains(last.reason, "clock")
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.samples) != before {
		t.Errorf("%d samples of the past were handed on", len(e.samples)-before)
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	c := opcua.Config{Plant: "store", Endpoint: "opc.tcp://127.0.0.1:9", User: "glasstwin", SecurityDir: t.TempDir()}
	few(&c)
	var e ear
	e.attach(&c)
	link := run(t, c)
	e.await(t, "the reason", backMax, func(e *ear) bool { return len(e.changes) > 0 })
	if e.changes[0].up || !strings.Contains(e.changes[0].reason, "127.0.0.1:9 cannot be reached") {
		t.Errorf("nobody there: %+v", e.changes[0])
	}
	if _, err := link.Read(t.Context(), []twin.SignalID{"freezer-2/set-point"}); !errors.Is(err, opcua.ErrNotLinked) {
		t.Errorf("read: %v", err)
	}
}
