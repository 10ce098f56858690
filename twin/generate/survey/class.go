package survey

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// fit names the class that an object's size and mount speak for. Its
// confidence is the posterior among all classes and a thing of none.
func fit(o *Object, opts Options) {
	total := unknownWeight
	best, name := 0.0, ""
	for _, c := range opts.Classes {
		l := likelihood(o, c)
		total += l
		if l > best {
			best, name = l, c.Name
		}
	}
	if name == "" {
		return
	}
	o.Guess, o.Confidence = name, best/total
	least := opts.Confident
	if least <= 0 {
		least = confidentName
	}
	if o.Confidence >= least {
		o.Class = name
	}
}

// likelihood is how well a class explains an object: 1 for its usual size.
func likelihood(o *Object, c ClassSize) float64 {
	if c.Mount != o.Mount {
		return 0
	}
	one := func(size geom.Vec3) float64 {
		l := 1.0
		for axis := range 3 {
			least, most := c.Min[axis], c.Max[axis]
			if most <= 0 {
				least, most = 0.8*c.Size[axis], 1.25*c.Size[axis]
			}
			v := size[axis]
			out := math.Max(0, math.Max(least-v, v-most))
			usual := (v - c.Size[axis]) / math.Max(most-least, 2*sizeSpread*c.Size[axis])
			spread := sizeSpread*c.Size[axis] + 0.03
			l *= math.Exp(-0.5*out*out/(spread*spread)) * math.Exp(-0.5*usual*usual)
		}
		return l
	}
	l := one(o.Size)
	turned := geom.Vec3{o.Size[2], o.Size[1], o.Size[0]}
	l = math.Max(l, 0.8*one(turned))
	if c.Frequency > 0 {
		l *= c.Frequency
	}
	return l
}
