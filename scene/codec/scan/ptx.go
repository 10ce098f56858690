package scan

import (
	"bufio"
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

// isPTX tells Leica's format of grids: two counts, then the pose of the scanner
// in lines of three and of four numbers.
func isPTX(name string, sample []byte) bool {
	if strings.EqualFold(path.Ext(name), ".ptx") {
		return true
	}
	lines := bytes.SplitN(sample, []byte("\n"), 11)
	if len(lines) < 11 {
		return false
	}
	for i, line := range lines[:10] {
		v, ok := numbers(line, false, nil)
		want := 1
		if i >= 6 {
			want = 4
		} else if i >= 2 {
			want = 3
		}
		if !ok || len(v) != want {
			return false
		}
	}
	return true
}

// grids reads the scans of a PTX file.
type grids struct {
	in   *bufio.Reader
	line int
	read int64
	v    [columnMax]float64
}

// ptx reads scans one after the other: the columns and rows of the scanner's
// grid, its place and axes, the matrix that takes its points to the common frame
// (row vectors), then a line for each ray: x y z intensity, and a colour.
func (f file) ptx(ctx context.Context) (*Cloud, error) {
	g, err := f.gather(uint64(f.size) / 24) // a line with an intensity is hardly shorter
	if err != nil {
		return nil, err
	}
	p := &grids{in: bufio.NewReaderSize(io.NewSectionReader(f.r, 0, f.size), 1<<20)}
	lost := uint64(0)
	for {
		columns, err := p.count("columns")
		if errors.Is(err, io.EOF) && len(g.c.Stations) > 0 {
			break
		}
		if err != nil {
			return nil, err
		}
		rows, err := p.count("rows")
		if err != nil {
			return nil, fmt.Errorf("line %d: the rows of a grid are missing (%w); the file is cut off", p.line, err)
		}
		if columns > 0 && rows > float64(f.size)/columns {
			return nil, fmt.Errorf("line %d: a grid of %.0f by %.0f rays in a file of %d bytes; the file is cut off", p.line, columns, rows, f.size)
		}
		at, pose, err := p.pose()
		if err != nil {
			return nil, err
		}
		s := Station{At: at, From: len(g.c.Positions) / 3}
		for i := range uint64(columns) * uint64(rows) {
			if i&0xffff == 0 {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				f.opt.Progress(p.read, f.size)
			}
			v, err := p.next(0)
			if err != nil {
				return nil, fmt.Errorf("%w; the grid of %.0f by %.0f rays is cut off", err, columns, rows)
			}
			if len(v) < 3 {
				return nil, fmt.Errorf("line %d: %d numbers, a ray has three or more", p.line, len(v))
			}
			if v[0] == 0 && v[1] == 0 && v[2] == 0 {
				lost++
				continue
			}
			if g.wanted() {
				ray(g, v, pose)
			}
		}
		s.To = len(g.c.Positions) / 3
		g.c.Stations = append(g.c.Stations, s)
	}
	for i := range g.c.Stations {
		g.c.Stations[i].At = g.c.Stations[i].At.Sub(g.c.Offset)
	}
	if g.stride > 1 {
		g.c.Notes[0] = fmt.Sprintf("every %d. of %d points was read", g.stride, g.seen)
	}
	if lost > 0 {
		g.c.Notes = append(g.c.Notes, fmt.Sprintf("%d rays met nothing and were left out", lost))
	}
	return g.finish(), nil
}

// ray takes the point that a ray met.
func ray(g *gatherer, v []float64, m [4][4]float64) {
	var at [3]float64
	for k := range 3 {
		at[k] = v[0]*m[0][k] + v[1]*m[1][k] + v[2]*m[2][k] + m[3][k]
	}
	if !g.add(at[0], at[1], at[2]) {
		return
	}
	if len(v) == 4 || len(v) >= 7 {
		g.c.Intensity = append(g.c.Intensity, uint16(math.Round(65535*max(0, min(1, v[3])))))
	}
	if len(v) >= 6 { // without an intensity, when six
		for _, c := range v[len(v)-3:] {
			g.c.Colors = append(g.c.Colors, uint8(max(0, min(255, c))))
		}
	}
}

// next reads the next line; io.EOF at the end.
func (p *grids) next(want int) ([]float64, error) {
	for {
		text, err := p.in.ReadSlice('\n')
		p.line++
		p.read += int64(len(text))
		if errors.Is(err, bufio.ErrBufferFull) || len(text) > lineMax {
			return nil, fmt.Errorf("line %d: longer than %d bytes; this is no list of points", p.line, lineMax)
		}
		if len(text) == 0 && err != nil {
			return nil, fmt.Errorf("line %d: %w", p.line, io.EOF)
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		v, ok := numbers(bytes.TrimRight(text, "\n"), false, p.v[:0])
		if !ok || want > 0 && len(v) != want {
			return nil, fmt.Errorf("line %d: %.60q, where numbers are expected", p.line, bytes.TrimSpace(text))
		}
		return v, nil
	}
}

func (p *grids) count(what string) (float64, error) {
	v, err := p.next(1)
	if err != nil {
		return 0, err
	}
	if v[0] < 0 || v[0] > 1e9 || v[0] != math.Trunc(v[0]) {
		return 0, fmt.Errorf("line %d: %v %s", p.line, v[0], what)
	}
	return v[0], nil
}

// pose reads the scanner's place, its axes, which the matrix says again, and the
// matrix.
func (p *grids) pose() (at geom.Vec3, m [4][4]float64, err error) {
	for row := range 8 {
		want := 3
		if row >= 4 {
			want = 4
		}
		v, err := p.next(want)
		if err != nil {
			return at, m, fmt.Errorf("%w; the pose of a scanner is not whole", err)
		}
		if row >= 4 {
			copy(m[row-4][:], v)
		}
	}
	return geom.Vec3{m[3][0], m[3][1], m[3][2]}, m, nil
}
