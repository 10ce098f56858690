package survey

import "math"

// palette collects the colours of a surface.
type palette struct {
	hist [3][256]int
	n    int
}

func (p *palette) add(c [3]uint8) {
	for k, v := range c {
		p.hist[k][v]++
	}
	p.n++
}

// median is the middle of each channel, linear. It is false where there is no
// colour: no points, or a scan without colours, which leaves all black.
func (p *palette) median() ([3]float32, bool) {
	var out [3]float32
	black := true
	for k := range p.hist {
		left := p.n / 2
		for v, n := range p.hist[k] {
			if left -= n; left < 0 {
				out[k] = linear(uint8(v))
				black = black && v == 0
				break
			}
		}
	}
	return out, p.n > 0 && !black
}

// linear is IEC 61966-2-1, decoding.
func linear(v uint8) float32 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return float32(c / 12.92)
	}
	return float32(math.Pow((c+0.055)/1.055, 2.4))
}
