package overlay_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/overlay"
)

// hall is an even lattice of points over the floor, walls apart, in rows.
func hall(columns, rows int, step float32) []float32 {
	var out []float32
	for r := range rows {
		for c := range columns {
			out = append(out, float32(c)*step, 0, float32(r)*step)
		}
	}
	return out
}

func TestSpreadTakesEachPointOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "points")
		var p []float32
		for range 3 * n {
			p = append(p, rapid.Float32Range(-1e4, 1e4).Draw(t, "x"))
		}
		seen := make([]bool, n)
		for _, i := range overlay.Spread(p) {
			if seen[i] {
				t.Fatalf("point %d comes twice", i)
			}
			seen[i] = true
		}
		for i := range seen {
			if !seen[i] {
				t.Fatalf("point %d never comes", i)
			}
		}
	})
}

// Every beginning of the order is even: each part of the hall has its share of
// the points, within a few.
func TestEveryBeginningIsAnEvenSample(t *testing.T) {
	const side, parts = 128, 4
	p := hall(side, side, 0.025)
	order := overlay.Spread(p)
	for _, n := range []int{64, 100, 500, 3000, 10_000} {
		var count [parts][parts]int
		for _, i := range order[:n] {
			count[i/side*parts/side][i%side*parts/side]++
		}
		share := float64(n) / (parts * parts)
		for r := range count {
			for c, have := range count[r] {
				if math.Abs(float64(have)-share) > 2+0.05*share {
					t.Errorf("of the first %d points %d lie in part %d, %d; its share is %.0f", n, have, r, c, share)
				}
			}
		}
	}
}

func TestFewerPointsAreDrawnLarger(t *testing.T) {
	p := &overlay.Points{Positions: hall(100, 100, 0.03)}
	p.Spacing = overlay.SpacingOf(p.Positions)
	if math.Abs(p.Spacing-0.03) > 0.001 {
		t.Errorf("spacing %.4f m, want 0.03", p.Spacing)
	}
	// n round points of that size cover the hall, whatever n.
	area := 3.0 * 3.0
	for _, n := range []int{10_000, 2500, 400} {
		d := p.Diameter(n)
		if cover := float64(n) * math.Pi / 4 * d * d / area; cover < 1.5 || cover > 4 {
			t.Errorf("%d points of %.3f m cover %.1f times the hall", n, d, cover)
		}
	}
}

func TestPointsAreColouredByWhatTheyMeasure(t *testing.T) {
	p := &overlay.Points{Positions: make([]float32, 15), Values: []float32{-500, -50, 0, 50, 500}}
	c := overlay.Cloud{Points: p, Measured: true, Scale: overlay.Scale{Low: -50, High: 50, Palette: overlay.Diverging}}
	paint := c.Paint()
	at := func(i int) [3]int { return [3]int{int(paint[3*i]), int(paint[3*i+1]), int(paint[3*i+2])} }
	if at(0) != at(1) || at(3) != at(4) {
		t.Errorf("beyond the ends the colour is another: %v", paint)
	}
	if low, high := at(0), at(4); low[2] < low[0]+80 || high[0] < high[2]+80 {
		t.Errorf("behind is %v and before is %v, want blue and red", low, high)
	}
	if m := at(2); m[0] < 220 || m[1] < 220 || m[2] < 220 {
		t.Errorf("on the twin the colour is %v, want nearly white", m)
	}
}

// The two sides of the deviation stay apart for eyes that lack one kind of cone
// (Viénot, Brettel and Mollon 1999).
func TestTheSidesOfADeviationStayApartForColourBlindEyes(t *testing.T) {
	table := overlay.Diverging.Table(101)
	for name, see := range map[string][3][3]float64{
		"protan": {{0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}},
		"deutan": {{0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}},
	} {
		seen := func(c overlay.RGBA) (out [3]float64) {
			for r := range 3 {
				for k := range 3 {
					out[r] += see[r][k] * float64(c[k])
				}
				out[r] = math.Cbrt(math.Max(0, out[r])) // about even steps to the eye
			}
			return out
		}
		for _, k := range []int{25, 50} { // half and all of the scale
			a, b := seen(table[50-k]), seen(table[50+k])
			d := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
			if d < 0.15 {
				t.Errorf("%s: %d %% of either side differ by %.2f only", name, 2*k, d)
			}
		}
	}
}

func TestPointsWithoutColoursShowTheirHeight(t *testing.T) {
	p := &overlay.Points{Positions: []float32{0, 0, 0, 0, 1, 0, 0, 2, 0}}
	c := overlay.Cloud{Points: p, Plain: overlay.RGBA{0.1, 0.2, 0.3, 1}}
	if paint := c.Paint(); paint[2] >= paint[5] || paint[5] >= paint[8] {
		t.Errorf("colours %v do not rise with the points", paint)
	}
	p.Colors = []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9}
	if paint := c.Paint(); paint[4] != 5 {
		t.Errorf("their own colours come out as %v", paint)
	}
}

func TestListsThatDoNotFitAreNotWhole(t *testing.T) {
	for name, p := range map[string]*overlay.Points{
		"a place cut":       {Positions: []float32{1, 2}},
		"a colour short":    {Positions: make([]float32, 6), Colors: make([]uint8, 3)},
		"a value too many":  {Positions: make([]float32, 3), Values: make([]float32, 2)},
		"an unknown entity": {Positions: make([]float32, 3), Nearest: []uint16{2}, Entities: []string{"wall"}},
	} {
		if p.Whole() {
			t.Errorf("%s: it counts as whole", name)
		}
	}
	if !(&overlay.Points{Positions: make([]float32, 3), Nearest: []uint16{1}, Entities: []string{"wall"}}).Whole() {
		t.Error("a whole cloud is refused")
	}
}

func BenchmarkSpread(b *testing.B) {
	p := hall(1000, 1000, 0.025)
	for b.Loop() {
		overlay.Spread(p)
	}
}
