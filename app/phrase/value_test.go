package phrase

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

func TestASwitchReadsOnOrOff(t *testing.T) {
	for _, x := range []struct {
		a    xai.Attribution
		want string
	}{
		{xai.Attribution{Feature: "night mode", Value: 1}, "on (usually off)"},
		{xai.Attribution{Feature: "night mode, against its kind", Value: 1}, "on, the others off (usually as the others)"},
		{xai.Attribution{Feature: "night mode, against its kind", Value: -1}, "off, the others on (usually as the others)"},
		{xai.Attribution{Feature: "night mode, 30 min", Value: 0.53}, "53 % (usually 0 %)"},
		{xai.Attribution{Feature: "night mode, without a break", Value: 16, Unit: "min"}, "16 min (usually 0.0 min)"},
		{xai.Attribution{Feature: "running share, 15 min", Value: 0.4, Typical: 0.35}, "40 % (usually 35 %)"},
		{xai.Attribution{Feature: "running share, against past", Value: 0.4, Typical: -0.1}, "0.40 (usually −0.10)"},
		{xai.Attribution{Feature: "heating valve, 5 min", Value: 1, Unit: "%"}, "1.0 % (usually 0.0 %)"},
		{xai.Attribution{Feature: "night mode", Value: math.NaN()}, "no value"},
		{xai.Attribution{Feature: "mode", Value: 3, Typical: 1}, "3.0 (usually 1.0)"},
	} {
		if got := speaker(t, English).Compared(x.a); got != x.want {
			t.Errorf("%s: %q, want %q", x.a.Feature, got, x.want)
		}
	}
}

func TestWhatASwitchCameToIsOnOrOff(t *testing.T) {
	s := speaker(t, English)
	night := twin.Signal{ID: "hvac-2/night-mode", Name: "night-mode", Kind: twin.Boolean}
	if got := s.Observed(night, 0.03); got != "off" {
		t.Errorf("a switch that was mostly off: %q", got)
	}
	if got := s.Observed(twin.Signal{Kind: twin.Analog, Unit: "°C"}, 0.03); got != "0.03 °C" {
		t.Errorf("a temperature: %q", got)
	}
	if got := s.Stands(night, twin.Sample{Value: 1, Quality: twin.Good}); got != "Night mode: on" {
		t.Errorf("a switch on a card: %q", got)
	}
	if got := s.Stands(twin.Signal{Kind: twin.Analog, Unit: "°C"}, twin.Sample{Value: 24.4, Quality: twin.Good}); got != "24.4 °C" {
		t.Errorf("a temperature on a card: %q", got)
	}
}
