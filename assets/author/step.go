package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ref is the number of an instance.
type ref int

// word is the word of an enumeration: ".SOLIDWALL.".
type word string

// star is an attribute that is derived.
type star struct{}

// typed is a value with its type: IFCLABEL('x').
type typed struct {
	kind  string
	value any
}

// shared are the kinds of which equal ones are written once. Bodies, shapes and
// placements belong to one element each.
var shared = map[string]bool{
	"IfcCartesianPoint": true, "IfcDirection": true, "IfcAxis2Placement3D": true, "IfcColourRgb": true, "IfcMaterial": true,
	"IfcPolyline": true, "IfcRectangleProfileDef": true, "IfcCircleProfileDef": true,
}

// file is a STEP file that grows instance by instance.
type file struct {
	body bytes.Buffer
	last ref
	have map[string]ref
}

// add writes an instance and returns its number.
func (f *file) add(kind string, args ...any) ref {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = format(a)
	}
	text := strings.ToUpper(kind) + "(" + strings.Join(parts, ",") + ")"
	if r, ok := f.have[text]; ok {
		return r
	}
	f.last++
	if shared[kind] {
		f.have[text] = f.last
	}
	fmt.Fprintf(&f.body, "#%d=%s;\n", f.last, text)
	return f.last
}

func format(a any) string {
	switch v := a.(type) {
	case nil:
		return "$"
	case star:
		return "*"
	case ref:
		if v == 0 {
			return "$"
		}
		return fmt.Sprintf("#%d", int(v))
	case word:
		return "." + string(v) + "."
	case string:
		return quote(v)
	case bool:
		if v {
			return ".T."
		}
		return ".F."
	case int:
		return strconv.Itoa(v)
	case float64:
		return real(v)
	case typed:
		return v.kind + "(" + format(v.value) + ")"
	case []ref:
		return formatList(v)
	case []float64:
		return formatList(v)
	case []int:
		return formatList(v)
	case []string:
		return formatList(v)
	}
	panic(fmt.Sprintf("cannot write %T", a)) // a mistake of this program
}

func formatList[T any](list []T) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = format(e)
	}
	return "(" + strings.Join(parts, ",") + ")"
}

// real writes a number to a hundredth of a millimetre, with the point that
// ISO 10303-21 asks for.
func real(v float64) string {
	s := strconv.FormatFloat(math.Round(v*1e5)/1e5, 'f', -1, 64)
	if s == "-0" {
		s = "0"
	}
	if !strings.Contains(s, ".") {
		s += "."
	}
	return s
}

// quote writes a string; what is beyond ASCII as \X2\.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'':
			b.WriteString("''")
		case r == '\\':
			b.WriteString(`\\`)
		case r < 127:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\X2\%04X\X0\`, r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// guid is the GlobalId of a name: 128 bits as 22 characters of base 64, the
// first of which carries two bits.
func guid(name string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
	sum := md5.Sum([]byte("corner-market/" + name))
	out := make([]byte, 0, 22)
	out = append(out, digits[sum[0]>>6], digits[sum[0]&63])
	for i := 1; i < 16; i += 3 {
		n := uint(sum[i])<<16 | uint(sum[i+1])<<8 | uint(sum[i+2])
		out = append(out, digits[n>>18], digits[n>>12&63], digits[n>>6&63], digits[n&63])
	}
	return string(out)
}

// bytes is the whole file.
func (f *file) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("ISO-10303-21;\nHEADER;\n")
	b.WriteString("FILE_DESCRIPTION(('ViewDefinition [ReferenceView_V1.2]'),'2;1');\n")
	b.WriteString("FILE_NAME('building.ifc','2026-01-05T09:00:00',('GlassTwin'),('GlassTwin'),'glasstwin author','glasstwin','');\n")
	b.WriteString("FILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n")
	b.Write(f.body.Bytes())
	b.WriteString("ENDSEC;\nEND-ISO-10303-21;\n")
	return b.Bytes()
}
