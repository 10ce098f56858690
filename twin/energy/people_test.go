package energy_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/twin/energy"
)

// A door of 0.7 by 1.6 m at -20 °C, worked by hand: 1.2 kg/m³ outside and 1.395
// inside, 45.3 and -18.6 kJ/kg, 0.374 for the root of the densities, 3.962 m/s,
// 0.963 for the form: 31.4 kW through a whole doorway, 0.8 of it for 12 s.
func TestADoorLetsInWhatTheHandbookSays(t *testing.T) {
	o := energy.Opening{Width: 0.7, Height: 1.6, Inside: -20, Seconds: 12}
	heat := o.Heat(21, 0.6)
	if want := 31.4e3 * 0.8 * 12; math.Abs(heat-want) > 0.03*want {
		t.Errorf("%.0f J, by hand %.0f", heat, want)
	}
	if w := o.Work(21, 0.6); w < 0.3*heat || w > heat {
		t.Errorf("%.0f J of work for %.0f J of heat", w, heat)
	}
	lid := o
	lid.Lid = true
	if lid.Heat(21, 0.6) >= heat/2 || o.Heat(-25, 0.5) != 0 {
		t.Error("a lid keeps the cold, and a room that is colder gives no heat")
	}
	chilled := o
	chilled.Inside = 4
	if h := chilled.Heat(21, 0.6); h >= heat/2 || h <= 0 {
		t.Errorf("%.0f J into a cabinet of 4 °C, %.0f J into one of -20 °C", h, heat)
	}
}
