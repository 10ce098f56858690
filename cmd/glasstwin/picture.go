package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// writePNG writes a picture that is there wholly or not at all.
func writePNG(path string, img image.Image) error {
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return fmt.Errorf("encode the picture: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	if err := writeWhole(path, buf.Bytes()); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}
