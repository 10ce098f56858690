package likeness

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
)

// Golden compares a picture with the file at path and returns an error that
// says how they differ. On a difference it leaves NAME.got.png, NAME.want.png
// and NAME.diff.png in the folder left. With UPDATE=1 in the environment it
// rewrites the file instead.
func Golden(path, left string, got *image.RGBA) error {
	if os.Getenv("UPDATE") == "1" {
		return save(path, got)
	}
	want, err := Load(path)
	if err != nil {
		return fmt.Errorf("read the golden picture: %w; UPDATE=1 makes it", err)
	}
	d, err := Compare(got, want)
	if err == nil && d.Alike() {
		return nil
	}
	name := filepath.Join(left, strings.TrimSuffix(filepath.Base(path), ".png"))
	for suffix, img := range map[string]*image.RGBA{"got": got, "want": want, "diff": d.Heat} {
		if img == nil {
			continue
		}
		if err := save(name+"."+suffix+".png", img); err != nil {
			return fmt.Errorf("%s looks different, and the pictures cannot be left: %w", path, err)
		}
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s looks different: %s. See %s.{got,want,diff}.png; UPDATE=1 takes it over", path, d.Compare, name)
}

// Load reads a picture.
func Load(path string) (*image.RGBA, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}

func save(path string, img *image.RGBA) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
