package shop

// Counter serves people in the order in which they came: one line before some
// servers. It knows numbers only, so that it can be judged against what is known
// of queues.
type Counter struct {
	servers []serving
	line    []int
}

type serving struct {
	who   int
	until float64
	busy  bool
}

// NewCounter is one with so many servers.
func NewCounter(servers int) *Counter { return &Counter{servers: make([]serving, servers)} }

// Join puts somebody at the end of the line.
func (c *Counter) Join(who int) { c.line = append(c.line, who) }

// Waiting are those in the line, the next first.
func (c *Counter) Waiting() []int { return c.line }

// Swap lets the one after the i-th of the line go before.
func (c *Counter) Swap(i int) { c.line[i], c.line[i+1] = c.line[i+1], c.line[i] }

// Count is how many are there, served ones included.
func (c *Counter) Count() int {
	n := len(c.line)
	for _, s := range c.servers {
		if s.busy {
			n++
		}
	}
	return n
}

// Serving is whom the first server serves; false for nobody.
func (c *Counter) Serving() (int, bool) { return c.servers[0].who, c.servers[0].busy }

// Advance lets time pass until t: who has been served leaves (done), and free
// servers take the next who is ready, for as long as serve says (begun).
func (c *Counter) Advance(t float64, ready func(who int) bool, serve func(who int) float64) (done, begun []int) {
	for i := range c.servers {
		s := &c.servers[i]
		from := t
		if s.busy && s.until <= t {
			done = append(done, s.who)
			s.busy, from = false, s.until
		}
		if !s.busy && len(c.line) > 0 && ready(c.line[0]) {
			who := c.line[0]
			c.line = c.line[1:]
			*s = serving{who: who, until: from + serve(who), busy: true}
			begun = append(begun, who)
		}
	}
	return done, begun
}
