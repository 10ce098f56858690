// Package level chooses how coarsely each instance of a mesh is drawn: as coarsely
// as nobody sees. It counts in pixels and calls no GL. Start reading at Choose.
package level

// Pixels of the error that a level may have.
const (
	Still = 0.25 // in a picture that stands still
	Draft = 1.0  // while the camera moves, in the fewer pixels that are drawn then
)

// settle is the part of what is allowed that a coarser level must stay under to
// be taken, so that a slow camera does not make it come and go.
const settle = 0.75

// Choose returns the level to draw. errors are those of the levels coarser than
// the mesh itself, which is level 0, in metres and rising; metre is the pixels
// that a metre takes where the instance stands nearest to the viewer, now the
// level that was drawn before, and most the pixels that an error may take.
func Choose(now int, errors []float64, metre, most float64) int {
	now = max(0, min(now, len(errors)))
	for now > 0 && !(errors[now-1]*metre <= most) {
		now--
	}
	for now < len(errors) && errors[now]*metre <= settle*most {
		now++
	}
	return now
}
