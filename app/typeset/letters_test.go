package typeset

import (
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
)

// Whatever is told, each letter is set in a family that has it: a minus sign is no box.
func TestEachLetterHasAFont(t *testing.T) {
	l, err := New(fpdf.New("P", "mm", "A4", ""))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"sales −1.2 % ± 0.7 (337 → 333)":   "go",
		"turned by −90°":                   "go",
		"Müller’s “fresh” bread, 2 × 1.20": "go",
		"12.4\u202f%":                      "go",
		"가판대":                              "nanumsquare",
		"가판대 3 turned by −90°":             "nanumsquare go",
		"\U0001F6D2":                       "go", // told as a box
	} {
		var families []string
		set := ""
		for _, r := range l.runs(text) {
			families = append(families, [2]string{latin, hangul}[r.family])
			set += r.text
			for _, c := range r.text {
				if g, err := l.fonts[r.family].GlyphIndex(&l.buffer, c); err != nil || g == 0 {
					t.Errorf("%q: %s has no %q", text, families[len(families)-1], c)
				}
			}
		}
		if got := strings.Join(families, " "); got != want {
			t.Errorf("%q is set in %s, want %s", text, got, want)
		}
		if strings.Contains(set, "□") != (text == "\U0001F6D2") {
			t.Errorf("%q is set as %q", text, set)
		}
	}
}

func TestWhatIsTooWideIsClipped(t *testing.T) {
	l, err := New(fpdf.New("P", "mm", "A4", ""))
	if err != nil {
		t.Fatal(err)
	}
	s := Style{Size: 8.5}
	long := "Refrigerated multideck by the entrance"
	got := l.Clipped(long, 30, s)
	if w := l.Width(got, s); w > 30 || !strings.HasSuffix(got, "…") || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("%q, %.1f mm wide", got, w)
	}
	if got := l.Clipped("short", 30, s); got != "short" {
		t.Errorf("%q", got)
	}
}
