package mqtt_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/twin"
)

// What follows writes Sparkplug B payloads field by field, as its specification
// lists them, so that what is read was not written by the reader's own hand.

func field(n, wire int, value []byte) []byte {
	b := binary.AppendUvarint(nil, uint64(n<<3|wire))
	if wire == 2 {
		b = binary.AppendUvarint(b, uint64(len(value)))
	}
	return append(b, value...)
}

func varint(n int, v uint64) []byte { return field(n, 0, binary.AppendUvarint(nil, v)) }
func text(n int, s string) []byte   { return field(n, 2, []byte(s)) }
func double(n int, v float64) []byte {
	return field(n, 1, binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
}

func join(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func floats(list ...float32) (out []byte) {
	for _, v := range list {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out
}

// told is a payload of one moment.
func told(at time.Time, metrics ...[]byte) []byte {
	out := varint(1, uint64(at.UnixMilli()))
	for _, m := range metrics {
		out = append(out, field(2, 2, m)...)
	}
	return append(out, varint(3, 1)...)
}

// TestPeopleBySparkplug: a people sensor gives birth, tells by aliases, dies, and is
// born again with other aliases; a table of places and a number are read besides.
func TestPeopleBySparkplug(t *testing.T) {
	const (
		count twin.SignalID = "camera-1/count"
		table twin.SignalID = "camera-2/positions"
		topic               = "spBv1.0/shop/%s/hall/camera-1"
	)
	d := newDevice(t)
	bound := fmt.Sprintf(topic, "DDATA")
	site := &twin.Site{
		Assets: []twin.Asset{{ID: "camera-1"}, {ID: "camera-2"}},
		Signals: []twin.Signal{
			{ID: crowd, Asset: "camera-1", Name: "positions", Kind: twin.Positions}, {ID: count, Asset: "camera-1", Name: "count", Kind: twin.Analog},
			{ID: table, Asset: "camera-2", Name: "positions", Kind: twin.Positions},
		},
		Bindings: []twin.Binding{
			{Signal: crowd, Plant: "devices", Address: bound + "#/people~1places?unit=mm&x=10&z=5"},
			{Signal: count, Plant: "devices", Address: bound + "#/people~1change"},
			{Signal: table, Plant: "devices", Address: bound + "#/table"},
		},
	}
	now := time.Now().Truncate(time.Second).UTC()
	var clock atomic.Int64
	clock.Store(now.UnixNano())
	c := to(d, site, conntest.Sinks{})
	c.Now = func() time.Time { return time.Unix(0, clock.Load()).UTC() }
	pass := func(d time.Duration) {
		now = now.Add(d)
		clock.Store(now.UnixNano())
	}
	h := run(t, c)
	h.await(t, "the link", func() bool { return h.up })
	tell := func(kind string, payload []byte) {
		t.Helper()
		if err := d.Publish(fmt.Sprintf(topic, kind), payload); err != nil {
			t.Fatal(err)
		}
	}
	last := func(id twin.SignalID) (x twin.Sample) {
		for _, s := range h.samples {
			if s.Signal == id {
				x = s
			}
		}
		return x
	}
	hears := func(id twin.SignalID, quality twin.Quality, at time.Time, vector string, value float64) {
		t.Helper()
		h.await(t, fmt.Sprintf("%s at %s", id, at), func() bool {
			x := last(id)
			return x.Quality == quality && (at.IsZero() || x.At.Equal(at)) && (vector == "" || fmt.Sprint(x.Vector) == vector) && (quality != twin.Good || x.Value == value)
		})
	}
	const floatArray, int32Type, dataSet, doubleType = 30, 3, 16, 10
	row := func(x, z float64) []byte {
		return field(4, 2, join(field(1, 2, double(4, x)), field(1, 2, double(4, z))))
	}
	birth := func(places, change uint64) []byte {
		return told(now,
			join(text(1, "people/places"), varint(2, places), varint(4, floatArray), field(16, 2, floats(1000, -2000, 3000, 500))),
			join(text(1, "people/change"), varint(2, change), varint(4, int32Type), varint(10, 0xffffffff)),
			join(text(1, "table"), varint(2, 9), varint(4, dataSet), field(17, 2, join(varint(1, 2), text(2, "x"), text(2, "z"), varint(3, doubleType), varint(3, doubleType), row(4.5, -1), row(2, 3)))))
	}
	// Aliases before any birth are nobody's.
	tell("DDATA", told(now, join(varint(2, 7), field(16, 2, floats(1, 2)))))
	hears(crowd, twin.Bad, time.Time{}, "", 0)

	pass(time.Second)
	tell("DBIRTH", birth(7, 8))
	hears(crowd, twin.Good, now, "[11 3 13 5.5]", 2)
	hears(count, twin.Good, now, "", -1)
	hears(table, twin.Good, now, "[4.5 -1 2 3]", 2)

	pass(time.Second)
	tell("DDATA", told(now, join(varint(2, 7), field(16, 2, floats(0, 0)))))
	hears(crowd, twin.Good, now, "[10 5]", 1)
	if x := last(count); x.At.Equal(now) {
		t.Errorf("%+v was told by nobody", x)
	}
	// What was stored while it was cut off is not what is now.
	tell("DDATA", told(now.Add(time.Second), join(varint(2, 7), varint(5, 1), field(16, 2, floats(9, 9, 9, 9, 9, 9)))))
	// Its own time counts more than the payload's.
	pass(2 * time.Second)
	tell("DDATA", told(now.Add(time.Hour), join(varint(2, 8), varint(3, uint64(now.UnixMilli())), varint(10, 12))))
	hears(count, twin.Good, now, "", 12)
	if x := last(crowd); len(x.Vector) != 2 {
		t.Errorf("what was stored came as %+v", x)
	}

	pass(time.Second)
	if err := d.Publish("spBv1.0/shop/NDEATH/hall", told(now)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []twin.SignalID{crowd, count, table} {
		hears(id, twin.Bad, time.Time{}, "", 0)
	}
	pass(time.Second)
	tell("DBIRTH", birth(8, 7)) // the numbers changed places
	pass(time.Second)
	tell("DDATA", told(now, join(varint(2, 8), field(16, 2, floats(500, 0)))))
	hears(crowd, twin.Good, now, "[10.5 5]", 1)

	pass(time.Second)
	tell("DDATA", []byte("{}"))
	hears(crowd, twin.Bad, time.Time{}, "", 0)
}

func TestSparkplugBindings(t *testing.T) {
	for _, address := range []string{
		"spBv1.0/shop/DDATA/hall/camera-1", "spBv1.0/shop/DBIRTH/hall/camera-1#/places", "spBv1.0/shop/NDATA/hall#/places?at=/ts",
		"freezer#/air?set=spBv1.0/shop/DDATA/hall/camera-1",
	} {
		c := mqtt.Config{Endpoint: "mqtt://127.0.0.1", Signals: []twin.Signal{{ID: crowd}}, Bindings: []twin.Binding{{Signal: crowd, Address: address}}, Receive: func([]twin.Sample) error { return nil }}
		if _, err := mqtt.New(c); err == nil {
			t.Errorf("%s can be bound", address)
		}
	}
}
