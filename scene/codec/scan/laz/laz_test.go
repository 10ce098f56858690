package laz

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// itemsOf are the items of a point format, with extra bytes.
func itemsOf(format, version, extra int) []Item {
	items := []Item{{kindPoint10, 20, version}}
	if format >= 6 {
		items = []Item{{kindPoint14, 30, version}}
	} else if format == 1 || format >= 3 {
		items = append(items, Item{kindGPS, 8, version})
	}
	switch format {
	case 2, 3, 5:
		items = append(items, Item{kindRGB, 6, version})
	case 7:
		items = append(items, Item{kindRGB14, 6, version})
	case 8, 10:
		items = append(items, Item{kindRGBNIR14, 8, version})
	}
	switch format {
	case 4, 5:
		items = append(items, Item{kindWave13, 29, 1})
	case 9, 10:
		items = append(items, Item{kindWave14, 29, version})
	}
	if extra > 0 && format < 6 {
		items = append(items, Item{kindBytes, extra, version})
	} else if extra > 0 {
		items = append(items, Item{kindBytes14, extra, version})
	}
	return items
}

// flight makes records as a scanner in flight would: pulses of several returns,
// channels in turn, times that run, jump and alternate. Now and then a value is
// anything at all.
func flight(h Header, format, n int, seed uint64) [][]byte {
	rng := rand.New(rand.NewPCG(seed, 7))
	size := h.size()
	r := make([]byte, size)
	for i := range r {
		r[i] = byte(rng.Uint32())
	}
	times := [3]float64{1000.25, 5e8, -3}
	sequence := 0
	left, of := 0, 1
	var out [][]byte
	for i := range n {
		add32(r, 0, int32(rng.NormFloat64()*300))
		add32(r, 4, int32(rng.NormFloat64()*90000))
		put32(r, 8, get32(r, 8)+int32(rng.IntN(2000))-1000)
		if rng.IntN(200) == 0 {
			put32(r, rng.IntN(3)*4, int32(rng.Uint32()))
		}
		if left--; left < 0 {
			of = 1 + rng.IntN(4)*rng.IntN(2)
			left = of - 1
			if rng.IntN(50) == 0 {
				sequence = rng.IntN(3)
			}
			if rng.IntN(3) > 0 {
				times[sequence] += 1e-5 * float64(1+rng.IntN(3)*rng.IntN(700))
			}
		}
		binary.LittleEndian.PutUint16(r[12:], uint16(rng.IntN(3000)))
		at := 20
		if format >= 6 {
			r[14] = byte(of<<4 | (of - left))
			if rng.IntN(40) == 0 {
				r[14] = byte(rng.Uint32())
			}
			r[15] = byte(rng.IntN(4)*rng.IntN(2)) | byte(i/9%4*rng.IntN(2))<<4 | byte(rng.IntN(4)*rng.IntN(2))<<6
			r[16], r[17] = byte(rng.IntN(40)), r[17]+byte(rng.IntN(2))
			if rng.IntN(9) == 0 {
				binary.LittleEndian.PutUint16(r[18:], uint16(rng.IntN(60000)))
				binary.LittleEndian.PutUint16(r[20:], uint16(rng.Uint32()))
			}
			binary.LittleEndian.PutUint64(r[22:], math.Float64bits(times[sequence]))
			at = 30
		} else {
			r[14] = byte(of-left) | byte(of)<<3 | byte(rng.IntN(2))<<6
			if rng.IntN(9) == 0 {
				r[14], r[15], r[16] = byte(rng.Uint32()), byte(rng.Uint32()), byte(rng.Uint32())
				r[17], r[18] = byte(rng.Uint32()), byte(rng.Uint32())
			}
			if format == 1 || format >= 3 {
				binary.LittleEndian.PutUint64(r[20:], math.Float64bits(times[sequence]))
				at = 28
			}
		}
		for ; at < size; at++ {
			if rng.IntN(3) == 0 {
				r[at] += byte(rng.IntN(5))
			}
		}
		if colour := 20; format == 2 && rng.IntN(5) == 0 { // a grey
			copy(r[colour+2:], r[colour:colour+2])
			copy(r[colour+4:], r[colour:colour+2])
		}
		out = append(out, bytes.Clone(r))
	}
	return out
}

// kinds are all ways to pack that are read.
func kinds() (out []struct {
	h      Header
	format int
}) {
	for format := range 11 {
		versions, compressors := []int{1, 2}, []int{1, 2}
		if format >= 6 {
			versions, compressors = []int{3, 4}, []int{3}
		}
		for _, version := range versions {
			for _, compressor := range compressors {
				for _, chunk := range []uint32{1000, math.MaxUint32} {
					for _, extra := range []int{0, 5} {
						out = append(out, struct {
							h      Header
							format int
						}{Header{compressor, chunk, itemsOf(format, version, extra)}, format})
					}
				}
			}
		}
	}
	return out
}

func TestPackedPointsComeBack(t *testing.T) {
	for _, k := range kinds() {
		records := flight(k.h, k.format, 700, uint64(k.format))
		file, offset := writeFile(k.h, byte(k.format), records)
		if dir := os.Getenv("GLASSTWIN_KEEP"); dir != "" { // for other programs to read
			name := filepath.Join(dir, string(rune('a'+k.format))+"-"+string(rune('0'+k.h.Compressor))+string(rune('0'+k.h.Items[0].Version))+"-"+map[bool]string{true: "any", false: "even"}[k.h.ChunkSize == math.MaxUint32]+"-"+string(rune('0'+len(k.h.Items))))
			if err := os.WriteFile(name+".laz", file, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name+".raw", bytes.Join(records, nil), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		at := 0
		err := Unpack(context.Background(), bytes.NewReader(file), int64(len(file)), offset, k.h, uint64(len(records)), k.h.size(), func(got []byte) error {
			for ; len(got) > 0; got = got[k.h.size():] {
				if !bytes.Equal(got[:k.h.size()], records[at]) {
					t.Fatalf("format %d, %+v: record %d is %v, want %v", k.format, k.h, at, got[:k.h.size()], records[at])
				}
				at++
			}
			return nil
		})
		if err != nil || at != len(records) {
			t.Fatalf("format %d, %+v: %d records: %v", k.format, k.h, at, err)
		}
	}
}

// FuzzUnpack changes bytes of packed files: an error is right, a panic, a hang or
// memory beyond reason is not.
func FuzzUnpack(f *testing.F) {
	for i := range kinds() {
		f.Add(uint16(i), uint32(500), byte(3))
	}
	all := kinds()
	f.Fuzz(func(t *testing.T, which uint16, at uint32, by byte) {
		k := all[int(which)%len(all)]
		records := flight(k.h, k.format, 40, 1)
		file, offset := writeFile(k.h, byte(k.format), records)
		place := offset + int64(at)%(int64(len(file))-offset)
		file[place] ^= by
		got := 0
		_ = Unpack(context.Background(), bytes.NewReader(file), int64(len(file)), offset, k.h, uint64(len(records)), k.h.size(), func(r []byte) error {
			got += len(r)
			return nil
		})
		if got > len(records)*k.h.size() {
			t.Fatalf("%d bytes of %d records", got, len(records))
		}
	})
}

// Fifty million points in chunks of 50,000, all alike. Run with GLASSTWIN_LONG=1.
func TestFiftyMillionPackedPoints(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("GLASSTWIN_LONG is not set")
	}
	for _, format := range []int{2, 7} {
		h := Header{2, 50_000, itemsOf(format, 2, 0)}
		if format >= 6 {
			h = Header{3, 50_000, itemsOf(format, 3, 0)}
		}
		const chunks = 1000
		one := pack(h, flight(h, format, 50_000, 1))
		file := make([]byte, 8, chunks*len(one)+1<<20)
		e, sizes, last := newEncoder(), newInteger(32, 2), int32(0)
		for range chunks {
			file = append(file, one...)
			e.integer(sizes, last, int32(len(one)), 1)
			last = int32(len(one))
		}
		binary.LittleEndian.PutUint64(file, uint64(len(file)))
		file = append(append(file, 0, 0, 0, 0), 0xe8, 3, 0, 0)
		file = append(file, e.done()...)
		start, got := time.Now(), 0
		err := Unpack(context.Background(), bytes.NewReader(file), int64(len(file)), 0, h, 50_000*chunks, h.size(), func(r []byte) error {
			got += len(r) / h.size()
			return nil
		})
		if err != nil || got != 50_000*chunks {
			t.Fatalf("format %d: %d points: %v", format, got, err)
		}
		took := time.Since(start)
		t.Logf("format %d: %d points from %d MB in %v, %.1f million/s", format, got, len(file)>>20, took.Round(time.Millisecond), float64(got)/1e6/took.Seconds())
	}
}
