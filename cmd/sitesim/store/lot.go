package store

import "math"

// Lot is chance by name: what it gives depends on the seed and on what is asked
// for alone, never on what was drawn before. So nobody else comes, and nothing else
// happens, because of something that was done to the site; runs of one seed can be
// compared whatever was done in them (common random numbers).
//
// A lot is a position of SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, 2014); who asks for a part of it starts a
// sequence of its own there.
type Lot uint64

const golden = 0x9e3779b97f4a7c15 // odd, its bits as even as can be

// NewLot is the lot of a seed for one purpose.
func NewLot(seed uint64, purpose string) Lot { return Lot(mixed(seed + golden)).Named(purpose) }

// Named is the lot of what bears a name.
func (l Lot) Named(name string) Lot {
	const offset, prime = 0xcbf29ce484222325, 0x100000001b3 // FNV-1a
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	return l.Of(int64(h))
}

// Of is the lot of what bears a number.
func (l Lot) Of(n int64) Lot { return Lot(mixed(mixed(uint64(l)+golden) + uint64(n)*golden)) }

// Even is from 0 up to 1.
func (l Lot) Even() float64 { return float64(mixed(uint64(l)+golden)>>11) / (1 << 53) }

// Between is evenly within a range.
func (l Lot) Between(lo, hi float64) float64 { return lo + (hi-lo)*l.Even() }

// Chance is true with the given probability.
func (l Lot) Chance(p float64) bool { return l.Even() < p }

// Choice is one of 0 to n − 1.
func (l Lot) Choice(n int) int { return int(math.Floor(l.Even() * float64(n))) }

// Dice are for what draws several in turn.
func (l Lot) Dice() Dice { return NewDice(uint64(l), golden) }

// mixed scatters the bits so that neighbours have nothing in common.
func mixed(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
