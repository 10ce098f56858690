package store

import "slices"

// Fork is a crowd of its own that goes on as this one will. Both share the
// walkways, which may be walked at the same time.
func (c *Crowd) Fork() *Crowd {
	f := *c
	f.Shoppers = slices.Clone(c.Shoppers)
	for i := range f.Shoppers {
		f.Shoppers[i].Errands = slices.Clone(f.Shoppers[i].Errands)
	}
	return &f
}
