package gltf

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path"
	"strings"

	"github.com/qmuntal/gltf"
)

// Limits on a file.
const (
	fileMax   = 2 << 30
	jsonMax   = 256 << 20
	bufferMax = 2 << 30 // of one buffer
	listMax   = 5_000_000
)

// Note is one thing that was not understood.
type Note struct {
	Place string // "mesh 3", "node 12 door"
	Why   string
}

// ReadOptions are what Read needs from outside.
type ReadOptions struct {
	// Open gives a file that the document refers to by a relative URI; nil: none
	// can be had.
	Open func(uri string) ([]byte, error)
	// Extras is given what a writer kept of its own in the file; nil: nobody asks.
	Extras func(json.RawMessage)
}

const (
	glbMagic  = 0x46546C67 // "glTF"
	chunkJSON = 0x4E4F534A
	chunkBIN  = 0x004E4942
)

// take finds the JSON and the binary chunk of a file (glTF 2.0, 4.4).
func take(data []byte) (text, bin []byte, err error) {
	if len(data) > fileMax {
		return nil, nil, fmt.Errorf("larger than %d MB; split it", fileMax>>20)
	}
	if len(data) < 4 || binary.LittleEndian.Uint32(data) != glbMagic {
		if first := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n"); len(first) == 0 || first[0] != '{' {
			return nil, nil, errors.New("neither GLB nor JSON; give a .glb or .gltf file")
		}
		return bytes.TrimPrefix(data, []byte("\ufeff")), nil, nil
	}
	if len(data) < 20 {
		return nil, nil, errors.New("byte 0: the file is cut off; fetch it again")
	}
	if v := binary.LittleEndian.Uint32(data[4:]); v != 2 {
		return nil, nil, fmt.Errorf("byte 4: version %d of GLB; 2 is read", v)
	}
	at := 12
	for n := 0; at+8 <= len(data) && n < 16; n++ {
		size, kind := int64(binary.LittleEndian.Uint32(data[at:])), binary.LittleEndian.Uint32(data[at+4:])
		at += 8
		if size > int64(len(data)-at) {
			return nil, nil, fmt.Errorf("byte %d: a chunk of %d bytes, but %d follow: the file is cut off; fetch it again", at-8, size, len(data)-at)
		}
		chunk := data[at : at+int(size)]
		at += int(size)
		switch {
		case n == 0 && kind != chunkJSON:
			return nil, nil, errors.New("byte 12: the first chunk is not JSON; export the file again")
		case n == 0:
			text = chunk
		case kind == chunkBIN && bin == nil:
			bin = chunk
		}
	}
	return text, bin, nil
}

// parse reads the document. Lengths are checked before anything relies on them.
func parse(text []byte) (doc *gltf.Document, err error) {
	if len(text) > jsonMax {
		return nil, fmt.Errorf("a document of %d MB, at most %d are read; split it", len(text)>>20, jsonMax>>20)
	}
	doc = &gltf.Document{}
	if err := json.Unmarshal(text, doc); err != nil {
		var form *json.SyntaxError
		if errors.As(err, &form) {
			return nil, fmt.Errorf("line %d: not JSON: %w; export the file again", 1+bytes.Count(text[:min(int(form.Offset), len(text))], []byte("\n")), err)
		}
		return nil, fmt.Errorf("not a glTF document: %w", err)
	}
	if v := doc.Asset.Version; v != "" && !strings.HasPrefix(v, "2") {
		return nil, fmt.Errorf("glTF %s; 2.0 is read: convert the file", v)
	}
	for _, n := range []int{len(doc.Accessors), len(doc.BufferViews), len(doc.Nodes), len(doc.Meshes), len(doc.Materials), len(doc.Images), len(doc.Textures), len(doc.Samplers), len(doc.Buffers)} {
		if n > listMax {
			return nil, fmt.Errorf("a list of %d entries, at most %d are read; split the file", n, listMax)
		}
	}
	return doc, nil
}

// loadBuffers fills the buffers; one whose bytes cannot be had is an error only
// when something needs it.
func (r *reader) loadBuffers(bin []byte) {
	for i, b := range r.doc.Buffers {
		if b == nil {
			continue
		}
		data, err := r.resource(b.URI, bin, i == 0)
		switch {
		case err != nil:
			r.bufferErr[i] = err
		case len(data) < b.ByteLength || b.ByteLength < 0 || b.ByteLength > bufferMax:
			r.bufferErr[i] = fmt.Errorf("buffer %d: %d bytes, but it states %d; fetch it again", i, len(data), b.ByteLength)
		default:
			b.Data = data[:b.ByteLength]
		}
	}
}

// resource finds the bytes of a URI; an empty one means the binary chunk.
func (r *reader) resource(uri string, bin []byte, first bool) ([]byte, error) {
	switch {
	case uri == "" && first && bin != nil:
		return bin, nil
	case uri == "":
		return nil, errors.New("it has no bytes in this file")
	case strings.HasPrefix(uri, "data:"):
		_, text, ok := strings.Cut(uri, ",")
		if !ok {
			return nil, errors.New("a data URI without data")
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("a data URI that is not base64: %w", err)
		}
		return data, nil
	}
	name, err := url.PathUnescape(uri)
	if err != nil || strings.Contains(name, "://") || path.IsAbs(name) || strings.Contains(name, `\`) || strings.HasPrefix(path.Clean(name), "..") {
		return nil, fmt.Errorf("%q leads out of the file's folder", uri)
	}
	if r.open == nil {
		return nil, fmt.Errorf("%s is not at hand; give it beside the file", uri)
	}
	data, err := r.open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", uri, err)
	}
	return data, nil
}

// container joins document and bytes (glTF 2.0, 4.4).
func (w *writer) container(bin []byte) ([]byte, error) {
	text, err := json.Marshal(w.doc)
	if err != nil {
		return nil, fmt.Errorf("write glTF: %w", err)
	}
	for len(text)%4 != 0 {
		text = append(text, ' ')
	}
	for len(bin)%4 != 0 {
		bin = append(bin, 0)
	}
	total := 12 + 8 + len(text)
	if len(bin) > 0 {
		total += 8 + len(bin)
	}
	if int64(total) > math.MaxUint32 {
		return nil, fmt.Errorf("write glTF: %d bytes are more than a GLB holds; split the scene", total)
	}
	out := make([]byte, 0, total)
	put := func(v uint32) { out = binary.LittleEndian.AppendUint32(out, v) }
	put(glbMagic)
	put(2)
	put(uint32(total))
	put(uint32(len(text)))
	put(chunkJSON)
	out = append(out, text...)
	if len(bin) > 0 {
		put(uint32(len(bin)))
		put(chunkBIN)
		out = append(out, bin...)
	}
	return out, nil
}
