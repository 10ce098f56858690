package recording

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/glasstwin/glasstwin/twin"
)

const good = "time,signal,value\n2026-06-03T10:00:00Z,freezer-2/air-temperature,-20.5\n2026-06-03T10:00:05Z,freezer-2/door-open,1\n"

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"plain": good, "packed": string(packed(t, good)), "as a spreadsheet saves it": "\ufeff" + strings.ReplaceAll(good, "\n", "\r\n"),
		"without the last line's end": strings.TrimSuffix(good, "\n"),
	} {
		r, err := Read("a.csv", strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := []twin.Sample{
			{Signal: "freezer-2/air-temperature", At: time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC), Value: -20.5, Quality: twin.Good},
			{Signal: "freezer-2/door-open", At: time.Date(2026, 6, 3, 10, 0, 5, 0, time.UTC), Value: 1, Quality: twin.Good},
		}
		same := slices.EqualFunc(r.Samples, want, func(a, b twin.Sample) bool {
			return a.Signal == b.Signal && a.At.Equal(b.At) && a.Value == b.Value && a.Quality == b.Quality
		})
		if !same || !slices.Equal(r.Signals, []twin.SignalID{"freezer-2/air-temperature", "freezer-2/door-open"}) || r.To.Sub(r.From) != 5*time.Second {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAValueThatIsNoNumberIsKeptAsBad(t *testing.T) {
	r, err := Read("a.csv", strings.NewReader(good+"2026-06-03T10:00:10Z,freezer-2/air-temperature,NaN\n"))
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Samples[2]; s.Quality != twin.Bad || !math.IsNaN(s.Value) {
		t.Errorf("%+v", s)
	}
}

func TestReadNamesTheLine(t *testing.T) {
	row := func(what string) string { return "time,signal,value\n" + what + "\n" }
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "no sample"},
		{"only a header", "time,signal,value\n", "no sample"},
		{"another table", "when,what\n", "line 1"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", "line 1"},
		{"JSON", `{"time": []}`, "line 1"},
		{"no part", row("2026-06-03T10:00:00Z,freezer,1"), "line 2: signal"},
		{"no asset", row("2026-06-03T10:00:00Z,/a,1"), "line 2: signal"},
		{"a long name", row("2026-06-03T10:00:00Z,a/" + strings.Repeat("b", idMax) + ",1"), "line 2: signal"},
		{"a word for a time", row("yesterday,freezer/a,1"), "line 2: time"},
		{"a word for a value", row("2026-06-03T10:00:00Z,freezer/a,warm"), "line 2: value"},
		{"nothing for a value", row("2026-06-03T10:00:00Z,freezer/a,"), "line 2: value"},
		{"an infinite value", row("2026-06-03T10:00:00Z,freezer/a,-Inf"), "line 2: value"},
		{"more than a number holds", row("2026-06-03T10:00:00Z,freezer/a,1e999"), "line 2: value"},
		{"a field more", row("2026-06-03T10:00:00Z,freezer/a,1,2"), "line 2: value"},
		{"cut in a row", row("2026-06-03T10:00:00Z"), "line 2 has"},
		{"an empty row", row(""), "line 2 has"},
		{"time goes back", good + "2026-06-03T09:00:00Z,freezer/a,1\n", "line 4: time"},
		{"a huge line", good + strings.Repeat("x", 3*lineMax), "after line 3"},
		{"cut in the pack", string(packed(t, good)[:30]), "a.csv: "},
		{"no pack at all", "\x1f\x8bnonsense", "unpack"},
	} {
		r, err := Read("a.csv", strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "a.csv: ") || r != nil {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
}

func TestReadBoundsTheNumberOfSignals(t *testing.T) {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range signalsMax + 1 {
		fmt.Fprintf(&b, "2026-06-03T10:00:00Z,a/%d,1\n", i)
	}
	if _, err := Read("a.csv", strings.NewReader(b.String())); err == nil || !strings.Contains(err.Error(), "signals") {
		t.Errorf("got %v", err)
	}
}

const fault = `{"device":"freezer-2","fault":"fan-failure","onset":"2026-07-20T05:03:22Z","end":"2026-07-20T10:00:00Z","severity":0.1}`

func TestReadTruth(t *testing.T) {
	e, err := ReadTruth("t.json", strings.NewReader("["+fault+"]"))
	if err != nil || len(e) != 1 || e[0].Fault != "fan-failure" || e[0].Device != "freezer-2" || e[0].End.Sub(e[0].Onset) < time.Hour || e[0].Severity != 0.1 {
		t.Errorf("%+v %v", e, err)
	}
	if e, err := ReadTruth("t.json", strings.NewReader("[]")); err != nil || len(e) != 0 {
		t.Errorf("a run without a fault: %+v %v", e, err)
	}
	for name, c := range map[string]struct{ text, says string }{
		"empty":         {"", "JSON list"},
		"no list":       {"{}", "JSON list"},
		"cut":           {"[" + fault, "JSON list"},
		"wrong type":    {strings.Replace("["+fault+"]", "0.1", `"mild"`, 1), "JSON list"},
		"nothing in it": {`[{"device":"x"}]`, "entry 1"},
		"ends too soon": {"[" + strings.Replace(fault, "07-20T10", "07-19T10", 1) + "]", "entry 1"},
		"many":          {"[" + strings.Repeat("{},", faultsMax) + "{}]", "more than"},
		"long":          {strings.Repeat(" ", truthMax) + "[]", "longer than"},
	} {
		if _, err := ReadTruth("t.json", strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "t.json: ") {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	f.Add(packed(f, good))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Add([]byte("[" + fault + "]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if episodes, err := ReadTruth("f", bytes.NewReader(data)); err == nil {
			for _, e := range episodes {
				if e.End.Before(e.Onset) || e.Device == "" {
					t.Errorf("%+v was taken", e)
				}
			}
		}
		r, err := Read("f", bytes.NewReader(data))
		if err != nil {
			return
		}
		last := r.From
		for _, s := range r.Samples {
			if s.At.Before(last) || math.IsInf(s.Value, 0) || math.IsNaN(s.Value) != (s.Quality == twin.Bad) || !slices.Contains(r.Signals, s.Signal) {
				t.Fatalf("%+v after %v was taken", s, last)
			}
			last = s.At
		}
		if !last.Equal(r.To) {
			t.Errorf("it ends at %v, not %v", r.To, last)
		}
	})
}
