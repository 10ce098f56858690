package scene

import (
	"fmt"
	"slices"
	"strings"
)

// Choose gives every primitive the material that it has in a variant.
func (s *Scene) Choose(variant string) error {
	k := slices.Index(s.Variants, variant)
	if k < 0 {
		if len(s.Variants) == 0 {
			return fmt.Errorf("variant %q: there are none", variant)
		}
		return fmt.Errorf("variant %q: there are %s", variant, strings.Join(s.Variants, ", "))
	}
	for i := range s.Meshes {
		for j := range s.Meshes[i].Primitives {
			p := &s.Meshes[i].Primitives[j]
			if k < len(p.Variants) && p.Variants[k] != None {
				p.Material = p.Variants[k]
			}
		}
	}
	return nil
}

// chosen are the materials of a primitive that came with variants of another
// scene, for those of s, which has its names too.
func (s *Scene) chosen(list []MaterialID, names []string, materials []MaterialID) []MaterialID {
	if len(list) == 0 {
		return nil
	}
	out := slices.Repeat([]MaterialID{None}, len(s.Variants))
	for k, id := range list {
		if id != None {
			out[slices.Index(s.Variants, names[k])] = materials[id]
		}
	}
	return out
}

// shareVariants adds names to the variants, and to every primitive the choice
// not to change for them.
func (s *Scene) shareVariants(names []string) {
	before := len(s.Variants)
	for _, n := range names {
		if !slices.Contains(s.Variants, n) {
			s.Variants = append(s.Variants, n)
		}
	}
	more := slices.Repeat([]MaterialID{None}, len(s.Variants)-before)
	for i := range s.Meshes {
		for j := range s.Meshes[i].Primitives {
			if p := &s.Meshes[i].Primitives[j]; len(p.Variants) > 0 {
				p.Variants = append(slices.Clone(p.Variants), more...)
			}
		}
	}
}
