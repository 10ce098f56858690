package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
)

// picture is what the virtual screen shows now. The server keeps its pixels in
// a file in the form of xwd (XWDFile.h, version 7), which needs no client and no
// tool to be read.
func (d *display) picture() (image.Image, error) {
	if !d.Virtual {
		return nil, errors.New("a picture is taken of a virtual screen only")
	}
	data, err := os.ReadFile(filepath.Join(d.memory, "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("look at the virtual screen: %w", err)
	}
	img, err := decodeXWD(data)
	if err != nil {
		return nil, fmt.Errorf("look at the virtual screen: %w", err)
	}
	return img, nil
}

// Places in the header of an xwd file, in words of 32 bits, big-endian.
const (
	xwdHeaderSize  = 0
	xwdVersion     = 1
	xwdWidth       = 4
	xwdHeight      = 5
	xwdByteOrder   = 7 // 0: least significant byte first
	xwdBits        = 11
	xwdBytesInLine = 12
	xwdColours     = 19
	xwdWords       = 25
	xwdColourSize  = 12 // bytes of one entry of the colour map
	xwdSideMax     = 1 << 14
)

// decodeXWD reads a picture of 32 bits a pixel, red in the third lowest byte.
func decodeXWD(data []byte) (*image.RGBA, error) {
	if len(data) < 4*xwdWords {
		return nil, fmt.Errorf("%d bytes are no xwd file", len(data))
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(data[4*i:])) }
	width, height, line := word(xwdWidth), word(xwdHeight), word(xwdBytesInLine)
	if word(xwdVersion) != 7 || word(xwdBits) != 32 || width < 1 || height < 1 || width > xwdSideMax || height > xwdSideMax || line < 4*width || line > 8*xwdSideMax {
		return nil, fmt.Errorf("version %d, %d×%d pixels of %d bits: not a form that is read", word(xwdVersion), width, height, word(xwdBits))
	}
	begin := word(xwdHeaderSize) + xwdColourSize*word(xwdColours)
	if word(xwdHeaderSize) > len(data) || word(xwdColours) > 1<<16 || len(data) < begin+line*height {
		return nil, errors.New("the file is cut off")
	}
	red, green, blue := 2, 1, 0
	if word(xwdByteOrder) != 0 {
		red, green, blue = 1, 2, 3
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row, to := data[begin+y*line:], img.Pix[y*img.Stride:]
		for x := range width {
			from := row[4*x : 4*x+4]
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = from[red], from[green], from[blue], 0xFF
		}
	}
	return img, nil
}
