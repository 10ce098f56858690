package generate

import (
	"fmt"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// guards are the limits that a new site starts with; the owner edits them in
// site.yaml.
func guards(classes []*catalogue.Class) []twin.Guard {
	out := []twin.Guard{
		{
			ID: "writes-per-hour", Expr: "rate < 6",
			Message: "this value was written six times in the past hour; look at the device before writing again",
		},
		{
			ID: "opening-hours", Signal: "set-point", Expr: "hour >= 6 && hour < 22",
			Message: "set points are changed between 6 and 22 o'clock only, while somebody is in the store",
		},
	}
	lowest, highest, any := 0.0, 0.0, false
	for _, c := range classes {
		if s, ok := c.SignalOf("set-point"); ok && s.Writable && len(s.Range) == 2 {
			if !any {
				lowest, highest, any = s.Range[0], s.Range[1], true
			}
			lowest, highest = min(lowest, s.Range[0]), max(highest, s.Range[1])
		}
	}
	if any {
		out = append(out, twin.Guard{
			ID: "set-point-range", Signal: "set-point", Expr: fmt.Sprintf("value >= %v && value <= %v", lowest, highest),
			Message: fmt.Sprintf("a set point lies between %v and %v °C", lowest, highest),
		}, twin.Guard{
			ID: "set-point-step", Signal: "set-point", Expr: "value - before <= 3 && before - value <= 3",
			Message: "a set point is moved by at most 3 °C at once",
		})
	}
	return out
}

// modes asks for approval of every kind of action that the classes know.
func modes(classes []*catalogue.Class) map[twin.ActionClass]twin.Mode {
	out := map[twin.ActionClass]twin.Mode{}
	for _, c := range classes {
		for _, r := range c.Remedies {
			out[r.Name] = twin.Approve
		}
	}
	return out
}
