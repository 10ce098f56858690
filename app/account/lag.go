package account

import (
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
)

// lagLeast is below what two series that are sampled apart can tell.
const lagLeast = 20 * time.Second

// Lag tells how long after its cause an effect showed, and when each began; zero
// times where that does not show.
func Lag(s *phrase.Speaker, cause, effect app.Curve, onset time.Time) (text string, began [2]time.Time) {
	from, seen := app.Departed(cause.Points, onset)
	to, followed := app.Departed(effect.Points, onset)
	if seen {
		began[0] = from
	}
	if followed {
		began[1] = to
	}
	pairs := []string{"cause", s.SignalName(cause.Signal), "effect", s.SignalName(effect.Signal)}
	lag := to.Sub(from)
	switch {
	case !seen || !followed:
		return s.Say("trace.unclear", pairs...), began
	case lag >= lagLeast:
		return s.Say("trace.lag", append(pairs, "lag", s.Span(lag))...), began
	case lag <= -lagLeast:
		return s.Say("trace.before", append(pairs, "lag", s.Span(-lag))...), began
	}
	return s.Say("trace.together", pairs...), began
}
