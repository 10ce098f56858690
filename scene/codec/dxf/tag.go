package dxf

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// tag is a group code and its value. Numbers of an ASCII file are kept as text
// until they are asked for.
type tag struct {
	code  int32
	place int32 // line of the value, or byte of the tag
	text  string
	num   float64
	isNum bool // num holds the value
}

const binaryMark = "AutoCAD Binary DXF\r\n\x1a\x00"

// sizeMax keeps places within 31 bits.
const sizeMax = math.MaxInt32

// scan cuts a file into tags.
func scan(ctx context.Context, data []byte) (tags []tag, binaryForm bool, err error) {
	switch {
	case len(data) > sizeMax:
		return nil, false, fmt.Errorf("%d bytes are more than the 2 GB that are read", len(data))
	case bytes.HasPrefix(data, []byte(binaryMark)):
		tags, err = scanBinary(ctx, data)
		return tags, true, err
	case len(data) >= 6 && bytes.HasPrefix(data, []byte("AC10")) && !bytes.ContainsAny(data[:6], "\r\n"):
		return nil, false, fmt.Errorf("this is a DWG file, not a DXF file: save it as DXF in the program that made it")
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		if data, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data); err != nil {
			return nil, false, fmt.Errorf("line 1: the text is no UTF-16 although its mark says so: %w; save it as UTF-8", err)
		}
	}
	tags, err = scanText(ctx, data)
	return tags, false, err
}

func scanText(ctx context.Context, data []byte) ([]tag, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	all := string(data)
	eol := byte('\n')
	if bytes.IndexByte(data, '\n') < 0 {
		eol = '\r' // as old Macintosh programs wrote
	}
	tags := make([]tag, 0, min(len(data)/12, 1<<22))
	line := int32(0)
	next := func() (string, bool) {
		if all == "" {
			return "", false
		}
		line++
		s := all
		if k := strings.IndexByte(all, eol); k >= 0 {
			s, all = all[:k], all[k+1:]
		} else {
			all = ""
		}
		return strings.TrimSuffix(s, "\r"), true
	}
	for {
		if len(tags)&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		head, ok := next()
		if !ok {
			return tags, nil
		}
		code, err := strconv.Atoi(strings.TrimSpace(head))
		if err != nil || code < -9999 || code > 9999 {
			if strings.TrimSpace(head+all) == "" {
				return tags, nil // blank lines at the end
			}
			return nil, fmt.Errorf("line %d: %s is no group code: the file is damaged there or is no DXF file", line, short(head))
		}
		value, ok := next()
		if !ok {
			return tags, nil
		}
		if code == 999 {
			continue // a comment
		}
		tags = append(tags, tag{code: int32(code), place: line, text: value})
		if code == 0 && strings.TrimSpace(value) == "EOF" {
			return tags, nil
		}
	}
}

func short(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return strconv.Quote(s)
}

// scanBinary reads the binary form: codes of two bytes since release 13, of one
// before.
func scanBinary(ctx context.Context, data []byte) ([]tag, error) {
	at := len(binaryMark)
	wide := len(data) > at+2 && data[at] == 0 && data[at+1] == 0
	tags := make([]tag, 0, min(len(data)/8, 1<<22))
	for at < len(data) {
		if len(tags)&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t := tag{place: int32(at)}
		cut := fmt.Errorf("byte %d: the file ends within a value", at)
		rest := data[at:]
		switch {
		case wide && len(rest) >= 2:
			t.code, rest = int32(int16(binary.LittleEndian.Uint16(rest))), rest[2:]
		case !wide && rest[0] != 255:
			t.code, rest = int32(rest[0]), rest[1:]
		case !wide && len(rest) >= 3:
			t.code, rest = int32(int16(binary.LittleEndian.Uint16(rest[1:]))), rest[3:]
		default:
			return nil, cut
		}
		form, ok := formOf(t.code)
		if !ok {
			return nil, fmt.Errorf("byte %d: group code %d does not exist: the file is damaged there", at, t.code)
		}
		switch form {
		case 's':
			k := bytes.IndexByte(rest, 0)
			if k < 0 {
				return nil, cut
			}
			t.text, rest = string(rest[:k]), rest[k+1:]
		case 'c':
			if len(rest) < 1 || len(rest) < 1+int(rest[0]) {
				return nil, cut
			}
			rest = rest[1+int(rest[0]):]
		default:
			n := map[byte]int{'b': 1, 'i': 2, 'l': 4, 'd': 8, 'q': 8}[form]
			if len(rest) < n {
				return nil, cut
			}
			t.isNum = true
			switch form {
			case 'b':
				t.num = float64(rest[0])
			case 'i':
				t.num = float64(int16(binary.LittleEndian.Uint16(rest)))
			case 'l':
				t.num = float64(int32(binary.LittleEndian.Uint32(rest)))
			case 'q':
				t.num = float64(int64(binary.LittleEndian.Uint64(rest)))
			case 'd':
				t.num = math.Float64frombits(binary.LittleEndian.Uint64(rest))
			}
			rest = rest[n:]
		}
		at = len(data) - len(rest)
		tags = append(tags, t)
		if t.code == 0 && t.text == "EOF" {
			break
		}
	}
	return tags, nil
}

// formOf is how the value of a group code is stored: s text, d float64, i int16,
// l int32, q int64, b byte, c a chunk after its length.
func formOf(code int32) (byte, bool) {
	for _, r := range [...]struct {
		to   int32
		form byte
	}{
		{-1, 's'}, {9, 's'}, {59, 'd'}, {79, 'i'}, {99, 'l'}, {109, 's'}, {149, 'd'}, {159, 0}, {169, 'q'}, {179, 'i'}, {209, 0}, {239, 'd'},
		{269, 0}, {289, 'i'}, {299, 'b'}, {309, 's'}, {319, 'c'}, {369, 's'}, {389, 'i'}, {399, 's'}, {409, 'i'}, {419, 's'}, {429, 'l'},
		{439, 's'}, {449, 'l'}, {459, 'l'}, {469, 'd'}, {481, 's'}, {998, 0}, {1003, 's'}, {1004, 'c'}, {1009, 's'}, {1059, 'd'}, {1070, 'i'}, {1071, 'l'},
	} {
		if code <= r.to {
			return r.form, r.form != 0 && code >= -5
		}
	}
	return 0, false
}

// float is the value as a number; what is none or not finite is false.
func (t tag) float() (float64, bool) {
	v := t.num
	if !t.isNum {
		var err error
		if v, err = strconv.ParseFloat(strings.TrimSpace(t.text), 64); err != nil {
			return 0, false
		}
	}
	return v, math.Abs(v) < 1e15 // beyond lies no drawing, and squares stay finite
}

func (t tag) int() int {
	v, ok := t.float()
	if !ok || math.Abs(v) > math.MaxInt32 {
		return 0
	}
	return int(v)
}

// word is the value as a name of the format itself.
func (t tag) word() string { return strings.TrimSpace(t.text) }
