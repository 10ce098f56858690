package propose

import "math"

// queued is how many seconds people are expected to wait before so many checkouts,
// of all who come in the time that is simulated: who waits stands within arm's
// length of the next one. Arrivals and service are taken as Erlang did (1917); where
// more come than can pay, or nearly so, the line grows for as long as they come.
func (t *tours) queued(tills int) float64 {
	if tills == 0 || t.pay <= 0 {
		return 0
	}
	seconds := t.hours * 3600
	come, served := t.perHour/3600, float64(tills)/t.pay
	growing := math.Inf(1)
	load := come * t.pay
	if load < float64(tills) {
		growing = waiting(load, tills)
	}
	// A line that began empty is at its longest in the end: no longer than what
	// chance (a random walk's spread) and those too many made of it.
	most := max(0, come-served)*seconds/2 + math.Sqrt((come+min(come, served))*seconds)/2
	return min(growing, most) * seconds
}

// waiting is Erlang's mean number of those who wait, of a load below the number of
// servers.
func waiting(load float64, servers int) float64 {
	c := float64(servers)
	block := 1.0 // Erlang's B, server by server
	for k := 1; k <= servers; k++ {
		block = load * block / (float64(k) + load*block)
	}
	wait := block / (1 - load/c*(1-block))
	return wait * load / (c - load)
}
