package study_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
)

func file(t testing.TB) *study.File {
	t.Helper()
	f := &study.File{Study: "rooms", Made: "glasstwin train rooms", Data: "ten days", Split: "by day", Inside: "a tree",
		Judgement: study.Judgement{Tests: []study.Tested{study.Share("days", "accuracy", 9, 10)}, Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.2}}}}
	if err := f.Add("model", []string{"monday"}, []string{"tuesday"}, func(w io.Writer) error { _, err := io.WriteString(w, `{"a":1}`+"\n"); return err }); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAFileComesBackAsItWas(t *testing.T) {
	f := file(t)
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := study.Decode(bytes.NewReader(data), "rooms")
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", back) != fmt.Sprintf("%+v", f) || f.Version == "" {
		t.Errorf("got %+v, want %+v", back, f)
	}
	again, err := back.Encode()
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("it is another after reading and writing: %v", err)
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	data, err := file(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ from, to, says string }{
		"cut":      {string(data[len(data)/2:]), "", "cut off"},
		"format":   {`"study model"`, `"recipe"`, "recipe"},
		"study":    {`"rooms"`, `"halls"`, "halls"},
		"untested": {`"tests":[`, `"tests":[],"x":[`, "judged on nothing"},
		"interval": {`"low95":`, `"low95":7,"x":`, "interval"},
		"at":       {`"name":"model",`, `"name":"model","at":1.5,`, "no probability"},
		"no part":  {`"parts":[`, `"parts":[],"x":[`, "0 parts"},
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := strings.Replace(string(data), c.from, c.to, 1)
			if spoilt == string(data) {
				t.Fatalf("%q does not stand in the file", c.from)
			}
			if _, err := study.Decode(strings.NewReader(spoilt), "rooms"); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	data, err := file(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := study.Decode(bytes.NewReader(data), "rooms"); err == nil && len(got.Judgement.Tests) == 0 {
			t.Error("a file that was judged on nothing was taken")
		}
	})
}

func TestDataIsFoundInItsFolderAndAboveIt(t *testing.T) {
	dir := t.TempDir()
	s := study.Study{Folder: "rooms", Pattern: "day*.csv"}
	if _, ok := s.Find(dir); ok {
		t.Error("it is found in an empty folder")
	}
	if err := os.MkdirAll(filepath.Join(dir, "rooms"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rooms", "day1.csv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Join(dir, "rooms")} {
		if got, ok := s.Find(d); !ok || filepath.Base(got) != "rooms" {
			t.Errorf("in %s it is found at %q", d, got)
		}
	}
}

func TestTheCardTellsWhatTheFileHolds(t *testing.T) {
	s := study.Study{Name: "rooms", Task: "telling rooms apart", Strategy: "interpretable model", Credit: "by hand",
		Card: func(*study.File) (study.Card, error) {
			return study.Card{What: "A rule.", Columns: []string{"light, lx"}, Inside: "| a |", Limits: "One room."}, nil
		}}
	text, err := s.Markdown(file(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"telling rooms apart", "| days | accuracy | 0.9000 | 0.5958 to 0.9821 | 10 |", "deletion_gain | 0.2", "ten days", "by day", "a tree", "One room.", "light, lx"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
