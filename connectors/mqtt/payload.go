package mqtt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// payload is one message's, read once for all signals that are bound to its topic.
type payload struct {
	raw []byte
	doc any // nil: it is no JSON document
	bad error
}

func readPayload(raw []byte) payload {
	p := payload{raw: raw}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&p.doc); err != nil {
		p.bad = err
	} else if _, err := d.Token(); err != io.EOF {
		p.doc, p.bad = nil, fmt.Errorf("more follows the document")
	}
	return p
}

// sample reads a signal's value. odd says why the payload cannot be one; the
// sample is then bad. Its time is zero when the payload tells none.
func (p payload) sample(g twin.Signal, a address) (x twin.Sample, odd string) {
	x = twin.Sample{Signal: g.ID, Value: math.NaN(), Quality: twin.Bad}
	if a.at != nil {
		v, ok := follow(p.doc, a.at)
		if ok {
			x.At, ok = moment(v)
		}
		if !ok {
			return x, fmt.Sprintf("/%s is no time: RFC 3339, or seconds or milliseconds since 1970", strings.Join(a.at, "/"))
		}
	}
	value, ok := p.doc, true
	switch {
	case a.pointer != nil && p.bad != nil:
		return x, fmt.Sprintf("the payload is no JSON document: %v", p.bad)
	case a.pointer != nil:
		if value, ok = follow(p.doc, a.pointer); !ok {
			return x, fmt.Sprintf("the document holds no /%s", strings.Join(a.pointer, "/"))
		}
	case p.bad != nil:
		value = strings.TrimSpace(string(p.raw)) // ON, offline, 21,5
	}
	if value == nil {
		return x, "" // the device has no value
	}
	if g.Kind == twin.Positions {
		x.Vector, odd = places(value, a.frame)
		if odd == "" {
			x.Value, x.Quality = float64(len(x.Vector)/2), twin.Good
		}
		return x, odd
	}
	n, odd := scalar(g.Kind, value)
	if odd == "" && !math.IsNaN(n) && !math.IsInf(n, 0) {
		x.Value, x.Quality = n, twin.Good
	}
	return x, odd
}

// truths are the words that devices say for true and false.
var truths = map[string]float64{
	"true": 1, "on": 1, "open": 1, "yes": 1, "1": 1,
	"false": 0, "off": 0, "closed": 0, "no": 0, "0": 0,
}

func scalar(kind twin.SignalKind, value any) (n float64, odd string) {
	n, number := math.NaN(), false
	word := ""
	switch v := value.(type) {
	case json.Number:
		f, err := v.Float64()
		n, number, word = f, err == nil, v.String()
	case string:
		word = v
		f, err := strconv.ParseFloat(v, 64)
		n, number = f, err == nil
	case bool:
		word = strconv.FormatBool(v)
	}
	if kind == twin.Boolean {
		if t, ok := truths[strings.ToLower(word)]; ok {
			return t, ""
		}
		return math.NaN(), fmt.Sprintf("%s is neither true nor false", short(value))
	}
	switch {
	case !number:
		return math.NaN(), fmt.Sprintf("%s is no number", short(value))
	case kind == twin.Enum && !math.IsNaN(n) && n != math.Trunc(n):
		return math.NaN(), fmt.Sprintf("%g is no whole number", n)
	}
	return n, ""
}

// places reads where people are: [x, y, x, y, …], [[x, y], …] or [{"x":…, "y":…}, …],
// where z may stand for y.
func places(value any, f frame) (out []float64, odd string) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Sprintf("%s is no list of places", short(value))
	}
	if len(list) > 2*twin.PositionsMax {
		return nil, fmt.Sprintf("%d entries: at most %d people are taken", len(list), twin.PositionsMax)
	}
	out = []float64{}
	add := func(x, y any) bool {
		a, okX := coordinate(x)
		b, okY := coordinate(y)
		if okX && okY {
			px, pz := f.place(a, b)
			out = append(out, px, pz)
		}
		return okX && okY
	}
	for i := 0; i < len(list); i++ {
		good := false
		switch e := list[i].(type) {
		case json.Number:
			if i+1 < len(list) {
				good = add(e, list[i+1])
				i++
			}
		case []any:
			good = len(e) >= 2 && add(e[0], e[1])
		case map[string]any:
			y, ok := e["y"]
			if z, depth := e["z"]; depth && !ok {
				y = z
			}
			good = add(e["x"], y)
		}
		switch {
		case !good:
			return nil, fmt.Sprintf("entry %d is no place: give [x, y], or an object of x and y", i)
		case len(out) > 2*twin.PositionsMax:
			return nil, fmt.Sprintf("over %d people are told of at once", twin.PositionsMax)
		}
	}
	return out, ""
}

func coordinate(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil && math.Abs(f) <= 1e9
}

func short(v any) string {
	text := fmt.Sprintf("%v", v)
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return strconv.Quote(text)
}
