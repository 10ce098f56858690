package mqtt

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/glasstwin/glasstwin/twin"
)

// sparkplug is a topic of Sparkplug B 3.0: spBv1.0/GROUP/TYPE/NODE, or with /DEVICE.
type sparkplug struct{ group, kind, node, device string }

const sparkplugSpace = "spBv1.0"

// sparkplugTopic tells whether a topic is one of births, deaths or data.
func sparkplugTopic(topic string) (s sparkplug, ok bool) {
	p := strings.Split(topic, "/")
	if len(p) < 4 || len(p) > 5 || p[0] != sparkplugSpace {
		return s, false
	}
	s = sparkplug{group: p[1], kind: p[2], node: p[3]}
	of := "N"
	if len(p) == 5 {
		s.device, of = p[4], "D"
	}
	kind, whole := strings.CutPrefix(s.kind, of)
	return s, whole && (kind == "BIRTH" || kind == "DATA" || kind == "DEATH")
}

// like is the topic of the same device, or of its node, for another type: NDEATH, DBIRTH.
func (s sparkplug) like(kind string) string {
	topic := strings.Join([]string{sparkplugSpace, s.group, kind, s.node}, "/")
	if s.device != "" && kind[0] == 'D' {
		topic += "/" + s.device
	}
	return topic
}

// data is the topic under which its signals are bound.
func (s sparkplug) data() string {
	if s.device != "" {
		return s.like("DDATA")
	}
	return s.like("NDATA")
}

// beside are the topics that must be heard to understand its data.
func (s sparkplug) beside() []string {
	if s.device != "" {
		return []string{s.like("DBIRTH"), s.like("DDEATH"), s.like("NDEATH")}
	}
	return []string{s.like("NBIRTH"), s.like("NDEATH")}
}

// metric is one value of a payload.
type metric struct {
	name     string
	alias    uint64
	aliased  bool
	kind     uint64 // data type; 0: not told
	at       time.Time
	null     bool
	stored   bool // while the node was cut off: it tells of the past
	value    any  // as a JSON document holds it; nil: none that can be meant
	raw      uint64
	long     bool // raw is one of 64 bits
	whole    bool // raw holds the value
	bytes    []byte
	hasBytes bool
}

// Data types of Sparkplug B 3.0, 6.4.16, that are read in a way of their own.
const (
	typeInt8, typeInt16, typeInt32, typeInt64 = 1, 2, 3, 4
	typeInt8s, typeInt16s, typeInt32s         = 22, 23, 24
	typeInt64s                                = 25
	typeUInt8s, typeUInt16s, typeUInt32s      = 26, 27, 28
	typeUInt64s                               = 29
	typeFloats, typeDoubles                   = 30, 31
)

// metricsMost bounds what is taken in of one payload, and of the names of one device.
const metricsMost = 10_000

var errPayload = errors.New("the payload is none of Sparkplug B")

// readMetrics reads a payload (Sparkplug B 3.0, 6.4).
func readMetrics(raw []byte) (list []metric, err error) {
	var at time.Time
	err = fields(raw, func(n protowire.Number, _ protowire.Type, v uint64, text []byte) error {
		switch {
		case n == 1 && text == nil:
			at = sparkplugTime(v)
		case n == 2 && text != nil:
			if len(list) >= metricsMost {
				return fmt.Errorf("%w: over %d metrics", errPayload, metricsMost)
			}
			m, err := readMetric(text)
			if err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].at.IsZero() {
			list[i].at = at
		}
	}
	return list, nil
}

func sparkplugTime(ms uint64) time.Time {
	if ms == 0 || ms > 1e14 {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms)).UTC()
}

func readMetric(raw []byte) (m metric, err error) {
	err = fields(raw, func(n protowire.Number, wire protowire.Type, v uint64, text []byte) error {
		switch {
		case n == 1 && text != nil:
			m.name = strings.ToValidUTF8(string(text), "�")
		case n == 2 && text == nil:
			m.alias, m.aliased = v, true
		case n == 3 && text == nil:
			m.at = sparkplugTime(v)
		case n == 4 && text == nil:
			m.kind = v
		case n == 5 && text == nil:
			m.stored = v != 0
		case n == 7 && text == nil:
			m.null = v != 0
		case (n == 10 || n == 11) && wire == protowire.VarintType:
			m.raw, m.long, m.whole = v, n == 11, true
		case n == 12 && wire == protowire.Fixed32Type:
			m.value = number(float64(math.Float32frombits(uint32(v))))
		case n == 13 && wire == protowire.Fixed64Type:
			m.value = number(math.Float64frombits(v))
		case n == 14 && wire == protowire.VarintType:
			m.value = v != 0
		case n == 15 && text != nil:
			m.value = strings.ToValidUTF8(string(text), "�")
		case n == 16 && text != nil:
			m.bytes, m.hasBytes = text, true
		case n == 17 && text != nil:
			table, err := readTable(text)
			m.value = table
			return err
		}
		return nil
	})
	return m, err
}

// settled is the value, once the data type is known.
func (m *metric) settled() any {
	switch {
	case m.null:
		return nil
	case m.whole:
		return json.Number(whole(m.kind, m.raw, m.long))
	case m.hasBytes:
		return list(m.kind, m.bytes)
	}
	return m.value
}

func whole(kind, v uint64, long bool) string {
	switch {
	case kind == typeInt8:
		return strconv.Itoa(int(int8(v)))
	case kind == typeInt16:
		return strconv.Itoa(int(int16(v)))
	case kind == typeInt32:
		return strconv.Itoa(int(int32(v)))
	case kind == typeInt64 && long:
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatUint(v, 10)
}

// number is one that a JSON document can hold; nil where it is none.
func number(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// list reads an array, whose elements stand one after the other, the lowest byte first.
func list(kind uint64, b []byte) any {
	size := map[uint64]int{typeInt8s: 1, typeUInt8s: 1, typeInt16s: 2, typeUInt16s: 2, typeInt32s: 4, typeUInt32s: 4, typeFloats: 4, typeInt64s: 8, typeUInt64s: 8, typeDoubles: 8}[kind]
	if size == 0 || len(b)%size != 0 {
		return nil
	}
	out := []any{}
	for ; len(b) > 0 && len(out) <= 2*twin.PositionsMax; b = b[size:] {
		v := uint64(0)
		for i := range size {
			v |= uint64(b[i]) << (8 * i)
		}
		switch kind {
		case typeFloats:
			out = append(out, number(float64(math.Float32frombits(uint32(v)))))
		case typeDoubles:
			out = append(out, number(math.Float64frombits(v)))
		case typeInt8s, typeInt16s, typeInt32s, typeInt64s:
			out = append(out, json.Number(strconv.FormatInt(int64(v<<(64-8*size))>>(64-8*size), 10)))
		default:
			out = append(out, json.Number(strconv.FormatUint(v, 10)))
		}
	}
	return out
}

// readTable reads a data set as a list of rows, each an object by column.
func readTable(raw []byte) (any, error) {
	const columnsMost = 64
	var columns []string
	var kinds []uint64
	var rows [][]byte
	err := fields(raw, func(n protowire.Number, wire protowire.Type, v uint64, text []byte) error {
		switch {
		case n == 2 && text != nil:
			columns = append(columns, strings.ToLower(strings.ToValidUTF8(string(text), "�")))
		case n == 3 && wire == protowire.VarintType:
			kinds = append(kinds, v)
		case n == 3 && text != nil: // packed
			for len(text) > 0 {
				v, used := protowire.ConsumeVarint(text)
				if used < 0 {
					return errPayload
				}
				kinds, text = append(kinds, v), text[used:]
				if len(kinds) > columnsMost {
					break
				}
			}
		case n == 4 && text != nil && len(rows) <= twin.PositionsMax:
			rows = append(rows, text)
		}
		if len(columns) > columnsMost || len(kinds) > columnsMost {
			return fmt.Errorf("%w: a data set of over %d columns", errPayload, columnsMost)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, row := range rows {
		object, k := map[string]any{}, 0
		err := fields(row, func(n protowire.Number, _ protowire.Type, _ uint64, text []byte) error {
			if n != 1 || text == nil {
				return nil
			}
			var value any
			err := fields(text, func(n protowire.Number, wire protowire.Type, v uint64, text []byte) error {
				switch {
				case (n == 1 || n == 2) && wire == protowire.VarintType:
					kind := uint64(0)
					if k < len(kinds) {
						kind = kinds[k]
					}
					value = json.Number(whole(kind, v, n == 2))
				case n == 3 && wire == protowire.Fixed32Type:
					value = number(float64(math.Float32frombits(uint32(v))))
				case n == 4 && wire == protowire.Fixed64Type:
					value = number(math.Float64frombits(v))
				case n == 5 && wire == protowire.VarintType:
					value = v != 0
				case n == 6 && text != nil:
					value = strings.ToValidUTF8(string(text), "�")
				}
				return nil
			})
			if k < len(columns) {
				object[columns[k]] = value
			}
			k++
			return err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, object)
	}
	return out, nil
}

// fields goes through a message of protocol buffers: the field's number, its wire
// type, and its value, or its bytes, which are never nil.
func fields(raw []byte, each func(n protowire.Number, wire protowire.Type, v uint64, text []byte) error) error {
	for len(raw) > 0 {
		n, wire, used := protowire.ConsumeTag(raw)
		if used < 0 {
			return errPayload
		}
		raw = raw[used:]
		var v uint64
		var text []byte
		switch wire {
		case protowire.VarintType:
			v, used = protowire.ConsumeVarint(raw)
		case protowire.Fixed32Type:
			var short uint32
			short, used = protowire.ConsumeFixed32(raw)
			v = uint64(short)
		case protowire.Fixed64Type:
			v, used = protowire.ConsumeFixed64(raw)
		case protowire.BytesType:
			text, used = protowire.ConsumeBytes(raw)
		default:
			return errPayload
		}
		if used < 0 {
			return errPayload
		}
		if raw = raw[used:]; wire == protowire.BytesType && text == nil {
			text = []byte{}
		}
		if err := each(n, wire, v, text); err != nil {
			return err
		}
	}
	return nil
}

// born is what the birth of a node or a device tells of its metrics.
type born struct {
	names map[uint64]string // by alias
	kinds map[string]uint64
}

// learn takes in a birth, which replaces the one before.
func learn(metrics []metric) born {
	b := born{map[uint64]string{}, map[string]uint64{}}
	for _, m := range metrics {
		if m.name == "" {
			continue
		}
		if m.aliased {
			b.names[m.alias] = m.name
		}
		b.kinds[m.name] = m.kind
	}
	return b
}

// documents are the metrics that are told of, by name, each with its own time; unknown
// tells that one is told by a number of which no birth was heard.
func (b born) documents(metrics []metric) (out map[string]payload, times map[string]time.Time, unknown bool) {
	out, times = map[string]payload{}, map[string]time.Time{}
	for _, m := range metrics {
		if m.name == "" && m.aliased {
			m.name = b.names[m.alias]
		}
		if m.name == "" {
			unknown = true
			continue
		}
		if m.kind == 0 {
			m.kind = b.kinds[m.name]
		}
		if before, twice := times[m.name]; m.stored || twice && before.After(m.at) {
			continue // what is past is never told as what is now
		}
		out[m.name], times[m.name] = payload{doc: m.settled()}, m.at
	}
	return out, times, unknown
}

// hearSparkplug takes in a birth, a death or data.
func (l *Link) hearSparkplug(m message, s sparkplug) {
	arrived := l.config.Now()
	if strings.HasSuffix(s.kind, "DEATH") {
		for topic, bound := range l.bound {
			of, ok := sparkplugTopic(topic)
			if ok && of.group == s.group && of.node == s.node && (s.device == "" || s.device == of.device) {
				l.handOn(m, arrived, bound, func(twin.Signal) (x twin.Sample, odd string, told bool) {
					return twin.Sample{Value: math.NaN(), Quality: twin.Bad}, "", true
				})
			}
		}
		return
	}
	bound := l.bound[s.data()]
	if len(bound) == 0 {
		return
	}
	metrics, err := readMetrics(m.payload)
	if err == nil && strings.HasSuffix(s.kind, "BIRTH") {
		l.born[s.data()] = learn(metrics)
	}
	docs, times, unknown := l.born[s.data()].documents(metrics)
	l.handOn(m, arrived, bound, func(g twin.Signal) (x twin.Sample, odd string, told bool) {
		a := l.parsed[g.ID]
		bad := twin.Sample{Value: math.NaN(), Quality: twin.Bad}
		if err != nil {
			return bad, err.Error(), true
		}
		p, told := docs[a.pointer[0]]
		if !told { // data tell what has changed
			if unknown && len(l.born[s.data()].names) == 0 {
				return bad, "its metrics are told by numbers, and no birth told whose they are: let the node give birth again", true
			}
			return x, "", false
		}
		a.pointer = a.pointer[1:]
		x, odd = p.sample(g, a)
		x.At = times[l.parsed[g.ID].pointer[0]]
		return x, odd, true
	})
}

// goodSparkplug says what an address of a metric lacks.
func (a *address) goodSparkplug() error {
	if _, ok := sparkplugTopic(a.set); ok {
		return errors.New("metrics of Sparkplug are read, not set")
	}
	s, ok := sparkplugTopic(a.topic)
	switch {
	case !ok:
		return nil
	case a.topic != s.data():
		return fmt.Errorf("bind to %.80q: its births and deaths are heard besides", s.data())
	case len(a.pointer) == 0:
		return errors.New("it names no metric: give TOPIC#/METRIC, with ~1 for a / in its name")
	case a.at != nil:
		return errors.New("at is not asked for: a metric has its own time")
	}
	return nil
}
