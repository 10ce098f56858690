package ifc

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// form tells what an argument is.
type form uint8

const (
	absent form = iota // $ or *
	number
	text
	enum // .T.
	ref  // #12
	list
	typed // IFCLABEL('x'): the type in str, the value as the only element of list
	binary
)

// value is one argument of an instance.
type value struct {
	form form
	num  float64
	str  string // raw for text: decode reads its escapes
	list []value
}

// parser reads the arguments of instances into memory that it takes in blocks
// and takes again after reuse.
type parser struct {
	text   string
	at     int
	end    int
	stack  []value
	blocks [][]value
	used   int     // of blocks
	block  []value // what is left of the last one
	wrong  string
}

// blockSize is how many values are taken at once.
const blockSize = 4096

// arguments reads the arguments of an instance.
func (p *parser) arguments(src, kind string, in instance) ([]value, error) {
	p.text, p.at, p.end, p.wrong = src, int(in.from), int(in.to), ""
	p.stack = p.stack[:0]
	out := p.sequence(0)
	if p.wrong != "" {
		return nil, fmt.Errorf("#%d %s: %s; export the model again", in.id, kind, p.wrong)
	}
	return out, nil
}

// sequence reads values up to the end of the text or a closing bracket.
func (p *parser) sequence(depth int) []value {
	if depth > nestingMax {
		p.fail("lists are nested deeper than %d", nestingMax)
		return nil
	}
	mark := len(p.stack)
	for {
		p.blank()
		if p.at >= p.end || p.text[p.at] == ')' {
			break
		}
		if len(p.stack) > mark {
			if p.text[p.at] != ',' {
				p.fail("a comma is missing before %.20q", p.text[p.at:p.end])
				return nil
			}
			p.at++
			p.blank()
		}
		if len(p.stack)-mark >= elementsMax {
			p.fail("a list holds more than %d values", elementsMax)
			return nil
		}
		v := p.value(depth)
		if p.wrong != "" {
			return nil
		}
		p.stack = append(p.stack, v)
	}
	n := len(p.stack) - mark
	out := p.take(n)
	copy(out, p.stack[mark:])
	p.stack = p.stack[:mark]
	return out
}

func (p *parser) take(n int) []value {
	if n > blockSize/4 {
		return make([]value, n)
	}
	if len(p.block) < n {
		if p.used == len(p.blocks) {
			p.blocks = append(p.blocks, make([]value, blockSize))
		}
		p.block = p.blocks[p.used]
		p.used++
	}
	out := p.block[:n:n]
	p.block = p.block[n:]
	return out
}

// blocksKept bounds the memory that is kept for later.
const blocksKept = 64

// reuse takes back all memory: what was read before must not be used any more.
func (p *parser) reuse() {
	if len(p.blocks) > blocksKept {
		p.blocks = p.blocks[:blocksKept:blocksKept]
	}
	p.used, p.block = 0, nil
}

func (p *parser) blank() {
	for p.at < p.end {
		switch b := p.text[p.at]; {
		case b <= ' ':
			p.at++
		case b == '/' && strings.HasPrefix(p.text[p.at:p.end], "/*"):
			stop := strings.Index(p.text[p.at+2:p.end], "*/")
			if stop < 0 {
				p.at = p.end
				return
			}
			p.at += stop + 4
		default:
			return
		}
	}
}

func (p *parser) fail(format string, args ...any) {
	if p.wrong == "" {
		p.wrong = fmt.Sprintf(format, args...)
	}
}

func (p *parser) value(depth int) value {
	if p.at >= p.end {
		p.fail("a value is missing at the end")
		return value{}
	}
	start := p.at
	switch b := p.text[p.at]; {
	case b == '$' || b == '*':
		p.at++
		return value{}
	case b == '#':
		n := 0
		for p.at++; p.at < p.end && p.text[p.at] >= '0' && p.text[p.at] <= '9'; p.at++ {
			if n = n*10 + int(p.text[p.at]-'0'); n > idMax {
				p.fail("reference %.24q is too large", p.text[start:p.end])
				return value{}
			}
		}
		return value{form: ref, num: float64(n)}
	case b == '\'':
		return p.quoted()
	case b == '"':
		stop := strings.IndexByte(p.text[p.at+1:p.end], '"')
		if stop < 0 {
			p.fail("a binary value is not closed")
			return value{}
		}
		p.at += stop + 2
		return value{form: binary, str: p.text[start+1 : p.at-1]}
	case b == '.' && p.at+1 < p.end && isLetter(p.text[p.at+1]):
		stop := strings.IndexByte(p.text[p.at+1:p.end], '.')
		if stop < 0 {
			p.fail("%.20q is not closed by a point", p.text[start:p.end])
			return value{}
		}
		p.at += stop + 2
		return value{form: enum, str: p.text[start+1 : p.at-1]}
	case b == '(':
		return value{form: list, list: p.bracket(depth)}
	case b == '+' || b == '-' || b == '.' || b >= '0' && b <= '9':
		return p.number()
	case isLetter(b):
		for p.at < p.end && isWord(p.text[p.at]) {
			p.at++
		}
		word := p.text[start:p.at]
		p.blank()
		if p.at >= p.end || p.text[p.at] != '(' {
			p.fail("%.20q is no value", word)
			return value{}
		}
		inner := p.bracket(depth)
		if p.wrong == "" && len(inner) != 1 {
			p.fail("%.40s holds %d values instead of one", word, len(inner))
		}
		return value{form: typed, str: strings.ToUpper(word), list: inner}
	default:
		p.fail("%.20q is no value", p.text[start:p.end])
		return value{}
	}
}

func (p *parser) bracket(depth int) []value {
	p.at++
	out := p.sequence(depth + 1)
	if p.wrong == "" && p.at >= p.end {
		p.fail("a bracket is not closed")
	}
	p.at++
	return out
}

func (p *parser) quoted() value {
	start := p.at + 1
	for p.at++; ; {
		stop := strings.IndexByte(p.text[min(p.at, p.end):p.end], '\'')
		if stop < 0 {
			p.fail("a quote is not closed")
			return value{}
		}
		p.at += stop + 1
		if p.at < p.end && p.text[p.at] == '\'' {
			p.at++
			continue
		}
		return value{form: text, str: p.text[start : p.at-1]}
	}
}

func (p *parser) number() value {
	start := p.at
	for p.at < p.end {
		b := p.text[p.at]
		if b >= '0' && b <= '9' || b == '.' || b == '-' || b == '+' || b == 'E' || b == 'e' {
			p.at++
			continue
		}
		break
	}
	v, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if err != nil {
		p.fail("%.40q is not a number", p.text[start:p.at])
	}
	return value{form: number, num: v}
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' }

// decode reads the escapes of a string: doubled quotes and backslashes, \X\ (an
// ISO 8859-1 byte), \X2\ and \X4\ (UTF-16 and UTF-32), and \S\ of the page of
// ISO 8859 that \P names (ISO 10303-21, 6.4.3). What is no escape stays as it
// is. Bytes that are no UTF-8 are taken for Windows-1252. The result shares no
// memory with raw.
func decode(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 && strings.IndexByte(raw, '\'') < 0 {
		return western(raw)
	}
	raw = western(raw)
	var b strings.Builder
	page := charmap.ISO8859_1
	for i := 0; i < len(raw); {
		rest := raw[i:]
		switch {
		case strings.HasPrefix(rest, "''"):
			b.WriteByte('\'')
			i += 2
		case strings.HasPrefix(rest, `\\`):
			b.WriteByte('\\')
			i += 2
		case strings.HasPrefix(rest, `\S\`) && len(rest) > 3 && rest[3] < 0x80:
			b.WriteRune(page.DecodeByte(rest[3] + 128))
			i += 4
		case strings.HasPrefix(rest, `\X2\`):
			n := wide(&b, rest[4:], 4)
			i += 4 + n
		case strings.HasPrefix(rest, `\X4\`):
			n := wide(&b, rest[4:], 8)
			i += 4 + n
		case strings.HasPrefix(rest, `\X0\`):
			i += 4
		case strings.HasPrefix(rest, `\X\`) && len(rest) >= 5:
			if v, err := strconv.ParseUint(rest[3:5], 16, 8); err == nil {
				b.WriteRune(rune(v))
				i += 5
			} else {
				b.WriteString(`\X\`)
				i += 3
			}
		case strings.HasPrefix(rest, `\P`) && len(rest) > 3 && rest[3] == '\\':
			if k := int(rest[2]) - 'A'; k >= 0 && k < len(pages) {
				page = pages[k]
			}
			i += 4
		default:
			b.WriteByte(raw[i])
			i++
		}
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// pages are the parts of ISO 8859 that the letters from A on name. The ninth is
// Latin-5.
var pages = [...]*charmap.Charmap{
	charmap.ISO8859_1, charmap.ISO8859_2, charmap.ISO8859_3, charmap.ISO8859_4, charmap.ISO8859_5, charmap.ISO8859_6,
	charmap.ISO8859_7, charmap.ISO8859_8, charmap.ISO8859_9,
}

// western is a copy of s, which is UTF-8 or of the usual western code page.
func western(s string) string {
	if utf8.ValidString(s) {
		return strings.Clone(s)
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(charmap.Windows1252.DecodeByte(s[i]))
	}
	return b.String()
}

// wide reads groups of hexadecimal digits and returns how far it came.
func wide(b *strings.Builder, rest string, digits int) int {
	var units []uint16
	n := 0
	for n+digits <= len(rest) {
		v, err := strconv.ParseUint(rest[n:n+digits], 16, 32)
		if err != nil {
			break
		}
		if digits == 8 {
			b.WriteRune(rune(min(v, 0x110000)))
		} else {
			units = append(units, uint16(v))
		}
		n += digits
	}
	b.WriteString(string(utf16.Decode(units)))
	return n
}
