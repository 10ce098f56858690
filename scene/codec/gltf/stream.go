package gltf

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
)

// stream gathers the elements of one kind of all meshes, so that they are
// packed together: what repeats is packed best, and few views stand in the
// document.
type stream struct {
	data   []byte
	stride int
	mode   meshopt.Mode
	filter meshopt.Filter
	target gltf.Target
	packed bool
	view   int // index of the buffer view, once written
}

// kind of stream; each is one buffer view.
type streamKey struct {
	mode   meshopt.Mode
	filter meshopt.Filter
	stride int
	use    string // "position", "normal", …: alike values stand together
}

// streams in the order in which they were asked for.
type streams struct {
	list  []*stream
	byKey map[streamKey]*stream
	pack  bool
	weigh func([]byte) int
}

func (s *streams) get(key streamKey) *stream {
	if have, ok := s.byKey[key]; ok {
		return have
	}
	n := &stream{stride: key.stride, mode: key.mode, filter: key.filter, packed: s.pack && key.use != "raw" && key.stride%2 == 0}
	switch {
	case key.use == "raw":
	case key.mode == meshopt.Attributes:
		n.target = gltf.TargetArrayBuffer
	default:
		n.target = gltf.TargetElementArrayBuffer
	}
	n.view = len(s.list)
	s.byKey[key] = n
	s.list = append(s.list, n)
	return n
}

// raw makes a view of bytes that are no elements, as an image's.
func (s *streams) raw(data []byte) (view int) {
	s.list = append(s.list, &stream{data: data, stride: 1, mode: meshopt.Attributes, view: len(s.list)})
	return len(s.list) - 1
}

// add appends elements and returns where they begin.
func (x *stream) add(data []byte) (offset int) {
	for len(x.data)%4 != 0 {
		x.data = append(x.data, 0)
	}
	offset = len(x.data)
	x.data = append(x.data, data...)
	return offset
}

// finish writes the views, and returns the binary chunk.
func (s *streams) finish(doc *gltf.Document) []byte {
	var bin []byte
	plain := 0 // length of the buffer that the packed views stand for
	for _, x := range s.list {
		for len(bin)%4 != 0 {
			bin = append(bin, 0)
		}
		v := &gltf.BufferView{ByteLength: len(x.data), Target: x.target}
		if x.mode == meshopt.Attributes && x.target != 0 {
			v.ByteStride = x.stride
		}
		form := []byte(nil)
		if x.packed {
			form = x.pack(s.weigh)
		}
		if form != nil {
			plain = (plain + 3) &^ 3
			v.Buffer, v.ByteOffset = 1, plain
			plain += len(x.data)
			v.Extensions = gltf.Extensions{extMeshopt: packing{
				ByteOffset: len(bin), ByteLength: len(form), ByteStride: x.stride, Count: len(x.data) / x.stride, Mode: x.mode, Filter: x.filter,
			}}
			bin = append(bin, form...)
		} else {
			v.ByteOffset = len(bin)
			bin = append(bin, x.data...)
		}
		doc.BufferViews = append(doc.BufferViews, v)
	}
	if len(bin) > 0 {
		doc.Buffers = append(doc.Buffers, &gltf.Buffer{ByteLength: len(bin)})
	}
	if plain > 0 {
		doc.Buffers = append(doc.Buffers, &gltf.Buffer{ByteLength: plain, Extensions: gltf.Extensions{extMeshopt: map[string]bool{"fallback": true}}})
	}
	return bin
}

// pack returns the packed form of a stream; nil when it is best as it is.
func (x *stream) pack(weigh func([]byte) int) []byte {
	if x.mode == meshopt.Attributes {
		forms := [][]byte{meshopt.PackAttributes(x.data, x.stride)}
		if weigh == nil {
			return forms[0]
		}
		forms = append(forms, meshopt.PackWhole(x.data, x.stride))
		if x.filter == meshopt.None {
			forms = append(forms, x.data)
		}
		weights := make([]int, len(forms))
		var wg sync.WaitGroup
		for i, form := range forms {
			wg.Go(func() { weights[i] = weigh(form) })
		}
		wg.Wait()
		best := slices.Index(weights, slices.Min(weights))
		if best == 2 { // as it is
			return nil
		}
		return forms[best]
	}
	list := make([]uint32, len(x.data)/x.stride)
	for i := range list {
		if x.stride == 2 {
			list[i] = uint32(binary.LittleEndian.Uint16(x.data[2*i:]))
		} else {
			list[i] = binary.LittleEndian.Uint32(x.data[4*i:])
		}
	}
	return meshopt.PackTriangles(list)
}

func floatBytes(values []float32) []byte {
	out := make([]byte, 4*len(values))
	for i, v := range values {
		binary.LittleEndian.PutUint32(out[4*i:], math.Float32bits(v))
	}
	return out
}
