package mqtt

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/glasstwin/glasstwin/twin"
)

// address is where a signal's value is found and where it is set.
type address struct {
	topic   string
	pointer []string // tokens into the JSON payload; nil: the payload is the value
	at      []string // of the time of the value; nil: when it arrives
	set     string   // topic that takes a new value; "": none
	key     string   // under which the new value stands in a JSON object; "": alone
	frame   frame    // of places
}

// frame takes a sensor's own places to the site's: x and z in metres.
type frame struct {
	scale    float64 // metres of one unit
	x, z     float64 // where the sensor's origin is, metres
	cos, sin float64 // of its turn, counter-clockwise seen from above
	mirrored bool    // its second axis points the other way, as a plan's y up the page
}

const (
	topicMax   = 65535 // bytes, MQTT 3.1.1, 1.5.3
	addressMax = 1 << 16
	tokensMax  = 32
)

// parse reads a binding's address:
//
//	shop/hall/people#/people?at=/time&unit=mm&x=12.5&z=3&turn=90&flip=y
//	freezer/2#/setpoint?set=freezer/2/set&key=setpoint
//	spBv1.0/shop/DDATA/hall/people#/positions?unit=mm
//
// unit is m, cm or mm; x and z are metres; turn is degrees.
func parse(text string) (address, error) {
	a := address{frame: frame{scale: 1, cos: 1}}
	if len(text) > addressMax || !utf8.ValidString(text) {
		return a, errors.New("an address is at most 65536 bytes of UTF-8")
	}
	head, query, _ := strings.Cut(text, "?")
	topic, pointer, deep := strings.Cut(head, "#")
	if err := goodTopic(topic); err != nil {
		return a, err
	}
	a.topic = topic
	if deep {
		var err error
		if a.pointer, err = tokens(pointer); err != nil {
			return a, err
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return a, fmt.Errorf("what follows ? is not name=value&…: %w", err)
	}
	turn := 0.0
	for name, all := range values {
		v := all[0]
		var err error
		switch {
		case len(all) > 1:
			err = errors.New("it stands twice")
		case name == "at":
			a.at, err = tokens(v)
		case name == "set":
			a.set, err = v, goodTopic(v)
		case name == "key":
			a.key = v
		case name == "unit":
			err = a.frame.measure(v)
		case name == "x":
			a.frame.x, err = metres(v)
		case name == "z":
			a.frame.z, err = metres(v)
		case name == "turn":
			turn, err = metres(v)
		case name == "flip":
			if a.frame.mirrored = v == "y"; v != "y" {
				err = errors.New("only y can be flipped")
			}
		default:
			err = errors.New("it is not known: give at, set, key, unit, x, z, turn or flip")
		}
		if err != nil {
			return a, fmt.Errorf("%.40q: %w", name, err)
		}
	}
	if a.key != "" && a.set == "" {
		return a, errors.New("key is given without set: name the topic that takes the value")
	}
	a.frame.sin, a.frame.cos = math.Sincos(turn * math.Pi / 180)
	return a, a.goodSparkplug()
}

func goodTopic(t string) error {
	switch {
	case t == "":
		return errors.New("it names no topic: give TOPIC, or TOPIC#/pointer/into/json")
	case len(t) > topicMax:
		return fmt.Errorf("a topic of %d bytes: at most %d are allowed", len(t), topicMax)
	case strings.ContainsAny(t, "+#\x00"):
		return fmt.Errorf("topic %.60q holds a wildcard: bind each signal to one topic", t)
	case strings.HasPrefix(t, "$"):
		return fmt.Errorf("topic %.60q is the broker's own", t)
	}
	return nil
}

// tokens are those of a JSON pointer (RFC 6901, 3 and 4).
func tokens(pointer string) ([]string, error) {
	if pointer == "" {
		return []string{}, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("%.60q is no JSON pointer: begin it with /", pointer)
	}
	list := strings.Split(pointer[1:], "/")
	if len(list) > tokensMax {
		return nil, fmt.Errorf("a JSON pointer of %d steps: at most %d are followed", len(list), tokensMax)
	}
	for i, t := range list {
		list[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return list, nil
}

func (f *frame) measure(unit string) error {
	scale, ok := map[string]float64{"m": 1, "cm": 0.01, "mm": 0.001}[unit]
	if !ok {
		return fmt.Errorf("%.20q is no unit of length here: give m, cm or mm", unit)
	}
	f.scale = scale
	return nil
}

func metres(v string) (float64, error) {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1e6 {
		return 0, fmt.Errorf("%.30q is no number that can be meant", v)
	}
	return n, nil
}

// place is where a sensor's place is in the site.
func (f frame) place(x, y float64) (float64, float64) {
	x, y = f.scale*x, f.scale*y
	if f.mirrored {
		y = -y
	}
	// Seen from above z runs down the page, so that a counter-clockwise turn takes x towards -z.
	return f.x + f.cos*x + f.sin*y, f.z - f.sin*x + f.cos*y
}

// follow walks a pointer through a JSON document.
func follow(doc any, pointer []string) (any, bool) {
	for _, t := range pointer {
		switch d := doc.(type) {
		case map[string]any:
			v, ok := d[t]
			if !ok {
				return nil, false
			}
			doc = v
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(d) {
				return nil, false
			}
			doc = d[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// moment reads a time: RFC 3339, or seconds or milliseconds since 1970.
func moment(v any) (time.Time, bool) {
	switch t := v.(type) {
	case string:
		at, err := time.Parse(time.RFC3339Nano, t)
		return at, err == nil
	case json.Number:
		n, err := t.Float64()
		if err != nil || n <= 0 || n > 1e14 {
			return time.Time{}, false
		}
		if n < 1e11 { // as seconds that is until the year 5138, as milliseconds until 1973
			n *= 1000
		}
		return time.UnixMicro(int64(math.Round(n * 1000))).UTC(), true
	}
	return time.Time{}, false
}

// command is the payload that sets a value.
func (a address) command(g twin.Signal, v float64) ([]byte, error) {
	var value any = v
	switch {
	case g.Kind == twin.Boolean && v != 0 && v != 1:
		return nil, fmt.Errorf("%g is neither true nor false", v)
	case g.Kind == twin.Boolean:
		value = v == 1
	case g.Kind == twin.Positions:
		return nil, errors.New("where people are cannot be written")
	}
	if a.key != "" {
		value = map[string]any{a.key: value}
	}
	return json.Marshal(value)
}
