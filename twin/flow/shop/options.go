package shop

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/scene/plan"
)

// Options of a day. The zero value is a small supermarket's ordinary one.
type Options struct {
	Hours    float64   // that are simulated; 0: 12
	Arrivals []float64 // shoppers in each hour from opening on; nil: Usual for 70 an hour
	Seed     uint64
	Workers  int // cores; 0: all

	Pace     float64            // times the free speed of the street; 0: 0.8
	Items    float64            // on a list, mean; 0: 7
	Stop     float64            // s before a shelf, mean; 0: 18
	Impulse  float64            // chance to take something from a shelf that is passed; 0: 0.04, negative: none
	Together float64            // share of shoppers who come in twos or threes; 0: 0.25, negative: none
	Carts    float64            // share who push a cart; 0: 0.35, negative: none
	Elderly  float64            // share over 65; 0: 0.22, negative: none
	Service  float64            // s at a till for each item, mean; 0: 4, and 25 to pay
	Draw     map[string]float64 // of a front's asset, times the usual 1
	Tills    int                // that are open; 0: all
	Sample   float64            // s between two fixes of a way; 0: 0.5
	Ways     []*plan.Mesh       // that walk.Ways made of the same floor, once for many days; nil: they are made
}

// Usual spreads a day's mean of so many shoppers an hour as supermarkets have it:
// a first peak before noon and a greater one after work.
func Usual(perHour float64, hours int) []float64 {
	shape := [...]float64{0.45, 0.75, 1.05, 1.20, 1.05, 0.85, 0.85, 0.95, 1.25, 1.50, 1.25, 0.85}
	out := make([]float64, hours)
	for i := range out {
		out[i] = perHour * shape[i%len(shape)]
	}
	return out
}

func (o *Options) settle() error {
	set := func(v *float64, usual float64) {
		switch {
		case *v == 0:
			*v = usual
		case *v < 0:
			*v = 0
		}
	}
	set(&o.Hours, 12)
	set(&o.Pace, 0.8)
	set(&o.Items, 7)
	set(&o.Stop, 18)
	set(&o.Impulse, 0.04)
	set(&o.Together, 0.25)
	set(&o.Carts, 0.35)
	set(&o.Elderly, 0.22)
	set(&o.Service, 4)
	set(&o.Sample, 0.5)
	if o.Hours > 24*7 || o.Pace > 3 || o.Items > 200 || o.Stop > 3600 || o.Service > 600 || o.Sample > 60 || o.Impulse > 1 || o.Together > 1 || o.Carts > 1 || o.Elderly > 1 {
		return fmt.Errorf("a day of %g h, lists of %g items, stops of %g s: give at most 168 h, 200 items, an hour, three times the usual pace, and shares up to 1", o.Hours, o.Items, o.Stop)
	}
	if o.Arrivals == nil {
		o.Arrivals = Usual(70, int(math.Ceil(o.Hours)))
	}
	for i, n := range o.Arrivals {
		if !(n >= 0 && n <= 20_000) {
			return fmt.Errorf("%g shoppers in hour %d: give 0 to 20000", n, i+1)
		}
	}
	return nil
}

// arrivals draws the moments at which parties come, seconds from opening: a Poisson
// process whose rate is that of the hour.
func (o *Options) arrivals(d *rand.Rand) []float64 {
	var out []float64
	const party = 1.3 // heads, in the mean, where Together is usual
	mean := 1 + o.Together*(party-1)/0.25
	for h, n := range o.Arrivals {
		rate := n / mean / 3600
		if rate <= 0 {
			continue
		}
		for t := float64(h)*3600 + d.ExpFloat64()/rate; t < float64(h+1)*3600 && t < o.Hours*3600; t += d.ExpFloat64() / rate {
			out = append(out, t)
		}
	}
	return out
}
