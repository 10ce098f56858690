//go:build linux && amd64

package inside

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ebitengine/purego"

	"github.com/glasstwin/glasstwin/connectors/fmi"
)

const (
	messageMax = 4096 // bytes of a message
	logsMax    = 2000 // messages of one call; an FMU that chatters is not heard out
)

// logger hears what an FMU logs. The function of FMI is variadic: by the calling
// convention of System V on amd64 the first argument after the format lies in
// the sixth integer register, the floating-point ones in the vector registers,
// the rest on the stack. All are taken as they lie there, whether the FMU put
// something or not, and the format says which to look at. Addresses are read
// through the kernel, so that a wrong one costs nothing.
type logger struct {
	mem   *libc
	names map[[2]uint32]string // of variables, by kind and reference
	tell  func(fmi.Message)
	count int
}

// callback is the C function that FMUs get.
func (l *logger) callback() uintptr {
	return purego.NewCallback(func(_, _ uintptr, status int32, category, format, reg uintptr, f0, f1, f2, f3, f4, f5, f6, f7 float64,
		s0, s1, s2, s3, s4, s5, s6, s7 uintptr) {
		if l.count++; l.count > logsMax {
			return
		}
		c, _ := l.mem.text(category, 256)
		text, ok := l.mem.text(format, messageMax)
		if !ok && text == "" {
			text = "a message that cannot be read"
		}
		a := &arguments{ints: []uintptr{reg, s0, s1, s2, s3, s4, s5, s6, s7}, floats: []float64{f0, f1, f2, f3, f4, f5, f6, f7}}
		l.tell(fmi.Message{Status: int(status), Category: c, Text: l.named(l.expand(text, a))})
	})
}

// arguments are handed out in the order of the format.
type arguments struct {
	ints   []uintptr
	floats []float64
}

func (a *arguments) next() (uintptr, bool) {
	if len(a.ints) == 0 {
		return 0, false
	}
	v := a.ints[0]
	a.ints = a.ints[1:]
	return v, true
}

func (a *arguments) nextFloat() (float64, bool) {
	if len(a.floats) == 0 {
		return 0, false
	}
	v := a.floats[0]
	a.floats = a.floats[1:]
	return v, true
}

// conversion is one of printf: flags, width, precision, length, verb.
var conversion = regexp.MustCompile(`%([-+ #0]*)(\d{0,3}|\*)(\.(?:\d{0,3}|\*))?(hh|h|ll|l|z|j|t|L)?([a-zA-Z%])`)

// expand does what printf would, as far as it is safe. What it does not know
// stays as it is written.
func (l *logger) expand(format string, a *arguments) string {
	lost := false // after a conversion that is not known the arguments are not either
	out := conversion.ReplaceAllStringFunc(format, func(s string) string {
		m := conversion.FindStringSubmatch(s)
		flags, width, precision, length, verb := m[1], m[2], m[3], m[4], m[5]
		if verb == "%" {
			return "%"
		}
		if lost || width == "*" || precision == ".*" || length == "L" {
			lost = true
			return s
		}
		spec := "%" + flags + width + precision
		switch verb {
		case "s":
			p, ok := a.next()
			text, readable := l.mem.text(p, messageMax)
			if !ok || !readable {
				return "?"
			}
			return fmt.Sprintf(spec+"s", text)
		case "d", "i", "u", "x", "X", "o", "c":
			v, ok := a.next()
			if !ok {
				return "?"
			}
			var n any = int64(int32(v))
			switch {
			case verb == "c":
				return string(rune(v & 0x7f))
			case length == "l" || length == "ll" || length == "z" || length == "j" || length == "t":
				n = int64(v)
				if verb != "d" && verb != "i" {
					n = uint64(v)
				}
			case verb != "d" && verb != "i":
				n = uint32(v)
			}
			if verb == "i" || verb == "u" {
				verb = "d"
			}
			return fmt.Sprintf(spec+verb, n)
		case "f", "F", "e", "E", "g", "G":
			v, ok := a.nextFloat()
			if !ok {
				return "?"
			}
			return fmt.Sprintf(spec+verb, v)
		case "p":
			v, _ := a.next()
			return fmt.Sprintf("0x%x", v)
		}
		lost = true
		return s
	})
	if len(out) > messageMax {
		out = out[:messageMax]
	}
	return strings.TrimSpace(out)
}

// reference is how a message names a variable (FMI 2.0.4, 2.1.5): #r12# is the
// Real of value reference 12, ## is #.
var reference = regexp.MustCompile(`##|#([ribs])(\d{1,10})#`)

func (l *logger) named(text string) string {
	return reference.ReplaceAllStringFunc(text, func(s string) string {
		if s == "##" {
			return "#"
		}
		m := reference.FindStringSubmatch(s)
		n, err := strconv.ParseUint(m[2], 10, 32)
		kind := map[string]fmi.Kind{"r": fmi.Real, "i": fmi.Integer, "b": fmi.Boolean, "s": fmi.String}[m[1]]
		if name, ok := l.names[[2]uint32{uint32(kind), uint32(n)}]; ok && err == nil {
			return name
		}
		return s
	})
}
