package congestion

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// course is where people go on to, learnt by counting: of those who are in a square
// so long after they came in, how many are in which square some minutes later. What
// it tells of a moment is the sum over everybody who is there, and over those who
// will come as fast as they came of late.
type course struct {
	// Heads[horizon][age*squares+square] are parts of a head by square; the last
	// square stands for all squares, for states that were hardly seen.
	Heads [][][]part
	Fresh [][]part // of horizon: heads by square of one who comes each minute from now on
}

func (c *course) check(squares int) error {
	if c == nil || len(c.Heads) != len(horizons) || len(c.Fresh) != len(horizons) {
		return errors.New("the floor does not tell where people go on to: train it again")
	}
	for h := range horizons {
		if len(c.Heads[h]) != (len(ages)+1)*(squares+1) {
			return fmt.Errorf("the floor tells where people go on to of %d states, not of %d: train it again", len(c.Heads[h]), (len(ages)+1)*(squares+1))
		}
		for _, list := range slices.Concat(c.Heads[h], [][]part{c.Fresh[h]}) {
			for _, p := range list {
				if p.Square < 0 || p.Square >= squares {
					return fmt.Errorf("people go on to square %d of %d: train it again", p.Square, squares)
				}
			}
		}
	}
	return nil
}

// part is a share of a head in a square.
type part struct {
	Square int
	Share  float64
}

// horizons are looked at, minutes ahead; ages end after so many minutes inside.
var (
	horizons = []int{2, 5, 10}
	ages     = []float64{1, 2, 3, 5, 7, 10, 15}
)

const (
	seldom    = 30   // states seen less often are told as all squares of their age
	partLeast = 0.01 // share of a head that is kept
)

func ageOf(minutes float64) int {
	for i, end := range ages {
		if minutes < end {
			return i
		}
	}
	return len(ages)
}

// place is the square that somebody is in at a time, or -1.
func (f *floor) place(p *twin.Trajectory, t float64) int {
	n := len(p.Fixes)
	if n == 0 || t < p.Fixes[0].T || t > p.Fixes[n-1].T {
		return -1
	}
	lo, hi := 0, n-1
	for lo < hi {
		if mid := (lo + hi + 1) / 2; p.Fixes[mid].T <= t {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	x, z := int((p.Fixes[lo].X-f.X)/f.Side), int((p.Fixes[lo].Z-f.Z)/f.Side)
	if p.Fixes[lo].X < f.X || p.Fixes[lo].Z < f.Z || x >= f.NX || z >= f.NZ {
		return -1
	}
	return z*f.NX + x
}

// learnCourse counts on days.
func (f *floor) learnCourse(days []day) *course {
	squares := f.NX * f.NZ
	states := (len(ages) + 1) * (squares + 1)
	seen := make([]float64, states)
	went := make([][]map[int]float64, len(horizons))
	fresh := make([][]float64, len(horizons))
	for h := range went {
		went[h] = make([]map[int]float64, states)
		fresh[h] = make([]float64, squares)
	}
	came := 0.0
	for _, d := range days {
		for i := range d.list {
			p := &d.list[i]
			if len(p.Fixes) < 2 {
				continue
			}
			from := p.Fixes[0].T
			if int(from/60) < d.from || int(from/60) >= d.to {
				continue
			}
			came++
			for m := int(from/60) + 1; ; m++ {
				at := f.place(p, float64(m)*60)
				if float64(m)*60 > p.Fixes[len(p.Fixes)-1].T || m >= d.to {
					break
				}
				if at < 0 {
					continue
				}
				age := ageOf(float64(m) - from/60)
				for h, ahead := range horizons {
					// Who comes in each of the minutes until then adds up to who came one by one.
					if float64(m)-from/60 <= float64(ahead) {
						fresh[h][at]++
					}
					to := f.place(p, float64(m+ahead)*60)
					if to < 0 {
						continue
					}
					for _, state := range []int{age*(squares+1) + at, age*(squares+1) + squares} {
						if went[h][state] == nil {
							went[h][state] = map[int]float64{}
						}
						went[h][state][to]++
					}
				}
				seen[age*(squares+1)+at]++
				seen[age*(squares+1)+squares]++
			}
		}
	}
	parts := func(of func(square int) float64) (out []part) {
		for s := range squares {
			if v := math.Round(1000*of(s)) / 1000; v >= partLeast {
				out = append(out, part{s, v})
			}
		}
		return out
	}
	c := &course{}
	for h := range horizons {
		list := make([][]part, states)
		for state := range states {
			n, of := seen[state], went[h][state]
			if n < seldom {
				continue
			}
			list[state] = parts(func(s int) float64 { return of[s] / n })
		}
		c.Heads = append(c.Heads, list)
		c.Fresh = append(c.Fresh, parts(func(s int) float64 { return fresh[h][s] / math.Max(1, came) }))
	}
	return c
}

// expected are the heads by square, some minutes after minute m has ended.
func (f *floor) expected(c *course, d day, m int, inside []int, rate float64) [][]float64 {
	squares := f.NX * f.NZ
	out := make([][]float64, len(horizons))
	for h := range out {
		out[h] = make([]float64, squares)
		for _, p := range c.Fresh[h] {
			out[h][p.Square] += rate * p.Share
		}
	}
	t := float64(m+1) * 60
	for _, i := range inside {
		p := &d.list[i]
		at := f.place(p, t)
		if at < 0 {
			continue
		}
		age := ageOf((t - p.Fixes[0].T) / 60)
		for h := range out {
			list := c.Heads[h][age*(squares+1)+at]
			if list == nil {
				list = c.Heads[h][age*(squares+1)+squares]
			}
			for _, p := range list {
				out[h][p.Square] += p.Share
			}
		}
	}
	return out
}

// inside lists who is there at the end of each minute.
func inside(d day) [][]int {
	out := make([][]int, d.to+1)
	for i := range d.list {
		p := &d.list[i]
		if len(p.Fixes) < 2 {
			continue
		}
		for m := max(0, int(math.Ceil(p.Fixes[0].T/60))-1); m <= d.to && float64(m+1)*60 <= p.Fixes[len(p.Fixes)-1].T; m++ {
			out[m] = append(out[m], i)
		}
	}
	return out
}
