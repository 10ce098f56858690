package phrase

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

func speaker(t *testing.T, l Language) *Speaker {
	t.Helper()
	s, err := New(l)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryLanguageHasEveryKeyAndItsPlaces(t *testing.T) {
	places := regexp.MustCompile(`\{[a-z]+\}`)
	en := speaker(t, English)
	for _, l := range Languages[1:] {
		other := speaker(t, l)
		for key, text := range en.texts {
			translated, ok := other.texts[key]
			if !ok || translated == "" {
				t.Errorf("%s has no text for %q", l, key)
				continue
			}
			want, got := places.FindAllString(text, -1), places.FindAllString(translated, -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s: %q has places %v, in English %v", l, key, got, want)
			}
		}
		for key := range other.texts {
			if _, ok := en.texts[key]; !ok {
				t.Errorf("English has no text for %q, which stands in %s", key, l)
			}
		}
	}
}

func TestEveryKeyThatIsSaidHasAText(t *testing.T) {
	said := regexp.MustCompile(`(?:Say|say)\("([a-z.-]+)"`)
	en := speaker(t, English)
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("find the callers: %v", err)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(code), -1) {
			if _, ok := en.texts[m[1]]; !ok && filepath.Base(file) != "phrase_test.go" {
				t.Errorf("%s says %q, which no catalogue has", file, m[1])
			}
		}
	}
}

func TestParticlesFollowTheSoundBefore(t *testing.T) {
	for in, want := range map[string]string{
		"냉동고(은/는)":   "냉동고는",
		"문(은/는)":     "문은",
		"서울(으로/로)":   "서울로",
		"부산(으로/로)":   "부산으로",
		"냉동고 2(이/가)": "냉동고 2가",
		"냉동고 3(을/를)": "냉동고 3을",
		"(은/는)":      "는",
	} {
		if got := particles(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[float64]string{-18.24: "−18.2", 0: "0.0", -0.001: "0.00", 512.4: "512", 0.256: "0.26", 12: "12"} {
		if got := Number(in); got != want {
			t.Errorf("%v reads %q, want %q", in, got, want)
		}
	}
	if got := Percent(0.998); got != "99 %" {
		t.Errorf("99.8 %% reads %q: a guess must never read as certain", got)
	}
	s := speaker(t, English)
	for signal, want := range map[string]string{"control-sensor": "product probe", "mode": "1"} {
		if got := s.Reading(twin.Signal{Name: signal, Kind: twin.Enum}, twin.Sample{Value: 1, Quality: twin.Good}); got != want {
			t.Errorf("%s at 1 reads %q, want %q", signal, got, want)
		}
	}
	if got := s.Span(61 * time.Minute); got != "1 h 1 min" {
		t.Errorf("61 minutes read %q", got)
	}
}

func TestUnknownLanguageNamesTheKnownOnes(t *testing.T) {
	if _, err := New("xx"); err == nil {
		t.Fatal("a language without texts was accepted")
	}
	if got := Of("ko_KR.UTF-8"); got != Korean {
		t.Errorf("ko_KR.UTF-8 asks for %q", got)
	}
	if got := Of("C"); got != English {
		t.Errorf("C asks for %q", got)
	}
}

func ExampleSpeaker_Because() {
	freezer := twin.Asset{ID: "freezer-2", Name: "Freezer 2"}
	c := app.Case{Explanation: &xai.Explanation{Claim: "door-ajar", Attributions: []xai.Attribution{
		{Feature: "air-temperature", Value: -11.3, Typical: -18.2, Unit: "°C", Share: 2.1},
		{Feature: "compressor-power", Value: 812, Typical: 430, Unit: "W", Share: 1.2},
	}}}
	en, _ := New(English)
	fmt.Println(en.Because(freezer, c))
	// Output:
	// Freezer 2 shows a door left ajar because air temperature is −11.3 °C (usually −18.2 °C) and compressor power is 812 W (usually 430 W).
}
