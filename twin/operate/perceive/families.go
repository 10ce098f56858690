package perceive

// Families are the kinds of things of its site that a perceiver looks at.
func (p *Perceiver) Families() []string {
	out := make([]string, len(p.groups))
	for i, g := range p.groups {
		out[i] = g.family.name
	}
	return out
}

// Links is the family of what a site's devices are heard through.
const Links = "gateway"
