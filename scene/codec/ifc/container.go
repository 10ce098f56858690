package ifc

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	files "path"
	"strings"
	"unicode/utf16"
	"unsafe"
)

// Packed files may grow this much when they are unpacked, and by packedSlack
// bytes beside. STEP files shrink to a fifth or a tenth.
const (
	packedShare = 200
	packedSlack = 1 << 20
	imageMax    = 64 << 20 // bytes of one texture
)

// packed is what came beside the model in one file.
type packed map[string]*zip.File // by lower-case name without its folder

// unpack returns the text of a model that may be packed as .ifczip or by gzip,
// or written in UTF-16. Plain text is not copied: data must not change while it
// is read.
func unpack(name string, data []byte) (string, packed, error) {
	switch {
	case len(data) == 0:
		return "", nil, fmt.Errorf("%s: the file is empty; export the building model again", name)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return unzip(name, data)
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		r, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return "", nil, fmt.Errorf("%s: unpack: %w", name, err)
		}
		inner, err := bounded(r, growth(len(data)))
		if err != nil {
			return "", nil, fmt.Errorf("%s: unpack: %w", name, err)
		}
		data = inner
	}
	text, err := plain(name, data)
	return text, nil, err
}

// growth is how large a packed file of some bytes may become.
func growth(n int) int64 { return min(fileMax, packedShare*int64(n)+packedSlack) }

// bounded reads up to a limit.
func bounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it grows beyond %d MB, which no building model does; send the unpacked file", limit>>20)
	}
	return data, nil
}

// unzip finds the model in an archive: its only .ifc file, or the largest one.
func unzip(name string, data []byte) (string, packed, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", nil, fmt.Errorf("%s: not a zip archive that can be read (%w); copy it again", name, err)
	}
	beside := packed{}
	var model *zip.File
	for _, f := range z.File {
		switch ext := strings.ToLower(files.Ext(f.Name)); {
		case f.FileInfo().IsDir() || strings.HasPrefix(files.Base(f.Name), "."):
		case ext == ".ifc":
			if model == nil || f.UncompressedSize64 > model.UncompressedSize64 {
				model = f
			}
		default:
			beside[strings.ToLower(files.Base(f.Name))] = f
		}
	}
	if model == nil {
		return "", nil, fmt.Errorf("%s: the archive holds no .ifc file; export the model as IFC or ifcZIP of it (not of ifcXML)", name)
	}
	name += "/" + model.Name
	r, err := model.Open()
	if err != nil {
		return "", nil, fmt.Errorf("%s: unpack: %w", name, err)
	}
	inner, err := bounded(r, growth(len(data)))
	if err = errors.Join(err, r.Close()); err != nil {
		return "", nil, fmt.Errorf("%s: unpack: %w", name, err)
	}
	text, err := plain(name, inner)
	return text, beside, err
}

// open reads a file that came beside the model.
func (p packed) open(name string) ([]byte, error) {
	f, ok := p[strings.ToLower(files.Base(strings.ReplaceAll(name, `\`, "/")))]
	if !ok {
		return nil, errors.New("it did not come with the model")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	data, err := bounded(r, min(imageMax, growth(int(min(f.CompressedSize64, fileMax)))))
	return data, errors.Join(err, r.Close())
}

// plain is data as text, without its byte order mark.
func plain(name string, data []byte) (string, error) {
	if len(data) > fileMax {
		return "", fmt.Errorf("%s: the file is larger than %d MB; export one building at a time", name, fileMax>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > 1 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		low := 0
		if data[0] == 0xfe {
			low = 1
		}
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i+1 < len(data); i += 2 {
			units = append(units, uint16(data[i+low])|uint16(data[i+1-low])<<8)
		}
		return string(utf16.Decode(units)), nil
	}
	if len(data) == 0 {
		return "", fmt.Errorf("%s: the file is empty; export the building model again", name)
	}
	return unsafe.String(unsafe.SliceData(data), len(data)), nil
}
