// Package markup opens XML that came from outside: in whatever encoding it is
// written, and bounded before a tree of it is made, since a tree takes a
// multiple of the text. It knows no format that is written in XML.
package markup

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"

	"github.com/beevik/etree"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// Limits bounds a document. What is beyond them is an error.
type Limits struct {
	Depth    int // of elements within elements
	Elements int // and four times as many attributes

	// Lax lets Read accept values without quotes, entities that are not declared
	// and ends that do not match, as some programs write.
	Lax bool
}

// attributesShare is how many attributes there may be for each element of the
// limit.
const attributesShare = 4

// Read makes a tree of a document. Errors name the line.
func Read(ctx context.Context, data []byte, limits Limits) (*etree.Document, error) {
	text, err := Text(ctx, data, limits)
	if err != nil {
		return nil, err
	}
	x := etree.NewDocument()
	x.ReadSettings.CharsetReader, x.ReadSettings.Permissive = Charset, limits.Lax
	if err := x.ReadFromBytes(text); err != nil {
		var form *xml.SyntaxError
		if errors.As(err, &form) {
			return nil, fmt.Errorf("line %d: not XML: %s; export it again", form.Line, form.Msg)
		}
		if errors.Is(err, etree.ErrXML) {
			return nil, fmt.Errorf("line %d: not XML: elements have no end; the file was cut off, copy or export it again", 1+bytes.Count(text, []byte("\n")))
		}
		return nil, fmt.Errorf("not XML: %w; export it again", err)
	}
	return x, nil
}

// Charset is for decoders of what Text returns, whatever its declaration says.
func Charset(_ string, r io.Reader) (io.Reader, error) { return r, nil }

// Text is a document within limits, in UTF-8 without a byte order mark.
func Text(ctx context.Context, data []byte, limits Limits) ([]byte, error) {
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	return text, within(ctx, text, limits)
}

// declared finds the encoding that a document's first line names.
var declared = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// decoded turns data to UTF-8: by its byte order mark, by where the zeros of its
// first character stand (XML 1.0, appendix F), or by what it declares. Programs
// declare UTF-16 where they write UTF-8: without zeros it is none.
func decoded(data []byte) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("<\x00")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.HasPrefix(data, []byte("\x00<")):
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		name := declared.FindSubmatch(data[:min(len(data), 400)])
		if name == nil {
			return data, nil
		}
		e, err := htmlindex.Get(string(name[1]))
		if err != nil {
			if utf8.Valid(data) {
				return data, nil
			}
			return nil, fmt.Errorf("line 1: encoding %q is not known; save it as UTF-8", name[1])
		}
		switch canonical, _ := htmlindex.Name(e); canonical {
		case "utf-8", "utf-16le", "utf-16be", "replacement":
			return data, nil
		}
		from = e
	}
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return nil, fmt.Errorf("line 1: its text cannot be decoded: %w; save it as UTF-8", err)
	}
	return text, nil
}

// within walks over the marks of a document once. What is no XML is left to the
// parser, which tells more.
func within(ctx context.Context, text []byte, limits Limits) error {
	depth, elements, attributes := 0, 0, 0
	tell := func(at int, what string, most int) error {
		return fmt.Errorf("line %d: %s than %d; split the file", 1+bytes.Count(text[:at], []byte("\n")), what, most)
	}
	// behind is where what begins at a place ends, or the end of the text.
	behind := func(at int, mark string) int {
		if n := bytes.Index(text[at:], []byte(mark)); n >= 0 {
			return at + n + len(mark)
		}
		return len(text)
	}
	for at := 0; at < len(text); {
		n := bytes.IndexByte(text[at:], '<')
		if n < 0 {
			return nil
		}
		at += n
		rest := text[at:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			at = behind(at+4, "-->")
			continue
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			at = behind(at, "]]>")
			continue
		case bytes.HasPrefix(rest, []byte("<?")):
			at = behind(at, "?>")
			continue
		case bytes.HasPrefix(rest, []byte("<!")):
			at++
			continue
		case bytes.HasPrefix(rest, []byte("</")):
			depth--
			at = behind(at, ">")
			continue
		}
		if elements++; elements > limits.Elements {
			return tell(at, "more elements", limits.Elements)
		}
		if depth++; depth > limits.Depth {
			return tell(at, "elements nest deeper", limits.Depth)
		}
		if elements&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for at++; at < len(text) && text[at] != '>'; at++ {
			switch text[at] {
			case '=':
				if attributes++; attributes > attributesShare*limits.Elements {
					return tell(at, "more attributes", attributesShare*limits.Elements)
				}
			case '"', '\'':
				end := bytes.IndexByte(text[at+1:], text[at])
				if end < 0 {
					return nil
				}
				at += 1 + end
			}
		}
		if at > 0 && at < len(text) && text[at-1] == '/' {
			depth--
		}
	}
	return nil
}
