package bus

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const hour, oneDay = time.Hour, 24 * time.Hour

// What the clocks tell, one line for each way in which they may be wrong.
func TestWhatAgesAreCountedFrom(t *testing.T) {
	type pass struct {
		wall, ran, heard time.Duration // heard 0: silence
		now              time.Duration
	}
	for name, passes := range map[string][]pass{
		"both are right":                            {{hour, hour, hour, hour}, {2 * hour, hour, 2 * hour, 2 * hour}},
		"the machine's jumps on while it runs":      {{400 * oneDay, hour, hour, hour}, {400*oneDay + hour, hour, 2 * hour, 2 * hour}},
		"the plant's jumps on":                      {{hour, hour, 900 * oneDay, hour}, {2 * hour, hour, 900*oneDay + hour, 2 * hour}},
		"the machine's jumps back":                  {{-900 * oneDay, hour, hour, hour}, {-900*oneDay + hour, hour, 2 * hour, 2 * hour}},
		"the plant's jumps back":                    {{hour, hour, hour, hour}, {2 * hour, hour, -900 * oneDay, 2 * hour}, {3 * hour, hour, -900*oneDay + hour, 3 * hour}},
		"the plant falls silent":                    {{hour, hour, 0, hour}, {50 * hour, 49 * hour, 0, 50 * hour}},
		"closed for 90 days, and the plant says so": {{90 * oneDay, 0, 0, 0}, {90*oneDay + 1, 1, 90*oneDay + 1, 90*oneDay + 1}},
		"closed for a day, and the plant is silent": {{oneDay, 0, 0, 0}, {oneDay + 23*hour, 23 * hour, 0, 23 * hour}},
		"closed for 90 days, and nobody says so":    {{90 * oneDay, 0, 0, 0}, {90*oneDay + 23*hour, 23 * hour, 0, 23 * hour}, {91 * oneDay, hour, 0, 90 * oneDay}, {92 * oneDay, 0, 0, 91 * oneDay}},
		"set a year on, and right the next hour":    {{365 * oneDay, 0, 0, 0}, {365*oneDay + hour, hour, 0, hour}, {2 * hour, hour, 0, 2 * hour}, {60 * hour, 58 * hour, 0, 60 * hour}},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(noon, noon)
			for i, p := range passes {
				heard := time.Time{}
				if p.heard != 0 {
					heard = noon.Add(p.heard)
				}
				if p.ran == 0 {
					c.opened(noon.Add(p.wall))
				}
				c.pass(noon.Add(p.wall), p.ran, heard)
				if got := c.now().Sub(noon); got != p.now {
					t.Errorf("pass %d: it is %s, want %s", i+1, got, p.now)
				}
			}
		})
	}
}

// The machine's clock, believed at once, makes old what the plant's did not.
func TestTheMachinesClockIsTrusted(t *testing.T) {
	c := start(noon, noon)
	late := noon.Add(90 * oneDay)
	c.pass(late, 0, time.Time{})
	if got := c.doubt(late); got != 90*oneDay {
		t.Errorf("%s are doubted", got)
	}
	c.believe(late)
	if !c.now().Equal(late) || c.doubt(late) != 0 {
		t.Errorf("it is %s, %s are doubted", c.now(), c.doubt(late))
	}
}

// While one clock lies at a time, the machine's less than a day before it is seen to
// be right again, it is never later than it is, and not a second earlier than it was; and when both tell
// the truth again, it is as late as it is within two days.
func TestAgesNeverRunAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon // in truth
		c := start(now, now)
		lies := rapid.SampledFrom([]time.Duration{-9000 * oneDay, -40 * oneDay, -hour, hour, 40 * oneDay, 9000 * oneDay})
		var machine, plant, lied time.Duration
		step := func(open bool, by time.Duration, hears bool) {
			now = now.Add(by)
			var ran time.Duration
			if open {
				ran = by
			}
			var heard time.Time
			if hears {
				heard = now.Add(plant)
			}
			before := c.now()
			if !open {
				c.opened(now.Add(machine))
			}
			c.pass(now.Add(machine), ran, heard)
			switch at := c.now(); {
			case at.After(now):
				t.Fatalf("it is %s, but is taken for %s later", now, at.Sub(now))
			case at.Before(before):
				t.Fatalf("it goes back by %s", before.Sub(at))
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "passes") {
			switch lie := rapid.IntRange(0, 4).Draw(t, "lie"); {
			case lie == 0 && machine != 0:
				machine = 0
			case lie == 0:
				plant, machine = 0, lies.Draw(t, "machine")
			case lie == 1:
				machine, plant = 0, lies.Draw(t, "plant")
			}
			by := time.Duration(rapid.Int64Range(0, int64(20*oneDay)).Draw(t, "passes by"))
			if machine != 0 {
				if by = min(by, 23*hour-lied); by <= 0 {
					machine, lied, by = 0, 0, hour
				}
				lied += by
			} else {
				lied = 0
			}
			step(rapid.Bool().Draw(t, "open"), by, rapid.Bool().Draw(t, "heard"))
		}
		machine, plant = 0, 0
		for range 4 {
			step(false, oneDay, false)
		}
		if late := now.Sub(c.Machine); late > 2*oneDay {
			t.Fatalf("%s behind", late)
		}
		step(true, hour, true)
		step(true, 2*oneDay, false)
		if late := now.Sub(c.now()); late > 2*oneDay {
			t.Fatalf("after the plant was heard, %s behind", late)
		}
	})
}
