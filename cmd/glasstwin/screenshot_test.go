package main

import (
	"encoding/binary"
	"image/color"
	"testing"

	"pgregory.net/rapid"
)

// xwd makes a file as Xvfb does: least significant byte first, lines padded.
func xwd(width, height, padding, colours int, pixel func(x, y int) color.RGBA) []byte {
	header := make([]byte, 4*xwdWords+8) // a window's name follows the header
	put := func(i, v int) { binary.BigEndian.PutUint32(header[4*i:], uint32(v)) }
	put(xwdHeaderSize, len(header))
	put(xwdVersion, 7)
	put(xwdWidth, width)
	put(xwdHeight, height)
	put(xwdBits, 32)
	put(xwdBytesInLine, 4*width+padding)
	put(xwdColours, colours)
	data := append(header, make([]byte, colours*xwdColourSize)...)
	for y := range height {
		for x := range width {
			c := pixel(x, y)
			data = append(data, c.B, c.G, c.R, 0)
		}
		data = append(data, make([]byte, padding)...)
	}
	return data
}

func TestScreensAreReadAsTheyWereDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 9).Draw(t, "width"), rapid.IntRange(1, 9).Draw(t, "height")
		pixel := func(x, y int) color.RGBA { return color.RGBA{uint8(31 * x), uint8(29 * y), uint8(x ^ y), 255} }
		data := xwd(width, height, 4*rapid.IntRange(0, 3).Draw(t, "padding"), rapid.IntRange(0, 256).Draw(t, "colours"), pixel)
		img, err := decodeXWD(data)
		if err != nil {
			t.Fatal(err)
		}
		for y := range height {
			for x := range width {
				if got := img.RGBAAt(x, y); got != pixel(x, y) {
					t.Fatalf("pixel %d,%d is %v, want %v", x, y, got, pixel(x, y))
				}
			}
		}
		if _, err := decodeXWD(data[:rapid.IntRange(0, len(data)-1).Draw(t, "cut")]); err == nil {
			t.Fatal("a cut file is read")
		}
	})
}

func FuzzScreen(f *testing.F) {
	f.Add(xwd(3, 2, 0, 4, func(x, y int) color.RGBA { return color.RGBA{1, 2, 3, 255} }))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if img, err := decodeXWD(data); err == nil && img.Bounds().Empty() {
			t.Error("an empty picture and no error")
		}
	})
}
