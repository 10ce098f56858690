package record

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// A file of a run: the line below, then, packed with zstd, the length of a JSON
// head as a varint, the head, and for each point in its order a column: a mark for
// each reading, then what the marks say follows, showing by showing.
const magic = "sitesim run 1\n"

// The marks of a reading: bits 0 and 1 whether a sample came and whether its value
// follows or is that of the last one that came; bits 2 and 3 its quality; bit 4
// that its time is not the reading's and follows, as a signed varint of
// milliseconds from there. A value is eight bytes of a float, little endian; a
// list of floats is its length as a varint, then four bytes each.
const (
	markNone   = 0
	markSame   = 1
	markValue  = 2
	markFailed = 1 << 2
	markLost   = 2 << 2
	markTime   = 1 << 4
)

type shown struct {
	template string
	seed     uint64
	step     time.Duration
	devices  []store.Device
	fixtures []store.Fixture // none of a house
	points   []point.Point
	at       []time.Time
	whole    []bool      // of each reading: all points were read, else those of people's positions alone
	columns  [][]arrival // of each point, one for each reading that it was in
}

type head struct {
	Template string        `json:"template"`
	Seed     uint64        `json:"seed"`
	Start    time.Time     `json:"start"`
	Step     float64       `json:"step_s"`
	At       []float64     `json:"at_s"` // of each reading, from the start
	Devices  []headDevice  `json:"devices"`
	Fixtures []headFixture `json:"fixtures,omitempty"`
	Points   []headPoint   `json:"points"`
}

// headFixture is where something stands: its rectangle from x0 and z0 to x1 and
// z1, m, in the frame that the positions of people are in.
type headFixture struct {
	ID    string     `json:"id"`
	Class string     `json:"class"`
	Rect  [4]float64 `json:"rect"`
}

type headDevice struct {
	ID    string `json:"id"`
	Class string `json:"class"`
	Group string `json:"group"`
}

type headPoint struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind"`
	Unit     string     `json:"unit,omitempty"`
	Range    [2]float64 `json:"range"`
	Writable bool       `json:"writable,omitempty"`
}

var kinds = map[point.Kind]string{point.Double: "double", point.Bool: "bool", point.Int: "int", point.Floats: "floats"}

func (s *shown) head() head {
	h := head{Template: s.template, Seed: s.seed, Start: s.at[0].UTC(), Step: s.step.Seconds()}
	for _, at := range s.at {
		h.At = append(h.At, at.Sub(s.at[0]).Seconds())
	}
	for _, d := range s.devices {
		h.Devices = append(h.Devices, headDevice(d))
	}
	for _, f := range s.fixtures {
		h.Fixtures = append(h.Fixtures, headFixture{f.ID, f.Class, [4]float64{f.Rect.X0, -f.Rect.Y1, f.Rect.X1, -f.Rect.Y0}})
	}
	for _, q := range s.points {
		h.Points = append(h.Points, headPoint{ID: q.ID(), Kind: kinds[q.Kind], Unit: q.Unit, Range: [2]float64{q.Low, q.High}, Writable: q.Set != nil})
	}
	return h
}

// write packs the readings.
func (s *shown) write(to io.Writer) error {
	if _, err := io.WriteString(to, magic); err != nil {
		return err
	}
	packer, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("start packing: %w", err)
	}
	w := bufio.NewWriterSize(packer, 1<<16)
	text, err := json.Marshal(s.head())
	if err != nil {
		return fmt.Errorf("encode the head: %w", err)
	}
	if _, err := w.Write(binary.AppendUvarint(nil, uint64(len(text)))); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	var marks, follows []byte
	for i, q := range s.points {
		marks, follows = s.column(q, s.columns[i], marks[:0], follows[:0])
		if _, err := w.Write(marks); err != nil {
			return err
		}
		if _, err := w.Write(follows); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return packer.Close()
}

func (s *shown) column(q point.Point, column []arrival, marks, follows []byte) ([]byte, []byte) {
	last, lastList := math.NaN(), []byte(nil)
	next := 0
	for k := range s.at {
		if q.Kind != point.Floats && !s.whole[k] {
			marks = append(marks, markNone)
			continue
		}
		a := column[next]
		next++
		if !a.came {
			marks = append(marks, markNone)
			continue
		}
		mark := byte(markSame)
		var list []byte
		switch {
		case a.Quality == point.Failed:
			mark |= markFailed
		case a.Quality == point.Lost:
			mark |= markLost
		case q.Kind == point.Floats:
			list = packed(a.List)
			if lastList == nil || !bytes.Equal(list, lastList) {
				mark = markValue
			}
			lastList = list
		case a.Value != last:
			mark, last = markValue, a.Value
		}
		off := a.At.Sub(s.at[k]).Milliseconds()
		if off != 0 {
			mark |= markTime
			follows = binary.AppendVarint(follows, off)
		}
		if mark&3 == markValue {
			if q.Kind == point.Floats {
				follows = append(follows, list...)
			} else {
				follows = binary.LittleEndian.AppendUint64(follows, math.Float64bits(a.Value))
			}
		}
		marks = append(marks, mark)
	}
	return marks, follows
}

func packed(list []float32) []byte {
	b := binary.AppendUvarint(nil, uint64(len(list)))
	for _, v := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
