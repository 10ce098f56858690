package server

import (
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"
)

// call calls a method of the plant.
func call(t testing.TB, c *opcua.Client, method string, args ...any) ua.StatusCode {
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

func TestDevicesComeGoAndChangeTheirClass(t *testing.T) {
	c := login(t, serve(t, Options{Seed: 1, Speed: 10}))
	for _, row := range []struct {
		method string
		args   []any
		want   ua.StatusCode
	}{
		{"AddDevice", []any{"freezer-2", "upright-freezer", ""}, ua.StatusBadInvalidArgument}, // it is there
		{"AddDevice", []any{"bad name", "upright-freezer", ""}, ua.StatusBadInvalidArgument},
		{"AddDevice", []any{"freezer-7", "", ""}, ua.StatusBadInvalidArgument},
		{"AddDevice", []any{"freezer-7", "upright-freezer", "a/b"}, ua.StatusBadInvalidArgument},
		{"RemoveDevice", []any{"freezer-7"}, ua.StatusBadInvalidArgument}, // it is not there
		{"RetypeDevice", []any{"freezer-7", "chest-freezer"}, ua.StatusBadInvalidArgument},
		{"AddDevice", []any{"freezer-7", "upright-freezer", ""}, ua.StatusOK},
		{"AddDevice", []any{"vibration-1", "vibration-sensor", "Machines"}, ua.StatusOK},
	} {
		if got := call(t, c, row.method, row.args...); got != row.want {
			t.Fatalf("%s%v gave %v, want %v", row.method, row.args, got, row.want)
		}
	}
	air := read(t, c, "freezer-7.AirTemperature")
	if like := read(t, c, "freezer-1.AirTemperature").Value.Float(); air.Status != ua.StatusOK || air.Value.Float() > like+3 || air.Value.Float() < like-3 {
		t.Errorf("the new freezer has %v °C (%v), its sibling %g", air.Value.Value(), air.Status, like)
	}
	if got := write(t, c, "freezer-7.SetPoint", -19.0); got != ua.StatusOK {
		t.Errorf("writing the new set point gave %v", got)
	}
	if got := read(t, c, "freezer-7.SetPoint").Value.Float(); got != -19 {
		t.Errorf("the new freezer's set point reads %g after -19 was written", got)
	}
	if got := read(t, c, "freezer-1.SetPoint").Value.Float(); got == -19 {
		t.Error("its sibling's set point moved with it")
	}
	first := read(t, c, "vibration-1.Value")
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		later := read(t, c, "vibration-1.Value")
		if first.Status == ua.StatusOK && later.Value.Float() != first.Value.Float() && later.SourceTimestamp.After(first.SourceTimestamp) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("a sensor of an unknown class stands still: %v, then %v", first, later)
		}
	}

	if got := call(t, c, "RetypeDevice", "freezer-7", "climate-sensor"); got != ua.StatusOK {
		t.Fatalf("RetypeDevice gave %v", got)
	}
	if got := read(t, c, "freezer-7.DeviceClass").Value.Value(); got != "climate-sensor" {
		t.Errorf("its class is %v now", got)
	}
	if got := read(t, c, "freezer-7.CO2"); got.Status != ua.StatusOK {
		t.Errorf("its CO2 reads %v", got.Status)
	}
	if got := read(t, c, "freezer-7.AirTemperature").Status; got != ua.StatusBadNodeIDUnknown {
		t.Errorf("the air temperature of what is no freezer any more reads %v", got)
	}
	for _, device := range []string{"freezer-7", "freezer-3"} { // one that was put in, one that was built in
		if got := call(t, c, "RemoveDevice", device); got != ua.StatusOK {
			t.Fatalf("RemoveDevice %s gave %v", device, got)
		}
		if got := read(t, c, device+".DeviceClass").Status; got != ua.StatusBadNodeIDUnknown {
			t.Errorf("the class of %s, which was removed, reads %v", device, got)
		}
	}
	if got := call(t, c, "AddDevice", "freezer-3", "upright-freezer", ""); got != ua.StatusOK {
		t.Errorf("what was removed cannot be put in again: %v", got)
	}
}

func TestPlannedChanges(t *testing.T) {
	var plan []Change
	for _, text := range []string{"add:freezer-7:upright-freezer@2s", "remove:chest-1@3s", "retype:freezer-1:chest-freezer@3s", "remove:nothing@1s"} {
		c, err := ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		plan = append(plan, c)
	}
	c := login(t, serve(t, Options{Seed: 1, Speed: 10, Changes: plan}))
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if read(t, c, "freezer-7.DoorOpen").Status == ua.StatusOK && read(t, c, "chest-1.DeviceClass").Status == ua.StatusBadNodeIDUnknown &&
			read(t, c, "freezer-1.LidPosition").Status == ua.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the planned changes were not made")
		}
	}
	for _, text := range []string{"", "add@1s", "add:x@1s", "remove:x:y@1s", "retype:x@1s", "add:x:y@soon", "add:x:y@-1s", "burn:x@1s", "add:x:y"} {
		if c, err := ParseChange(text); err == nil {
			t.Errorf("%q was read as %+v", text, c)
		}
	}
}
