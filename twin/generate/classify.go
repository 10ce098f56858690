package generate

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// classifier finds the class of a thing by what it is called and how large it
// is.
type classifier struct {
	names []named // longest first, so that "wall shelf" goes before "shelf"
}

type named struct {
	words []string
	class *catalogue.Class
	own   bool // the class's own name or title, not an alias
}

func newClassifier(cat *catalogue.Catalogue) *classifier {
	c := &classifier{}
	add := func(text string, class *catalogue.Class, own bool) {
		if w := words(text); len(w) > 0 {
			c.names = append(c.names, named{w, class, own})
		}
	}
	for _, class := range cat.Classes() {
		if class.Name == plainClass {
			continue // a name with this word in it tells nothing
		}
		add(class.Name, class, true)
		for _, lang := range []string{"en", "ko"} {
			add(class.Title[lang], class, true)
		}
		for _, alias := range class.Aliases {
			add(alias, class, false)
		}
	}
	slices.SortStableFunc(c.names, func(a, b named) int {
		if d := letters(b.words) - letters(a.words); d != 0 {
			return d
		}
		return strings.Compare(a.class.Name, b.class.Name)
	})
	return c
}

// What a guess by name is worth before the size is looked at, and how far a
// size may be from a class's usual one.
const (
	sureByName  = 0.95
	sureByAlias = 0.85
	sureByPart  = 0.7 // the name holds other words too
	classLeast  = 0.4 // less is no guess
	sizeApart   = 2.5 // a thing so many times larger or smaller is another thing
)

// classOf returns the class that a name stands for and how sure that is; size
// is width, height and depth in metres, zero where it is not known.
func (c *classifier) classOf(name string, size geom.Vec3) (*catalogue.Class, float64) {
	have := words(name)
	var best *catalogue.Class
	most := 0.0
	for _, n := range c.names {
		if !contains(have, n.words) {
			continue
		}
		sure := sureByAlias
		if n.own {
			sure = sureByName
		}
		if len(have) > len(n.words) {
			sure = min(sure, sureByPart)
		}
		sure *= fits(size, n.class.UsualSize())
		sure += 0.002 * float64(letters(n.words)) // of two that fit, the one that says more
		if sure > most {
			best, most = n.class, sure
		}
	}
	if most < classLeast {
		return nil, 0
	}
	return best, min(most, 1)
}

// fits is 1 for a thing of the class's size and falls with the ratio of sizes.
func fits(size, usual geom.Vec3) float64 {
	worst := 1.0
	plan := [2]float64{max(size[0], size[2]), min(size[0], size[2])}
	want := [2]float64{max(usual[0], usual[2]), min(usual[0], usual[2])}
	for _, pair := range [3][2]float64{{plan[0], want[0]}, {plan[1], want[1]}, {size[1], usual[1]}} {
		if pair[0] <= 0 || pair[1] <= 0 {
			continue
		}
		ratio := math.Abs(math.Log(pair[0] / pair[1]))
		worst = min(worst, 1-0.5*ratio/math.Log(sizeApart))
	}
	return max(0, worst)
}

// words are the lower-case words of a name: letters only, CamelCase parted,
// plural s and numbers left off.
func words(name string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(kebab(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
			w = strings.TrimSuffix(w, "s")
		}
		out = append(out, w)
	}
	return out
}

func letters(words []string) int {
	n := 0
	for _, w := range words {
		n += len(w)
	}
	return n
}

// contains tells whether all of want stand in have, next to each other.
func contains(have, want []string) bool {
	for i := 0; i+len(want) <= len(have); i++ {
		if slices.Equal(have[i:i+len(want)], want) {
			return true
		}
	}
	return len(want) == 1 && len(want[0]) > 5 && slices.ContainsFunc(have, func(w string) bool { return strings.HasSuffix(w, want[0]) })
}
