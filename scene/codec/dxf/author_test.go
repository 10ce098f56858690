package dxf_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"context"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
)

// tags writes code and value by turns.
func tags(pairs ...any) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&b, "%3d\n%v\n", pairs[i], pairs[i+1])
	}
	return b.String()
}

func section(name string, body ...string) string {
	return tags(0, "SECTION", 2, name) + strings.Join(body, "") + tags(0, "ENDSEC")
}

// file wraps entities; header and blocks may be empty.
func file(header, blocks, entities string) string {
	s := ""
	if header != "" {
		s += section("HEADER", header)
	}
	if blocks != "" {
		s += section("BLOCKS", blocks)
	}
	return s + section("ENTITIES", entities) + tags(0, "EOF")
}

const metres = "9\n$INSUNITS\n70\n6\n9\n$ACADVER\n1\nAC1027\n"

func read(t testing.TB, text string) *dxf.Drawing {
	t.Helper()
	d, err := dxf.Read(context.Background(), "test.dxf", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// binaryForm rewrites an ASCII file in the binary form; wide codes are those
// since release 13.
func binaryForm(text string, wide bool) []byte {
	out := bytes.NewBufferString("AutoCAD Binary DXF\r\n\x1a\x00")
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		code, _ := strconv.Atoi(strings.TrimSpace(lines[i]))
		switch {
		case wide:
			binary.Write(out, binary.LittleEndian, int16(code))
		case code < 255:
			out.WriteByte(byte(code))
		default:
			out.WriteByte(255)
			binary.Write(out, binary.LittleEndian, int16(code))
		}
		v, _ := strconv.ParseFloat(strings.TrimSpace(lines[i+1]), 64)
		switch {
		case code >= 10 && code <= 59, code >= 110 && code <= 149, code >= 210 && code <= 239, code >= 1010 && code <= 1059:
			binary.Write(out, binary.LittleEndian, math.Float64bits(v))
		case code >= 60 && code <= 79, code >= 170 && code <= 179, code >= 270 && code <= 289, code >= 370 && code <= 389, code >= 1060 && code <= 1070:
			binary.Write(out, binary.LittleEndian, int16(v))
		case code >= 90 && code <= 99, code == 420, code == 1071:
			binary.Write(out, binary.LittleEndian, int32(v))
		case code >= 290 && code <= 299:
			out.WriteByte(byte(v))
		default:
			out.WriteString(lines[i+1] + "\x00")
		}
	}
	return out.Bytes()
}
