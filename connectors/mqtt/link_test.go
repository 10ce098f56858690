package mqtt_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	air   twin.SignalID = "freezer-2/air-temperature"
	aim   twin.SignalID = "freezer-2/set-point"
	open  twin.SignalID = "freezer-2/door-open"
	shut  twin.SignalID = "freezer-2/door-close-command"
	crowd twin.SignalID = "camera-1/positions"
)

// cabinet is a site with a cabinet and a people sensor behind one broker.
func cabinet() *twin.Site {
	signal := func(id twin.SignalID, kind twin.SignalKind, writable bool) twin.Signal {
		asset, name, _ := strings.Cut(string(id), "/")
		return twin.Signal{ID: id, Asset: twin.AssetID(asset), Name: name, Kind: kind, Range: [2]float64{-40, 20}, Writable: writable}
	}
	return &twin.Site{
		Assets: []twin.Asset{{ID: "freezer-2"}, {ID: "camera-1"}},
		Signals: []twin.Signal{
			signal(air, twin.Analog, false), signal(aim, twin.Analog, true), signal(open, twin.Boolean, false),
			signal(shut, twin.Boolean, true), signal(crowd, twin.Positions, false),
		},
		Bindings: []twin.Binding{
			{Signal: air, Plant: "devices", Address: state + "#/air?at=/time"},
			{Signal: aim, Plant: "devices", Address: state + "#/setpoint?at=/time&set=" + setPoint + "&key=setpoint"},
			{Signal: open, Plant: "devices", Address: state + "#/open?at=/time"},
			{Signal: shut, Plant: "devices", Address: state + "#/open?at=/time&set=" + command},
			{Signal: crowd, Plant: "devices", Address: people + "#/people?at=/ts&unit=mm&x=10&z=5"},
		},
	}
}

func to(d *device, site *twin.Site, s conntest.Sinks) mqtt.Config {
	return mqtt.Config{Plant: "devices", Endpoint: "mqtt://" + d.Address, Signals: site.Signals, Bindings: site.Bindings, Receive: s.Receive, Changed: s.Changed}
}

// TestTheLinkKeepsTheLaws runs the suite against a real broker that dies.
func TestTheLinkKeepsTheLaws(t *testing.T) {
	conntest.Run(t, func(t *testing.T) *conntest.Bench {
		d, site := newDevice(t), cabinet()
		return &conntest.Bench{
			Site: site,
			Open: func(s conntest.Sinks) (conntest.Link, error) { return mqtt.New(to(d, site, s)) },
			Cut:  d.Kill,
			Mend: d.Start,
			Lost: 3 * time.Second, Back: 10 * time.Second,
			Step:    time.Second,
			Stir:    func(t testing.TB, _ uint64) { d.step(t) },
			Hold:    twin.Write{Signal: aim, Value: -22, Before: -20},
			Command: twin.Write{Signal: shut, Value: 1},
			Fixed:   air,
			Beyond:  twin.Write{Signal: aim, Value: 40, Hold: true},
			Taken: func(_ testing.TB, id twin.SignalID) int {
				switch id {
				case aim:
					return d.Taken(setPoint)
				case shut:
					return d.Taken(command)
				}
				return 0
			},
		}
	})
}

// heard is a link on its way, and all that it told.
type heard struct {
	mu      sync.Mutex
	samples []twin.Sample
	up      bool
	reason  string
	notes   []string
}

func run(t *testing.T, c mqtt.Config) *heard {
	t.Helper()
	h := &heard{}
	c.Receive = func(s []twin.Sample) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.samples = append(h.samples, s...)
		return nil
	}
	c.Changed = func(_ context.Context, up bool, reason string) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.up, h.reason = up, reason
		return nil
	}
	c.Log = func(format string, a ...any) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.notes = append(h.notes, fmt.Sprintf(format, a...))
	}
	link, err := mqtt.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- link.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *heard) await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(conntest.Patience(10 * time.Second))
	for {
		h.mu.Lock()
		done := ok()
		h.mu.Unlock()
		if done {
			return
		}
		if time.Now().After(end) {
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Fatalf("waited for %s; up=%t: %s; notes: %q", what, h.up, h.reason, h.notes)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestALossIsABadSample where that is asked for, of every signal that was heard,
// and the values come back.
func TestALossIsABadSample(t *testing.T) {
	d, site := newDevice(t), cabinet()
	c := to(d, site, conntest.Sinks{})
	c.Gone = true
	h := run(t, c)
	h.await(t, "the link", func() bool { return h.up })
	d.step(t)
	newest := func(q twin.Quality) func() bool {
		return func() bool {
			of := map[twin.SignalID]twin.Quality{}
			for _, x := range h.samples {
				of[x.Signal] = x.Quality
			}
			for _, is := range of {
				if is != q {
					return false
				}
			}
			return len(of) == len(site.Bindings)
		}
	}
	h.await(t, "good samples", newest(twin.Good))
	d.Kill(t)
	h.await(t, "bad samples", newest(twin.Bad))
	d.Start(t)
	h.await(t, "the link", func() bool { return h.up })
	d.step(t)
	h.await(t, "good samples again", newest(twin.Good))
}

// TestWherePeopleAre: a sensor's millimetres arrive as the site's metres, with the
// sensor's own time.
func TestWherePeopleAre(t *testing.T) {
	d, site := newDevice(t), cabinet()
	h := run(t, to(d, site, conntest.Sinks{}))
	h.await(t, "the link", func() bool { return h.up })
	d.step(t)
	var x twin.Sample
	h.await(t, "the people", func() bool {
		for _, s := range h.samples {
			if s.Signal == crowd {
				x = s
			}
		}
		return x.Signal != ""
	})
	if fmt.Sprint(x.Vector) != "[11 7 13 5.5]" || x.Value != 2 || x.Quality != twin.Good || !x.At.Equal(d.now) {
		t.Errorf("heard %+v of %s", x, d.now)
	}
}

// TestALastWillIsALoss: the broker lives on, and tells that the device is gone.
func TestALastWillIsALoss(t *testing.T) {
	d, site := newDevice(t), cabinet()
	c := to(d, site, conntest.Sinks{})
	c.Endpoint += "?status=shop/status"
	h := run(t, c)
	h.await(t, "the link", func() bool { return h.up })
	for _, step := range []struct {
		says string
		up   bool
	}{{"offline", false}, {"online", true}} {
		if err := d.Publish("shop/status", []byte(step.says)); err != nil {
			t.Fatal(err)
		}
		h.await(t, step.says, func() bool { return h.up == step.up })
	}
}

// TestAWrongPassword is told for a person and not tried again at once.
func TestAWrongPassword(t *testing.T) {
	d, site := newDevice(t), cabinet()
	d.Kill(t)
	d.User, d.Password = "twin", "right"
	d.Start(t)
	c := to(d, site, conntest.Sinks{})
	c.User, c.Password = "twin", "wrong"
	h := run(t, c)
	h.await(t, "the refusal", func() bool { return strings.Contains(h.reason, "correct them") })
	c.Password = "right"
	h = run(t, c)
	h.await(t, "the link", func() bool { return h.up })
}

// TestWhatCannotBeSetUp names what is wrong and the mend.
func TestWhatCannotBeSetUp(t *testing.T) {
	site := cabinet()
	receive := func([]twin.Sample) error { return nil }
	for _, c := range []struct{ endpoint, node, want string }{
		{"http://host", "a", "mqtt://host:1883"},
		{"mqtt://", "a", "mqtt://host:1883"},
		{"mqtt://h?status=a/%23", "a", "wildcard"},
		{"mqtt://h", "", "names no topic"},
		{"mqtt://h", "a/+/b", "wildcard"},
		{"mqtt://h", "$SYS/x", "broker's own"},
		{"mqtt://h", "a#b", "begin it with /"},
		{"mqtt://h", "a?colour=red", "not known"},
		{"mqtt://h", "a?unit=feet", "mm"},
		{"mqtt://h", "a?key=v", "without set"},
		{"mqtt://h", "a?x=1&x=2", "twice"},
		{"mqtt://h", "a?set=b/%23", "wildcard"},
	} {
		_, err := mqtt.New(mqtt.Config{Endpoint: c.endpoint, Signals: site.Signals, Bindings: []twin.Binding{{Signal: air, Address: c.node}}, Receive: receive})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %q", c.endpoint, c.node, err, c.want)
		}
	}
}

// TestWhatABrokerPassesOn lists addresses that can be bound to.
func TestWhatABrokerPassesOn(t *testing.T) {
	d, site := newDevice(t), cabinet()
	d.step(t)
	if err := d.Publish("a/lamp", []byte("ON")); err != nil {
		t.Fatal(err)
	}
	found, err := mqtt.Listen(t.Context(), to(d, site, conntest.Sinks{}), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.Address+" "+string(f.Kind))
	}
	want := []string{"a/lamp boolean", state + "#/air analog", state + "#/open boolean", state + "#/setpoint analog", people + "#/people positions", people + "#/ts analog"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found %q, want %q", got, want)
	}
}
