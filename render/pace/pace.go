// Package pace decides how finely a picture is drawn while the camera moves, so
// that it follows the hand: fewer pixels on a slow machine, full pictures on a
// fast one. It must never know how anything is drawn, or look at a clock: times
// are handed in. Start reading at Pace.
package pace

import (
	"math"
	"time"
)

// What is aimed at. A hand sees steps below 20 frames a second; a quarter of the
// time is left to the window. A full picture that takes no longer than a screen
// waits for needs no draft.
const (
	draftMost = 38 * time.Millisecond
	fullMost  = 14 * time.Millisecond
	scaleMin  = 0.25

	refineMost = 300 * time.Millisecond // from rest until the full picture is in the window
	showing    = 25 * time.Millisecond  // of that for the window to take it
)

// Pace is the state of a picture that is drawn again and again. The zero value
// knows nothing yet and begins with half the pixels' edge.
type Pace struct {
	scale float64
	full  time.Duration // of a full picture, smoothed; 0: none was drawn
	anew  time.Duration // likewise, of those that show something anew, which take longer
}

// Scale is the part of the pixels' edge that the next draft should draw, 0.25
// to 1.
func (p *Pace) Scale() float64 {
	if p.scale == 0 {
		return 0.5
	}
	return p.scale
}

// Full tells whether full pictures are fast enough to be drawn while the camera
// moves.
func (p *Pace) Full() bool { return p.full > 0 && p.full <= fullMost }

// Sharpen tells whether a picture of all pixels without all of its light should
// come before the full one, for a camera that rests since some time: where the full
// one would come too late. Else it would only hold that up.
func (p *Pace) Sharpen(since time.Duration) bool {
	return p.anew > 0 && since+p.anew+showing > refineMost
}

// Drafted learns from a draft that was drawn at Scale. What it took grows with
// the pixels and with what does not depend on them; half of the step that the
// pixels alone would ask for is taken, so that it settles.
func (p *Pace) Drafted(took time.Duration) {
	if took <= 0 {
		return
	}
	step := math.Sqrt(float64(draftMost) / float64(took)) // as if pixels were all
	if step > 1 {
		step = math.Min(math.Sqrt(step), 1.1) // up slowly: a shrinking picture is seen
	}
	if step > 0.95 && step < 1.05 {
		return
	}
	p.scale = min(1, max(scaleMin, p.Scale()*step))
}

// Took learns from a full picture of one exposure; anew tells that it showed
// something that the one before did not.
func (p *Pace) Took(took time.Duration, anew bool) {
	p.full = learned(p.full, took)
	if anew {
		p.anew = learned(p.anew, took)
	}
}

// learned is a smoothed time, which follows a shorter one faster: the first picture
// of all links the shaders.
func learned(smoothed, took time.Duration) time.Duration {
	switch {
	case smoothed == 0:
		return took
	case took < smoothed:
		return smoothed + (took-smoothed)/2
	}
	return smoothed + (took-smoothed)/4
}
