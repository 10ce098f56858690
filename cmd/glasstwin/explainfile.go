package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/casefile"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// snapshot is a moment of a site with an asset in the middle, as far as a picture
// of it needs.
type snapshot struct {
	Asset    twin.AssetID
	Joints   []float64
	Emissive map[string]float32
	Overlays overlay.Set
	Sun      geom.Vec3
}

// Pixels of a picture in a case's file, and how well they are kept.
const (
	filePictureWide, filePictureHigh = 1560, 690
	fileQuality                      = 90
)

// draw draws it, as a JPEG.
func (s *snapshot) draw(ctx context.Context, o *openedSite) ([]byte, error) {
	if len(s.Joints) != len(o.scene.Joints) {
		return nil, fmt.Errorf("draw %s: the site has %d joints, its picture %d: it was changed since", s.Asset, len(o.scene.Joints), len(s.Joints))
	}
	v := app.View{Joints: s.Joints, Emissive: s.Emissive, Overlays: s.Overlays, Sun: s.Sun}
	f, err := frameOf(o, v, string(s.Asset), "open", float64(filePictureWide)/filePictureHigh)
	if err != nil {
		return nil, err
	}
	f.Width, f.Height = filePictureWide, filePictureHigh
	screen, err := openCanvas(ctx)
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	r, err := offscreen.Open(o.scene, glOptions())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	img, _, err := r.Image(f)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: fileQuality}); err != nil {
		return nil, fmt.Errorf("encode the picture: %w", err)
	}
	return out.Bytes(), nil
}

// snapshotChild draws a snapshot that comes in on standard input. The window's
// program draws in a process of its own: two of them in one want the same main
// thread.
type snapshotChild struct {
	Site string `arg:"" type:"existingdir"`
}

const (
	snapshotChildName = "snapshot-child"
	snapshotBytesMax  = 64 << 20
	snapshotWait      = 2 * time.Minute // software GL on a busy machine
)

// Run is called by kong.
func (c *snapshotChild) Run(ctx context.Context, out *output) error {
	var s snapshot
	if err := gob.NewDecoder(io.LimitReader(os.Stdin, snapshotBytesMax)).Decode(&s); err != nil {
		return fmt.Errorf("read what to draw: %w", err)
	}
	o, err := openSite(ctx, c.Site)
	if err != nil {
		return err
	}
	picture, err := s.draw(ctx, o)
	if err != nil {
		return err
	}
	_, err = out.out.Write(picture)
	return err
}

// drawApart draws it in a process of its own.
func (s *snapshot) drawApart(ctx context.Context, dir string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	var in, told bytes.Buffer
	if err := gob.NewEncoder(&in).Encode(s); err != nil {
		return nil, fmt.Errorf("hand over what to draw: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, snapshotWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, snapshotChildName, dir)
	cmd.Stdin, cmd.Stderr = &in, &told
	endWithParent(cmd)
	picture, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w: %s", s.Asset, err, bytes.TrimSpace(told.Bytes()))
	}
	return picture, nil
}

// gather is what a case's file is set from: its evidence as of the outcome and, if
// it is to have one, its picture. A picture that cannot be drawn is left out, and
// note told.
func gather(ctx context.Context, r *casefile.Record, look func(context.Context, time.Time) (app.View, error), speak *phrase.Speaker,
	draw func(context.Context, *snapshot) ([]byte, error), note func(string, ...any)) (casefile.Page, error) {
	page := casefile.Page{Record: r, Speak: speak}
	until, err := look(ctx, r.Until)
	if err != nil {
		return page, err
	}
	page.Site = until.Site
	for _, c := range until.Cases {
		if c.Situation.Case == r.Situation.Case {
			r.Evidence = c.Evidence
		}
	}
	if draw == nil {
		return page, nil
	}
	shown, err := look(ctx, r.Shown)
	if err != nil {
		return page, err
	}
	s := &snapshot{Asset: r.Situation.Asset, Joints: shown.Joints, Emissive: shown.Emissive, Sun: shown.Sun}
	s.Overlays = depict.New(shown.Site, shown.Scene, diagnose.Part).Depict(shown, speak, depict.Choice{Attribution: true})
	if page.Picture, err = draw(ctx, s); err != nil {
		if ctx.Err() != nil {
			return page, err
		}
		note("the case's file has no picture: %v", err)
	}
	return page, nil
}

// caseFile gathers it of a site that nobody runs.
func (p *past) caseFile(ctx context.Context, r *casefile.Record, picture bool, note func(string, ...any)) (casefile.Page, error) {
	look := func(ctx context.Context, at time.Time) (app.View, error) {
		v, _, err := p.at(ctx, at)
		return v, err
	}
	if !picture {
		return gather(ctx, r, look, p.speak, nil, note)
	}
	return gather(ctx, r, look, p.speak, func(ctx context.Context, s *snapshot) ([]byte, error) { return s.draw(ctx, p.then) }, note)
}

// writeCaseFile sets a page and writes it wholly or not at all.
func writeCaseFile(path string, page casefile.Page) error {
	var out bytes.Buffer
	if err := casefile.PDF(&out, page); err != nil {
		return err
	}
	if err := writeWhole(path, out.Bytes()); err != nil {
		return fmt.Errorf("write the case's file: %w", err)
	}
	return nil
}
