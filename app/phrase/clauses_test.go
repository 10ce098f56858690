package phrase

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/glasstwin/glasstwin/assets"
)

func TestFeaturesAreToldByTheirClauses(t *testing.T) {
	en, ko := speaker(t, English), speaker(t, Korean)
	for name, want := range map[string]string{
		"people more, 4 min":                        "늘어난 인원, 4분",
		"air above goods, trend 30 min":             "공기와 상품의 온도 차, 30분 추세",
		"people, 20 to 5 min ago, never seen by us": "인원, 20~5분 전, never seen by us",
	} {
		if got := ko.Feature(name); got != want {
			t.Errorf("%q is told as %q, want %q", name, got, want)
		}
		if got := en.Feature(name); got != name {
			t.Errorf("%q is told as %q in English", name, got)
		}
	}
}

// Every feature by which the program's own model tells situations has its Korean.
func TestTheFeaturesOfSituationsAreTranslated(t *testing.T) {
	f, err := assets.Models().Open("situations.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var model any
	if err := json.NewDecoder(f).Decode(&model); err != nil {
		t.Fatal(err)
	}
	ko, latin, seen := speaker(t, Korean), regexp.MustCompile(`[a-z]{3}`), 0
	for _, name := range columnsIn(model) {
		seen++
		if got := ko.Feature(name); latin.MatchString(got) {
			t.Errorf("%q is told as %q", name, got)
		}
	}
	if seen < 500 {
		t.Errorf("%d features were found in the model, want all of its some thousand", seen)
	}
}

// columnsIn are the names of all columns in a file of models.
func columnsIn(v any) (out []string) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			out = append(out, columnsIn(x)...)
		}
	case map[string]any:
		for key, x := range v {
			list, ok := x.([]any)
			if key != "columns" && key != "Columns" || !ok {
				out = append(out, columnsIn(x)...)
				continue
			}
			for _, c := range list {
				if c, ok := c.(map[string]any); ok {
					for _, k := range [...]string{"name", "Name"} {
						if name, ok := c[k].(string); ok {
							out = append(out, name)
						}
					}
				}
			}
		}
	}
	return out
}
