package texture

import "math"

// Takes is what the graphics driver reads, besides plain texels and BC5, which all
// do (OpenGL 3.0).
type Takes struct {
	BC7 bool // GL_ARB_texture_compression_bptc, OpenGL 4.2
	S3  bool // BC1 and BC3: GL_EXT_texture_compression_s3tc, for screens' codes as well
}

// Packed is one level of an image.
type Packed struct {
	Format        Format
	Level         int // 0: the finest
	Levels        int // of the image
	Width, Height int
	Data          []byte
}

// An image is packed only where that is not seen, and worth it: with a peak ratio of
// signal to noise, in dB, by Quality. Directions are turned into light and its
// mirrorings, which show more; half the memory is worth it only where nothing is lost.
const (
	packedLeast  = 36.0
	normalLeast  = 42.0
	halfLeast    = 48.0
	packedTexels = 4096 // smaller images stay as they are
	sampled      = 2048 // blocks that Quality is found from
)

// Best is the format to pack an image in, of those that the driver takes: the
// smallest that is good enough, else plain.
func (im Image) Best(kind Kind, takes Takes) Format {
	switch {
	case im.Width*im.Height < packedTexels:
		return Plain
	case kind == Normal:
		if im.Quality(BC5) >= normalLeast {
			return BC5
		}
		return Plain
	}
	opaque := im.Opaque()
	switch {
	case takes.S3 && opaque && im.Quality(BC1) >= halfLeast:
		return BC1
	case takes.BC7 && im.Quality(BC7) >= packedLeast:
		return BC7
	case takes.S3 && opaque && im.Quality(BC1) >= packedLeast:
		return BC1
	case takes.S3 && !opaque && im.Quality(BC3) >= packedLeast:
		return BC3
	}
	return Plain
}

// Quality is how near an image stays to itself in a format: the peak ratio of
// signal to noise over all parts that the format has, in dB, of a sample of its
// blocks; infinite when nothing is lost.
func (im Image) Quality(f Format) float64 {
	parts := map[Format]int{Plain: 4, BC1: 3, BC3: 4, BC5: 2, BC7: 4}[f]
	wide, high := (im.Width+3)/4, (im.Height+3)/4
	step := max(1, wide*high/sampled)
	if step%2 == 0 && step > 1 {
		step++ // of images whose edges are powers of two, not the same columns
	}
	sum, n := 0, 0
	for k := 0; k < wide*high; k += step {
		t := im.at(k%wide, k/wide)
		got := t
		if f != Plain {
			got = unblock(block(nil, &t, f), f)
		}
		for i := range t {
			for c := range parts {
				d := int(t[i][c]) - int(got[i][c])
				sum += d * d
			}
		}
		n += 16 * parts
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(n)/float64(sum))
}

// Pack makes all levels of an image and hands each to take, the smallest first,
// until take returns false. Plain keeps texels as they are.
func Pack(im Image, kind Kind, f Format, take func(Packed) bool) {
	chain := []Image{im}
	for last := im; last.Width > 1 || last.Height > 1; {
		last = last.Half(kind)
		chain = append(chain, last)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		x := chain[i]
		if !take(Packed{Format: f, Level: i, Levels: len(chain), Width: x.Width, Height: x.Height, Data: x.Encode(f)}) {
			return
		}
	}
}
