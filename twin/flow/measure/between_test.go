package measure

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Looking through squares finds exactly the walls that all of them have.
func TestBetweenMissesNoWall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := func(name string) geom.Vec2 {
			return geom.Vec2{rapid.Float64Range(-6, 6).Draw(t, name), rapid.Float64Range(-6, 6).Draw(t, name)}
		}
		var walls [][2]geom.Vec2
		for range rapid.IntRange(1, 8).Draw(t, "walls") {
			walls = append(walls, [2]geom.Vec2{point("from"), point("to")})
		}
		p, q, want := point("eye"), point("seen"), false
		for _, w := range walls {
			want = want || cuts(p, q, w[0], w[1])
		}
		b := layBlocks(walls)
		if got := b.between(p, q); got != want {
			t.Fatalf("from %v to %v through %v: %v", p, q, walls, got)
		}
	})
}
