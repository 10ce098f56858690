package mqtt

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Found is a value that was heard, with the address that binds a signal to it.
type Found struct {
	Address string
	Kind    twin.SignalKind // that it looks like
	Value   string          // as it was told last, cut short
}

// Limits of what is listed.
const (
	foundMax  = 10_000
	leavesMax = 200 // of one document
	depthMax  = 8
)

// Listen hears for a while what a broker passes on, and lists the values in it, in
// the order of their addresses. Nothing else about a broker can be asked.
func Listen(ctx context.Context, c Config, while time.Duration) ([]Found, error) {
	c.Receive = func([]twin.Sample) error { return nil }
	c.Bindings = nil
	l, err := New(c)
	if err != nil {
		return nil, err
	}
	s, err := l.connect(ctx, map[string]byte{"#": 0})
	if err != nil {
		return nil, err
	}
	defer s.close()
	all, end := map[string]Found{}, time.After(while)
	for {
		select {
		case m := <-s.heard:
			if goodTopic(m.topic) != nil || strings.Contains(m.topic, "?") {
				continue // no address can name it
			}
			for _, f := range leaves(m) {
				if _, known := all[f.Address]; known || len(all) < foundMax {
					all[f.Address] = f
				}
			}
		case why := <-s.lost:
			return nil, fmt.Errorf("listen at the broker %s: %w", l.server.Host, why)
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-end:
			return slices.SortedFunc(maps.Values(all), func(a, b Found) int { return cmp.Compare(a.Address, b.Address) }), nil
		}
	}
}

// leaves are the values in a message.
func leaves(m message) []Found {
	p := readPayload(m.payload)
	if s, ok := sparkplugTopic(m.topic); ok {
		// Births tell all metrics by name.
		metrics, err := readMetrics(m.payload)
		if err != nil {
			return nil
		}
		docs, _, _ := learn(metrics).documents(metrics)
		all := map[string]any{}
		for name, d := range docs {
			all[name] = d.doc
		}
		m.topic, p = s.data(), payload{doc: all}
	}
	if p.bad != nil {
		word := strings.TrimSpace(string(m.payload))
		if _, odd := scalar(twin.Boolean, word); odd != "" {
			return nil
		}
		return []Found{{m.topic, twin.Boolean, word}}
	}
	var out []Found
	var walk func(at string, v any, depth int)
	walk = func(at string, v any, depth int) {
		if len(out) >= leavesMax || depth > depthMax {
			return
		}
		add := func(kind twin.SignalKind) {
			text, _ := json.Marshal(v) // what was read can be written
			if len(text) > 60 {
				text = append([]byte(strings.ToValidUTF8(string(text[:60]), "")), "…"...)
			}
			out = append(out, Found{at, kind, string(text)})
		}
		step := func(name string) string {
			if depth == 0 {
				at += "#"
				depth = 1
			}
			return at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		}
		switch x := v.(type) {
		case json.Number:
			add(twin.Analog)
		case bool:
			add(twin.Boolean)
		case string:
			if _, odd := scalar(twin.Analog, x); odd == "" {
				add(twin.Analog)
			} else if _, odd := scalar(twin.Boolean, x); odd == "" {
				add(twin.Boolean)
			}
		case []any:
			if _, odd := places(x, frame{scale: 1, cos: 1}); odd == "" {
				add(twin.Positions)
				return
			}
			for i, e := range x {
				walk(step(strconv.Itoa(i)), e, depth+1)
			}
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(x)) {
				if !strings.ContainsAny(name, "?") {
					walk(step(name), x[name], depth+1)
				}
			}
		}
	}
	walk(m.topic, p.doc, 0)
	return out
}
