package gltf

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
)

// componentsOf is the numbers in one element.
var componentsOf = map[gltf.AccessorType]int{
	gltf.AccessorScalar: 1, gltf.AccessorVec2: 2, gltf.AccessorVec3: 3, gltf.AccessorVec4: 4,
	gltf.AccessorMat2: 4, gltf.AccessorMat3: 9, gltf.AccessorMat4: 16,
}

// elementsMax bounds one accessor.
const elementsMax = 1 << 28

// view gives the bytes of a buffer view, unpacked.
func (r *reader) view(i int) ([]byte, error) {
	if i < 0 || i >= len(r.doc.BufferViews) || r.doc.BufferViews[i] == nil {
		return nil, fmt.Errorf("no buffer view %d", i)
	}
	if have, ok := r.views[i]; ok {
		return have, nil
	}
	v := r.doc.BufferViews[i]
	data, err := r.packed(v)
	if data == nil && err == nil {
		data, err = r.slice(v.Buffer, v.ByteOffset, v.ByteLength)
	}
	if err != nil {
		return nil, fmt.Errorf("buffer view %d: %w", i, err)
	}
	r.views[i] = data
	return data, nil
}

func (r *reader) slice(buffer, offset, length int) ([]byte, error) {
	if buffer < 0 || buffer >= len(r.doc.Buffers) || r.doc.Buffers[buffer] == nil {
		return nil, fmt.Errorf("no buffer %d", buffer)
	}
	if err := r.bufferErr[buffer]; err != nil {
		return nil, err
	}
	data := r.doc.Buffers[buffer].Data
	if offset < 0 || length < 0 || offset > len(data) || length > len(data)-offset {
		return nil, fmt.Errorf("bytes %d to %d of a buffer of %d", offset, offset+length, len(data))
	}
	return data[offset : offset+length], nil
}

// packing is EXT_meshopt_compression and the KHR form of it.
type packing struct {
	Buffer     int            `json:"buffer"`
	ByteOffset int            `json:"byteOffset,omitempty"`
	ByteLength int            `json:"byteLength"`
	ByteStride int            `json:"byteStride"`
	Count      int            `json:"count"`
	Mode       meshopt.Mode   `json:"mode"`
	Filter     meshopt.Filter `json:"filter,omitempty"`
}

const (
	extMeshopt    = "EXT_meshopt_compression"
	khrMeshopt    = "KHR_meshopt_compression"
	extQuantized  = "KHR_mesh_quantization"
	extInstancing = "EXT_mesh_gpu_instancing"
	extDraco      = "KHR_draco_mesh_compression"
)

// packed unpacks a view that is packed; nil when it is not.
func (r *reader) packed(v *gltf.BufferView) ([]byte, error) {
	var p packing
	if !extension(v.Extensions, extMeshopt, &p) && !extension(v.Extensions, khrMeshopt, &p) {
		return nil, nil
	}
	raw, err := r.slice(p.Buffer, p.ByteOffset, p.ByteLength)
	if err != nil {
		return nil, err
	}
	out, err := meshopt.Unpack(p.Mode, p.Filter, raw, p.Count, p.ByteStride)
	if err == nil && out == nil {
		out = []byte{}
	}
	return out, err
}

// extension reads an extension into a struct; false when it is not there.
func extension(from gltf.Extensions, name string, into any) bool {
	raw, ok := from[name]
	if !ok {
		return false
	}
	text, ok := raw.(json.RawMessage)
	if !ok {
		var err error
		if text, err = json.Marshal(raw); err != nil {
			return false
		}
	}
	return json.Unmarshal(text, into) == nil
}

// numbers reads an accessor as numbers, normalised integers as their value.
func (r *reader) numbers(i int) (values []float32, components int, err error) {
	if i < 0 || i >= len(r.doc.Accessors) || r.doc.Accessors[i] == nil {
		return nil, 0, fmt.Errorf("no accessor %d", i)
	}
	a := r.doc.Accessors[i]
	n := componentsOf[a.Type]
	if n == 0 || n > 4 && a.Type != gltf.AccessorMat4 {
		return nil, 0, fmt.Errorf("accessor %d: type %v is not read here", i, a.Type)
	}
	out, err := r.dense(a, n)
	if err == nil && a.Sparse != nil {
		err = r.sparse(a, n, out)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("accessor %d: %w", i, err)
	}
	return out, n, nil
}

func (r *reader) dense(a *gltf.Accessor, n int) ([]float32, error) {
	if a.Count < 0 || a.Count > elementsMax/n {
		return nil, fmt.Errorf("%d elements, at most %d are read", a.Count, elementsMax/n)
	}
	if a.BufferView == nil {
		if a.Sparse == nil && a.Count > r.budget() {
			return nil, fmt.Errorf("%d elements without bytes", a.Count)
		}
		if a.Count > r.budget() {
			return nil, fmt.Errorf("%d elements from a file of %d bytes", a.Count, r.size)
		}
		return make([]float32, a.Count*n), nil
	}
	data, err := r.view(*a.BufferView)
	if err != nil {
		return nil, err
	}
	size := a.ComponentType.ByteSize()
	stride := r.doc.BufferViews[*a.BufferView].ByteStride
	var p packing
	if e := r.doc.BufferViews[*a.BufferView].Extensions; extension(e, extMeshopt, &p) || extension(e, khrMeshopt, &p) {
		stride = p.ByteStride
	}
	if stride == 0 || a.Type == gltf.AccessorScalar && stride < size {
		stride = n * size
	}
	if size == 0 || stride < n*size || a.ByteOffset < 0 || a.Count > 0 && (a.Count-1) > (len(data)-a.ByteOffset-n*size)/stride {
		return nil, fmt.Errorf("%d elements of %d bytes at byte %d do not fit a view of %d", a.Count, stride, a.ByteOffset, len(data))
	}
	if a.Count > 0 && a.ByteOffset+n*size > len(data) {
		return nil, fmt.Errorf("byte %d of a view of %d", a.ByteOffset, len(data))
	}
	out := make([]float32, a.Count*n)
	for i := range a.Count {
		for k := range n {
			out[i*n+k] = component(data[a.ByteOffset+i*stride+k*size:], a.ComponentType, a.Normalized)
		}
	}
	return out, nil
}

// budget is how many elements without bytes a file may ask for.
func (r *reader) budget() int { return 1<<16 + 16*r.size }

// component reads one number (glTF 2.0, 3.6.2.2 for the normalised ones).
func component(b []byte, kind gltf.ComponentType, normalized bool) float32 {
	var v, most float64
	switch kind {
	case gltf.ComponentFloat:
		return math.Float32frombits(binary.LittleEndian.Uint32(b))
	case gltf.ComponentByte:
		v, most = float64(int8(b[0])), 127
	case gltf.ComponentUbyte:
		v, most = float64(b[0]), 255
	case gltf.ComponentShort:
		v, most = float64(int16(binary.LittleEndian.Uint16(b))), 32767
	case gltf.ComponentUshort:
		v, most = float64(binary.LittleEndian.Uint16(b)), 65535
	case gltf.ComponentUint:
		v, most = float64(binary.LittleEndian.Uint32(b)), math.MaxUint32
	}
	if normalized {
		v = math.Max(-1, v/most)
	}
	return float32(v)
}

// sparse lays the few values over that differ from the dense ones.
func (r *reader) sparse(a *gltf.Accessor, n int, out []float32) error {
	s := a.Sparse
	at, err := r.sparseView(s.Indices.BufferView, s.Indices.ByteOffset, s.Count, s.Indices.ComponentType.ByteSize())
	if err != nil {
		return fmt.Errorf("sparse indices: %w", err)
	}
	values, err := r.sparseView(s.Values.BufferView, s.Values.ByteOffset, s.Count, n*a.ComponentType.ByteSize())
	if err != nil {
		return fmt.Errorf("sparse values: %w", err)
	}
	size, wide := a.ComponentType.ByteSize(), s.Indices.ComponentType.ByteSize()
	for i := range s.Count {
		to := int(component(at[i*wide:], s.Indices.ComponentType, false))
		if wide == 4 {
			to = int(binary.LittleEndian.Uint32(at[i*wide:]))
		}
		if to < 0 || to >= a.Count {
			return fmt.Errorf("sparse index %d of %d elements", to, a.Count)
		}
		for k := range n {
			out[to*n+k] = component(values[(i*n+k)*size:], a.ComponentType, a.Normalized)
		}
	}
	return nil
}

func (r *reader) sparseView(view, offset, count, size int) ([]byte, error) {
	data, err := r.view(view)
	if err != nil {
		return nil, err
	}
	if count < 0 || offset < 0 || size == 0 || offset > len(data) || count > (len(data)-offset)/size {
		return nil, fmt.Errorf("%d elements at byte %d do not fit %d bytes", count, offset, len(data))
	}
	return data[offset:], nil
}

// indices reads an accessor of unsigned integers.
func (r *reader) indices(i int) ([]uint32, error) {
	if i < 0 || i >= len(r.doc.Accessors) || r.doc.Accessors[i] == nil {
		return nil, fmt.Errorf("no accessor %d", i)
	}
	a := r.doc.Accessors[i]
	if a.ComponentType == gltf.ComponentUint && a.Sparse == nil && a.BufferView != nil { // beyond what a float32 holds
		data, err := r.view(*a.BufferView)
		if err != nil {
			return nil, fmt.Errorf("accessor %d: %w", i, err)
		}
		if a.Count < 0 || a.ByteOffset < 0 || a.ByteOffset > len(data) || a.Count > (len(data)-a.ByteOffset)/4 {
			return nil, fmt.Errorf("accessor %d: %d indices do not fit %d bytes", i, a.Count, len(data))
		}
		out := make([]uint32, a.Count)
		for k := range out {
			out[k] = binary.LittleEndian.Uint32(data[a.ByteOffset+4*k:])
		}
		return out, nil
	}
	values, n, err := r.numbers(i)
	if err != nil {
		return nil, err
	}
	if n != 1 {
		return nil, fmt.Errorf("accessor %d: indices of %d numbers each", i, n)
	}
	out := make([]uint32, len(values))
	for k, v := range values {
		if v < 0 {
			return nil, fmt.Errorf("accessor %d: index %v", i, v)
		}
		out[k] = uint32(v)
	}
	return out, nil
}
