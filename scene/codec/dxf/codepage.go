package dxf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// pages are the code pages by the number at the end of $DWGCODEPAGE.
var pages = map[string]encoding.Encoding{
	"437": charmap.CodePage437, "850": charmap.CodePage850, "852": charmap.CodePage852, "855": charmap.CodePage855,
	"860": charmap.CodePage860, "863": charmap.CodePage863, "865": charmap.CodePage865, "866": charmap.CodePage866,
	"874": charmap.Windows874, "932": japanese.ShiftJIS, "936": simplifiedchinese.GBK, "949": korean.EUCKR, "950": traditionalchinese.Big5,
	"1250": charmap.Windows1250, "1251": charmap.Windows1251, "1252": charmap.Windows1252, "1253": charmap.Windows1253,
	"1254": charmap.Windows1254, "1255": charmap.Windows1255, "1256": charmap.Windows1256, "1257": charmap.Windows1257,
	"1258": charmap.Windows1258, "8859-1": charmap.ISO8859_1, "8859-2": charmap.ISO8859_2, "8859-5": charmap.ISO8859_5,
	"8859-7": charmap.ISO8859_7, "8859-9": charmap.ISO8859_9, "mac-roman": charmap.Macintosh, "johab": korean.EUCKR,
}

// speller turns the bytes of a text into runes.
type speller struct{ page encoding.Encoding }

// spellerOf picks the code page. Files since release 2007 (AC1021) are UTF-8;
// what is not valid UTF-8 is read by the code page all the same.
func spellerOf(codePage string) (speller, bool) {
	name := strings.ToLower(codePage)
	for _, prefix := range []string{"ansi_", "dos", "iso"} {
		name = strings.TrimPrefix(name, prefix)
	}
	if name == "" || name == "utf-8" || name == "utf8" || name == "ascii" {
		return speller{charmap.Windows1252}, true
	}
	p, ok := pages[name]
	if !ok {
		p = charmap.Windows1252
	}
	return speller{p}, ok
}

func (s speller) spell(raw string) string {
	plain := true
	for i := 0; i < len(raw); i++ {
		if raw[i] >= 0x80 || raw[i] == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return raw
	}
	if !utf8.ValidString(raw) {
		if out, err := s.page.NewDecoder().String(raw); err == nil {
			raw = out
		} else {
			raw = strings.ToValidUTF8(raw, "\ufffd")
		}
	}
	return s.unescape(raw)
}

// unescape resolves \U+XXXX, and \M+nXXXX, a character of a double-byte page.
func (s speller) unescape(raw string) string {
	if !strings.Contains(raw, `\U+`) && !strings.Contains(raw, `\u+`) && !strings.Contains(raw, `\M+`) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		rest := raw[i:]
		if len(rest) >= 7 && (strings.HasPrefix(rest, `\U+`) || strings.HasPrefix(rest, `\u+`)) {
			if v, err := strconv.ParseUint(rest[3:7], 16, 32); err == nil {
				b.WriteRune(rune(v)) // a lone half of a surrogate pair becomes U+FFFD
				i += 7
				continue
			}
		}
		if len(rest) >= 8 && strings.HasPrefix(rest, `\M+`) {
			page := map[byte]string{'1': "932", '2': "950", '3': "949", '4': "949", '5': "936"}[rest[3]]
			v, err := strconv.ParseUint(rest[4:8], 16, 16)
			if err == nil && page != "" {
				if out, err := pages[page].NewDecoder().Bytes([]byte{byte(v >> 8), byte(v)}); err == nil {
					b.Write(out)
					i += 8
					continue
				}
			}
		}
		b.WriteByte(raw[i])
		i++
	}
	return b.String()
}

// plainText takes the control codes out of a TEXT: %%d and the like.
func plainText(s string) string {
	if !strings.Contains(s, "%%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if !strings.HasPrefix(s[i:], "%%") || i+2 >= len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		i += 3
		switch c := s[i-1]; c {
		case 'd', 'D':
			b.WriteRune('°')
		case 'p', 'P':
			b.WriteRune('±')
		case 'c', 'C':
			b.WriteRune('⌀')
		case '%':
			b.WriteByte('%')
		case 'u', 'U', 'o', 'O', 'k', 'K':
		default:
			if i+2 <= len(s) {
				if v, err := strconv.ParseUint(s[i-1:i+2], 10, 8); err == nil {
					b.WriteRune(charmap.Windows1252.DecodeByte(byte(v)))
					i += 2
					continue
				}
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// plainMText takes the formatting out of an MTEXT; \P becomes a line break.
func plainMText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		i++
		switch {
		case c == '{' || c == '}':
		case c == '^' && i < len(s):
			switch s[i] {
			case 'I':
				b.WriteByte('\t')
			case 'J', 'M':
				b.WriteByte('\n')
			case ' ':
				b.WriteByte('^')
			}
			i++
		case c != '\\' || i >= len(s):
			b.WriteByte(c)
		default:
			c = s[i]
			i++
			switch c {
			case 'P', 'X':
				b.WriteByte('\n')
			case 'N':
				b.WriteByte('\n')
			case '~':
				b.WriteByte(' ')
			case '\\', '{', '}':
				b.WriteByte(c)
			case 'L', 'l', 'O', 'o', 'K', 'k':
			case 'S': // a stack: numerator and denominator
				end := strings.IndexByte(s[i:], ';')
				if end < 0 {
					end = len(s) - i
				}
				b.WriteString(strings.NewReplacer("^", "/", "#", "/").Replace(strings.TrimSpace(s[i : i+end])))
				i = min(i+end+1, len(s))
			case 'f', 'F', 'H', 'h', 'W', 'w', 'Q', 'q', 'T', 't', 'A', 'a', 'C', 'c', 'p':
				end := strings.IndexByte(s[i:], ';')
				if end < 0 {
					end = len(s) - i - 1
				}
				i = min(i+end+1, len(s))
			default:
				b.WriteByte(c)
			}
		}
	}
	return plainText(b.String())
}
