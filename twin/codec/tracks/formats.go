package tracks

import (
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
)

// guess finds the format by the first lines; "" when none fits.
func guess(head string) Format {
	var rows [][]string
	comments := ""
	for _, line := range strings.Split(head, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		switch {
		case line == "":
		case strings.HasPrefix(line, "TRACK.") || strings.HasPrefix(line, "Properties."):
			return Edinburgh
		case strings.HasPrefix(line, "#") || strings.HasPrefix(line, "%"):
			comments += strings.ToLower(line) + "\n"
		default:
			rows = append(rows, fields(line))
		}
	}
	if n := len(rows); n > 1 && !strings.HasSuffix(head, "\n") {
		rows = rows[:n-1] // cut in the middle
	}
	if len(rows) == 0 {
		return ""
	}
	first := rows[0]
	numbers := 0
	for _, f := range first {
		if _, err := strconv.ParseFloat(f, 64); err == nil {
			numbers++
		}
	}
	switch {
	case len(first) == 6 && numbers == 5 && strings.Contains(first[0], "."):
		return EgoCart
	case len(first) == 10 && numbers == 9:
		return Stanford
	case numbers == 0 && len(first) >= 4:
		return Table
	case numbers < len(first):
		return ""
	case strings.Contains(comments, "framerate") || strings.Contains(comments, "id frame") || len(first) == 5:
		return Julich
	case len(first) == 8:
		return Obsmat
	case len(first) == 4:
		if sorted(rows, 1) && !sorted(rows, 0) {
			return ""
		}
		return TrajNet
	}
	return ""
}

func sorted(rows [][]string, column int) bool {
	last := math.Inf(-1)
	for _, r := range rows {
		if len(r) <= column {
			return false
		}
		v, err := strconv.ParseFloat(r[column], 64)
		if err != nil || v < last {
			return false
		}
		last = v
	}
	return true
}

// fields splits at commas, semicolons, tabs or blanks.
func fields(line string) []string {
	if strings.ContainsAny(line, ",;") {
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ';' })
		for i, p := range parts {
			parts[i] = strings.Trim(strings.TrimSpace(p), `"`)
		}
		return parts
	}
	parts := strings.Fields(line)
	for i, p := range parts {
		parts[i] = strings.Trim(p, `"`)
	}
	return parts
}

func (b *builder) number(parts []string, i int) (float64, error) {
	if i >= len(parts) {
		return 0, b.wrong("there are %d columns, at least %d are needed", len(parts), i+1)
	}
	v, err := strconv.ParseFloat(parts[i], 64)
	if err != nil {
		return 0, b.wrong("column %d, %.40q, is no number", i+1, parts[i])
	}
	return v, nil
}

// idOf writes a whole number without a fraction, as 12.0 in some files.
func idOf(s string) string {
	if v, err := strconv.ParseFloat(s, 64); err == nil && v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	return s
}

// table reads CSV by the names in its first line.
func (b *builder) table(in io.Reader) error {
	var id, t, x, y = -1, -1, -1, -1
	frames := false
	began := false
	return b.lines(in, func(line string) error {
		if strings.HasPrefix(line, "#") {
			return nil
		}
		parts := fields(line)
		if !began {
			began = true
			for i, p := range parts {
				switch strings.ToLower(p) {
				case "id", "person", "agent", "agent_id", "ped", "pedestrian", "track", "track_id", "trackid":
					id = i
				case "time", "t", "seconds", "timestamp":
					t = i
				case "frame", "frame_id", "frameid":
					if t < 0 {
						t, frames = i, true
					}
				case "x", "pos_x", "x_m", "x/m":
					x = i
				case "y", "z", "pos_y", "pos_z", "y_m", "z_m", "y/m", "z/m":
					if y < 0 || strings.Contains(strings.ToLower(p), "y") {
						y = i
						b.down = strings.Contains(strings.ToLower(p), "z") // the site's own z
					}
				}
			}
			if id < 0 || t < 0 || x < 0 || y < 0 {
				return b.wrong("the columns are %.200q: id, time (or frame), x and y (or z) are needed", strings.Join(parts, ", "))
			}
			if frames && b.options.FPS == 0 {
				return b.wrong("times are frames: say how many frames a second there are")
			}
			return nil
		}
		if id >= len(parts) {
			return b.wrong("there are %d columns, at least %d are needed", len(parts), id+1)
		}
		var v [3]float64
		for k, i := range [3]int{t, x, y} {
			var err error
			if v[k], err = b.number(parts, i); err != nil {
				return err
			}
		}
		return b.add(idOf(parts[id]), v[0], v[1], v[2])
	})
}

// columns says where things stand in a file of numbers.
type columns struct{ frame, id, x, y, least int }

// framesUsual are those of ETH's and UCY's recordings: one fix each 0.4 s is
// every tenth frame of 25 a second.
const framesUsual = 25

func (b *builder) columns(in io.Reader, c columns) error {
	if b.options.FPS == 0 {
		b.fps = framesUsual
		b.note("the file does not say its frames a second: %d are taken", framesUsual)
	}
	return b.lines(in, func(line string) error {
		if line[0] == '#' || line[0] == '%' {
			return nil
		}
		parts := fields(line)
		if len(parts) < c.least {
			return b.wrong("there are %d columns, at least %d are needed", len(parts), c.least)
		}
		var v [3]float64
		for k, i := range [3]int{c.frame, c.x, c.y} {
			var err error
			if v[k], err = b.number(parts, i); err != nil {
				return err
			}
		}
		return b.add(idOf(parts[c.id]), v[0], v[1], v[2])
	})
}

// julich reads the archive's text: comments name the frame rate and the units of
// x and y; without them centimetres and 16 frames a second are taken, as its
// older files have it.
func (b *builder) julich(in io.Reader) error {
	said := false
	err := b.lines(in, func(line string) error {
		if line[0] == '#' {
			said = b.comment(strings.ToLower(line)) || said
			return nil
		}
		parts := fields(line)
		if len(parts) < 4 {
			return b.wrong("there are %d columns; id, frame, x and y are needed", len(parts))
		}
		var v [3]float64
		for k, i := range [3]int{1, 2, 3} {
			var err error
			if v[k], err = b.number(parts, i); err != nil {
				return err
			}
		}
		return b.add(idOf(parts[0]), v[0], v[1], v[2])
	})
	if err != nil {
		return err
	}
	const oldRate, centimetre = 16, 0.01
	if b.fps == 0 && b.options.FPS == 0 {
		b.fps = oldRate
		b.note("the file does not say its frames a second: %d are taken", oldRate)
	}
	if b.unit == 0 && b.options.Unit == 0 {
		b.unit = 1
		if !said && b.widest() > 100 {
			b.unit = centimetre
			b.note("the file does not say its unit: centimetres are taken, for it would be %.0f m wide otherwise", b.widest())
		}
	}
	return nil
}

// comment takes the frame rate and the unit out of a comment.
func (b *builder) comment(line string) (unit bool) {
	if i := strings.Index(line, "framerate"); i >= 0 {
		text := strings.TrimLeft(line[i+len("framerate"):], ": \t=")
		if end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); end >= 0 {
			text = text[:end]
		}
		if v, err := strconv.ParseFloat(text, 64); err == nil && v > 0 {
			b.fps = v
		}
	}
	for text, u := range map[string]float64{"x/m": 1, "x/cm": 0.01, "x/mm": 0.001, "x[in m]": 1, "x[in cm]": 0.01} {
		for _, word := range strings.Fields(line) {
			if word == text {
				b.unit, unit = u, true
			}
		}
	}
	return unit
}

func (b *builder) widest() float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range b.tracks.People {
		for _, f := range p.Fixes {
			lo, hi = min(lo, f.X, f.Z), max(hi, f.X, f.Z)
		}
	}
	return hi - lo
}

// stanford reads the drone data set's annotations: a box in pixels, of which the
// middle counts; what is lost or no pedestrian is left out.
func (b *builder) stanford(in io.Reader) error {
	b.down = true
	b.fps = 30
	b.pixels()
	others, lost := 0, 0
	err := b.lines(in, func(line string) error {
		parts := fields(line)
		if len(parts) < 10 {
			return b.wrong("there are %d columns, 10 are needed", len(parts))
		}
		var v [6]float64
		for k, i := range [6]int{1, 2, 3, 4, 5, 6} {
			var err error
			if v[k], err = b.number(parts, i); err != nil {
				return err
			}
		}
		switch {
		case !strings.EqualFold(parts[9], "pedestrian"):
			others++
			return nil
		case v[5] != 0:
			lost++
			return nil
		}
		return b.add(idOf(parts[0]), v[4], (v[0]+v[2])/2, (v[1]+v[3])/2)
	})
	if others+lost > 0 {
		b.note("%d boxes of others than pedestrians and %d lost ones were left out", others, lost)
	}
	return err
}

func (b *builder) pixels() {
	if b.options.Unit == 0 && b.options.Plane == nil {
		b.note("places are pixels, taken as metres: calibrate, or say how many metres a pixel has")
	}
}

// edinburgh reads the forum's tracks. Its own page gives 24.7 mm a pixel and
// about 9 frames a second.
func (b *builder) edinburgh(in io.Reader) error {
	const millimetres, rate = 0.0247, 9
	b.down, b.unit, b.fps = true, millimetres, rate
	if b.options.Unit == 0 && b.options.Plane == nil {
		b.note("%.1f mm a pixel and %d frames a second are taken, as the data set's page says", 1000*millimetres, rate)
	}
	return b.lines(in, func(line string) error {
		rest, ok := strings.CutPrefix(line, "TRACK.")
		if !ok {
			return nil // properties, comments
		}
		id, list, ok := strings.Cut(rest, "=")
		if !ok {
			return b.wrong("%.40q has no =", line)
		}
		list = strings.Trim(strings.TrimSpace(list), "[];")
		for _, row := range strings.Split(list, ";") {
			parts := strings.Fields(strings.Trim(row, " []"))
			if len(parts) == 0 {
				continue
			}
			if len(parts) != 3 {
				return b.wrong("%.40q of %.20s is not x, y and frame", row, id)
			}
			var v [3]float64
			for i := range v {
				var err error
				if v[i], err = b.number(parts, i); err != nil {
					return err
				}
			}
			if err := b.add(strings.TrimSpace(id), v[2], v[0], v[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// egocart reads poses of carts. A name is the run and the number of the frame;
// where frames are missing a walk ends. There is no time.
func (b *builder) egocart(in io.Reader) error {
	const gap = 40 // frames
	b.tracks.Timed = false
	run, last, walk := "", 0, 0
	k := 0.0
	err := b.lines(in, func(line string) error {
		parts := fields(line)
		if len(parts) < 3 {
			return b.wrong("there are %d columns; the image, x and y are needed", len(parts))
		}
		r, frame, err := imageName(parts[0])
		if err != nil {
			return b.wrong("%.40q: %v", parts[0], err)
		}
		if walk == 0 || r != run || frame < last || frame-last > gap {
			walk++
		}
		run, last = r, frame
		x, err := b.number(parts, 1)
		if err != nil {
			return err
		}
		y, err := b.number(parts, 2)
		if err != nil {
			return err
		}
		k++
		return b.add("walk-"+strconv.Itoa(walk), k, x, y)
	})
	b.note("carts without times: the order of places is known, speed and dwell are not")
	return err
}

var errName = errors.New("the name is no run and frame, as 2L001840.jpg")

// imageName splits 2L001840.jpg into run and frame: the frame has six digits.
func imageName(s string) (run string, frame int, err error) {
	s = strings.TrimSuffix(path.Base(s), path.Ext(s))
	if len(s) < 6 {
		return "", 0, errName
	}
	run = s[:len(s)-6]
	if frame, err = strconv.Atoi(s[len(s)-6:]); err != nil || frame < 0 {
		return "", 0, errName
	}
	return run, frame, nil
}
