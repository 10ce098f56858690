package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// e57Field is a value of a point, as the prototype describes it.
type e57Field struct {
	name          string
	float         int     // bytes, or 0 for an integer
	least         int64   // of an integer
	width         uint    // bits of an integer
	scale, offset float64 // to its value
	low, high     float64 // the values that count as nothing and as the whole
	data          []byte
}

// number is an attribute of an element.
func number(e *etree.Element, key string, otherwise float64) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(e.SelectAttrValue(key, "")), 64)
	if err != nil {
		return otherwise
	}
	return v
}

func e57FieldOf(e *etree.Element) (*e57Field, error) {
	out := &e57Field{name: e.Tag, scale: 1}
	switch kind := e.SelectAttrValue("type", ""); kind {
	case "Float":
		out.float = 8
		if e.SelectAttrValue("precision", "double") == "single" {
			out.float = 4
		}
		out.low, out.high = number(e, "minimum", 0), number(e, "maximum", 1)
		if out.high >= math.MaxFloat32 { // any number: nothing is stated
			out.low, out.high = 0, 1
		}
		return out, nil
	case "ScaledInteger":
		out.scale, out.offset = number(e, "scale", 1), number(e, "offset", 0)
	case "Integer":
	default:
		return nil, fmt.Errorf("field %s of type %.40q is not read", e.Tag, kind)
	}
	least, err1 := strconv.ParseInt(e.SelectAttrValue("minimum", "-9223372036854775808"), 10, 64)
	most, err2 := strconv.ParseInt(e.SelectAttrValue("maximum", "9223372036854775807"), 10, 64)
	if err1 != nil || err2 != nil || most < least {
		return nil, fmt.Errorf("field %s from %s to %s", e.Tag, e.SelectAttrValue("minimum", "?"), e.SelectAttrValue("maximum", "?"))
	}
	out.least = least
	out.low, out.high = float64(least)*out.scale+out.offset, float64(most)*out.scale+out.offset
	out.width = uint(bits.Len64(uint64(most) - uint64(least)))
	return out, nil
}

// e57Width is the bits that one point takes.
func e57Width(fields []*e57Field) uint64 {
	n := uint64(0)
	for _, x := range fields {
		n += uint64(x.width) + 8*uint64(x.float)
	}
	return n
}

// value is the i-th raw value of a field.
func (x *e57Field) value(i uint64) float64 {
	switch x.float {
	case 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(x.data[4*i:])))
	case 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(x.data[8*i:]))
	}
	if x.width == 0 {
		return float64(x.least)*x.scale + x.offset
	}
	bit := i * uint64(x.width)
	var v uint64
	got := uint(0)
	for at := bit / 8; got < x.width+uint(bit%8) && got < 64; at++ {
		v |= uint64(x.data[at]) << got
		got += 8
	}
	v >>= bit % 8
	if over := x.width + uint(bit%8); over > 64 {
		v |= uint64(x.data[bit/8+8]) << (64 - bit%8)
	}
	if x.width < 64 {
		v &= 1<<x.width - 1
	}
	return float64(int64(v)+x.least)*x.scale + x.offset
}

// share is a value between the field's limits, 0 to 1.
func (x *e57Field) share(i uint64) float64 {
	v := (x.value(i) - x.low) / (x.high - x.low)
	if !(v > 0) { // also where the limits are one
		return 0
	}
	return min(1, v)
}

// limits sets what counts as nothing and as the whole of colours and intensities
// where the scan states it beside its points.
func limits(s *etree.Element, fields []*e57Field) {
	value := func(path string, x *e57Field) (float64, bool) {
		e := s.FindElement(path)
		if e == nil {
			return 0, false
		}
		text := strings.TrimSpace(e.Text())
		if text == "" {
			text = "0" // an empty element is zero
		}
		v, err := strconv.ParseFloat(text, 64)
		if e.SelectAttrValue("type", "") == "ScaledInteger" {
			v = v*number(e, "scale", 1) + number(e, "offset", 0)
		}
		return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	for _, x := range fields {
		path, ok := map[string]string{"intensity": "intensityLimits/intensity", "colorRed": "colorLimits/colorRed", "colorGreen": "colorLimits/colorGreen", "colorBlue": "colorLimits/colorBlue"}[x.name]
		if !ok {
			continue
		}
		low, ok1 := value(path+"Minimum", x)
		high, ok2 := value(path+"Maximum", x)
		if ok1 && ok2 && high > low {
			x.low, x.high = low, high
		}
	}
}

func e57Points(ctx context.Context, fields []*e57Field, count uint64, turn geom.Mat4, move geom.Vec3, g *gatherer) error {
	by := map[string]*e57Field{}
	for _, x := range fields {
		by[x.name] = x
	}
	three := func(a, b, c string) ([3]*e57Field, bool) {
		out := [3]*e57Field{by[a], by[b], by[c]}
		return out, out[0] != nil && out[1] != nil && out[2] != nil
	}
	place, cartesian := three("cartesianX", "cartesianY", "cartesianZ")
	invalid := by["cartesianInvalidState"]
	if !cartesian {
		var spherical bool
		if place, spherical = three("sphericalRange", "sphericalAzimuth", "sphericalElevation"); !spherical {
			return errors.New("its points have neither cartesian nor spherical coordinates")
		}
		invalid = by["sphericalInvalidState"]
	}
	color, colored := three("colorRed", "colorGreen", "colorBlue")
	normal, turned := three("normalX", "normalY", "normalZ") // of the extension for surface normals
	intensity := by["intensity"]
	without := uint64(0)
	for i := range count {
		if i&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !g.wanted() {
			continue
		}
		if invalid != nil && invalid.value(i) != 0 {
			without++
			continue
		}
		v := geom.Vec3{place[0].value(i), place[1].value(i), place[2].value(i)}
		if !cartesian {
			r, a, e := v[0], v[1], v[2]
			v = geom.Vec3{r * math.Cos(e) * math.Cos(a), r * math.Cos(e) * math.Sin(a), r * math.Sin(e)}
		}
		v = mgl64.TransformCoordinate(v, turn).Add(move)
		if !g.add(v[0], v[1], v[2]) {
			continue
		}
		n := len(g.c.Positions) / 3
		if colored && len(g.c.Colors) == 3*(n-1) {
			for _, x := range color {
				g.c.Colors = append(g.c.Colors, uint8(math.Round(255*x.share(i))))
			}
		}
		if turned && len(g.c.Normals) == 3*(n-1) {
			d := mgl64.TransformNormal(geom.Vec3{normal[0].value(i), normal[1].value(i), normal[2].value(i)}, turn)
			g.c.Normals = append(g.c.Normals, float32(d[0]), float32(d[1]), float32(d[2]))
		}
		if intensity != nil && len(g.c.Intensity) == n-1 {
			g.c.Intensity = append(g.c.Intensity, uint16(math.Round(65535*intensity.share(i))))
		}
	}
	if without > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d rays met nothing, as their state says, and were left out", without))
	}
	return nil
}

// e57Pose is where a scan stands: a unit quaternion, then a move.
func e57Pose(s *etree.Element) (geom.Mat4, geom.Vec3) {
	number := func(path string, otherwise float64) float64 {
		e := s.FindElement("pose/" + path)
		if e == nil {
			return otherwise
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(e.Text()), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			if strings.TrimSpace(e.Text()) == "" {
				return 0 // an empty element is zero
			}
			return otherwise
		}
		return v
	}
	q := mgl64.Quat{W: number("rotation/w", 1), V: mgl64.Vec3{number("rotation/x", 0), number("rotation/y", 0), number("rotation/z", 0)}}
	turn := geom.Identity()
	if q.Len() > 1e-9 {
		turn = q.Normalize().Mat4()
	}
	return turn, geom.Vec3{number("translation/x", 0), number("translation/y", 0), number("translation/z", 0)}
}
