package server

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
)

var start = time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)

// patience is how long a busy machine may take for what takes a second or two.
const patience = time.Minute

// serving is a plant served for one test.
type serving struct {
	endpoint, password string
	stop               func() error
}

func serve(t testing.TB, o Options) serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	if o.ConfigDir == "" {
		o.ConfigDir = t.TempDir()
	}
	o.Listen, o.Start = "127.0.0.1:0", start
	o.Log = log.New(t.Output(), "", 0)
	o.Ready = func(endpoint string) { ready <- endpoint }
	go func() { done <- Run(ctx, o) }()
	select {
	case endpoint := <-ready:
		password, err := os.ReadFile(filepath.Join(o.ConfigDir, "password"))
		if err != nil {
			t.Fatal(err)
		}
		var stopped bool
		stop := func() error {
			if stopped {
				return nil
			}
			stopped = true
			cancel()
			return <-done
		}
		t.Cleanup(func() {
			if err := stop(); err != nil {
				t.Errorf("the plant ended badly: %v", err)
			}
		})
		return serving{endpoint, strings.TrimSpace(string(password)), stop}
	case err := <-done:
		t.Fatalf("the plant did not start: %v", err)
	}
	panic("unreachable")
}

func connect(t testing.TB, s serving, auth ...opcua.Option) (*opcua.Client, error) {
	t.Helper()
	dir := t.TempDir()
	id, err := loadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(id.certFile, id.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	endpoints, err := opcua.GetEndpoints(t.Context(), s.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	if len(endpoints) != 1 || endpoints[0].SecurityPolicyURI != ua.SecurityPolicyURIBasic256Sha256 || endpoints[0].SecurityMode != ua.MessageSecurityModeSignAndEncrypt {
		t.Fatalf("endpoints %v, want Basic256Sha256 SignAndEncrypt alone", endpoints)
	}
	for _, token := range endpoints[0].UserIdentityTokens {
		if token.TokenType != ua.UserTokenTypeUserName {
			t.Errorf("the server offers identity %s", token.TokenType)
		}
	}
	kind := ua.UserTokenTypeUserName
	if len(auth) == 0 {
		auth = []opcua.Option{opcua.AuthUsername(User, s.password)}
	}
	client, err := opcua.NewClient(s.endpoint, append([]opcua.Option{
		opcua.SecurityFromEndpoint(endpoints[0], kind), opcua.AutoReconnect(false),
		opcua.Certificate(pair.Certificate[0]), opcua.PrivateKey(pair.PrivateKey.(*rsa.PrivateKey)),
		opcua.ApplicationURI(ApplicationURI),
	}, auth...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Connect(t.Context()); err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	return client, nil
}

func login(t testing.TB, s serving) *opcua.Client {
	t.Helper()
	c, err := connect(t, s)
	if err != nil {
		t.Fatalf("log in: %v", err)
	}
	return c
}

func node(t testing.TB, c *opcua.Client, name string) *ua.NodeID {
	t.Helper()
	ns, err := c.FindNamespace(t.Context(), Namespace)
	if err != nil {
		t.Fatal(err)
	}
	return ua.NewStringNodeID(ns, name)
}

func read(t *testing.T, c *opcua.Client, name string) *ua.DataValue {
	t.Helper()
	r, err := c.Read(t.Context(), &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnBoth,
		NodesToRead: []*ua.ReadValueID{{NodeID: node(t, c, name), AttributeID: ua.AttributeIDValue}}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Results[0]
}

func write(t *testing.T, c *opcua.Client, name string, value any) ua.StatusCode {
	t.Helper()
	v, err := ua.NewVariant(value)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Write(t.Context(), &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{{NodeID: node(t, c, name),
		AttributeID: ua.AttributeIDValue, Value: &ua.DataValue{EncodingMask: ua.DataValueValue, Value: v}}}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Results[0]
}

func TestOnlyTheUserComesIn(t *testing.T) {
	s := serve(t, Options{Seed: 1, Speed: 1})
	if _, err := connect(t, s, opcua.AuthUsername(User, "wrong")); !errors.Is(err, ua.StatusBadUserAccessDenied) {
		t.Errorf("a wrong password gave %v, want Bad_UserAccessDenied", err)
	}
	if _, err := connect(t, s, opcua.AuthUsername("somebody", s.password)); !errors.Is(err, ua.StatusBadUserAccessDenied) {
		t.Errorf("a wrong name gave %v, want Bad_UserAccessDenied", err)
	}
	if _, err := connect(t, s, opcua.AuthAnonymous()); err == nil {
		t.Error("an anonymous client came in")
	}
	open, err := opcua.NewClient(s.endpoint, opcua.SecurityMode(ua.MessageSecurityModeNone))
	if err != nil {
		t.Fatal(err)
	}
	if err := open.Connect(t.Context()); err == nil {
		t.Error("a client without encryption came in")
	}
	login(t, s)
}

func TestWritesAreChecked(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 1}))
	for _, row := range []struct {
		node  string
		value any
		want  ua.StatusCode
	}{
		{"freezer-2.SetPoint", -21.0, ua.StatusOK},
		{"freezer-2.SetPoint", 30.0, ua.StatusBadOutOfRange},
		{"freezer-2.SetPoint", nan(), ua.StatusBadOutOfRange},
		{"freezer-2.SetPoint", "cold", ua.StatusBadTypeMismatch},
		{"freezer-2.SetPoint", int32(-20), ua.StatusBadTypeMismatch},
		{"freezer-2.ControlSensor", int32(1), ua.StatusOK},
		{"freezer-2.ControlSensor", int32(2), ua.StatusBadOutOfRange},
		{"freezer-2.CapacityBoost", true, ua.StatusOK},
		{"freezer-2.CapacityBoost", int32(1), ua.StatusBadTypeMismatch},
		{"freezer-2.AirTemperature", -21.0, ua.StatusBadNotWritable},
		{"freezer-2.Nothing", -21.0, ua.StatusBadNodeIDUnknown},
		{"multideck-1.BlindPosition", 50.0, ua.StatusOK},
		{"hvac-1.Mode", int32(4), ua.StatusBadOutOfRange},
		{"light-3.Level", 101.0, ua.StatusBadOutOfRange},
		{"checkout-2.Open", true, ua.StatusOK},
	} {
		if got := write(t, c, row.node, row.value); got != row.want {
			t.Errorf("write %v to %s gave %v, want %v", row.value, row.node, got, row.want)
		}
	}
	if got := read(t, c, "freezer-2.SetPoint").Value.Value(); got != -21.0 {
		t.Errorf("set point reads %v after the writes, want -21", got)
	}
}

func TestMomentaryCommandsResetThemselves(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 1}))
	if got := write(t, c, "freezer-2.DoorCloseCommand", true); got != ua.StatusOK {
		t.Fatalf("the command was refused: %v", got)
	}
	for deadline := time.Now().Add(patience); read(t, c, "freezer-2.DoorCloseCommand").Value.Value() != false; {
		if time.Now().After(deadline) {
			t.Fatal("the command still reads true")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestMethodsInjectAndClearFaults(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 20}))
	call := func(method string, args ...any) ua.StatusCode {
		t.Helper()
		req := &ua.CallMethodRequest{ObjectID: node(t, c, "CornerMarket"), MethodID: node(t, c, method)}
		for _, a := range args {
			v, err := ua.NewVariant(a)
			if err != nil {
				t.Fatal(err)
			}
			req.InputArguments = append(req.InputArguments, v)
		}
		r, err := c.Call(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode
	}
	for _, row := range []struct {
		method string
		args   []any
		want   ua.StatusCode
	}{
		{"InjectFault", []any{"freezer-2", "door-ajar"}, ua.StatusBadArgumentsMissing},
		{"InjectFault", []any{"freezer-2", "door-ajar", 0.7, 1.0}, ua.StatusBadTooManyArguments},
		{"InjectFault", []any{"freezer-2", "door-ajar", "much"}, ua.StatusBadInvalidArgument},
		{"InjectFault", []any{"freezer-99", "door-ajar", 0.7}, ua.StatusBadInvalidArgument},
		{"InjectFault", []any{"multideck-1", "door-ajar", 0.7}, ua.StatusBadInvalidArgument},
		{"InjectFault", []any{"freezer-2", "door-ajar", 1.7}, ua.StatusBadInvalidArgument},
		{"ClearFault", []any{"freezer-2", "door-ajar"}, ua.StatusBadInvalidArgument},
		{"InjectFault", []any{"freezer-2", "door-ajar", 0.7}, ua.StatusOK},
	} {
		if got := call(row.method, row.args...); got != row.want {
			t.Errorf("%s%v gave %v, want %v", row.method, row.args, got, row.want)
		}
	}
	angle := func() float64 { return read(t, c, "freezer-2.DoorAngle").Value.Float() }
	for deadline := time.Now().Add(patience); angle() < 10; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the door stands at %g°, not ajar", angle())
		}
	}
	if got := call("ClearFault", "freezer-2", "door-ajar"); got != ua.StatusOK {
		t.Errorf("ClearFault gave %v", got)
	}
}

func TestThePlantClockRunsAtItsSpeed(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 50}))
	first, wall := read(t, c, "meter-1.Power").SourceTimestamp, time.Now()
	if d := first.Sub(start); d < 0 || d > 5*time.Minute {
		t.Errorf("the plant's clock starts at %s, want near %s", first, start)
	}
	for ran := 0.0; ran < 200; time.Sleep(50 * time.Millisecond) {
		ran = read(t, c, "meter-1.Power").SourceTimestamp.Sub(first).Seconds()
		if most := 50 * time.Since(wall).Seconds(); ran > 1.2*most+10 {
			t.Fatalf("the plant's clock ran %.0f s, want about %.0f s", ran, most)
		}
		if time.Since(wall) > patience {
			t.Fatalf("the plant's clock ran %.0f s in %s", ran, patience)
		}
	}
}

func TestAClockGoesOnAfterARestart(t *testing.T) {
	config, state := t.TempDir(), t.TempDir()
	plan := []plant.Planned{{Device: "freezer-2", Kind: plant.DoorAjar, Severity: 0.7, After: 10 * time.Second}}
	s := serve(t, Options{Seed: 4, Speed: 100, ConfigDir: config, StateDir: state, Faults: plan})
	c := login(t, s)
	for end := time.Now().Add(patience); read(t, c, "freezer-2.DoorAngle").Value.Float() < 5; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the door was never left ajar")
		}
	}
	before := read(t, c, "meter-1.Energy")
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	again := serve(t, Options{Seed: 4, Speed: 1, ConfigDir: config, StateDir: state, Faults: plan})
	c = login(t, again)
	after := read(t, c, "meter-1.Energy")
	if after.SourceTimestamp.Before(before.SourceTimestamp) {
		t.Errorf("the clock went back from %s to %s", before.SourceTimestamp, after.SourceTimestamp)
	}
	if a, b := after.Value.Float(), before.Value.Float(); a < b {
		t.Errorf("the meter went back from %g to %g", b, a)
	}
	if angle := read(t, c, "freezer-2.DoorAngle").Value.Float(); angle < 5 {
		t.Errorf("the door stands at %g° after the restart, want still ajar", angle)
	}
	if err := again.stop(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(state, stateFile)
	if err := os.WriteFile(file, []byte(`{"Version":1,"Plant":{"Cabi`), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Run(t.Context(), Options{Listen: "127.0.0.1:0", ConfigDir: config, StateDir: state, Seed: 4, Speed: 1, Start: start, Log: log.New(io.Discard, "", 0)})
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "--fresh") {
		t.Errorf("a damaged state gave %v, want the file named and --fresh", err)
	}
	login(t, serve(t, Options{Seed: 4, Speed: 1, ConfigDir: config, StateDir: state, Fresh: true}))
}

func TestSecretsAreTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	first, err := loadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"password", "own/key.pem", "own/cert.der"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, info.Mode().Perm())
		}
	}
	second, err := loadIdentity(dir)
	if err != nil || second != first {
		t.Errorf("a second start made another identity (%v)", err)
	}
}

// Plants that start at once in a fresh configuration folder come to one identity.
func TestPlantsThatStartAtOnceShareAnIdentity(t *testing.T) {
	dir := t.TempDir()
	var (
		wait sync.WaitGroup
		got  [4]identity
		keys [4][]byte // as found when it has its identity
		errs [4]error
	)
	for i := range got {
		wait.Go(func() {
			if got[i], errs[i] = loadIdentity(dir); errs[i] == nil {
				keys[i], errs[i] = os.ReadFile(got[i].keyFile)
			}
		})
	}
	wait.Wait()
	for i := range got {
		if errs[i] != nil || got[i] != got[0] || !bytes.Equal(keys[i], keys[0]) {
			t.Errorf("plant %d: %v; it has the first one's password: %t, and its key: %t", i, errs[i], got[i] == got[0], bytes.Equal(keys[i], keys[0]))
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left in the folder: %v (%v)", left, err)
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "127.0.0.1"} {
		if ln, err := listen(address); err == nil {
			_ = ln.Close()
			t.Errorf("listen(%q) opened %s", address, ln.Addr())
		}
	}
}

func TestHostileBytesCostOneConnection(t *testing.T) {
	s := serve(t, Options{Seed: 1, Speed: 1})
	for _, bytes := range [][]byte{
		[]byte("GET / HTTP/1.1\r\n\r\n"), []byte("HELF\xff\xff\xff\xff"), []byte("HELF\x04\x00\x00\x00"),
		[]byte("OPNF\x20\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x7f"), make([]byte, 64),
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.endpoint, "opc.tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write(bytes)
		_ = conn.Close()
	}
	login(t, s)
}

func nan() float64 { var zero float64; return zero / zero }

func TestAKeyWithWhichNobodyCouldLogInIsRefused(t *testing.T) {
	key, err := makeKey()
	if err != nil {
		t.Fatal(err)
	}
	if !letsIn(key) {
		t.Error("made a key that locks everybody out")
	}
	key.D = new(big.Int).Rsh(key.D, 8)
	if letsIn(key) {
		t.Error("a private exponent of 255 bytes passed")
	}
}

func TestTheAddressSpaceCanBeBrowsed(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 1, Extra: 7}))
	children := func(id *ua.NodeID, kind uint32) map[string]*opcua.Node {
		t.Helper()
		nodes, err := c.Node(id).ReferencedNodes(t.Context(), kind, ua.BrowseDirectionForward, ua.NodeClassAll, true)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]*opcua.Node{}
		for _, n := range nodes {
			name, err := n.BrowseName(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all[name.Name] = n
		}
		return all
	}
	const hierarchical = 33
	top := children(ua.NewNumericNodeID(0, 85), hierarchical)["CornerMarket"]
	if top == nil {
		t.Fatal("Objects holds no CornerMarket")
	}
	groups := children(top.ID, hierarchical)
	variables, devices := 0, 0
	for _, group := range []string{"Refrigeration", "Climate", "Lighting", "Entrances", "Checkouts", "Metering", "Load"} {
		if groups[group] == nil {
			t.Fatalf("CornerMarket holds no %s", group)
		}
		for id, device := range children(groups[group].ID, hierarchical) {
			devices++
			members := children(device.ID, hierarchical)
			if members["DeviceClass"] == nil {
				t.Errorf("%s has no DeviceClass", id)
			}
			variables += len(members) - 1
		}
	}
	if variables != 345+7 || devices != 51 {
		t.Errorf("%d variables of %d devices, want 352 of 51", variables, devices)
	}
	if class := read(t, c, "chest-1.DeviceClass").Value.Value(); class != "chest-freezer" {
		t.Errorf("chest-1 has class %v", class)
	}
	span, ok := read(t, c, "freezer-2.AirTemperature.EURange").Value.Value().(*ua.ExtensionObject)
	if r, isRange := span.Value.(*ua.Range); !ok || !isRange || r.Low != -60 || r.High != 60 {
		t.Errorf("range of an air temperature: %+v", span)
	}
	unit, ok := read(t, c, "freezer-2.AirTemperature.EngineeringUnits").Value.Value().(*ua.ExtensionObject)
	if u, isUnit := unit.Value.(*ua.EUInformation); !ok || !isUnit || u.UnitID != 4408652 || u.DisplayName.Text != "°C" { // CEL in OPC 10000-8's table
		t.Errorf("unit of an air temperature: %+v", unit)
	}
	if people := read(t, c, "camera-1.Positions"); people.Status != ua.StatusOK || people.Value.Type() != ua.TypeIDFloat {
		t.Errorf("positions: %v %v", people.Status, people.Value)
	}
	if open := read(t, c, "freezer-2.DoorOpen"); open.Status != ua.StatusOK || open.Value.Type() != ua.TypeIDBoolean {
		t.Errorf("door contact: %v %v", open.Status, open.Value)
	}
}

// A client that hears nothing begins anew, as the twin does: the publish loop of
// this client's library takes a pause and a resume that both wait in any order.
func TestSubscribersHearEverySecond(t *testing.T) {
	const extra = 1000
	c := login(t, serve(t, Options{Seed: 1, Speed: 20, Extra: extra}))
	ns := node(t, c, "load-1").Namespace()
	var items []*ua.MonitoredItemCreateRequest
	for i := range extra {
		value := ua.NewStringNodeID(ns, fmt.Sprintf("load-1.Value%05d", i+1))
		items = append(items, opcua.NewMonitoredItemCreateRequestWithDefaults(value, ua.AttributeIDValue, uint32(i)))
		items[i].RequestedParameters.SamplingInterval = 100
	}
	heard := make(chan *opcua.PublishNotificationData, 256)
	subscribe := func() {
		t.Helper()
		sub, err := c.Subscribe(t.Context(), &opcua.SubscriptionParameters{Interval: 100 * time.Millisecond}, heard)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, items...); err != nil {
			t.Fatal(err)
		}
	}
	subscribe()
	changes := 0
	began, end := time.Now(), time.After(patience)
	for changes < 8*extra { // in less than a second when the machine is idle
		select {
		case n := <-heard:
			if n.Error != nil {
				t.Fatal(n.Error)
			}
			if d, ok := n.Value.(*ua.DataChangeNotification); ok {
				changes += len(d.MonitoredItems)
			}
		case <-time.After(patience / 6):
			t.Logf("nothing heard for %s: subscribed again", patience/6)
			subscribe()
		case <-end:
			t.Fatalf("%d changes of %d variables in %s", changes, extra, patience)
		}
	}
	t.Logf("%d changes in %s", changes, time.Since(began))
}
