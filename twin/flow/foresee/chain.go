package foresee

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// chain is a first-order Markov chain of zones with one way out, rolled to it in
// closed form (Kemeny and Snell 1960, "Finite Markov Chains", chapter 3). State
// zones is that of who came to no zone yet.
type chain struct {
	came  [][]float64 // by present state and zone: the chance that it is entered still
	stays [][]float64 // s by present state and zone
}

// newChain counts the ways between zones. Each row is drawn towards the spread of
// all ways with the weight of pull > 0 ways, so that from everywhere one gets out.
// Stays are the mean of the zone's; what is left of the present one is the mean of
// the walks that were in it when their beginning ended.
func newChain(walks []walk, zones int, pull float64) (*chain, error) {
	states, exit := zones+1, zones // column exit of the counts is the way out
	counts := mat.NewDense(states, zones+1, nil)
	usual := make([]float64, zones+1)
	stay, stays := make([]float64, zones), make([]float64, zones)
	left, lefts := make([]float64, zones), make([]float64, zones)
	all := 0.0
	step := func(from, to int) {
		counts.Set(from, to, counts.At(from, to)+1)
		usual[to]++
		all++
	}
	for _, w := range walks {
		at := zones
		for _, v := range w.visits {
			step(at, v.Zone)
			at = v.Zone
			stay[v.Zone] += v.To - v.From
			stays[v.Zone]++
		}
		step(at, exit)
		if w.here >= 0 {
			left[w.here] += w.left
			lefts[w.here]++
		}
	}
	for z := range zones {
		stay[z] /= max(1, stays[z])
		if lefts[z] > 0 {
			left[z] /= lefts[z]
		} else {
			left[z] = stay[z] // nobody was here then: as if they had just come
		}
	}
	still := mat.NewDense(states, states, nil) // I - Q
	for s := range states {
		n := 0.0
		for to := range zones + 1 {
			n += counts.At(s, to)
		}
		for z := range zones {
			still.Set(s, z, -(counts.At(s, z)+pull*usual[z]/all)/(n+pull))
		}
		still.Set(s, s, still.At(s, s)+1)
	}
	var times mat.Dense // how often one is in a state, the start included
	if err := times.Inverse(still); err != nil {
		return nil, fmt.Errorf("roll the chain of %d zones to its end: %w", zones, err)
	}
	c := &chain{}
	for s := range states {
		came, secs := make([]float64, zones), make([]float64, zones)
		for z := range zones {
			entries := times.At(s, z)
			if s == z {
				entries--
				secs[z] = left[z]
			}
			came[z] = min(1, max(0, entries/times.At(z, z)))
			secs[z] += entries * stay[z]
		}
		c.came, c.stays = append(c.came, came), append(c.stays, secs)
	}
	return c, nil
}

// foretell rolls the chain from where a walk is when its beginning ends.
func (c *chain) foretell(w walk) rest {
	s := w.here
	if s < 0 {
		s = len(c.came) - 1
	}
	r := rest{came: c.came[s], stays: c.stays[s]}
	for _, v := range r.stays {
		r.total += v
	}
	return r
}
