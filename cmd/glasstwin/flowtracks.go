package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
	"github.com/glasstwin/glasstwin/twin/flow/pseudonym"
	"github.com/glasstwin/glasstwin/twin/flow/tidy"
	"github.com/glasstwin/glasstwin/twin/flow/trail"
)

// trackFile is a file of recorded ways, or a site whose journal holds where people
// were.
type trackFile struct {
	Tracks string    `arg:"" type:"path" help:"Recorded ways: CSV of id, time, x and y, or a file of the Jülich archive, OpenTraj, the Edinburgh forum or EgoCart; or a site folder: what its sensors told while it ran."`
	Format string    `placeholder:"NAME" help:"Of the file: table, juelich, trajnet, obsmat, stanford, edinburgh, egocart; found out when not given."`
	FPS    float64   `placeholder:"N" help:"Frames a second, when the file does not say."`
	Unit   float64   `placeholder:"M" help:"Metres of one unit of the file, as of a pixel."`
	Plane  string    `type:"existingfile" placeholder:"FILE" help:"How the picture of the file lies on the plan: points of both, or a homography, as the window keeps them when they are clicked. Else what the site keeps for a recording of that name."`
	Began  time.Time `placeholder:"TIME" help:"When the recording of the file began, as 2026-06-03T09:00:00+09:00: ids change at the site's midnight. Else a day is 24 h from its first place."`
	From   time.Time `placeholder:"TIME" help:"Of a site: from when on."`
	Until  time.Time `placeholder:"TIME" help:"Of a site: until when."`

	journal *bus.Store // of the site, where it is open already

	sought string   // what the file calls somebody
	names  []string // that he has in this run
}

// ofSite tells that ways are those that a site recorded.
func (f *trackFile) ofSite() bool {
	at, err := os.Stat(f.Tracks)
	return err == nil && at.IsDir()
}

// read reads and tidies the ways. Ids are rotated by the day of the site, which may
// be "".
func (f *trackFile) read(ctx context.Context, site string) (people []twin.Trajectory, timed bool, notes []string, err error) {
	zone := time.UTC
	if site != "" {
		s, err := sitefolder.Read(site)
		if err != nil {
			return nil, false, nil, err
		}
		if zone, err = zoneOf(s); err != nil {
			return nil, false, nil, err
		}
	}
	timed = true
	o := tidy.Options{}
	if f.ofSite() {
		var every time.Duration
		if people, every, notes, err = f.recorded(ctx); err != nil {
			return nil, false, nil, err
		}
		o.Gap = max(2, 2.5*every.Seconds()) // a place each other sample is no silence
	} else if people, timed, notes, err = f.file(site, zone); err != nil {
		return nil, false, nil, err
	}
	if timed {
		var report tidy.Report
		people, report = tidy.Clean(people, o)
		notes = append(notes, report.String())
	}
	if len(people) == 0 {
		return nil, false, nil, fmt.Errorf("%s: no way in it is long enough to be measured", f.Tracks)
	}
	return people, timed, notes, nil
}

// zoneOf is where the site's days begin.
func zoneOf(s *twin.Site) (*time.Location, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("site.yaml: time_zone %q is not known: give a name as Europe/Berlin", s.TimeZone)
	}
	return zone, nil
}

// planeOf is where a site keeps how the picture of a recording lies on its plan.
func planeOf(site, recording string) string {
	return filepath.Join(site, "recordings", filepath.Base(recording)+".yaml")
}

// plane is how the picture of the file lies on the plan; nil: as it is.
func (f *trackFile) plane(site string) (*tracks.Plane, string, error) {
	name := f.Plane
	if name == "" && (site == "" || f.Unit != 0) {
		return nil, "", nil
	}
	if name == "" {
		name = planeOf(site, f.Tracks)
	}
	file, err := os.Open(name)
	switch {
	case f.Plane == "" && errors.Is(err, fs.ErrNotExist):
		return nil, "", nil
	case err != nil:
		return nil, "", err
	}
	defer file.Close()
	if f.Unit != 0 {
		return nil, "", usageError{errors.New("give --plane or --unit: points already tell how large a pixel is")}
	}
	plane, err := tracks.ReadPlane(name, file)
	return plane, name, err
}

// file reads a file, and forgets what it calls people.
func (f *trackFile) file(site string, zone *time.Location) (people []twin.Trajectory, timed bool, notes []string, err error) {
	file, err := os.Open(f.Tracks)
	if err != nil {
		return nil, false, nil, err
	}
	defer file.Close()
	o := tracks.Options{Format: tracks.Format(f.Format), FPS: f.FPS, Unit: f.Unit}
	plane, from, err := f.plane(site)
	if err != nil {
		return nil, false, nil, err
	}
	off := 0.0
	if plane != nil {
		h, miss, err := plane.Transform()
		if err != nil {
			return nil, false, nil, fmt.Errorf("%s: %w", from, err)
		}
		o.Plane, o.Unit, off = h, 1, miss
	}
	rec, err := tracks.Read(filepath.Base(f.Tracks), file, o)
	if err != nil {
		return nil, false, nil, err
	}
	if plane != nil {
		rec.Notes = append(rec.Notes, fmt.Sprintf("it lies on the plan as %s says, whose points miss by %.2f m at most", from, off))
	}
	began := f.Began
	if began.IsZero() {
		began, zone = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC // days of 24 h
	}
	if rec.Timed {
		people, f.names = pseudonym.Rotate(rec.People, began, zone, f.sought)
		return people, true, rec.Notes, nil
	}
	days := pseudonym.NewDays(nil) // no times: all of it is of one day
	for i := range rec.People {
		p := &rec.People[i]
		id := p.Person
		p.Person = days.Name(began, id)
		if id == f.sought {
			f.names = append(f.names, p.Person)
		}
	}
	return rec.People, false, rec.Notes, nil
}

// fixesMax bounds what is read of a site at once.
const fixesMax = 20_000_000

// recorded follows the people whom the site's sensors saw.
func (f *trackFile) recorded(ctx context.Context) (people []twin.Trajectory, every time.Duration, notes []string, err error) {
	site, err := sitefolder.Read(f.Tracks)
	if err != nil {
		return nil, 0, nil, err
	}
	zone, err := zoneOf(site)
	if err != nil {
		return nil, 0, nil, err
	}
	signals := site.PositionSignals()
	if len(signals) == 0 {
		return nil, 0, nil, fmt.Errorf("site %s has no sensor of where people are: no signal of kind positions", f.Tracks)
	}
	store := f.journal
	if store == nil {
		if store, err = openJournal(ctx, f.Tracks); err != nil {
			return nil, 0, nil, err
		}
		defer store.Close(context.WithoutCancel(ctx))
	}
	from, until, err := store.Span(ctx)
	if err != nil {
		return nil, 0, nil, err
	}
	if !f.From.IsZero() {
		from = f.From
	}
	if !f.Until.IsZero() {
		until = f.Until
	}
	var gaps []float64
	var oldest, newest time.Time
	for _, id := range signals {
		w := trail.New(from, zone)
		var last time.Time
		err := store.History(ctx, []twin.SignalID{id}, from.Add(-time.Nanosecond), until, func(x twin.Sample) error {
			w.Take(x)
			if w.Fixes > fixesMax {
				return fmt.Errorf("there are more than %d places: narrow them by --from and --until", fixesMax)
			}
			if gap := x.At.Sub(last); !last.IsZero() && gap <= trail.Silence && len(gaps) < 100_000 {
				gaps = append(gaps, gap.Seconds())
			}
			if last = x.At; oldest.IsZero() || x.At.Before(oldest) {
				oldest = x.At
			}
			if x.At.After(newest) {
				newest = x.At
			}
			return nil
		})
		if err != nil {
			return nil, 0, nil, fmt.Errorf("%s: %w", f.Tracks, err)
		}
		people = append(people, w.Ways()...)
	}
	if len(people) == 0 {
		return nil, 0, nil, fmt.Errorf("site %s: no sensor told of anybody in that time, or it is older than the site keeps positions", f.Tracks)
	}
	began := people[0].Fixes[0].T
	for _, p := range people {
		began = min(began, p.Fixes[0].T)
	}
	for i := range people {
		for k := range people[i].Fixes {
			people[i].Fixes[k].T -= began
		}
	}
	every = time.Duration(median(gaps) * float64(time.Second))
	notes = []string{fmt.Sprintf("what %d sensors of the site told from %s to %s, each %.1f s in the median; positions carry no ids: who is who was told by who is nearest", len(signals), stamp(oldest), stamp(newest), every.Seconds())}
	if len(signals) > 1 {
		notes = append(notes, "who goes from the sight of one sensor into another's is another person there")
	}
	return slices.Clip(people), every, notes, nil
}
