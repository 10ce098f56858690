package series_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/xai/series"
)

const labelled = "datetime;Current;Flow;anomaly;changepoint\n" +
	"2020-03-09 10:14:33;1.33;32.0;0.0;0.0\n2020-03-09 10:14:34;;31.5;1.0;1.0\n"

func TestRead(t *testing.T) {
	s, err := series.Read(strings.NewReader(labelled), "a.csv", "anomaly", "changepoint")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Columns) != 2 || s.Columns[1] != "Flow" || len(s.Times) != 2 || s.Times[1].Second() != 34 ||
		s.Rows[0][0] != 1.33 || !math.IsNaN(s.Rows[1][0]) || s.Labels[1] != 1 {
		t.Errorf("read %+v", s)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "line of names"},
		"no rows":      {"a,b\n", "no row"},
		"a word":       {"a,b\n1,two\n", `line 2: column "b": "two" is no number`},
		"time goes by": {"t,a\n2020-01-02,1\n2020-01-01,1\n", "line 3: 2020-01-01 comes after a later time"},
		"label":        {"a,anomaly\n1,0.5\n", `label "0.5"`},
		"short":        {"a,b\n1\n", "wrong number of fields"},
		"infinite":     {"a\ninf\n", "no number"},
	} {
		if _, err := series.Read(strings.NewReader(c.text), "x.csv", "anomaly"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOpenAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"b/2.csv", "a.csv", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(labelled), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := series.Open(dir, "anomaly")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Name != "a.csv" || all[1].Name != "b/2.csv" {
		t.Errorf("opened %v", all)
	}
	if _, err := series.Open(filepath.Join(dir, "notes.txt"), ""); err == nil || !strings.Contains(err.Error(), "neither a folder") {
		t.Errorf("a text was opened: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(labelled))
	f.Add([]byte("a\tb\n1\t2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := series.Read(bytes.NewReader(data), "fuzz", "anomaly")
		if err != nil {
			return
		}
		for _, row := range s.Rows {
			if len(row) != len(s.Columns) {
				t.Fatalf("%d values for %d columns", len(row), len(s.Columns))
			}
		}
		if len(s.Times) != 0 && len(s.Times) != len(s.Rows) || len(s.Labels) != 0 && len(s.Labels) != len(s.Rows) {
			t.Fatalf("%d times, %d labels, %d rows", len(s.Times), len(s.Labels), len(s.Rows))
		}
	})
}

func ExampleRead() {
	s, err := series.Read(strings.NewReader(labelled), "valve/0.csv", "anomaly", "changepoint")
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Columns, len(s.Rows), s.Labels)
	// Output: [Current Flow] 2 [0 1]
}
