package mesh

func (c *collapser) push(p pull) {
	c.queue = append(c.queue, p)
	i := len(c.queue) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !before(c.queue[i], c.queue[up]) {
			break
		}
		c.queue[i], c.queue[up] = c.queue[up], c.queue[i]
		i = up
	}
}

func (c *collapser) pop() pull {
	top := c.queue[0]
	last := len(c.queue) - 1
	c.queue[0] = c.queue[last]
	c.queue = c.queue[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && before(c.queue[down+1], c.queue[down]) {
			down++
		}
		if !before(c.queue[down], c.queue[i]) {
			return top
		}
		c.queue[i], c.queue[down] = c.queue[down], c.queue[i]
		i = down
	}
}

func before(a, b pull) bool {
	return a.cost < b.cost || a.cost == b.cost && (a.u < b.u || a.u == b.u && a.v < b.v)
}
