package pace_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/pace"
)

// A machine takes a time that does not depend on the pixels, and one that does.
func TestItSettlesWhereTheHandIsFollowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fixed := time.Duration(rapid.IntRange(0, 30).Draw(t, "fixed ms")) * time.Millisecond
		whole := time.Duration(rapid.IntRange(1, 600).Draw(t, "of all pixels, ms")) * time.Millisecond
		var p pace.Pace
		took := func() time.Duration {
			return fixed + time.Duration(float64(whole)*p.Scale()*p.Scale())
		}
		for range 60 {
			p.Drafted(took())
		}
		if p.Scale() < 0.25 || p.Scale() > 1 {
			t.Fatalf("scale %g", p.Scale())
		}
		if took() > 50*time.Millisecond && p.Scale() > 0.25 {
			t.Errorf("at scale %.2f a draft takes %v; 20 a second were aimed at", p.Scale(), took())
		}
		if took() < 25*time.Millisecond && p.Scale() < 1 {
			t.Errorf("at scale %.2f a draft takes %v only; a finer one would do", p.Scale(), took())
		}
		before := p.Scale()
		p.Drafted(took())
		if d := p.Scale()/before - 1; d > 0.12 || d < -0.12 {
			t.Errorf("it still goes from %.3f to %.3f", before, p.Scale())
		}
	})
}

func TestFullPicturesWhereTheyAreFast(t *testing.T) {
	var p pace.Pace
	if p.Full() {
		t.Error("nothing was measured")
	}
	p.Took(200*time.Millisecond, true) // the first makes the shaders
	for range 20 {
		p.Took(6*time.Millisecond, true)
	}
	if !p.Full() {
		t.Error("6 ms a picture are fast")
	}
	for range 20 {
		p.Took(40*time.Millisecond, true)
	}
	if p.Full() {
		t.Error("40 ms a picture are slow")
	}
}

func TestASharpPictureComesFirstWhereTheFullOneWouldBeLate(t *testing.T) {
	const ms = time.Millisecond
	for _, row := range []struct {
		anew, again, since time.Duration
		sharpen            bool
	}{
		{0, 0, 60 * ms, false}, // nothing is known
		{40 * ms, 30 * ms, 60 * ms, false},
		{150 * ms, 100 * ms, 60 * ms, false}, // there 235 ms after rest
		{150 * ms, 100 * ms, 160 * ms, true}, // but it rests for long already
		{250 * ms, 90 * ms, 60 * ms, true},   // what shows the same again is no measure
	} {
		var p pace.Pace
		for range 20 {
			if row.anew == 0 {
				break
			}
			p.Took(row.anew, true)
			p.Took(row.again, false)
		}
		if got := p.Sharpen(row.since); got != row.sharpen {
			t.Errorf("full pictures of %v, %v after rest: a sharp one first is %v", row.anew, row.since, got)
		}
	}
	var p pace.Pace
	p.Took(6*time.Second, true) // links the shaders
	for range 6 {
		p.Took(120*ms, true)
	}
	if p.Sharpen(60 * ms) {
		t.Error("the first picture is what it still goes by")
	}
}
