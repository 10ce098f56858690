// Package tracks reads recorded ways of people and carts: tables of id, time and
// place (CSV), the text format of the Jülich archive of pedestrian dynamics,
// tables as OpenTraj collects them (TrajNet, ETH obsmat, Stanford drones), the
// tracks of the Edinburgh forum, and EgoCart's poses of shopping carts. Places
// become the site's: metres, x and z. It must never know a site, a person's name
// or what people do. Start reading at Read; calibrate.go makes pixels metres, plane.go keeps how.
package tracks

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Format of a file.
type Format string

// The formats, as a user names them.
const (
	Table     Format = "table"     // CSV with a line of names: id, time (seconds), x, y or z
	Julich    Format = "juelich"   // id, frame, x, y, height
	TrajNet   Format = "trajnet"   // frame, id, x, y
	Obsmat    Format = "obsmat"    // frame, id, x, height, y, velocities
	Stanford  Format = "stanford"  // id, box in pixels, frame, three flags, label
	Edinburgh Format = "edinburgh" // TRACK.Rn=[[x y frame];...]
	EgoCart   Format = "egocart"   // image name, x, y, heading, aisle
)

// Formats lists them.
var Formats = [...]Format{Table, Julich, TrajNet, Obsmat, Stanford, Edinburgh, EgoCart}

// Options tell what a file does not. The zero value lets Read find out.
type Options struct {
	Format Format
	FPS    float64   // frames a second; 0: what the file or its format says
	Unit   float64   // metres of one unit; 0: what the file or its format says
	Plane  Transform // from the file's plane to the site's; nil: y up becomes -z, pixels' y down becomes z
}

// Transform takes a place of the file's plane, in its units times Unit, to x and
// z of the site.
type Transform interface {
	Place(p geom.Vec2) geom.Vec2
}

// Tracks is a file's content.
type Tracks struct {
	Format Format
	Timed  bool    // false: the order of places is known, their times are not
	Down   bool    // the file's y runs down, as in pictures
	FPS    float64 // 0: times were given in seconds
	People []twin.Trajectory
	Notes  []string // what was assumed or left out, for a person
}

// Limits of one file.
const (
	lineMax   = 4 << 20 // bytes: an Edinburgh track is one line
	fixesMax  = 50_000_000
	peopleMax = 1_000_000
	idMax     = 100
	farthest  = 1e6 // metres
	longest   = 1e9 // seconds: thirty years
)

// Read reads a file of any of the formats; name is for errors.
func Read(name string, r io.Reader, o Options) (*Tracks, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if o.Format == "" {
		head, err := in.Peek(32 << 10)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if o.Format = guess(string(head)); o.Format == "" {
			return nil, fmt.Errorf("%s: no format of tracks is known by its first lines: name one of %s", name, formats())
		}
	}
	if !(o.FPS >= 0 && o.FPS < 10_000) || !(o.Unit >= 0 && o.Unit < 10_000) {
		return nil, fmt.Errorf("%s: %g frames a second and units of %g m: give positive numbers", name, o.FPS, o.Unit)
	}
	b := &builder{name: name, options: o, tracks: Tracks{Format: o.Format, Timed: true}, index: map[string]int{}}
	var err error
	switch o.Format {
	case Table:
		err = b.table(in)
	case Julich:
		err = b.julich(in)
	case TrajNet:
		err = b.columns(in, columns{frame: 0, id: 1, x: 2, y: 3, least: 4})
	case Obsmat:
		err = b.columns(in, columns{frame: 0, id: 1, x: 2, y: 4, least: 5})
	case Stanford:
		err = b.stanford(in)
	case Edinburgh:
		err = b.edinburgh(in)
	case EgoCart:
		err = b.egocart(in)
	default:
		return nil, fmt.Errorf("%s: the format %q is not known: name one of %s", name, o.Format, formats())
	}
	if err != nil {
		return nil, err
	}
	return b.done()
}

func formats() string {
	var names []string
	for _, f := range Formats {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// builder gathers fixes by person.
type builder struct {
	name    string
	options Options
	tracks  Tracks
	index   map[string]int
	fixes   int
	fps     float64 // as the file says
	unit    float64
	down    bool // the file's y runs down, as in pictures
	line    int
}

func (b *builder) wrong(format string, args ...any) error {
	return fmt.Errorf("%s, line %d: %s", b.name, b.line, fmt.Sprintf(format, args...))
}

// add takes in where somebody was; t is in frames or seconds, x and y are in the
// file's units.
func (b *builder) add(id string, t, x, y float64) error {
	switch {
	case math.IsNaN(t+x+y) || math.IsInf(t+x+y, 0):
		return b.wrong("%g, %g at %g is no place: leave the line out", x, y, t)
	case math.Abs(t) > longest:
		return b.wrong("a time of %g is none", t)
	case id == "" || len(id) > idMax:
		return b.wrong("an id of %d bytes: give 1 to %d", len(id), idMax)
	case b.fixes >= fixesMax:
		return b.wrong("there are more than %d places: split the file", fixesMax)
	}
	i, known := b.index[id]
	if !known {
		if i = len(b.tracks.People); i >= peopleMax {
			return b.wrong("there are more than %d people: split the file", peopleMax)
		}
		b.index[id] = i
		b.tracks.People = append(b.tracks.People, twin.Trajectory{Person: id})
	}
	p := &b.tracks.People[i]
	p.Fixes = append(p.Fixes, twin.Fix{T: t, X: x, Z: y})
	b.fixes++
	return nil
}

// done puts everything into metres, seconds and order.
func (b *builder) done() (*Tracks, error) {
	if b.fixes == 0 {
		return nil, fmt.Errorf("%s: nobody is in it", b.name)
	}
	unit := b.options.Unit
	if unit == 0 {
		unit = b.unit
	}
	if unit == 0 {
		unit = 1
	}
	fps := b.options.FPS
	if fps == 0 {
		fps = b.fps
	}
	b.tracks.FPS, b.tracks.Down = fps, b.down
	first := math.Inf(1)
	for _, p := range b.tracks.People {
		for _, f := range p.Fixes {
			first = min(first, f.T)
		}
	}
	double := 0
	for i := range b.tracks.People {
		p := &b.tracks.People[i]
		slices.SortStableFunc(p.Fixes, func(a, b twin.Fix) int {
			switch {
			case a.T < b.T:
				return -1
			case a.T > b.T:
				return 1
			}
			return 0
		})
		kept := p.Fixes[:0]
		for _, f := range p.Fixes {
			if n := len(kept); n > 0 && kept[n-1].T == f.T {
				double++
				continue
			}
			kept = append(kept, f)
		}
		p.Fixes = kept
		for k := range p.Fixes {
			f := &p.Fixes[k]
			f.T -= first
			if b.tracks.Timed && fps > 0 {
				f.T /= fps
			}
			at := geom.Vec2{f.X * unit, f.Z * unit}
			switch {
			case b.options.Plane != nil:
				at = b.options.Plane.Place(at)
			case !b.down:
				at[1] = -at[1]
			}
			if !(math.Abs(at[0]) <= farthest && math.Abs(at[1]) <= farthest) {
				return nil, fmt.Errorf("%s: %s would be %.3g, %.3g m from the origin: check the unit and the calibration", b.name, p.Person, at[0], at[1])
			}
			f.X, f.Z = at[0], at[1]
		}
	}
	if double > 0 {
		b.note("%d places were at a time at which the person had been somewhere already; the first counts", double)
	}
	slices.SortStableFunc(b.tracks.People, func(a, c twin.Trajectory) int {
		switch {
		case a.Fixes[0].T < c.Fixes[0].T:
			return -1
		case a.Fixes[0].T > c.Fixes[0].T:
			return 1
		}
		return 0
	})
	return &b.tracks, nil
}

func (b *builder) note(format string, args ...any) {
	b.tracks.Notes = append(b.tracks.Notes, fmt.Sprintf(format, args...))
}

// lines calls fn for each line, without blank ones.
func (b *builder) lines(in io.Reader, fn func(line string) error) error {
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), lineMax)
	for s.Scan() {
		b.line++
		if line := strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff")); line != "" {
			if err := fn(line); err != nil {
				return err
			}
		}
	}
	if err := s.Err(); err != nil {
		b.line++
		if errors.Is(err, bufio.ErrTooLong) {
			return b.wrong("the line is longer than %d bytes: this is no table of places", lineMax)
		}
		return b.wrong("%v", err)
	}
	return nil
}
