package plantfaults

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
)

const (
	steps    = 30 // of a window
	stepLong = 3  // readings that one is the mean of
	back     = steps * stepLong
	decided  = 0.6
)

var classes = []string{"fine", "fault"}

// window is one look at one device.
type window struct {
	row    []float64
	fault  string // "": it is fine
	run    string
	device string
	at     time.Time
}

// look returns what every so many readings shows of the devices of a family. A
// device counts as faulty from when somebody attentive decides (60 % of the time
// that the situation leaves) to its end, and as fine before and without it; what is
// between is left out, and so is what a lost link hides.
func (f *family) look(r *runs.Run, everyFault, everyFine int) []window {
	var out []window
	k := 0
	for _, class := range f.classes {
		for _, device := range r.Devices(class) {
			k++
			fault, onset, from, until := f.truth(r, device)
			every := everyFine
			if fault != "" {
				every = everyFault
			}
			var course [][]float64
			for at := back - 1 + (int(r.Seed)*7+k*13)%every; at < len(r.At); at += every {
				w := window{run: r.Name, device: device, at: r.At[at]}
				switch now := r.At[at]; {
				case fault == "" || now.Before(onset):
				case now.Before(from) || !now.Before(until):
					continue
				default:
					w.fault = fault
				}
				if course == nil {
					course = f.course(r, device)
				}
				if w.row = cut(course, at); w.fault == "" && hidden(w.row, len(course)) {
					continue
				}
				out = append(out, w)
			}
		}
	}
	return out
}

// truth tells what befalls a device.
func (f *family) truth(r *runs.Run, device string) (fault string, onset, from, until time.Time) {
	for _, s := range r.Truth.Situations {
		if string(s.Device) != device && !beneath(f, device, string(s.Device)) {
			continue
		}
		if _, ok := f.faults[s.Class]; ok {
			until := s.End
			if until.IsZero() {
				until = r.Truth.Until
			}
			return s.Class, s.Onset, s.Onset.Add(time.Duration(decided * float64(s.Deadline.Sub(s.Onset)))), until
		}
	}
	return "", onset, from, until
}

// beneath tells whether a situation at another device is one of this one: the
// radiator's valve and the window are the room's.
func beneath(f *family, device, other string) bool {
	return f.name == "room" && runs.Number(device) == runs.Number(other) && (other == "radiator-"+runs.Number(other) || other == "window-"+runs.Number(other))
}

// course computes the channels of a device over a run.
func (f *family) course(r *runs.Run, device string) [][]float64 {
	out := make([][]float64, len(f.channels))
	for i, c := range f.channels {
		v := c.of(r, device)
		if c.usual {
			first := slices.DeleteFunc(slices.Clone(v[:min(r.Well, len(v))]), math.IsNaN)
			middle := runs.Median(first)
			v = slices.Clone(v)
			for k := range v {
				v[k] -= middle
			}
		}
		out[i] = v
	}
	return out
}

// cut is the window that ends with a reading: all channels of its first step, then
// of its second.
func cut(course [][]float64, at int) []float64 {
	row := make([]float64, 0, steps*len(course))
	for k := range steps {
		from := at - back + 1 + k*stepLong
		for _, v := range course {
			sum, n := 0.0, 0.0
			for _, x := range v[from : from+stepLong] {
				if !math.IsNaN(x) {
					sum, n = sum+x, n+1
				}
			}
			row = append(row, sum/n)
		}
	}
	return row
}

// hidden tells whether most of the last half of a window is missing.
func hidden(row []float64, channels int) bool {
	last := row[len(row)/2/channels*channels:]
	missing := 0
	for _, v := range last {
		if math.IsNaN(v) {
			missing++
		}
	}
	return missing > len(last)/2
}

// table is that of windows.
func (f *family) table(all []window) *xai.Table {
	t := &xai.Table{Classes: classes}
	for k := range steps {
		for _, c := range f.channels {
			t.Columns = append(t.Columns, xai.Column{Name: fmt.Sprintf("%s, %d min before", c.name, (steps-1-k)*stepLong), Source: c.name})
		}
	}
	for _, w := range all {
		label := 0
		if w.fault != "" {
			label = 1
		}
		t.Rows, t.Labels, t.Groups = append(t.Rows, w.row), append(t.Labels, label), append(t.Groups, w.run)
	}
	return t
}
