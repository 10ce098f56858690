package bus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/klauspost/compress/zstd"
)

// A chunk is some samples of one signal, oldest first, in columns:
//
//	magic "GTC1", flags, count (uvarint), first and last moment (8 bytes each,
//	little-endian ns since 1970), length of the body (uvarint), body (zstd)
//
// and in the body: the moments after the first as zig-zag varints of the change
// of their steps (even steps become zeros), the qualities as runs, the values
// as the eight planes of the bits in which each differs from the one before
// (slow signals share their upper bytes, and zstd sees runs), the vectors.
const (
	chunkMagic    = "GTC1"
	chunkSamples  = 500                   // a chunk is cut at this many
	samplesMax    = 1 << 12               // that a reader accepts in one chunk
	vectorMax     = 2 * twin.PositionsMax // numbers in the vector of one sample
	bodyMax       = 16 << 20              // of one chunk, decompressed
	flagVectors   = 1                     // the body ends with vectors
	headerBytes   = 4 + 1 + 2             // magic, flags, and a count of at most samplesMax
	spanBytes     = 16
	momentMax     = int64(math.MaxInt64 / 2)
	qualityStates = 5
)

// qualities are the codes of a quality in a chunk; the order is the format's.
var qualities = [qualityStates]twin.Quality{twin.Good, twin.Uncertain, twin.Bad, twin.Stale, twin.Missing}

// series holds samples of one signal in columns.
type series struct {
	at      []int64 // ns since 1970
	value   []float64
	quality []byte
	vector  [][]float64 // as long as at, or empty
}

func (s *series) add(at int64, value float64, quality byte, vector []float64) {
	if len(vector) > 0 && len(s.vector) == 0 {
		s.vector = make([][]float64, len(s.at), cap(s.at))
	}
	s.at, s.value, s.quality = append(s.at, at), append(s.value, value), append(s.quality, quality)
	if len(s.vector) > 0 || len(vector) > 0 {
		s.vector = append(s.vector, vector)
	}
}

func (s *series) len() int { return len(s.at) }

// from returns the samples from the i-th on, sharing their memory.
func (s *series) from(i int) series {
	r := series{at: s.at[i:], value: s.value[i:], quality: s.quality[i:]}
	if len(s.vector) > 0 {
		r.vector = s.vector[i:]
	}
	return r
}

func (s *series) sample(id twin.SignalID, i int) twin.Sample {
	x := twin.Sample{Signal: id, At: time.Unix(0, s.at[i]).UTC(), Value: s.value[i], Quality: qualities[s.quality[i]]}
	if len(s.vector) > 0 {
		x.Vector = s.vector[i]
	}
	return x
}

func qualityCode(q twin.Quality) byte {
	for i, known := range qualities {
		if q == known {
			return byte(i)
		}
	}
	return byte(1) // a quality of a later version is not to be trusted: uncertain
}

// codec packs and unpacks chunks. Not safe for concurrent use.
type codec struct {
	enc  *zstd.Encoder
	dec  *zstd.Decoder
	body []byte
}

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, fmt.Errorf("make a compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(bodyMax))
	if err != nil {
		return nil, fmt.Errorf("make a decompressor: %w", err)
	}
	return &codec{enc: enc, dec: dec}, nil
}

// pack appends the chunk of s, which must hold at least one sample and at most
// samplesMax, to dst.
func (c *codec) pack(dst []byte, s series) []byte {
	n := s.len()
	var flags byte
	if len(s.vector) > 0 {
		flags |= flagVectors
	}
	body := c.body[:0]
	step := int64(0)
	for i := 1; i < n; i++ {
		d := s.at[i] - s.at[i-1]
		body = binary.AppendVarint(body, d-step)
		step = d
	}
	for i := 0; i < n; {
		run := i + 1
		for run < n && s.quality[run] == s.quality[i] {
			run++
		}
		body = binary.AppendUvarint(body, uint64(run-i))
		body = append(body, s.quality[i])
		i = run
	}
	body = appendPlanes(body, s.value)
	for _, v := range s.vector {
		v = v[:min(len(v), vectorMax)]
		body = binary.AppendUvarint(body, uint64(len(v)))
		for _, x := range v {
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(x))
		}
	}
	c.body = body
	dst = append(dst, chunkMagic...)
	dst = append(dst, flags)
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.at[0]))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.at[n-1]))
	dst = binary.AppendUvarint(dst, uint64(len(body)))
	return c.enc.EncodeAll(body, dst)
}

func appendPlanes(dst []byte, values []float64) []byte {
	n, start := len(values), len(dst)
	dst = append(dst, make([]byte, 8*n)...)
	planes := dst[start:]
	before := uint64(0)
	for i, v := range values {
		bits := math.Float64bits(v)
		x := bits ^ before
		before = bits
		for p := range 8 {
			planes[p*n+i] = byte(x >> (8 * p))
		}
	}
	return dst
}

// chunkHead is what stands before the body: enough to pass over a chunk.
type chunkHead struct {
	flags       byte
	count       int
	first, last int64
	length      int // of the body, decompressed
	body        []byte
}

var errChunk = errors.New("a chunk of telemetry does not read")

func headOf(data []byte) (chunkHead, error) {
	var h chunkHead
	if len(data) < headerBytes+spanBytes || string(data[:4]) != chunkMagic {
		return h, fmt.Errorf("%w: it does not begin as one", errChunk)
	}
	h.flags = data[4]
	rest := data[5:]
	count, k := binary.Uvarint(rest)
	if k <= 0 || count == 0 || count > samplesMax {
		return h, fmt.Errorf("%w: it claims %d samples, at most %d are allowed", errChunk, count, samplesMax)
	}
	h.count = int(count)
	if rest = rest[k:]; len(rest) < spanBytes {
		return h, fmt.Errorf("%w: it is cut short", errChunk)
	}
	h.first = int64(binary.LittleEndian.Uint64(rest))
	h.last = int64(binary.LittleEndian.Uint64(rest[8:]))
	if h.first > h.last || h.first < -momentMax || h.last > momentMax {
		return h, fmt.Errorf("%w: it ends before it begins", errChunk)
	}
	length, k := binary.Uvarint(rest[spanBytes:])
	if k <= 0 || length > bodyMax {
		return h, fmt.Errorf("%w: its body of %d bytes is longer than the %d allowed", errChunk, length, bodyMax)
	}
	h.length, h.body = int(length), rest[spanBytes+k:]
	return h, nil
}

// unpack reads a chunk. The series is the caller's.
func (c *codec) unpack(data []byte) (series, error) {
	h, err := headOf(data)
	if err != nil {
		return series{}, err
	}
	body, err := c.dec.DecodeAll(h.body, c.body[:0])
	if err != nil {
		return series{}, fmt.Errorf("%w: %w", errChunk, err)
	}
	c.body = body
	if len(body) != h.length {
		return series{}, fmt.Errorf("%w: its body has %d bytes, %d were written", errChunk, len(body), h.length)
	}
	r := reader{data: body}
	s := series{at: r.moments(h), quality: r.runs(h.count), value: r.planes(h.count)}
	if h.flags&flagVectors != 0 {
		s.vector = r.vectors(h.count)
	}
	if r.err == nil && len(r.data) > 0 {
		r.err = fmt.Errorf("%w: %d bytes are left over", errChunk, len(r.data))
	}
	return s, r.err
}

// reader takes columns off a body; after the first mistake it returns nothing.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", errChunk, what)
	}
	r.data = nil
}

func (r *reader) moments(h chunkHead) []int64 {
	at := make([]int64, 1, h.count)
	at[0] = h.first
	step := int64(0)
	for len(at) < h.count {
		d, k := binary.Varint(r.data)
		step += d
		next := at[len(at)-1] + step
		if k <= 0 || step <= 0 || next > h.last || next < h.first {
			r.fail("its moments are not in order")
			return nil
		}
		r.data = r.data[k:]
		at = append(at, next)
	}
	if at[len(at)-1] != h.last {
		r.fail("its last moment is not the one it names")
	}
	return at
}

func (r *reader) runs(n int) []byte {
	out := make([]byte, 0, n)
	for len(out) < n {
		run, k := binary.Uvarint(r.data)
		if k <= 0 || run == 0 || run > uint64(n-len(out)) || len(r.data) <= k || r.data[k] >= qualityStates {
			r.fail("its qualities do not read")
			return nil
		}
		q := r.data[k]
		r.data = r.data[k+1:]
		for range run {
			out = append(out, q)
		}
	}
	return out
}

func (r *reader) planes(n int) []float64 {
	if len(r.data) < 8*n {
		r.fail("its values are cut short")
		return nil
	}
	planes := r.data[:8*n]
	r.data = r.data[8*n:]
	out := make([]float64, n)
	before := uint64(0)
	for i := range out {
		for p := range 8 {
			before ^= uint64(planes[p*n+i]) << (8 * p)
		}
		out[i] = math.Float64frombits(before)
	}
	return out
}

func (r *reader) vectors(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		length, k := binary.Uvarint(r.data)
		if k <= 0 || length > vectorMax || uint64(len(r.data)-k) < 8*length {
			r.fail("its vectors do not read")
			return nil
		}
		r.data = r.data[k:]
		if length == 0 {
			continue
		}
		v := make([]float64, length)
		for j := range v {
			v[j] = math.Float64frombits(binary.LittleEndian.Uint64(r.data[8*j:]))
		}
		r.data = r.data[8*length:]
		out[i] = v
	}
	return out
}
