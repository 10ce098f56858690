package markup_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/glasstwin/glasstwin/markup"
)

var some = markup.Limits{Depth: 10, Elements: 100}

// A document reads the same in every encoding that programs write.
func TestEncodings(t *testing.T) {
	const body = `<a name="Bäckerei &lt;1&gt;">é</a>`
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) func(string) string {
		return func(s string) string {
			out, err := unicode.UTF16(order, mark).NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	for _, c := range []struct{ name, text string }{
		{"as it is", body},
		{"with a mark", "\ufeff" + body},
		{"declared", `<?xml version="1.0" encoding="UTF-8"?>` + body},
		{"declared as UTF-16, but none", `<?xml version="1.0" encoding="utf-16"?>` + body},
		{"declared as what nobody knows, but UTF-8", `<?xml version="1.0" encoding="x-ours"?>` + body},
		{"UTF-16 with a mark", utf16(unicode.LittleEndian, unicode.UseBOM)(`<?xml version="1.0" encoding="utf-16"?>` + body)},
		{"UTF-16 of the other order", utf16(unicode.BigEndian, unicode.UseBOM)(body)},
		{"UTF-16 without a mark", utf16(unicode.LittleEndian, unicode.IgnoreBOM)(body)},
		{"Latin-1", latin(t, `<?xml version='1.0' encoding='ISO-8859-1'?>`+"\r\n"+body)},
		{"Windows-1252", latin(t, `<?xml version="1.0" encoding="windows-1252" standalone="yes"?>`+body)},
	} {
		x, err := markup.Read(context.Background(), []byte(c.text), some)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := x.Root().SelectAttrValue("name", "") + x.Root().Text(); got != "Bäckerei <1>é" {
			t.Errorf("%s: read %q", c.name, got)
		}
	}
}

func latin(t *testing.T, s string) string {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nested too deep", "\n" + strings.Repeat("<a>", 11), "line 2: elements nest deeper than 10"},
		{"too many elements", "<a>" + strings.Repeat("<b/>", 100) + "</a>", "more elements than 100"},
		{"too many attributes", "<a" + strings.Repeat(` b=""`, 401) + "/>", "more attributes than 400"},
		{"no end", "<a><b>", "line 1: not XML"},
		{"an encoding that nobody knows", "<?xml version='1.0' encoding='x-ours'?><a>\xe4</a>", "save it as UTF-8"},
	} {
		if _, err := markup.Read(context.Background(), []byte(c.text), some); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// What stands in comments, sections of characters and values counts for nothing.
func TestMarksThatAreNone(t *testing.T) {
	for _, text := range []string{
		"<a><!-- " + strings.Repeat("<b>", 200) + " --></a>",
		"<a><![CDATA[" + strings.Repeat("<b>", 200) + "]]></a>",
		`<a b="` + strings.Repeat("/>=", 500) + `"></a>`,
		`<?xml version="1.0"?><?p ` + strings.Repeat("<b>", 200) + `?><a/>`,
	} {
		if _, err := markup.Read(context.Background(), []byte(text), some); err != nil {
			t.Errorf("%.30s…: %v", text, err)
		}
	}
}

// Text without ends is passed over once.
func TestTextWithoutEndsEnds(t *testing.T) {
	for _, part := range []string{"<a</", "<!--", "</", "<a b='", "<?", "<![CDATA[", "<"} {
		start := time.Now()
		_, _ = markup.Read(context.Background(), []byte(strings.Repeat(part, (8<<20)/len(part))), markup.Limits{Depth: 200, Elements: 2_000_000})
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%q over and over took %v", part, d)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?><a b="c"><!-- d --><![CDATA[e]]></a>`))
	f.Add([]byte("\xff\xfe<\x00a\x00/\x00>\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := markup.Read(context.Background(), data, some)
		if err == nil && x.Root() != nil {
			deepest(t, x.Root().ChildElements(), 1)
		}
	})
}

// deepest walks a tree to see that it keeps its limit.
func deepest(t *testing.T, es []*etree.Element, depth int) {
	if len(es) > 0 && depth >= some.Depth {
		t.Fatalf("elements nest %d deep", depth+1)
	}
	for _, e := range es {
		deepest(t, e.ChildElements(), depth+1)
	}
}
