package offscreen_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/render/gl"
)

// TestOneCallDrawsWhatManyDo: a driver that takes draws from memory shows what
// one shows that is told each by itself.
func TestOneCallDrawsWhatManyDo(t *testing.T) {
	sc, f := store(t, 480, 270)
	f = busy(f)
	for _, draft := range []bool{false, true} {
		f.Draft, f.Samples = draft, 1
		one := openWith(t, sc, gl.Options{})
		many := openWith(t, sc, gl.Options{Direct: true})
		a, was, err := one.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		b, now, err := many.Image(f)
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(a, b); n > 0 {
			t.Errorf("draft %v: %d pixels differ", draft, n)
		}
		if was.Triangles != now.Triangles || was.Draws > now.Draws {
			t.Errorf("draft %v: %d triangles in %d calls, then %d in %d", draft, was.Triangles, was.Draws, now.Triangles, now.Draws)
		}
		t.Logf("draft %v: %d calls for %d", draft, was.Draws, now.Draws)
	}
}
