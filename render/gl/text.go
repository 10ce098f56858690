package gl

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface is a font with the embedded one behind it for what it lacks.
type typeface struct {
	fonts  []*sfnt.Font
	buffer sfnt.Buffer
	faces  map[float64][]font.Face // by size, pixels; one for each font
}

// fontBytesMost bounds a font that is handed in: Hangul fonts have 4 to 25 MB.
const fontBytesMost = 64 << 20

func newTypeface(given, embedded []byte) (*typeface, error) {
	t := &typeface{faces: map[float64][]font.Face{}}
	for _, b := range [][]byte{given, embedded} {
		if len(b) == 0 {
			continue
		}
		if len(b) > fontBytesMost {
			return nil, fmt.Errorf("the font has %d bytes; at most %d are taken: give one of a single script", len(b), fontBytesMost)
		}
		f, err := opentype.Parse(b)
		if err != nil {
			return nil, fmt.Errorf("read the font: %w; give a TrueType or OpenType file", err)
		}
		t.fonts = append(t.fonts, f)
	}
	return t, nil
}

// typefaces returns the regular and bold fonts of an options value.
func typefaces(o Options) (regular, bold *typeface, err error) {
	if regular, err = newTypeface(o.Regular, goregular.TTF); err != nil {
		return nil, nil, err
	}
	heavy := o.Bold
	if len(heavy) == 0 {
		heavy = o.Regular
	}
	if bold, err = newTypeface(heavy, gobold.TTF); err != nil {
		return nil, nil, err
	}
	return regular, bold, nil
}

// sizesMost bounds the remembered sizes; a window that changes its scale all
// the time starts anew.
const sizesMost = 12

// at returns the face for a rune in a size, pixels.
func (t *typeface) at(size float64, r rune) font.Face {
	faces, ok := t.faces[size]
	if !ok {
		if len(t.faces) >= sizesMost {
			clear(t.faces)
		}
		for _, f := range t.fonts {
			face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
			if err == nil { // fails for sizes that are no numbers only
				faces = append(faces, face)
			}
		}
		t.faces[size] = faces
	}
	// Fonts of Hangul have superscripts so small that a legend's ² is a dot.
	if last := len(faces) - 1; strings.ContainsRune("¹²³", r) && last >= 0 {
		return faces[last]
	}
	for i, f := range t.fonts {
		if index, err := f.GlyphIndex(&t.buffer, r); err == nil && index != 0 && i < len(faces) {
			return faces[i]
		}
	}
	return faces[0]
}

// width is the length of a line, pixels.
func (t *typeface) width(text string, size float64) float64 {
	var sum fixed.Int26_6
	for _, r := range text {
		if a, ok := t.at(size, r).GlyphAdvance(r); ok {
			sum += a
		}
	}
	return float64(sum) / 64
}

// write draws a line with its baseline at y.
func (t *typeface) write(to *image.RGBA, text string, x, y, size float64, c color.Color) {
	d := font.Drawer{Dst: to, Src: image.NewUniform(c), Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}}
	for _, r := range text {
		d.Face = t.at(size, r)
		d.DrawString(string(r))
	}
}

// wrap breaks a text into lines of a width, pixels, between words where it can,
// and at most so many; what is left out is told by an ellipsis.
func (t *typeface) wrap(text string, size, width float64, most int) []string {
	var lines []string
	rest := strings.Join(strings.Fields(text), " ")
	for rest != "" {
		if t.width(rest, size) <= width {
			return append(lines, rest)
		}
		last := len(lines) == most-1
		room := width
		if last {
			room -= t.width("…", size)
		}
		cut, space := 0, 0
		for i, r := range rest {
			if t.width(rest[:i]+string(r), size) > room && i > 0 {
				break
			}
			cut = i + len(string(r))
			if r == ' ' {
				space = i
			}
		}
		if last {
			return append(lines, strings.TrimRight(rest[:cut], " ")+"…")
		}
		if space > 0 && rest[cut:] != "" && rest[cut] != ' ' {
			cut = space
		}
		lines = append(lines, strings.TrimRight(rest[:cut], " "))
		rest = strings.TrimLeft(rest[cut:], " ")
	}
	return lines
}
