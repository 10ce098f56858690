package sheet_test

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/study/sheet"
)

const small = "\ufeff\"date\", Light \n\"1\",\"2015-02-04 17:51:00\",426\n\"2\",\"2015-02-04 17:52:00\",\n"

func TestATableIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv.gz")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(small))
	z.Close()
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := sheet.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	light, err := s.Numbers("Light")
	if err != nil || len(light) != 2 || light[0] != 426 || !math.IsNaN(light[1]) {
		t.Errorf("got %v, %v", light, err)
	}
	at, err := s.Times("date", "2006-01-02 15:04:05", time.DateOnly)
	if err != nil || at[1].Minute() != 52 {
		t.Errorf("got %v, %v", at, err)
	}
}

func TestWhatIsNoTableIsRefusedByName(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"empty":      {"", "empty"},
		"no row":     {"a,b\n", "no row"},
		"short":      {"a,b,c\n1,2,3\n1\n", "line 3"},
		"no number":  {"date,Light\n2015-02-04 17:51:00,bright\n", `column "Light": "bright"`},
		"no column":  {"date,Heat\n2015-02-04 17:51:00,1\n", `no column "Light"`},
		"twice":      {"a,a\n1,2\n", "twice"},
		"infinite":   {"date,Light\n2015-02-04 17:51:00,Inf\n", "no number"},
		"no time":    {"date,Light\nyesterday,1\n", "no time"},
		"backwards":  {"date,Light\n2015-02-04 17:51:00,1\n2015-02-03 17:51:00,1\n", "before"},
		"torn quote": {"date,Light\n\"2015,1\n", "t.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sheet.Read("t.csv", strings.NewReader(c.text))
			if err == nil {
				_, err = s.Times("date", "2006-01-02 15:04:05")
			}
			if err == nil {
				_, err = s.Numbers("Light")
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("a\n1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := sheet.Read("t.csv", bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, n := range s.Names {
			if v, err := s.Numbers(n); err == nil && len(v) != len(s.Rows) {
				t.Error("a column of another length")
			}
			_, _ = s.Times(n, time.DateOnly)
		}
	})
}
