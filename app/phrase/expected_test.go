package phrase

import (
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// A freezer that runs at −20 °C is not expected to get to −26 °C, though that would
// count as mended.
func TestAnEffectIsToldAsFarAsItsCourseGoes(t *testing.T) {
	s, err := New(English)
	if err != nil {
		t.Fatal(err)
	}
	e := twin.Effect{Signal: "freezer-1/air-temperature", Low: -26, High: -18, Within: time.Hour,
		Forecast: []twin.Point{{Value: -12, Low: -13, High: -12}, {Value: -20, Low: -21, High: -19}}}
	text := s.Predicted(&twin.Proposal{Predicted: e}, twin.Signal{Unit: "°C"})
	if !strings.Contains(text, "21") || !strings.Contains(text, "18") || strings.Contains(text, "26") {
		t.Error(text)
	}
	e.Forecast = nil
	if low, high := expected(e); low != -26 || high != -18 {
		t.Errorf("%g to %g where no course is told", low, high)
	}
}

// What is one thing or another is not told to reach something between.
func TestAChoiceIsToldByItsName(t *testing.T) {
	s, err := New(English)
	if err != nil {
		t.Fatal(err)
	}
	e := twin.Effect{Signal: "multideck-1/control-sensor", Low: 0.65, High: 2, Within: time.Hour, Forecast: []twin.Point{{Value: 0}, {Value: 0.98}}}
	text := s.Predicted(&twin.Proposal{Predicted: e}, twin.Signal{ID: e.Signal, Name: "control-sensor", Kind: twin.Enum})
	if !strings.Contains(text, "product probe") || strings.Contains(text, "0.65") {
		t.Error(text)
	}
	text = s.Predicted(&twin.Proposal{Predicted: e}, twin.Signal{ID: e.Signal, Name: "night-mode", Kind: twin.Boolean})
	if !strings.Contains(text, s.Say("value.on")) {
		t.Error(text)
	}
}

// Why there is no verdict, or why a person is called, is told once.
func TestAnAbstentionIsNotRepeated(t *testing.T) {
	for _, language := range []Language{English, Korean} {
		s, err := New(language)
		if err != nil {
			t.Fatal(err)
		}
		why := "confidence in door-ajar is 40 %, below the 55 % that is asked for"
		c := app.Case{Explanation: &xai.Explanation{Abstained: true, Why: why}}
		c.Unproposed = "the model abstains: " + why
		if text := s.Unproposed(c); text == "" || strings.Contains(text, "40") {
			t.Error(text)
		}
		c.Unproposed = "close-door has been tried"
		c.Escalated = &twin.Escalation{Why: c.Unproposed}
		if text := s.Unproposed(c); text != "" {
			t.Errorf("what a person is called for is told again: %s", text)
		}
		c.Escalated, c.Unproposed = nil, "the plant is not heard"
		if text := s.Unproposed(c); text != s.Say("unproposed", "why", s.Told(c.Unproposed)) {
			t.Error(text)
		}
	}
}
