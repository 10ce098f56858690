package phrase

import (
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// switches are the stems of features that are a switch's state, or, over some
// minutes, the share of the time that it was on.
var switches = []string{
	"night mode", "the others' night mode", "air handlers in night mode", "heating enabled", "cooling enabled", "event announced",
	"event active", "spray", "running now", "backup fan", "goes by the second sensor", "capacity boost", "schedule", "presence", "alarm",
}

// apartFromKind ends the name of a feature that is the difference to other
// things of its kind.
const apartFromKind = "against its kind"

// FeatureValue is the value of a feature as a person reads it: on or off for a
// switch, per cent for a share of the time, else a quantity.
func (s *Speaker) FeatureValue(feature string, value float64, unit string) string {
	stem, rest, _ := strings.Cut(feature, ", ")
	isSwitch := slices.Contains(switches, stem)
	switch {
	case unit != "" || math.IsNaN(value) || math.Abs(value) > 1:
	case isSwitch && rest == apartFromKind:
		switch math.Round(value) {
		case 1:
			return s.Say("value.on.alone")
		case -1:
			return s.Say("value.off.alone")
		}
		return s.Say("value.as.others")
	case value < 0:
	case isSwitch && rest == "" && (value == 0 || value == 1):
		return s.onOff(value)
	case isSwitch || strings.Contains(stem, "share") || strings.HasSuffix(stem, "known"):
		if rest != apartFromKind && rest != "against past" {
			return Percent(value)
		}
	}
	return s.Quantity(value, unit)
}

func (s *Speaker) onOff(value float64) string {
	if math.Round(value) != 0 {
		return s.Say("value.on")
	}
	return s.Say("value.off")
}

// Observed is the mean of what a signal told over some time, as a person reads
// it: a switch was on or off, an enumeration was what it was most.
func (s *Speaker) Observed(g twin.Signal, value float64) string {
	if math.IsNaN(value) || g.Kind != twin.Boolean && g.Kind != twin.Enum {
		return s.Quantity(value, g.Unit)
	}
	return s.Reading(g, twin.Sample{Value: math.Round(value), Quality: twin.Good})
}

// Stands is a reading that names itself where its value alone would tell
// nothing: "Night mode: on", but "24.4 °C".
func (s *Speaker) Stands(g twin.Signal, x twin.Sample) string {
	if g.Kind == twin.Boolean || g.Kind == twin.Enum {
		return s.Say("value.named", "signal", s.SignalName(g.ID), "value", s.Reading(g, x))
	}
	return s.Reading(g, x)
}
