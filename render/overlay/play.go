package overlay

import (
	"math"
	"slices"
)

// How arrows are played, seconds: each grows in turn, then all stay before it
// begins again.
const (
	playGrow = 1.2
	playHold = 4.0
	playMark = 0.4 // of an arrow's phase that its marks move in a second
)

// unreached is the part of an arrow's cover that is left where it is not reached
// yet: enough to see where the chain will lead, in a still picture too.
const unreached = 0.18

// Play sets arrows as they stand a time after they began to be shown, seconds:
// one after another in their order, so that a chain of causes reads in time,
// their marks moving on. Arrows of one order alone have nothing to wait for.
func Play(arrows []Arrow, seconds float64) {
	var orders []int
	for i := range arrows {
		orders = append(orders, arrows[i].Order)
	}
	slices.Sort(orders)
	orders = slices.Compact(orders)
	at := math.Mod(math.Max(0, seconds), float64(len(orders))*playGrow+playHold)
	for i := range arrows {
		a := &arrows[i]
		a.Phase = math.Mod(math.Max(0, seconds)*playMark, 1)
		a.Ahead = 0
		if len(orders) > 1 {
			turn, _ := slices.BinarySearch(orders, a.Order)
			a.Ahead = 1 - float64(unit(at/playGrow-float64(turn)))
		}
	}
}

// reached is an arrow's colour at a part of its length.
func (a Arrow) reached(part float64) RGBA {
	c := a.Color
	if a.Ahead > 0 && part > 1-a.Ahead {
		c[3] *= unreached
	}
	return c
}
