package overlay_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/render/overlay"
)

// blindness are the matrices by which full dichromats see linear light (Machado,
// Oliveira and Fernandes 2009, severity 1.0).
var blindness = map[string][9]float64{
	"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

var everyEye = func() map[string][9]float64 {
	all := map[string][9]float64{"trichromacy": {1, 0, 0, 0, 1, 0, 0, 0, 1}}
	for name, m := range blindness {
		all[name] = m
	}
	return all
}()

// cieLab is a colour as an eye sees it, under D65 (CIE 15), from linear light.
func cieLab(c overlay.RGBA, eye [9]float64) [3]float64 {
	var s [3]float64
	for i := range s {
		s[i] = math.Min(1, math.Max(0, eye[3*i]*float64(c[0])+eye[3*i+1]*float64(c[1])+eye[3*i+2]*float64(c[2])))
	}
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*s[0] + 0.3575761*s[1] + 0.1804375*s[2]) / 0.95047)
	y := f(0.2126729*s[0] + 0.7151522*s[1] + 0.0721750*s[2])
	z := f((0.0193339*s[0] + 0.1191920*s[1] + 0.9503041*s[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// deltaE is the difference of two colours (CIEDE2000; Sharma, Wu and Dalal 2005).
func deltaE(p, q [3]float64) float64 {
	const deg = math.Pi / 180
	c1, c2 := math.Hypot(p[1], p[2]), math.Hypot(q[1], q[2])
	m7 := math.Pow((c1+c2)/2, 7)
	g := 0.5 * (1 - math.Sqrt(m7/(m7+math.Pow(25, 7))))
	a1, a2 := (1+g)*p[1], (1+g)*q[1]
	c1, c2 = math.Hypot(a1, p[2]), math.Hypot(a2, q[2])
	hue := func(a, b float64) float64 {
		if a == 0 && b == 0 {
			return 0
		}
		return math.Mod(math.Atan2(b, a)/deg+360, 360)
	}
	h1, h2 := hue(a1, p[2]), hue(a2, q[2])
	dh, mh := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		dh, mh = 0, h1+h2
	case dh > 180:
		dh -= 360
	case dh < -180:
		dh += 360
	}
	if c1*c2 != 0 && math.Abs(h1-h2) > 180 {
		if mh += 180; h1+h2 >= 360 {
			mh -= 360
		}
	}
	dl, dc, dH := q[0]-p[0], c2-c1, 2*math.Sqrt(c1*c2)*math.Sin(dh/2*deg)
	ml, mc := (p[0]+q[0])/2, (c1+c2)/2
	t := 1 - 0.17*math.Cos((mh-30)*deg) + 0.24*math.Cos(2*mh*deg) + 0.32*math.Cos((3*mh+6)*deg) - 0.20*math.Cos((4*mh-63)*deg)
	l50 := (ml - 50) * (ml - 50)
	sl, sc, sh := 1+0.015*l50/math.Sqrt(20+l50), 1+0.045*mc, 1+0.015*mc*t
	c7 := math.Pow(mc, 7)
	rt := -2 * math.Sqrt(c7/(c7+math.Pow(25, 7))) * math.Sin(60*deg*math.Exp(-((mh-275)/25)*((mh-275)/25)))
	x, y, z := dl/sl, dc/sc, dH/sh
	return math.Sqrt(x*x + y*y + z*z + rt*y*z)
}

// Pairs 1, 7, 13, 17 and 25 of table 1 of Sharma, Wu and Dalal (2005).
func TestTheMeasureOfColoursIsThePublishedOne(t *testing.T) {
	for _, c := range []struct {
		p, q [3]float64
		want float64
	}{
		{[3]float64{50, 2.6772, -79.7751}, [3]float64{50, 0, -82.7485}, 2.0425},
		{[3]float64{50, 0, 0}, [3]float64{50, -1, 2}, 2.3669},
		{[3]float64{50, -0.001, 2.49}, [3]float64{50, 0.0009, -2.49}, 4.8045},
		{[3]float64{50, 2.5, 0}, [3]float64{73, 25, -18}, 27.1492},
		{[3]float64{60.2574, -34.0099, 36.2677}, [3]float64{60.4626, -34.1751, 39.4387}, 1.2644},
	} {
		if got := deltaE(c.p, c.q); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%v and %v differ by %.4f, want %.4f", c.p, c.q, got, c.want)
		}
	}
}

// okLab is a colour of OKLab from linear light (Ottosson 2020).
func okLab(c overlay.RGBA) [3]float64 {
	r, g, b := float64(c[0]), float64(c[1]), float64(c[2])
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

func TestStepsOfPalettesAreEven(t *testing.T) {
	for _, c := range []struct {
		name      string
		palette   overlay.Palette
		ok, ciede float64 // largest step over smallest
	}{{"sequential", overlay.Sequential, 1.25, 1.5}, {"diverging", overlay.Diverging, 1.25, 1.8}} {
		table := c.palette.Table(33)
		least, most := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{}
		for i := range len(table) - 1 {
			p, q := okLab(table[i]), okLab(table[i+1])
			ok := math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
			ciede := deltaE(cieLab(table[i], everyEye["trichromacy"]), cieLab(table[i+1], everyEye["trichromacy"]))
			for k, d := range [2]float64{ok, ciede} {
				least[k], most[k] = math.Min(least[k], d), math.Max(most[k], d)
			}
		}
		ok, ciede := most[0]/least[0], most[1]/least[1]
		t.Logf("%s: largest step over smallest %.2f in OKLab, %.2f in CIEDE2000", c.name, ok, ciede)
		if ok > c.ok || ciede > c.ciede {
			t.Errorf("%s: largest step over smallest %.2f in OKLab, %.2f in CIEDE2000; at most %.2f and %.2f", c.name, ok, ciede, c.ok, c.ciede)
		}
	}
}

func TestSequentialStaysOrderedToEveryEye(t *testing.T) {
	table := overlay.Sequential.Table(33)
	for name, eye := range everyEye {
		least := math.Inf(1)
		for i := range len(table) - 1 {
			p, q := cieLab(table[i], eye), cieLab(table[i+1], eye)
			if q[0] <= p[0] {
				t.Errorf("%s: lightness falls from %.2f to %.2f at step %d", name, p[0], q[0], i)
			}
			least = math.Min(least, deltaE(p, q))
		}
		t.Logf("%s: smallest step %.2f CIEDE2000 of 32, lightness %.0f to %.0f", name, least, cieLab(table[0], eye)[0], cieLab(table[32], eye)[0])
		if least < 1 {
			t.Errorf("%s: two neighbours of 33 differ by %.2f CIEDE2000", name, least)
		}
	}
}

func TestDivergingIsNeutralInTheMiddleAndSymmetric(t *testing.T) {
	table := overlay.Diverging.Table(65)
	mid := okLab(table[32])
	if chroma := math.Hypot(mid[1], mid[2]); chroma > 0.005 {
		t.Errorf("the middle has a chroma of %.4f", chroma)
	}
	for name, eye := range everyEye {
		least := math.Inf(1)
		for i := range 32 {
			low, high := cieLab(table[31-i], eye), cieLab(table[33+i], eye)
			before, after := cieLab(table[32-i], eye)[0], cieLab(table[32+i], eye)[0]
			if low[0] >= before || high[0] >= after {
				t.Errorf("%s: %d steps from the middle it does not grow darker: %.1f after %.1f, %.1f after %.1f", name, i+1, low[0], before, high[0], after)
			}
			if i >= 8 {
				least = math.Min(least, deltaE(low, high))
			}
		}
		t.Logf("%s: the sides differ by %.1f CIEDE2000 at least, a quarter from the middle and beyond", name, least)
		if least < 15 {
			t.Errorf("%s: blue and red differ by %.1f CIEDE2000", name, least)
		}
	}
	for i := range 33 {
		low, high := okLab(table[32-i]), okLab(table[32+i])
		dl, dc := math.Abs(low[0]-high[0]), math.Abs(math.Hypot(low[1], low[2])-math.Hypot(high[1], high[2]))
		if dl > 0.02 || dc > 0.03 {
			t.Errorf("%d steps from the middle the sides differ by %.3f in lightness and %.3f in chroma", i, dl, dc)
		}
	}
}
