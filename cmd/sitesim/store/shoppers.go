package store

import (
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	shoppersMax   = 60   // the fire code's limit for a floor of this size would be higher; positions stay one small array
	arrivalsPeak  = 150. // shoppers an hour in the busiest quarter of an ordinary day
	openingHour   = 7
	closingHour   = 22
	errandsMax    = 9
	tillRateClose = 25. // seconds between the end of one till's customer and the next at most
	arrivalTick   = 5.  // seconds; in each somebody comes or nobody
)

// Shopper is one person on the floor.
type Shopper struct {
	X, Y     float64
	At, Goal int      // nodes of the walkways
	Next     int      // node being walked to
	Errands  []string // fixtures still to visit; the last one is a checkout
	Wait     float64  // seconds still to stand
	Speed    float64
	Paid     bool
	Inside   bool
	Lot      Lot // chance of their own
	Done     int // errands that they went on
	Knows    int `json:",omitempty"` // aisle that they have come upon a pallet in; 0: none
}

// Opening is a shopper opening a cabinet at this moment.
type Opening struct {
	Cabinet string
	Seconds float64
}

// Crowd is everybody in the shop. Its fields are the whole of its state.
type Crowd struct {
	Shoppers []Shopper
	In, Out  int
	Day      int
	Queue    [4]int
	Busy     [4]float64 // seconds the till still needs for its customer
	Traffic  float64    // how busy this shop is, 1 = ordinary
	Lot      Lot
	Served   int        // customers at the tills so far
	Motion   [2]float64 // seconds since somebody passed the entrance and the exit

	Opens, Closes float64 `json:",omitempty"` // hours; both zero: those of Corner Market
	Rush          float64 `json:",omitempty"` // more arrivals than ordinary, as a share of them
	Blocked       int     `json:",omitempty"` // aisle that a pallet stands in; 0: none
	GivenUp       int     `json:",omitempty"` // errands left undone because of it
	TillTime      float64 `json:",omitempty"` // seconds a till needs for a customer at most; 0: those of Corner Market

	ways  *Walkways
	picks []string
}

// NewCrowd makes an empty shop; traffic is drawn from the seed.
func NewCrowd(seed uint64) *Crowd {
	c := &Crowd{Lot: NewLot(seed, "crowd"), Motion: [2]float64{60, 60}}
	c.Traffic = NewDice(seed, 1).Between(0.6, 1.5)
	c.Furnish()
	return c
}

// Whole checks a crowd read back from a state.
func (c *Crowd) Whole() error {
	n := len(NewWalkways(Fixtures()).points)
	if len(c.Shoppers) > shoppersMax {
		return fmt.Errorf("%d people, at most %d can be inside", len(c.Shoppers), shoppersMax)
	}
	if c.Blocked < 0 || c.Blocked > AislesMax {
		return fmt.Errorf("aisle %d is blocked, there are %d", c.Blocked, AislesMax)
	}
	for i, s := range c.Shoppers {
		if min(s.At, s.Goal, s.Next) < 0 || max(s.At, s.Goal, s.Next) >= n || !(s.Speed > 0 && s.Speed < 3) {
			return fmt.Errorf("shopper %d stands on no walkway", i+1)
		}
	}
	return nil
}

// Furnish gives a crowd read back from a state its walkways.
func (c *Crowd) Furnish() {
	fixtures := Fixtures()
	c.ways = NewWalkways(fixtures)
	c.picks = nil
	for _, f := range fixtures {
		switch f.Class {
		case Checkout, "basket-stack":
		default:
			c.picks = append(c.picks, f.ID)
		}
	}
}

// Rate is the expected number of arrivals an hour at a time of day: a small
// morning hump, noon, and the evening rush.
func (c *Crowd) Rate(hour float64) float64 {
	opens, closes := c.Opens, c.Closes
	if closes == 0 {
		opens, closes = openingHour, closingHour
	}
	if hour < opens || hour > closes-0.25 {
		return 0
	}
	hump := func(at, width float64) float64 { d := (hour - at) / width; return math.Exp(-d * d) }
	return arrivalsPeak * c.Traffic * (1 + c.Rush) * (0.2 + 0.35*hump(8.3, 1.2) + 0.6*hump(12.3, 1.3) + 0.9*hump(17.7, 1.8))
}

// Step moves everybody by dt seconds and tells which cabinets were opened.
func (c *Crowd) Step(now time.Time, dt float64, open [4]bool) []Opening {
	if day := now.YearDay(); day != c.Day {
		c.Day, c.In, c.Out = day, 0, 0
	}
	c.Motion[0] += dt
	c.Motion[1] += dt
	c.come(now, dt)
	c.serve(dt)
	var opened []Opening
	for i := range c.Shoppers {
		if o, ok := c.act(&c.Shoppers[i], dt, open); ok {
			opened = append(opened, o)
		}
	}
	c.Shoppers = slices.DeleteFunc(c.Shoppers, func(s Shopper) bool { return s.At == c.ways.exit && s.Paid })
	return opened
}

// come lets in who comes. Each tick of time has a lot of its own, and each person
// the lot of the tick at which they come: whoever is turned away from a full shop
// changes nobody else, and longer strides meet the same people.
func (c *Crowd) come(now time.Time, dt float64) {
	ticks := max(1, int(dt/arrivalTick))
	tick := dt / float64(ticks)
	for i := ticks - 1; i >= 0; i-- {
		at := now.Add(-time.Duration(float64(i) * tick * float64(time.Second)))
		hour := float64(at.Hour()) + float64(at.Minute())/60
		lot := c.Lot.Of(at.Unix())
		if lot.Chance(c.Rate(hour)*tick/3600) && len(c.Shoppers) < shoppersMax {
			c.arrive(lot.Named("person"))
		}
	}
}

func (c *Crowd) arrive(lot Lot) {
	p := c.ways.points[c.ways.entry]
	s := Shopper{X: p[0], Y: p[1], At: c.ways.entry, Next: c.ways.entry, Lot: lot,
		Speed: lot.Named("speed").Between(0.8, 1.4)}
	list := lot.Named("list")
	for i := range 1 + list.Choice(errandsMax) {
		s.Errands = append(s.Errands, c.picks[list.Of(int64(i)).Choice(len(c.picks))])
	}
	s.Goal = c.ways.stops[s.Errands[0]]
	c.Shoppers = append(c.Shoppers, s)
}

// act lets one shopper walk, stand, take goods, queue or leave.
func (c *Crowd) act(s *Shopper, dt float64, open [4]bool) (Opening, bool) {
	if s.Wait > 0 {
		s.Wait -= dt
		return Opening{}, false
	}
	for left := s.Speed * dt; left > 0; {
		if s.At == s.Goal {
			return c.arrived(s, open)
		}
		if s.Next == s.At {
			s.Next = c.onward(s)
			if s.Next < 0 { // no way there: give the errand up
				if c.Blocked > 0 {
					c.GivenUp++
				}
				s.Next, s.Goal = s.At, s.At
				continue
			}
		}
		left = c.walk(s, left)
	}
	return Opening{}, false
}

// onward is the next node of a shopper's way, -1 when there is none. Nobody knows of
// a pallet who has not stood before it; who has goes around it from then on.
func (c *Crowd) onward(s *Shopper) int {
	if c.Blocked == 0 || s.Knows == c.Blocked {
		return c.ways.step(s.At, s.Goal, c.Blocked)
	}
	next := c.ways.step(s.At, s.Goal, 0)
	if next >= 0 && c.ways.behind(c.Blocked, next) {
		s.Knows = c.Blocked
		next = c.ways.step(s.At, s.Goal, c.Blocked)
	}
	return next
}

// walk goes towards the next node and returns the way left over.
func (c *Crowd) walk(s *Shopper, left float64) float64 {
	p := c.ways.points[s.Next]
	dx, dy := p[0]-s.X, p[1]-s.Y
	d := math.Hypot(dx, dy)
	was := s.Y
	if d <= left {
		s.X, s.Y, s.At = p[0], p[1], s.Next
		left -= d
	} else {
		s.X, s.Y = s.X+dx/d*left, s.Y+dy/d*left
		left = 0
	}
	c.pass(s, was)
	return left
}

// pass counts a shopper crossing the line of the street front.
func (c *Crowd) pass(s *Shopper, was float64) {
	switch {
	case was < 0 && s.Y >= 0 && !s.Inside:
		s.Inside = true
		c.In++
	case was >= 0 && s.Y < 0 && s.Inside:
		s.Inside = false
		c.Out++
	}
	if math.Abs(s.Y) < 1.5 {
		if s.Paid {
			c.Motion[1] = 0
		} else {
			c.Motion[0] = 0
		}
	}
}

// arrived does what the shopper came here for and chooses the next goal.
func (c *Crowd) arrived(s *Shopper, open [4]bool) (o Opening, opened bool) {
	if s.Paid {
		return o, false // at the exit, removed by Step
	}
	if len(s.Errands) > 0 {
		at := s.Errands[0]
		s.Errands = s.Errands[1:]
		errand := s.Lot.Of(int64(s.Done))
		s.Done++
		s.Wait = errand.Named("looks").Between(10, 110)
		if cold(at) {
			o, opened = Opening{at, errand.Named("opens").Between(3, 10)}, true
		}
	}
	if len(s.Errands) > 0 {
		s.Goal = c.ways.stops[s.Errands[0]]
		return o, opened
	}
	till := c.shortest(open)
	if s.Goal == c.ways.stops[id("checkout", till+1)] {
		c.Queue[till]++
		s.Wait = c.tillTime()*float64(c.Queue[till]) + c.Busy[till]
		s.Paid, s.Goal = true, c.ways.exit
		return o, opened
	}
	s.Goal = c.ways.stops[id("checkout", till+1)]
	s.Errands = nil
	return o, opened
}

// shortest is the open till with the fewest people; the first when all are shut.
func (c *Crowd) shortest(open [4]bool) int {
	best := -1
	for i, o := range open {
		if o && (best < 0 || c.Queue[i] < c.Queue[best]) {
			best = i
		}
	}
	return max(best, 0)
}

// serve works the queues off, also at a till that was shut: nobody comes to it any
// more, and who stands there already is served.
func (c *Crowd) serve(dt float64) {
	for i := range c.Queue {
		c.Busy[i] = max(0, c.Busy[i]-dt)
		if c.Busy[i] == 0 && c.Queue[i] > 0 {
			c.Queue[i]--
			c.Busy[i] = c.Lot.Named("till").Of(int64(c.Served)).Between(0.6, 1) * c.tillTime()
			c.Served++
		}
	}
}

func (c *Crowd) tillTime() float64 {
	if c.TillTime > 0 {
		return c.TillTime
	}
	return tillRateClose
}

// Coach lets so many people come in at once, if there is room.
func (c *Crowd) Coach(now time.Time, people int) {
	coach := c.Lot.Named("coach").Of(now.Unix())
	for i := range min(people, shoppersMax-len(c.Shoppers)) {
		lot := coach.Of(int64(i))
		c.arrive(lot)
		c.Shoppers[len(c.Shoppers)-1].Wait = lot.Named("gets off").Between(0, 240)
	}
}

// Running tells whether a till's belt moves.
func (c *Crowd) Running(till int) bool { return c.Busy[till] > 0 }

// AtTill is the number of people waiting or being served at a till.
func (c *Crowd) AtTill(till int) int {
	if c.Running(till) {
		return c.Queue[till] + 1
	}
	return c.Queue[till]
}

// Count is the number of people inside.
func (c *Crowd) Count() int {
	n := 0
	for i := range c.Shoppers {
		if c.Shoppers[i].Inside {
			n++
		}
	}
	return n
}

func cold(fixture string) bool {
	for _, kind := range []string{"freezer-", "chest-", "multideck-"} {
		if len(fixture) > len(kind) && fixture[:len(kind)] == kind {
			return true
		}
	}
	return false
}
