package market

import (
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Grid is the tariff and the event that the grid's operator calls.
type Grid struct {
	Night, Day, Peak float64 // €/kWh, drawn
	PeakFrom, PeakTo int     // hours
	EventFrom        time.Time
	EventTo          time.Time
	EventPrice       float64 // €/kWh on top
	EventLimit       float64 // W
	Price            float64
	Active           bool
	Announced        bool // an event is to come or on
}

func drawGrid(d store.Dice) Grid {
	g := Grid{Night: d.Between(0.16, 0.22), Day: d.Between(0.24, 0.30), Peak: d.Between(0.31, 0.40)}
	g.PeakFrom = 16 + d.IntN(2)
	g.PeakTo = g.PeakFrom + 3
	return g
}

func (g *Grid) step(now time.Time) {
	switch h := now.Hour(); {
	case h < 6:
		g.Price = g.Night
	case h >= g.PeakFrom && h < g.PeakTo:
		g.Price = g.Peak
	default:
		g.Price = g.Day
	}
	g.Announced = now.Before(g.EventTo)
	g.Active = g.Announced && !now.Before(g.EventFrom)
	if g.Active {
		g.Price += g.EventPrice
	}
}

// startsIn is the time to the announced event, minutes; 0 when none is announced
// or it is on.
func (g *Grid) startsIn(now time.Time) float64 {
	if !g.Announced || g.Active {
		return 0
	}
	return g.EventFrom.Sub(now).Minutes()
}
