package main

import "math"

// strokes are letters on a grid of 4 by 6, as the ends of straight bars.
var strokes = map[rune][][4]float64{
	'A': {{0, 0, 2, 6}, {2, 6, 4, 0}, {0.9, 2, 3.1, 2}},
	'C': {{4, 0.4, 0.4, 0.4}, {0.4, 0.4, 0.4, 5.6}, {0.4, 5.6, 4, 5.6}},
	'E': {{0.4, 0, 0.4, 6}, {0.4, 0.4, 4, 0.4}, {0.4, 3, 3.4, 3}, {0.4, 5.6, 4, 5.6}},
	'K': {{0.4, 0, 0.4, 6}, {0.6, 2.6, 3.8, 6}, {1.3, 3.3, 3.9, 0}},
	'M': {{0.4, 0, 0.4, 6}, {0.4, 5.8, 2, 2.4}, {2, 2.4, 3.6, 5.8}, {3.6, 0, 3.6, 6}},
	'N': {{0.4, 0, 0.4, 6}, {0.4, 5.8, 3.6, 0.2}, {3.6, 0, 3.6, 6}},
	'O': {{0.4, 0, 0.4, 6}, {3.6, 0, 3.6, 6}, {0.4, 0.4, 3.6, 0.4}, {0.4, 5.6, 3.6, 5.6}},
	'R': {{0.4, 0, 0.4, 6}, {0.4, 5.6, 3.6, 5.6}, {3.6, 6, 3.6, 2.6}, {0.4, 3, 3.6, 3}, {1.6, 3, 3.8, 0}},
	'T': {{2, 0, 2, 6}, {0, 5.6, 4, 5.6}},
}

// lettering is a line of letters upright in the plane y, facing south, centred
// on x, as bars of the given height of letter.
func (b *building) lettering(text string, x, y, z, height, depth float64, style string) []solid {
	unit := height / 6
	width := 0.0
	for _, r := range text {
		width += map[bool]float64{true: 2.5, false: 5.4}[r == ' '] * unit
	}
	x -= (width - 1.4*unit) / 2
	var out []solid
	for _, r := range text {
		for _, s := range strokes[r] {
			dx, dz := s[2]-s[0], s[3]-s[1]
			l := math.Hypot(dx, dz)
			nx, nz := -dz/l*0.42, dx/l*0.42 // half the width of a bar
			var loop []float64
			for _, c := range [4][2]float64{{s[0] - nx, s[1] - nz}, {s[2] - nx, s[3] - nz}, {s[2] + nx, s[3] + nz}, {s[0] + nx, s[1] + nz}} {
				loop = append(loop, c[0]*unit, c[1]*unit)
			}
			out = append(out, b.extrude(b.profile(loop), b.upright(x, y, z), depth, style))
		}
		x += map[bool]float64{true: 2.5, false: 5.4}[r == ' '] * unit
	}
	return out
}
