package swatch

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// side is how many texels the images have along each edge.
const side = 128

// png128 draws an image.
func png128(texel func(x, y int) [4]uint8) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range side * side {
		t := texel(i%side, i/side)
		img.SetNRGBA(i%side, i/side, color.NRGBA{t[0], t[1], t[2], t[3]})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a buffer takes all bytes
	}
	return b.Bytes()
}

// checks are squares of four colours, one of which stands once.
func checks(x, y int) [4]uint8 {
	switch {
	case x < 32 && y < 32:
		return [4]uint8{200, 40, 30, 255}
	case (x/16+y/16)%2 == 0:
		return [4]uint8{230, 225, 210, 255}
	}
	return [4]uint8{40, 90, 160, 255}
}

// roughs holds occlusion in red, roughness in green and metalness in blue.
func roughs(x, y int) [4]uint8 {
	metal := uint8(0)
	if x/32%2 == 1 {
		metal = 255
	}
	return [4]uint8{uint8(255 - 200*(y/32%2)), uint8(2 * y), metal, 255}
}

// bumps are domes, eight by eight.
func bumps(x, y int) [4]uint8 {
	u, v := float64(x%16)/7.5-1, float64(y%16)/7.5-1
	r := math.Hypot(u, v)
	n := [3]float64{0, 0, 1}
	if r < 0.9 && r > 0 {
		slope := 0.8 * math.Sin(math.Pi*r/0.9)
		l := math.Sqrt(1 + slope*slope)
		n = [3]float64{slope * u / r / l, -slope * v / r / l, 1 / l}
	}
	code := func(c float64) uint8 { return uint8(math.Round(127.5 + 127.5*c)) }
	return [4]uint8{code(n[0]), code(n[1]), code(n[2]), 255}
}

// dots cover less the farther from their middles.
func dots(x, y int) [4]uint8 {
	u, v := float64(x%32)/15.5-1, float64(y%32)/15.5-1
	return [4]uint8{220, 120, 40, uint8(255 * math.Max(0, 1-math.Hypot(u, v)/1.4142))}
}

// arrow points up and to the right from a border.
func arrow(x, y int) [4]uint8 {
	switch {
	case x < 6 || y < 6 || x >= side-6 || y >= side-6:
		return [4]uint8{120, 120, 120, 255}
	case y < 64 && x > 64 && x-64 > y-20 && y > 20 && x < 108:
		return [4]uint8{200, 60, 40, 255}
	case math.Abs(float64(x-(side-y))) < 8 && x > 24 && x < 96:
		return [4]uint8{40, 110, 60, 255}
	}
	return [4]uint8{235, 230, 215, 255}
}
