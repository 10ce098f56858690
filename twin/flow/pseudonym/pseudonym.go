// Package pseudonym gives people another id each day, so that nobody can be
// followed from one day to the next: a hash of what a sensor or a file calls them
// under a key that is drawn by chance for the site's day, is held in memory alone,
// and is forgotten when the next day begins (a keyed hash, RFC 2104; ENISA,
// "Pseudonymisation techniques", 2019). Ways are cut at the site's midnight. It must
// never write an id or a key anywhere. Start reading at Days, then Rotate.
package pseudonym

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Days names people, day by day. Not safe for concurrent use.
type Days struct {
	zone *time.Location
	day  string
	key  [32]byte
}

// NewDays begins no day yet. The zone is the site's; nil is UTC.
func NewDays(zone *time.Location) *Days {
	if zone == nil {
		zone = time.UTC
	}
	return &Days{zone: zone}
}

const nameBytes = 8 // of the hash: among a million people two share a name once in 40 million days

// Name is what somebody is called on the day of a moment. When that is another day
// than the last, its key is gone: even the same day, asked for again, has others.
func (d *Days) Name(at time.Time, id string) string {
	if day := d.DayOf(at); day != d.day {
		rand.Read(d.key[:]) // never fails: it ends the program first
		d.day = day
	}
	h := hmac.New(sha256.New, d.key[:])
	h.Write([]byte(id))
	return hex.EncodeToString(h.Sum(nil)[:nameBytes])
}

// DayOf is the site's day of a moment.
func (d *Days) DayOf(at time.Time) string { return at.In(d.zone).Format(time.DateOnly) }

// Rotate names the people of a recording anew, day by day, and cuts their ways at
// midnight. began is the moment of T = 0. names are those that the person called
// sought had, oldest first: whoever knows the file's id may find it in this run,
// and in no other. What comes in is not changed.
func Rotate(people []twin.Trajectory, began time.Time, zone *time.Location, sought string) (out []twin.Trajectory, names []string) {
	d := NewDays(zone)
	type piece struct {
		day string
		way twin.Trajectory
	}
	var pieces []piece
	for _, p := range people {
		from, day := 0, ""
		for i, f := range p.Fixes {
			today := d.DayOf(began.Add(time.Duration(f.T * float64(time.Second))))
			if i > 0 && today != day {
				pieces = append(pieces, piece{day, twin.Trajectory{Person: p.Person, Fixes: p.Fixes[from:i:i]}})
				from = i
			}
			day = today
		}
		if from < len(p.Fixes) {
			pieces = append(pieces, piece{day, twin.Trajectory{Person: p.Person, Fixes: p.Fixes[from:]}})
		}
	}
	// Day after day, for only one day's key is held.
	slices.SortStableFunc(pieces, func(a, b piece) int {
		switch {
		case a.day < b.day:
			return -1
		case a.day > b.day:
			return 1
		}
		return 0
	})
	for _, p := range pieces {
		id := p.way.Person
		p.way.Person = d.Name(began.Add(time.Duration(p.way.Fixes[0].T*float64(time.Second))), id)
		if id == sought && !slices.Contains(names, p.way.Person) {
			names = append(names, p.way.Person)
		}
		out = append(out, p.way)
	}
	return out, names
}
