package bus

import "time"

// clock tells how old a position is. Two clocks speak of it, the plant's and this
// machine's, and each may be wrong: what counts is the earlier of the two, so that
// neither alone, jumping forward, makes anything old.
//
// Nor does a clock that jumps back or stands still keep anything for ever: neither
// counts backwards, and both go on with the time that the program runs, which is
// counted without them. Only the time while the program did not run is known from
// them alone. The plant confirms it as soon as it is heard, by its own leap. Where
// no plant is heard, it is believed a day after the machine's clock first told of
// it: a clock that was set wrong is set right before that, or it is never.
//
// A position whose own time lies ahead, as of a plant whose clock had jumped, would
// not grow old before that comes: it is old, too, when it was stored so long ago.
type clock struct {
	Machine time.Time     // this machine's, as far as it is believed
	Sure    time.Time     // as Machine, but of its leaps only those that the plant confirmed: no less passed since any moment than this tells
	Plant   time.Time     // the latest that the plant told; zero: nothing yet
	Heard   time.Time     // Machine at that moment
	Wall    time.Time     // what the machine's clock told last
	Gap     time.Duration // for how long the program did not run since the plant was heard, as that clock tells
	Doubted time.Time     // what the machine's clock told when it first was ahead of Machine; zero: it is not
}

// doubtedFor is how long a leap of the machine's clock must stand.
const doubtedFor = 24 * time.Hour

// start is the clock of a store that has none yet, and whose newest sample is of a
// moment of the plant.
func start(wall, plant time.Time) clock {
	c := clock{Machine: wall, Plant: plant, Wall: wall}
	if !plant.IsZero() && plant.Before(wall) {
		c.Machine, c.Gap = plant, wall.Sub(plant) // how long it lay closed is not known
	}
	c.Heard, c.Sure = c.Machine, c.Machine
	return c
}

// opened takes what the machine's clock tells when the program runs again.
func (c *clock) opened(wall time.Time) {
	c.Gap += max(0, wall.Sub(c.Wall))
	c.Wall = wall
}

// pass takes what the machine's clock tells, how long the program ran since the
// last pass, and the newest that the plant told since; zero: it was silent.
func (c *clock) pass(wall time.Time, ran time.Duration, heard time.Time) {
	c.Machine, c.Sure = c.Machine.Add(max(0, ran)), c.Sure.Add(max(0, ran))
	c.Wall = wall
	ahead := wall.Sub(c.Machine)
	if !heard.IsZero() && (c.Plant.IsZero() || heard.After(c.plant())) {
		if !c.Plant.IsZero() && ahead > 0 {
			leap := min(ahead, heard.Sub(c.plant()), c.Gap)
			c.Machine, c.Sure = c.Machine.Add(leap), c.Sure.Add(leap)
			ahead = wall.Sub(c.Machine)
		}
		c.Plant, c.Heard, c.Gap = heard, c.Machine, 0
	}
	switch {
	case ahead <= 0:
		c.Doubted = time.Time{}
	case c.Doubted.IsZero() || wall.Before(c.Doubted):
		c.Doubted = wall
	case wall.Sub(c.Doubted) >= doubtedFor:
		if c.Doubted.After(c.Machine) {
			c.Machine = c.Doubted
		}
		c.Doubted = wall // of which the rest is not yet a day old
	}
}

// believe takes the machine's clock as right.
func (c *clock) believe(wall time.Time) {
	if leap := wall.Sub(c.Machine); leap > 0 {
		c.Machine, c.Sure = wall, c.Sure.Add(leap)
	}
	c.Doubted = time.Time{}
}

// plant is the plant's time now.
func (c *clock) plant() time.Time {
	if c.Plant.IsZero() {
		return c.Machine
	}
	return c.Plant.Add(c.Machine.Sub(c.Heard))
}

// now is the moment that ages are counted from.
func (c *clock) now() time.Time {
	if p := c.plant(); p.Before(c.Machine) {
		return p
	}
	return c.Machine
}

// doubt is how far the machine's clock is ahead of what is believed.
func (c *clock) doubt(wall time.Time) time.Duration {
	if c.Doubted.IsZero() {
		return 0
	}
	return max(0, wall.Sub(c.Machine))
}
