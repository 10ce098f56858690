package store

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
)

// Dice is a stream of chance whose position can be saved and resumed.
type Dice struct {
	src *rand.PCG
	*rand.Rand
}

// NewDice starts a stream; streams of one seed are told apart by a number.
func NewDice(seed, stream uint64) Dice {
	src := rand.NewPCG(seed, stream)
	return Dice{src, rand.New(src)}
}

// Between draws evenly from a range.
func (d Dice) Between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// Chance is true with the given probability.
func (d Dice) Chance(p float64) bool { return d.Float64() < p }

// Fork is a stream of its own that goes on as this one will.
func (d Dice) Fork() Dice {
	src := *d.src
	return Dice{&src, rand.New(&src)}
}

// MarshalText saves the position.
func (d Dice) MarshalText() ([]byte, error) {
	raw, err := d.src.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("save a stream of chance: %w", err)
	}
	return []byte(base64.StdEncoding.EncodeToString(raw)), nil
}

// UnmarshalText resumes at a saved position.
func (d *Dice) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("resume a stream of chance: %w", err)
	}
	src := new(rand.PCG)
	if err := src.UnmarshalBinary(raw); err != nil {
		return fmt.Errorf("resume a stream of chance: %w", err)
	}
	*d = Dice{src, rand.New(src)}
	return nil
}

// Ready tells whether the stream was started or resumed.
func (d Dice) Ready() bool { return d.Rand != nil }
