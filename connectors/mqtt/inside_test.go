package mqtt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

func TestPayloads(t *testing.T) {
	for _, c := range []struct {
		kind          twin.SignalKind
		node, payload string
		want          float64
		vector        []float64
		odd           string
	}{
		{twin.Analog, "a", "21.5", 21.5, nil, ""},
		{twin.Analog, "a", " 21.5\n", 21.5, nil, ""},
		{twin.Analog, "a", `"21.5"`, 21.5, nil, ""},
		{twin.Analog, "a", "warm", math.NaN(), nil, `"warm" is no number`},
		{twin.Analog, "a", "null", math.NaN(), nil, ""},
		{twin.Analog, "a", "NaN", math.NaN(), nil, ""},
		{twin.Analog, "a", "1e999", math.NaN(), nil, "is no number"},
		{twin.Analog, "a", "true", math.NaN(), nil, "is no number"},
		{twin.Analog, "a#/t/1", `{"t":[1,2]}`, 2, nil, ""},
		{twin.Analog, "a#/t~1u/m~0n", `{"t/u":{"m~n":3}}`, 3, nil, ""},
		{twin.Analog, "a#/t", `{"u":1}`, math.NaN(), nil, "holds no /t"},
		{twin.Analog, "a#/t", `{"t":1} {}`, math.NaN(), nil, "more follows"},
		{twin.Analog, "a#/t", `{"t":`, math.NaN(), nil, "no JSON document"},
		{twin.Analog, "a#/t?at=/ts", `{"t":1}`, math.NaN(), nil, "is no time"},
		{twin.Enum, "a", "2", 2, nil, ""},
		{twin.Enum, "a", "2.5", math.NaN(), nil, "no whole number"},
		{twin.Boolean, "a", "ON", 1, nil, ""},
		{twin.Boolean, "a", "closed", 0, nil, ""},
		{twin.Boolean, "a", "true", 1, nil, ""},
		{twin.Boolean, "a", "0", 0, nil, ""},
		{twin.Boolean, "a", "2", math.NaN(), nil, "neither true nor false"},
		{twin.Positions, "a", "[]", 0, []float64{}, ""},
		{twin.Positions, "a", "[1,2,3,4]", 2, []float64{1, 2, 3, 4}, ""},
		{twin.Positions, "a", "[[1,2,1.7],[3,4]]", 2, []float64{1, 2, 3, 4}, ""},
		{twin.Positions, "a", `[{"x":1,"z":2},{"x":3,"y":4,"z":9}]`, 2, []float64{1, 2, 3, 4}, ""},
		{twin.Positions, "a?unit=cm&x=1&z=2&turn=90", "[100,0, 0,100]", 2, []float64{1, 1, 2, 2}, ""},
		{twin.Positions, "a?flip=y", "[1,2]", 1, []float64{1, -2}, ""},
		{twin.Positions, "a", "[1,2,3]", math.NaN(), nil, "entry 2 is no place"},
		{twin.Positions, "a", `[{"x":1}]`, math.NaN(), nil, "entry 0 is no place"},
		{twin.Positions, "a", `{"x":1}`, math.NaN(), nil, "no list of places"},
		{twin.Positions, "a", "[" + strings.Repeat("[1,2],", twin.PositionsMax) + "[1,2]]", math.NaN(), nil, "2048 people"},
	} {
		a, err := parse(c.node)
		if err != nil {
			t.Errorf("%s: %v", c.node, err)
			continue
		}
		x, odd := readPayload([]byte(c.payload)).sample(twin.Signal{ID: "s", Kind: c.kind}, a)
		for i, v := range x.Vector {
			x.Vector[i] = math.Round(v*1e9) / 1e9
		}
		good := x.Quality == twin.Good
		if !(x.Value == c.want || math.IsNaN(x.Value) && math.IsNaN(c.want)) || fmt.Sprint(x.Vector) != fmt.Sprint(c.vector) ||
			good == math.IsNaN(c.want) || !strings.Contains(odd, c.odd) || c.odd == "" && odd != "" {
			t.Errorf("%s %s %.60s: %+v %q", c.kind, c.node, c.payload, x, odd)
		}
	}
}

func TestMoments(t *testing.T) {
	want := time.Date(2026, 6, 3, 10, 0, 0, 500e6, time.UTC)
	for _, text := range []string{`"2026-06-03T10:00:00.5Z"`, `"2026-06-03T12:00:00.5+02:00"`, "1780480800.5", "1780480800500"} {
		if at, ok := moment(readPayload([]byte(text)).doc); !ok || !at.Equal(want) {
			t.Errorf("%s: %s %t", text, at, ok)
		}
	}
	for _, text := range []string{`"yesterday"`, "-1", "0", "1e300", "true", "[]"} {
		if at, ok := moment(readPayload([]byte(text)).doc); ok {
			t.Errorf("%s is %s", text, at)
		}
	}
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		node string
		kind twin.SignalKind
		v    float64
		want string
	}{
		{"a?set=b", twin.Analog, -22, "-22"},
		{"a?set=b&key=setpoint", twin.Analog, 21.5, `{"setpoint":21.5}`},
		{"a?set=b", twin.Boolean, 1, "true"},
		{"a?set=b&key=on", twin.Boolean, 0, `{"on":false}`},
		{"a?set=b", twin.Boolean, 0.5, ""},
		{"a?set=b", twin.Positions, 1, ""},
	} {
		a, err := parse(c.node)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.command(twin.Signal{Kind: c.kind}, c.v); string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %g: %s %v", c.node, c.v, got, err)
		}
	}
}

// TestPlacesKeepTheirDistance: however a sensor is placed, people are as far from
// each other as it says, and its origin is where the site has it.
func TestPlacesKeepTheirDistance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := func(name string) float64 { return rapid.Float64Range(-500, 500).Draw(rt, name) }
		x, z := n("x"), n("z")
		node := fmt.Sprintf("a?x=%g&z=%g&turn=%g", x, z, n("turn"))
		if rapid.Bool().Draw(rt, "flip") {
			node += "&flip=y"
		}
		a, err := parse(node)
		if err != nil {
			rt.Fatal(err)
		}
		if ox, oz := a.frame.place(0, 0); math.Hypot(ox-x, oz-z) > 1e-9 {
			rt.Fatalf("the origin is at %g %g", ox, oz)
		}
		px, py, qx, qy := n("px"), n("py"), n("qx"), n("qy")
		ax, az := a.frame.place(px, py)
		bx, bz := a.frame.place(qx, qy)
		if math.Abs(math.Hypot(ax-bx, az-bz)-math.Hypot(px-qx, py-qy)) > 1e-6 {
			rt.Fatal("the distance is another")
		}
	})
}

// TestALongPacketEndsTheConnection before it is taken in.
func TestALongPacketEndsTheConnection(t *testing.T) {
	packet := func(length int) []byte {
		b := []byte{0x30}
		for n := length; ; {
			d := byte(n & 0x7f)
			if n >>= 7; n > 0 {
				d |= 0x80
			}
			if b = append(b, d); n == 0 {
				break
			}
		}
		return b
	}
	for _, c := range []struct {
		lengths []int
		bad     bool
	}{
		{[]int{0, 2, 127, 128, 16384, packetMax}, false},
		{[]int{10, packetMax + 1}, true},
		{[]int{1 << 27}, true},
	} {
		var all []byte
		for _, n := range c.lengths {
			all = append(all, packet(n)...)
			if n <= packetMax {
				all = append(all, make([]byte, n)...)
			}
		}
		client, server := net.Pipe()
		go func() {
			_, _ = server.Write(all) // the reader may have gone
			_ = server.Close()
		}()
		got, err := io.ReadAll(&bounded{Conn: client})
		_ = client.Close()
		if (err != nil) != c.bad || !c.bad && !bytes.Equal(got, all) {
			t.Errorf("%v: %d bytes of %d, %v", c.lengths, len(got), len(all), err)
		}
	}
}

func FuzzPayload(f *testing.F) {
	for _, s := range []string{"21.5", `{"people":[{"x":1,"y":2}],"ts":1}`, "[[1,2]]", "ON", `{"a":[1e999]}`} {
		f.Add("t#/people?at=/ts&unit=mm&turn=90", s)
		f.Add("t", s)
	}
	f.Add("spBv1.0/g/DDATA/n/d#/p", "\x12\x18\n\x01p \x1e\x82\x01\x10\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x40\x40\x00\x00\x80\x40")
	f.Add("spBv1.0/g/NDATA/n#/t", "\x08\x01\x12\x12\n\x01p\x10\x07\x8a\x01\x0a\x12\x01x\x18\x0a\x22\x00\x22\x01\x0a")
	f.Fuzz(func(t *testing.T, node, payload string) {
		a, err := parse(node)
		if err != nil {
			return
		}
		p := readPayload([]byte(payload))
		if metrics, err := readMetrics([]byte(payload)); err == nil {
			docs, _, _ := learn(metrics).documents(metrics)
			for _, m := range metrics {
				if d, told := docs[m.name]; told {
					p = d
				}
			}
		}
		for _, kind := range []twin.SignalKind{twin.Analog, twin.Boolean, twin.Enum, twin.Positions} {
			x, _ := p.sample(twin.Signal{ID: "s", Kind: kind}, a)
			if len(x.Vector) > 2*twin.PositionsMax || x.Quality == twin.Good && math.IsNaN(x.Value) {
				t.Fatalf("%+v", x)
			}
			for _, v := range x.Vector {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("a place at %g", v)
				}
			}
		}
	})
}

// What is no payload is refused whole, and a value of another type than is asked for is
// told as none.
func TestBadSparkplug(t *testing.T) {
	number := "\x12\x09\n\x01p \x0a\x69\x00\x00\x00" // of a double its first three bytes
	for name, raw := range map[string]string{
		"cut in a metric":        "\x12\x18\n\x01p",
		"cut in a number":        number,
		"a length of 1 GB":       "\x12\x80\x80\x80\x80\x04\n",
		"a name of 1 GB":         "\x12\x07\n\x80\x80\x80\x80\x04x",
		"a length without end":   "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"a group, which is none": "\x13\x14",
		"a field 0":              "\x02\x00",
		"JSON":                   `{"p": 1}`,
	} {
		if list, err := readMetrics([]byte(raw)); !errors.Is(err, errPayload) {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	if list, err := readMetrics(nil); err != nil || len(list) != 0 {
		t.Errorf("an empty one tells %v, %v", list, err)
	}
	for name, raw := range map[string]string{
		"floats of five bytes":  "\x12\x0d\n\x01p \x1e\x82\x01\x05\x01\x02\x03\x04\x05",
		"bytes of no array":     "\x12\x0b\n\x01p \x11\x82\x01\x03\x01\x02\x03",
		"a name that is number": "\x12\x04\x08\x01 \x0a",
	} {
		list, err := readMetrics([]byte(raw))
		if err != nil || len(list) != 1 {
			t.Errorf("%s: %v, %v", name, list, err)
			continue
		}
		if v := list[0].settled(); v != nil {
			t.Errorf("%s is taken for %v", name, v)
		}
	}
}
