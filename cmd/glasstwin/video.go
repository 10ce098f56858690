package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// film takes the pictures of a video one after another. End makes the file, or
// the folder, at its place; Drop leaves nothing.
type film interface {
	Take(*image.RGBA) error
	End() error
	Drop()
}

// films are the endings that ffmpeg makes, with how it is asked.
var films = map[string][]string{
	".mp4":  {"-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18", "-preset", "veryfast", "-movflags", "+faststart"},
	".webm": {"-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-crf", "30", "-b:v", "0"},
	".gif":  {"-vf", "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=sierra2_4a"},
}

// openFilm opens a video file made by ffmpeg, or a folder of numbered pictures
// where there is none or none is asked for; what says which.
func openFilm(ctx context.Context, path string, width, height, rate int) (f film, what string, err error) {
	ending := strings.ToLower(filepath.Ext(path))
	how, known := films[ending]
	if ending != "" && !known {
		return nil, "", usageError{fmt.Errorf("--video %s: give a .mp4, .webm or .gif file, or a folder for numbered pictures", path)}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, "", fmt.Errorf("write the video: %w", err)
	}
	if known {
		if program, err := exec.LookPath("ffmpeg"); err == nil {
			f, err := openReel(ctx, program, path, ending, how, width, height, rate)
			return f, path, err
		}
		path = strings.TrimSuffix(path, filepath.Ext(path))
	}
	f, err = openPile(path)
	return f, path, err
}

// reel is a video under way.
type reel struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	told  *strings.Builder
	part  string
	path  string
	stops context.CancelFunc
}

func openReel(ctx context.Context, program, path, ending string, how []string, width, height, rate int) (*reel, error) {
	if width%2 == 1 || height%2 == 1 {
		return nil, usageError{fmt.Errorf("--size %dx%d: a video needs even numbers", width, height)}
	}
	ctx, stops := context.WithCancel(ctx)
	r := &reel{path: path, part: filepath.Join(filepath.Dir(path), ".glasstwin-"+fmt.Sprint(os.Getpid())+ending), told: &strings.Builder{}, stops: stops}
	args := []string{"-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", fmt.Sprintf("%dx%d", width, height), "-r", fmt.Sprint(rate), "-i", "-"}
	r.cmd = exec.CommandContext(ctx, program, append(append(args, how...), r.part)...)
	r.cmd.Stderr = r.told
	var err error
	if r.in, err = r.cmd.StdinPipe(); err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		stops()
		return nil, fmt.Errorf("start ffmpeg: %w", err)
	}
	return r, nil
}

func (r *reel) Take(img *image.RGBA) error {
	if _, err := r.in.Write(img.Pix); err != nil {
		return r.failure(err)
	}
	return nil
}

// failure tells why ffmpeg took no more.
func (r *reel) failure(err error) error {
	r.Drop()
	if said := strings.TrimSpace(r.told.String()); said != "" {
		return fmt.Errorf("make the video: ffmpeg says: %s", said)
	}
	return fmt.Errorf("make the video: %w", err)
}

func (r *reel) End() error {
	err := r.in.Close()
	if ended := r.cmd.Wait(); err == nil {
		err = ended
	}
	if err != nil {
		return r.failure(err)
	}
	r.stops()
	if err := os.Rename(r.part, r.path); err != nil {
		return fmt.Errorf("write the video: %w", err)
	}
	return nil
}

func (r *reel) Drop() {
	r.stops()
	_ = r.in.Close()
	_ = r.cmd.Wait()
	_ = os.Remove(r.part)
}

// pile is a folder of numbered pictures under way.
type pile struct {
	part, path string
	count      int
}

func openPile(path string) (*pile, error) {
	if list, err := os.ReadDir(path); err == nil && len(list) > 0 {
		return nil, fmt.Errorf("write the pictures: %s is there already and holds something; give another folder", path)
	}
	part, err := os.MkdirTemp(filepath.Dir(path), ".glasstwin-")
	if err != nil {
		return nil, fmt.Errorf("write the pictures: %w", err)
	}
	return &pile{part: part, path: path}, nil
}

func (p *pile) Take(img *image.RGBA) error {
	p.count++
	return writePNG(filepath.Join(p.part, fmt.Sprintf("%05d.png", p.count)), img)
}

func (p *pile) End() error {
	err := os.Chmod(p.part, 0o755)
	if gone := os.Remove(p.path); err == nil && gone != nil && !errors.Is(gone, os.ErrNotExist) { // an empty folder
		err = gone
	}
	if err == nil {
		err = os.Rename(p.part, p.path)
	}
	if err != nil {
		p.Drop()
		return fmt.Errorf("write the pictures: %w", err)
	}
	return nil
}

func (p *pile) Drop() { _ = os.RemoveAll(p.part) }
