// Package scan reads point clouds: LAS and LAZ, PLY, PCD, E57, and lists of
// numbers (XYZ, PTS, PTX). What comes out is in metres in the scan's own frame;
// which way is up, the formats mostly do not say. It reads through an
// io.ReaderAt and opens no file; it must never know a building. Start reading at
// Read.
package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Cloud is the points of a scan. Positions are held against Offset, so that
// single floats keep fractions of a millimetre also in map coordinates.
type Cloud struct {
	Positions []float32 // x, y, z, metres, less Offset
	Colors    []uint8   // r, g, b, sRGB; empty, or three for each point
	Intensity []uint16  // empty, or one for each point
	Normals   []float32 // empty, or three for each point
	Classes   []uint8   // of LAS; empty, or one for each point
	Offset    geom.Vec3
	Up        geom.Vec3 // as the format or file states it; zero: it does not
	Stations  []Station
	Faces     []uint32 // triangles of a meshed scan
	Notes     []string // what was left out or assumed
}

// Station is where a scanner stood.
type Station struct {
	At       geom.Vec3 // less Offset
	From, To int       // its points, as indices
}

// Options say how much is read.
type Options struct {
	PointsMax int // more are thinned evenly while reading; 0: PointsUsual
	Progress  func(done, total int64)
}

// PointsUsual is as many points as a gigabyte and a half holds with colours.
const PointsUsual = 60_000_000

// pointsMax bounds what any header may ask for.
const pointsMax = 1 << 33

// headMax is how much of a file tells its format.
const headMax = 4096

// Read reads a scan of any format; name is for messages and, where the bytes do
// not tell, for the format.
func Read(ctx context.Context, name string, r io.ReaderAt, size int64, opt Options) (*Cloud, error) {
	if opt.PointsMax <= 0 {
		opt.PointsMax = PointsUsual
	}
	if opt.Progress == nil {
		opt.Progress = func(int64, int64) {}
	}
	head := make([]byte, min(size, headMax))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if mark := []byte("\ufeff"); bytes.HasPrefix(head, mark) {
		r, size, head = io.NewSectionReader(r, int64(len(mark)), size-int64(len(mark))), size-int64(len(mark)), head[len(mark):]
	}
	f := file{name: name, r: r, size: size, opt: opt}
	var c *Cloud
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("LASF")):
		c, err = f.las(ctx)
	case bytes.HasPrefix(head, []byte("ply\n")), bytes.HasPrefix(head, []byte("ply\r")):
		c, err = f.ply(ctx)
	case bytes.HasPrefix(head, []byte("ASTM-E57")):
		c, err = f.e57(ctx)
	case bytes.HasPrefix(head, []byte("# .PCD")), bytes.HasPrefix(head, []byte("VERSION")) && strings.EqualFold(path.Ext(name), ".pcd"):
		c, err = f.pcd(ctx)
	case len(head) == 0:
		err = errors.New("the file is empty")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		err = errors.New("the text is UTF-16; save it as UTF-8 or ASCII")
	case bytes.IndexByte(head, 0) >= 0:
		err = errors.New("not a format of scans that is read; give LAS, LAZ, PLY, PCD, E57 or a list of numbers")
	default:
		c, err = f.xyz(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(c.Positions) == 0 {
		return nil, fmt.Errorf("%s: it holds no points", name)
	}
	return c, nil
}

// file is one file being read.
type file struct {
	name string
	r    io.ReaderAt
	size int64
	opt  Options
}

// gatherer takes points in, thinned evenly, and keeps them near zero.
type gatherer struct {
	c      *Cloud
	stride uint64
	seen   uint64
	set    bool // the offset is
	bad    uint64
}

func (f file) gather(count uint64) (*gatherer, error) {
	if count > pointsMax {
		return nil, fmt.Errorf("%d points, at most %d are read", count, uint64(pointsMax))
	}
	g := &gatherer{c: &Cloud{}, stride: 1}
	if most := uint64(f.opt.PointsMax); count > most {
		g.stride = (count + most - 1) / most
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("every %d. of %d points was read", g.stride, count))
	}
	// Growing slices keep twice the points for a while: make room for as many as
	// the bytes of the file are likely to hold.
	g.c.Positions = make([]float32, 0, 3*min(count/g.stride+1, uint64(f.size)/8))
	return g, nil
}

// wanted tells whether the next point is taken.
func (g *gatherer) wanted() bool {
	g.seen++
	return (g.seen-1)%g.stride == 0
}

// add takes a point; false when it is no place.
func (g *gatherer) add(x, y, z float64) bool {
	if math.IsNaN(x+y+z) || math.IsInf(x+y+z, 0) || math.Abs(x) > 1e12 || math.Abs(y) > 1e12 || math.Abs(z) > 1e12 {
		g.bad++
		return false
	}
	if !g.set {
		g.set = true
		if math.Abs(x) > 1000 || math.Abs(y) > 1000 || math.Abs(z) > 1000 {
			g.c.Offset = geom.Vec3{math.Floor(x), math.Floor(y), math.Floor(z)}
		}
	}
	o := g.c.Offset
	g.c.Positions = append(g.c.Positions, float32(x-o[0]), float32(y-o[1]), float32(z-o[2]))
	return true
}

// finish drops what only some of the points have: it could not be told whose it
// is.
func (g *gatherer) finish() *Cloud {
	n := len(g.c.Positions) / 3
	drop := func(what string, have, want int) bool {
		if have == 0 || have == want {
			return false
		}
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("only some of the points have %s, which were left out", what))
		return true
	}
	if drop("colours", len(g.c.Colors), 3*n) {
		g.c.Colors = nil
	}
	if drop("intensities", len(g.c.Intensity), n) {
		g.c.Intensity = nil
	}
	if drop("normals", len(g.c.Normals), 3*n) {
		g.c.Normals = nil
	}
	if drop("classes", len(g.c.Classes), n) {
		g.c.Classes = nil
	}
	if g.bad > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d points without a place were left out", g.bad))
	}
	return g.c
}
