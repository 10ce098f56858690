package gl

import (
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
)

// group is what overlays can name: an entity, or a part of one.
type group struct {
	entity, part string
	look
	worn bool // it looks other than plain
}

// look is how the things of a group are drawn.
type look struct {
	hidden    bool
	veiled    bool
	emission  float32
	tint      overlay.RGBA
	glow      float32
	grey      bool
	highlight float32 // 0 none, 1 hovered, 2 selected
}

var plain = look{emission: 1}

// dress reads from a frame how each group looks. It touches only groups that
// are named, now or in the frame before.
func (s *stage) dress(f *render.Frame) {
	for _, k := range s.worn {
		s.groups[k].look, s.groups[k].worn = plain, false
	}
	s.worn = s.worn[:0]
	for entity, hidden := range f.Hidden {
		if hidden {
			s.wear(entity, func(g *group) { g.hidden = true })
		}
	}
	for entity, veiled := range f.Veiled {
		if veiled {
			s.wear(entity, func(g *group) { g.veiled = true })
		}
	}
	for _, entity := range s.before {
		s.wear(entity, func(g *group) { g.veiled = true })
	}
	for entity, e := range f.Emissive {
		s.wear(entity, func(g *group) { g.emission = e })
	}
	if f.Hovered != "" {
		s.wear(f.Hovered, func(g *group) { g.highlight = 1 })
	}
	if f.Selected != "" {
		s.wear(f.Selected, func(g *group) { g.highlight = 2 })
	}
	for i := range f.Overlays.Tints {
		t := &f.Overlays.Tints[i]
		s.wear(t.Entity, func(g *group) {
			switch {
			case t.Part != "" && t.Part != g.part:
			case t.Grey:
				g.grey = true
			default:
				g.tint, g.glow = t.Color, t.Glow
			}
		})
	}
}

// wear changes how the groups of an entity look.
func (s *stage) wear(entity string, change func(*group)) {
	for _, k := range s.byName[entity] {
		g := &s.groups[k]
		if !g.worn {
			g.worn = true
			s.worn = append(s.worn, k)
		}
		change(g)
	}
}

// hiddenGroups are the groups of entities that a frame would hide.
func (s *stage) hiddenGroups(hidden map[string]bool) map[int]bool {
	out := map[int]bool{}
	for entity, is := range hidden {
		if is {
			for _, k := range s.byName[entity] {
				out[k] = true
			}
		}
	}
	return out
}

// keyOf is the hiddenKey of frames that hide these groups.
func keyOf(hidden map[int]bool) (sum uint64) {
	for k := range hidden {
		sum += mixed(k)
	}
	return sum
}

// hiddenKey changes with what is hidden, veiledKey with what is seen through.
func (s *stage) hiddenKey() uint64 { return s.key(func(l *look) bool { return l.hidden }) }
func (s *stage) veiledKey() uint64 { return s.key(func(l *look) bool { return l.veiled }) }

// key changes with which groups look some way. It adds up, since groups are
// dressed in any order (steps of SplitMix64, Steele, Lea and Flood 2014).
func (s *stage) key(is func(*look) bool) (sum uint64) {
	for _, k := range s.worn {
		if is(&s.groups[k].look) {
			sum += mixed(k)
		}
	}
	return sum
}

func mixed(k int) uint64 {
	x := uint64(k+1) * 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
