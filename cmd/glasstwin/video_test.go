package main

import (
	"context"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// take hands a film pictures of a size.
func take(t *testing.T, f film, count, width, height int) {
	t.Helper()
	for k := range count {
		img := image.NewRGBA(image.Rect(0, 0, width, height))
		for i := range img.Pix {
			img.Pix[i] = uint8(i * (k + 1))
		}
		if err := f.Take(img); err != nil {
			t.Fatal(err)
		}
	}
}

// left lists what a folder holds.
func left(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestPicturesOfAVideoAreNumbered(t *testing.T) {
	dir := t.TempDir()
	f, where, err := openFilm(t.Context(), filepath.Join(dir, "walk"), 4, 4, 25)
	if err != nil {
		t.Fatal(err)
	}
	take(t, f, 3, 4, 4)
	if has := left(t, dir); strings.Contains(has, "walk") {
		t.Errorf("half a video stands at its place: %s", has)
	}
	if err := f.End(); err != nil || where != filepath.Join(dir, "walk") {
		t.Fatal(where, err)
	}
	if has := left(t, where); has != "00001.png 00002.png 00003.png" {
		t.Errorf("the folder holds %s", has)
	}
	if _, _, err := openFilm(t.Context(), where, 4, 4, 25); err == nil || !strings.Contains(err.Error(), "another folder") {
		t.Errorf("pictures are written over others: %v", err)
	}
	dropped, _, err := openFilm(t.Context(), filepath.Join(dir, "no"), 4, 4, 25)
	if err != nil {
		t.Fatal(err)
	}
	take(t, dropped, 1, 4, 4)
	dropped.Drop()
	if has := left(t, dir); has != "walk" {
		t.Errorf("a video that was given up leaves %s", has)
	}
}

func TestWithoutFFmpegThereAreNumberedPictures(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := t.TempDir()
	f, where, err := openFilm(t.Context(), filepath.Join(dir, "walk.mp4"), 4, 4, 25)
	if err != nil {
		t.Fatal(err)
	}
	take(t, f, 1, 4, 4)
	if err := f.End(); err != nil || where != filepath.Join(dir, "walk") || left(t, where) != "00001.png" {
		t.Errorf("%s: %v", where, err)
	}
	if _, _, err := openFilm(t.Context(), filepath.Join(dir, "walk.avi"), 4, 4, 25); err == nil {
		t.Error("an ending that nobody makes is taken")
	}
}

func TestVideosAreMadeByFFmpeg(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing: run .ci/prepare test", tool)
			}
			t.Skipf("%s is missing: run .ci/prepare test; users need not have it, and TestWithoutFFmpeg says what happens then", tool)
		}
	}
	for _, name := range []string{"a.mp4", "a.webm", "a.gif"} {
		dir := t.TempDir()
		f, where, err := openFilm(t.Context(), filepath.Join(dir, name), 64, 48, 10)
		if err != nil {
			t.Fatal(err)
		}
		take(t, f, 5, 64, 48)
		if err := f.End(); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames,width,height", "-of", "csv=p=0", where).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != "64,48,5" {
			t.Errorf("%s: ffprobe says %q, %v", name, got, err)
		}
		if has := left(t, dir); has != name {
			t.Errorf("the folder holds %s", has)
		}
	}
	if _, _, err := openFilm(t.Context(), filepath.Join(t.TempDir(), "a.mp4"), 63, 48, 10); err == nil {
		t.Error("odd sizes are taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	f, _, err := openFilm(ctx, filepath.Join(dir, "a.mp4"), 64, 48, 10)
	if err != nil {
		t.Fatal(err)
	}
	take(t, f, 2, 64, 48)
	cancel()
	f.Drop()
	if has := left(t, dir); has != "" {
		t.Errorf("a video that was cancelled leaves %s", has)
	}
}
