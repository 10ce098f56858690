package mqtt_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/mqtt/mqtttest"
)

// device is a cabinet with a people sensor behind a broker. It keeps its values
// when the broker dies, as a device with a battery does.
type device struct {
	mqtttest.Broker

	mu       sync.Mutex
	now      time.Time
	setPoint float64
}

const (
	state    = "shop/freezer-2/state"   // {"time":…, "air":…, "setpoint":…, "open":…}
	people   = "shop/hall/people"       // {"ts":…, "people":[{"id":…, "x":…, "y":…}]}, millimetres
	setPoint = "shop/freezer-2/set"     // {"setpoint":…}
	command  = "shop/freezer-2/command" // true
)

func newDevice(t testing.TB) *device {
	t.Helper()
	d := &device{now: time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC), setPoint: -20}
	d.Devices = map[string]func([]byte){setPoint: d.take, command: func([]byte) {}}
	d.Start(t)
	return d
}

// take is what the device does with a new set-point: it tells its new state.
func (d *device) take(payload []byte) {
	var told struct{ Setpoint float64 }
	if json.Unmarshal(payload, &told) != nil {
		return
	}
	d.mu.Lock()
	d.setPoint = told.Setpoint
	d.mu.Unlock()
	_ = d.tell(10 * time.Millisecond) // who listens misses it and says so
}

// step goes on by a second and publishes.
func (d *device) step(t testing.TB) {
	if err := d.tell(time.Second); err != nil && !errors.Is(err, mqtttest.ErrDead) {
		t.Errorf("publish: %v", err)
	}
}

// tell publishes everything, as of later.
func (d *device) tell(later time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(later)
	return errors.Join(
		d.Publish(state, fmt.Appendf(nil, `{"time":%q,"air":-19.5,"setpoint":%g,"open":"closed"}`, d.now.Format(time.RFC3339Nano), d.setPoint)),
		d.Publish(people, fmt.Appendf(nil, `{"ts":%d,"people":[{"id":"a7","x":1000,"y":2000},{"id":"b1","x":3000,"y":500}]}`, d.now.UnixMilli())))
}
