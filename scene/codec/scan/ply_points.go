package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// What is kept of a point of a PLY file.
const (
	plyX = iota
	plyY
	plyZ
	plyNX
	plyNY
	plyNZ
	plyRed
	plyGreen
	plyBlue
	plyIntensity
	plyClass
	plySplatRed // of a Gaussian splat: spherical harmonics of degree 0
	plySplatGreen
	plySplatBlue
	plyOpacity
	plySlotCount
)

// plySlots are the values of a point that are kept, by the names that programs
// give them.
var plySlots = map[string]int{
	"x": plyX, "y": plyY, "z": plyZ, "nx": plyNX, "ny": plyNY, "nz": plyNZ, "normal_x": plyNX, "normal_y": plyNY, "normal_z": plyNZ,
	"red": plyRed, "green": plyGreen, "blue": plyBlue, "r": plyRed, "g": plyGreen, "b": plyBlue,
	"diffuse_red": plyRed, "diffuse_green": plyGreen, "diffuse_blue": plyBlue,
	"intensity": plyIntensity, "scalar_intensity": plyIntensity, "scalar_Intensity": plyIntensity, "reflectance": plyIntensity,
	"classification": plyClass, "class": plyClass, "scalar_Classification": plyClass,
	"f_dc_0": plySplatRed, "f_dc_1": plySplatGreen, "f_dc_2": plySplatBlue, "opacity": plyOpacity,
}

// plyColumn is a value of a point that is kept.
type plyColumn struct {
	slot, at int // at: bytes from the beginning of its row
	kind     string
}

// plyPoints takes the points of one element.
type plyPoints struct {
	g       *gatherer
	columns []plyColumn
	has     [plySlotCount]bool
	faint   uint64 // splats that are hardly to be seen

	// To octets and words. Real numbers are shares of the whole, until one above
	// one shows that they are not.
	colors, intensities float64
}

const (
	sharesEnd  = 1.5                 // above this a number is no share of the whole
	splatBand  = 0.28209479177387814 // the spherical harmonic of degree 0
	splatLeast = -2.2                // the logit of an opacity of a tenth
)

func newPlyPoints(g *gatherer, e plyElement) (*plyPoints, error) {
	p := &plyPoints{g: g, colors: 1, intensities: 1}
	at := 0
	for _, x := range e.properties {
		slot, ok := plySlots[x.name]
		if ok && !x.list && !p.has[slot] {
			p.has[slot] = true
			p.columns = append(p.columns, plyColumn{slot: slot, at: at, kind: x.kind})
			real := strings.HasPrefix(x.kind, "float") || x.kind == "double"
			switch {
			case slot >= plyRed && slot <= plyBlue && real:
				p.colors = 255
			case slot >= plyRed && slot <= plyBlue && (x.kind == "ushort" || x.kind == "uint16"):
				p.colors = 1.0 / 257
			case slot == plyIntensity && real:
				p.intensities = 65535
			}
		}
		at += plySizes[x.kind]
	}
	if !p.has[plyX] || !p.has[plyY] || !p.has[plyZ] {
		return nil, errors.New("properties x, y and z are missing; export the file with them")
	}
	if p.splats() {
		g.c.Notes = append(g.c.Notes, "its points are Gaussian splats: their centres are read as points, without their shape")
	}
	return p, nil
}

func (p *plyPoints) splats() bool {
	return !p.has[plyRed] && p.has[plySplatRed] && p.has[plySplatGreen] && p.has[plySplatBlue]
}

// keep takes one point, unless it is thinned out.
func (p *plyPoints) keep(v *[plySlotCount]float64) {
	if p.splats() && p.has[plyOpacity] && v[plyOpacity] < splatLeast {
		p.faint++
		return
	}
	c := p.g.c
	if !p.g.add(v[plyX], v[plyY], v[plyZ]) {
		return
	}
	octet := func(x float64) uint8 { return uint8(math.Max(0, math.Min(255, math.Round(x)))) }
	if p.has[plyNX] && p.has[plyNY] && p.has[plyNZ] {
		c.Normals = append(c.Normals, float32(v[plyNX]), float32(v[plyNY]), float32(v[plyNZ]))
	}
	switch {
	case p.splats():
		for k := range 3 {
			c.Colors = append(c.Colors, octet(255*(0.5+splatBand*v[plySplatRed+k])))
		}
	case p.has[plyRed] && p.has[plyGreen] && p.has[plyBlue]:
		if p.colors == 255 && max(v[plyRed], v[plyGreen], v[plyBlue]) > sharesEnd {
			p.colors = 1
			for i := range c.Colors {
				c.Colors[i] = uint8(math.Round(float64(c.Colors[i]) / 255))
			}
		}
		c.Colors = append(c.Colors, octet(p.colors*v[plyRed]), octet(p.colors*v[plyGreen]), octet(p.colors*v[plyBlue]))
	}
	if p.has[plyIntensity] {
		if p.intensities == 65535 && v[plyIntensity] > sharesEnd {
			p.intensities = 1
			for i := range c.Intensity {
				c.Intensity[i] = uint16(math.Round(float64(c.Intensity[i]) / 65535))
			}
		}
		c.Intensity = append(c.Intensity, uint16(math.Max(0, math.Min(65535, math.Round(p.intensities*v[plyIntensity])))))
	}
	if p.has[plyClass] {
		c.Classes = append(c.Classes, octet(v[plyClass]))
	}
}

func (f file) plyVertices(ctx context.Context, r *plyRows, e plyElement) (*Cloud, error) {
	g, err := f.gather(e.count)
	if err != nil {
		return nil, err
	}
	p, err := newPlyPoints(g, e)
	if err != nil {
		return nil, err
	}
	plain := !r.ascii
	for _, x := range e.properties {
		plain = plain && !x.list
	}
	if plain {
		err = f.plyBlocks(ctx, r, e, p)
	} else {
		err = f.plyOneByOne(ctx, r, e, p)
	}
	if err != nil {
		return nil, err
	}
	if p.faint > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d splats with an opacity under a tenth were left out", p.faint))
	}
	return g.finish(), nil
}

// plyOneByOne reads rows of text, or rows with lists in them.
func (f file) plyOneByOne(ctx context.Context, r *plyRows, e plyElement, p *plyPoints) error {
	columns := make([]*plyColumn, len(e.properties))
	at := 0
	for i, x := range e.properties {
		for k := range p.columns {
			if c := &p.columns[k]; !x.list && c.at == at && plySlots[x.name] == c.slot {
				columns[i] = c
			}
		}
		at += plySizes[x.kind]
	}
	for r.row = range e.count {
		if r.row&0xffff == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.opt.Progress(int64(r.row), int64(e.count))
		}
		var v [plySlotCount]float64
		for i, x := range e.properties {
			if x.list {
				if err := r.list(x, func(int, float64) {}); err != nil {
					return err
				}
				continue
			}
			n, err := r.number(x.kind)
			if err != nil {
				return err
			}
			if c := columns[i]; c != nil {
				v[c.slot] = n
			}
		}
		if p.g.wanted() {
			p.keep(&v)
		}
	}
	return nil
}

// plyBlocks reads rows of one length, many at a time.
func (f file) plyBlocks(ctx context.Context, r *plyRows, e plyElement, p *plyPoints) error {
	row := 0
	for _, x := range e.properties {
		row += plySizes[x.kind]
	}
	block := make([]byte, min(uint64(max(1, 1<<20/row)), e.count)*uint64(row))
	for r.row = 0; r.row < e.count; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.opt.Progress(int64(r.row), int64(e.count))
		rows := min(e.count-r.row, uint64(len(block)/row))
		n, err := io.ReadFull(r.in, block[:rows*uint64(row)])
		if err != nil {
			return fmt.Errorf("%d: the file is cut off", r.row+uint64(n/row))
		}
		for b := block[:n]; len(b) > 0; b = b[row:] {
			if !p.g.wanted() {
				continue
			}
			var v [plySlotCount]float64
			for i := range p.columns {
				c := &p.columns[i]
				v[c.slot] = plyNumber(b[c.at:], c.kind, r.order)
			}
			p.keep(&v)
		}
		r.row += rows
	}
	return nil
}

// plyNumber reads a number of a kind.
func plyNumber(b []byte, kind string, order binary.ByteOrder) float64 {
	switch kind {
	case "float", "float32":
		return float64(math.Float32frombits(order.Uint32(b)))
	case "uchar", "uint8":
		return float64(b[0])
	case "double", "float64":
		return math.Float64frombits(order.Uint64(b))
	case "char", "int8":
		return float64(int8(b[0]))
	case "short", "int16":
		return float64(int16(order.Uint16(b)))
	case "ushort", "uint16":
		return float64(order.Uint16(b))
	case "int", "int32":
		return float64(int32(order.Uint32(b)))
	}
	return float64(order.Uint32(b)) // uint
}
