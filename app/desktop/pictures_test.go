package desktop

import (
	"errors"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
)

// told is a picture that tells what is done with it.
type told struct {
	of     *scene.Scene
	closed *[]*scene.Scene
}

func (told) Draw(uint32, render.Frame) (render.Stats, error) { return render.Stats{}, nil }
func (p told) Pick(f render.Frame, x, y int) (render.Hit, bool) {
	return render.Hit{Value: float64(1000*f.Width + x)}, p.of != nil
}
func (p told) Close() { *p.closed = append(*p.closed, p.of) }

// A scene that stays in sight keeps its picture, on whichever side it is, and what
// is out of sight is closed.
func TestPicturesAreKeptWhileTheyAreSeen(t *testing.T) {
	a, b, c := &scene.Scene{}, &scene.Scene{Materials: make([]scene.Material, 1)}, &scene.Scene{Materials: make([]scene.Material, 2)}
	var opened, closed []*scene.Scene
	fails := false
	p := pictures{open: func(sc *scene.Scene) (Picture, error) {
		if fails {
			return nil, errors.New("no memory")
		}
		opened = append(opened, sc)
		return told{sc, &closed}, nil
	}}
	for i, step := range []struct {
		stages
		opens, closes []*scene.Scene
	}{
		{stages{nil, a}, []*scene.Scene{a}, nil},
		{stages{nil, a}, nil, nil},
		{stages{a, b}, []*scene.Scene{b}, nil}, // it goes to the left
		{stages{a, c}, []*scene.Scene{c}, []*scene.Scene{b}},
		{stages{c, c}, []*scene.Scene{c}, []*scene.Scene{a}},
		{stages{nil, c}, nil, []*scene.Scene{c}},
	} {
		opened, closed = nil, nil
		anew, err := p.follow(step.stages)
		if err != nil || anew != (len(step.opens)+len(step.closes) > 0) || !slices.Equal(opened, step.opens) || !slices.Equal(closed, step.closes) || p.of() != step.stages {
			t.Errorf("step %d: opened %d, closed %d, anew %t, %v", i, len(opened), len(closed), anew, err)
		}
	}
	fails, closed = true, nil
	if _, err := p.follow(stages{a, c}); err == nil || len(closed) != 0 || p.of() != (stages{nil, c}) {
		t.Errorf("what cannot be opened takes what is shown with it: %v", err)
	}
}

// A click is told in the pixels of its own half.
func TestAClickIsTakenByItsHalf(t *testing.T) {
	var closed []*scene.Scene
	p := pictures{open: func(sc *scene.Scene) (Picture, error) { return told{sc, &closed}, nil }}
	if _, err := p.follow(stages{&scene.Scene{}, &scene.Scene{Materials: make([]scene.Material, 1)}}); err != nil {
		t.Fatal(err)
	}
	f := render.Frame{Width: 401, Height: 10, Beside: &render.Frame{}, Wipe: middle}
	for x, want := range map[int]float64{0: 200000, 199: 200199, 200: 201000, 400: 201200} {
		if hit, ok := p.Pick(f, x, 5); !ok || hit.Value != want {
			t.Errorf("column %d: %v, want %v", x, hit.Value, want)
		}
	}
	f.Width = 1
	if hit, ok := p.Pick(f, 0, 5); !ok || hit.Value != 1000 {
		t.Errorf("one pixel wide: %v", hit.Value)
	}
}
