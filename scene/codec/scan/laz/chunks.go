package laz

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// Kinds of items (laszip's LASitem::Type).
const (
	kindBytes   = 0
	kindPoint10 = 6
	kindGPS     = 7
	kindRGB     = 8
	kindWave13  = 9

	// The items of layered chunks.
	kindPoint14  = 10
	kindRGB14    = 11
	kindRGBNIR14 = 12
	kindWave14   = 13
	kindBytes14  = 14
)

// Item is one part of a point record.
type Item struct{ Kind, Size, Version int }

// Header is the record that LASzip leaves in a file (user "laszip encoded",
// record 22204).
type Header struct {
	Compressor int // 1: points, 2: chunks of points, 3: chunks of layers
	ChunkSize  uint32
	Items      []Item
}

// Limits on a file.
const (
	itemsMax  = 32
	chunkMax  = 1 << 26 // points of a chunk
	chunksMax = 1 << 24
)

// ParseHeader reads the record's bytes.
func ParseHeader(data []byte) (Header, error) {
	if len(data) < 34 {
		return Header{}, fmt.Errorf("the LASzip record has %d bytes of 34; the file is cut off", len(data))
	}
	h := Header{Compressor: int(binary.LittleEndian.Uint16(data)), ChunkSize: binary.LittleEndian.Uint32(data[12:])}
	n := int(binary.LittleEndian.Uint16(data[32:]))
	if n > itemsMax || len(data) < 34+6*n {
		return Header{}, fmt.Errorf("the LASzip record lists %d items in %d bytes", n, len(data))
	}
	for i := range n {
		at := data[34+6*i:]
		h.Items = append(h.Items, Item{int(binary.LittleEndian.Uint16(at)), int(binary.LittleEndian.Uint16(at[2:])), int(binary.LittleEndian.Uint16(at[4:]))})
	}
	switch {
	case h.Compressor < 1 || h.Compressor > 3:
		return h, fmt.Errorf("compressor %d of LASzip is not known; convert it with laszip to .las", h.Compressor)
	case h.Compressor > 1 && h.ChunkSize == 0:
		return h, errors.New("chunks of no points")
	}
	return h, nil
}

// size is the bytes of one record.
func (h Header) size() int {
	n := 0
	for _, i := range h.Items {
		n += i.Size
	}
	return n
}

// chunk is a run of points that is packed by itself.
type chunk struct {
	first, count uint64
	at, size     int64
}

// Unpack unpacks count records of size bytes that begin at offset, on all cores,
// and hands them in order to take, a chunk at a time. take may keep nothing.
func Unpack(ctx context.Context, r io.ReaderAt, fileSize, offset int64, h Header, count uint64, size int, take func(records []byte) error) error {
	if h.size() != size {
		return fmt.Errorf("packed records of %d bytes, but points of %d", h.size(), size)
	}
	if err := h.readable(); err != nil {
		return err
	}
	list, err := chunks(r, fileSize, offset, h, count)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type result struct {
		data []byte
		err  error
	}
	workers := runtime.GOMAXPROCS(0)
	results := make(chan chan result, workers) // in order; as many chunks wait as there are workers
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	work.Go(func() {
		defer close(results)
		for _, c := range list {
			one := make(chan result, 1)
			select {
			case results <- one:
			case <-ctx.Done():
				return
			}
			work.Go(func() {
				data, err := h.unpack(r, c, size)
				one <- result{data, err}
			})
		}
	})
	for one := range results {
		got := <-one
		if got.err != nil {
			return got.err
		}
		if err := take(got.data); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// sizes14 are the bytes of the items of layered chunks; 0: any.
var sizes14 = map[int]int{kindPoint14: 30, kindRGB14: 6, kindRGBNIR14: 8, kindWave14: 29, kindBytes14: 0}

func (h Header) readable() error {
	for k, i := range h.Items {
		size14, layered := sizes14[i.Kind]
		switch {
		case layered != (h.Compressor == 3), layered && (k == 0) != (i.Kind == kindPoint14):
			return fmt.Errorf("item %d stands at place %d for compressor %d; the file is damaged", i.Kind, k, h.Compressor)
		case layered && i.Version >= 2 && i.Version <= 4 && (i.Size == size14 || size14 == 0 && i.Size > 0 && i.Size < 1<<12):
		case h.maker(i) != nil:
		default:
			return fmt.Errorf("item %d of %d bytes, version %d, is not read; convert it with laszip to .las", i.Kind, i.Size, i.Version)
		}
	}
	return nil
}

// maker returns what makes the unpacker of an item of a chunk of points; nil
// when there is none.
func (h Header) maker(i Item) func(first []byte) item {
	old := i.Version < 2
	choose := func(older, newer func([]byte) item) func([]byte) item {
		if old {
			return older
		}
		return newer
	}
	switch {
	case i.Version < 1 || i.Version > 2:
	case i.Kind == kindPoint10 && i.Size == 20:
		return choose(newOlder10, newPoint10)
	case i.Kind == kindGPS && i.Size == 8:
		return choose(newOlderTime, newGPSTime)
	case i.Kind == kindRGB && i.Size == 6:
		return choose(newOlderRGB, newRGB)
	case i.Kind == kindWave13 && i.Size == 29:
		return newWave
	case i.Kind == kindBytes && i.Size > 0 && i.Size < 1<<12:
		return choose(newOlderPlain, newPlain)
	}
	return nil
}

// chunks finds where each chunk lies.
func chunks(r io.ReaderAt, fileSize, offset int64, h Header, count uint64) ([]chunk, error) {
	if h.Compressor == 1 {
		return []chunk{{0, count, offset, fileSize - offset}}, nil
	}
	var word [8]byte
	if _, err := r.ReadAt(word[:], offset); err != nil {
		return nil, fmt.Errorf("byte %d: the place of the chunk table: %w; the file is cut off", offset, err)
	}
	table := int64(binary.LittleEndian.Uint64(word[:]))
	if table == -1 { // written to a stream: the place stands at the end
		if _, err := r.ReadAt(word[:], fileSize-8); err != nil {
			return nil, fmt.Errorf("the place of the chunk table at the end: %w", err)
		}
		table = int64(binary.LittleEndian.Uint64(word[:]))
	}
	if table < offset+8 || table > fileSize-8 {
		return nil, fmt.Errorf("byte %d: a chunk table at %d of a file of %d bytes; the file is cut off", offset, table, fileSize)
	}
	if _, err := r.ReadAt(word[:], table); err != nil {
		return nil, fmt.Errorf("byte %d: chunk table: %w", table, err)
	}
	n := binary.LittleEndian.Uint32(word[4:])
	if v := binary.LittleEndian.Uint32(word[:]); v != 0 {
		return nil, fmt.Errorf("byte %d: chunk table of version %d", table, v)
	}
	if n > chunksMax || int64(n) > fileSize/8 {
		return nil, fmt.Errorf("byte %d: a table of %d chunks in a file of %d bytes", table, n, fileSize)
	}
	packed := make([]byte, min(fileSize-table-8, 64+16*int64(n)))
	if _, err := r.ReadAt(packed, table+8); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: chunk table: %w", table+8, err)
	}
	d, sizes := newDecoder(packed), newInteger(32, 2)
	var out []chunk
	first, at := uint64(0), offset+8
	var points, bytes int32
	for range n {
		c := chunk{first: first, at: at, count: uint64(h.ChunkSize)}
		if h.ChunkSize == ^uint32(0) { // chunks of any size
			points = sizes.decode(d, points, 0)
			c.count = uint64(uint32(points))
		}
		bytes = sizes.decode(d, bytes, 1)
		c.size = int64(uint32(bytes))
		c.count = min(c.count, count-min(first, count))
		if c.count > chunkMax || c.size > table-at {
			return nil, fmt.Errorf("byte %d: a chunk of %d points in %d bytes, but %d are left before the table", at, c.count, c.size, table-at)
		}
		first, at = first+c.count, at+c.size
		if c.count > 0 {
			out = append(out, c)
		}
	}
	if first < count {
		return nil, fmt.Errorf("the chunks hold %d points of the %d that the header states; the file is cut off", first, count)
	}
	return out, nil
}

// unpack unpacks one chunk: its first record is plain, and the others follow
// from the ones before.
func (h Header) unpack(r io.ReaderAt, c chunk, size int) ([]byte, error) {
	if c.size < int64(size) || c.count/4096 > uint64(c.size) {
		return nil, fmt.Errorf("byte %d: a chunk of %d points in %d bytes", c.at, c.count, c.size)
	}
	packed := make([]byte, c.size)
	if n, err := r.ReadAt(packed, c.at); err != nil && (!errors.Is(err, io.EOF) || n < len(packed)) {
		return nil, fmt.Errorf("byte %d: a chunk of %d bytes: %w; the file is cut off", c.at, c.size, err)
	}
	if h.Compressor == 3 {
		return h.unpackLayers(packed, c, size)
	}
	record := append([]byte(nil), packed[:size]...)
	out := append(room(c, size), record...)
	items := make([]item, len(h.Items))
	at := 0
	for k, i := range h.Items {
		first := record[at : at+i.Size]
		items[k] = h.maker(i)(first)
		at += i.Size
	}
	d := newDecoder(packed[size:])
	for p := uint64(1); p < c.count; p++ {
		at := 0
		for k, i := range h.Items {
			items[k].decode(d, record[at:at+i.Size])
			at += i.Size
		}
		out = append(out, record...)
		if d.over > 64 {
			return nil, fmt.Errorf("byte %d: the chunk ends after %d of its %d points; the file is damaged", c.at, p, c.count)
		}
	}
	return out, nil
}
