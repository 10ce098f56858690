package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
)

// moving is how a picture moves in a video.
type moving struct {
	Video   string  `type:"path" placeholder:"FILE" help:"Video to write, .mp4, .webm or .gif, by ffmpeg; where that is not installed, or without an ending, a folder of numbered pictures."`
	Seconds float64 `default:"8" help:"How long the video is."`
	Rate    int     `default:"25" help:"Pictures a second."`
	Orbit   float64 `placeholder:"DEGREES" help:"How far the camera goes round while it lasts; 360 when no past is played."`
	From    string  `placeholder:"TIME" help:"Plant time to play from, RFC 3339."`
	Until   string  `placeholder:"TIME" help:"Plant time to play to; the newest when not given."`
}

// Limits of a video: what is longer is rather several.
const (
	videoMost = 20_000 // pictures
	rateMost  = 120
	// videoSamples smooths edges enough for what moves.
	videoSamples = 4
)

func (m *moving) check() error {
	if n := m.Seconds * float64(m.Rate); !(m.Seconds > 0) || m.Rate < 1 || m.Rate > rateMost || n > videoMost {
		return usageError{fmt.Errorf("--seconds %g --rate %d: give up to %d pictures, at most %d a second", m.Seconds, m.Rate, videoMost, rateMost)}
	}
	return nil
}

// scenes tells the frame at each part of a video, 0 to 1, and what it is of.
type scenes func(ctx context.Context, part float64) (render.Frame, *scene.Scene, error)

// record draws a video.
func (m *moving) record(ctx context.Context, out *output, width, height int, at scenes) (stats render.Stats, path string, err error) {
	screen, err := openCanvas(ctx)
	if err != nil {
		return stats, "", err
	}
	defer screen.Close()
	f, path, err := openFilm(ctx, m.Video, width, height, m.Rate)
	if err != nil {
		return stats, "", err
	}
	defer func() {
		if err != nil {
			f.Drop()
		}
	}()
	if path != m.Video {
		out.note("ffmpeg is not installed: the pictures go into the folder %s", path)
	}
	var r *offscreen.Renderer
	var of *scene.Scene
	defer func() {
		if r != nil {
			r.Close()
		}
	}()
	n := max(1, int(math.Round(m.Seconds*float64(m.Rate))))
	tell := out.steps("video")
	for k := range n {
		if err := ctx.Err(); err != nil {
			return stats, "", err
		}
		tell("drawing", float64(k)/float64(n))
		frame, sc, err := at(ctx, float64(k)/float64(max(1, n-1)))
		if err != nil {
			return stats, "", err
		}
		if sc != of {
			if r != nil {
				r.Close()
			}
			if r, err = offscreen.Open(sc, glOptions()); err != nil {
				r = nil
				return stats, "", err
			}
			of = sc
		}
		frame.Width, frame.Height, frame.Samples = width, height, videoSamples
		overlay.Play(frame.Overlays.Arrows, float64(k)/float64(m.Rate))
		img, drawn, err := r.Image(frame)
		if err != nil {
			return stats, "", err
		}
		stats = drawn
		if err := f.Take(img); err != nil {
			return stats, "", err
		}
	}
	return stats, path, f.End()
}

// turned is how far the camera has gone round at a part of the video, radians.
func (m *moving) turned(part float64) float64 {
	orbit := m.Orbit
	if orbit == 0 && m.From == "" {
		orbit = 360
	}
	return orbit * part * math.Pi / 180
}

// span is the plant time that a video plays.
func (m *moving) span(p *past, still time.Time) (from, until time.Time, err error) {
	if m.From == "" {
		return still, still, nil
	}
	if from, err = p.moment("--from", m.From, still); err != nil {
		return from, until, err
	}
	if until, err = p.moment("--until", m.Until, p.last); err != nil {
		return from, until, err
	}
	if !until.After(from) {
		return from, until, usageError{fmt.Errorf("--from %s --until %s: the end is not after the beginning", m.From, until.Format(time.RFC3339))}
	}
	return from, until, nil
}
