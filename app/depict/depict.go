// Package depict draws what a view tells onto the objects it concerns: which
// part an attribution points at, which way a cause acts, how warm the floor is,
// what is no longer live. It turns app.View into overlay.Set and nothing else;
// it must never decide anything about the site, and never call GL. Start
// reading at Depicter.Depict.
package depict

import (
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// Words are the texts on cards and legends, in the user's language.
type Words interface {
	AssetName(a twin.Asset) string
	CaseName(a twin.Asset, c app.Case) string // what a case is about
	CaseSentence(c app.Case) string
	Stands(g twin.Signal, x twin.Sample) string // a reading on a card
	FloorTemperature() string
	NotLive() string
	AirVolume() (title, note string)  // the note tells that it is interpolated
	PeopleFlow() (title, note string) // the note tells of the last WalkedFor
	Person(speed float64) string      // m/s; NaN: not known
	PersonWay(lasted time.Duration, metres float64) string
	LedArrow(site *twin.Site, l app.Led) string
	CauseArrow(cause, feature string, share float64, way int) string // share of the evidence, 0..1; way: 1 raised, -1 lowered, 0 not known
}

// Choice says which overlays are wanted.
type Choice struct {
	Attribution bool // heat on parts, causal arrows and cards of open cases
	Temperature bool // floor heatmap
	People      bool
	Flow        bool // streamlines of how people walked
	Air         bool // slices through the air of the rooms
}

// Everything is the choice of a new window.
var Everything = Choice{Attribution: true, Temperature: true, People: true, Flow: true, Air: true}

// Depicter knows where the parts of one site's scene are.
type Depicter struct {
	site   *twin.Site
	places places
	partOf func(feature string) string // component that a feature of the model measures
	walked walked
	routes routes
}

// New indexes a scene. partOf names the component that a feature of an
// explanation measures.
func New(site *twin.Site, sc *scene.Scene, partOf func(feature string) string) *Depicter {
	return &Depicter{site: site, places: index(sc), partOf: partOf}
}

// Depict returns the overlays of a view.
func (d *Depicter) Depict(v app.View, words Words, want Choice) overlay.Set {
	var set overlay.Set
	if want.Temperature {
		if h, ok := d.floorTemperature(v, words); ok {
			set.Heatmaps = append(set.Heatmaps, h)
		}
	}
	if want.Air {
		if h, ok := d.air(v, words); ok {
			set.Volumes = append(set.Volumes, h)
		}
	}
	if want.People {
		set.Figures, set.Trails = d.people(v, words)
	}
	if want.Flow {
		if f, ok := d.flow(v, words); ok {
			set.Flows = append(set.Flows, f)
		}
	}
	d.greyOut(v, words, &set)
	if want.Attribution {
		var arrows []timed
		for _, c := range v.Cases {
			if open(c, v.At) {
				arrows = append(arrows, d.explain(c, v, words, &set)...)
			}
		}
		set.Arrows = inTime(arrows, v)
	}
	return set
}

// lingers is how long a finished case stays marked on its object.
const lingers = 10 * time.Minute // of plant time

func open(c app.Case, now time.Time) bool {
	return c.EndedAt.IsZero() || now.Sub(c.EndedAt) < lingers
}

// greyOut desaturates every asset whose signals have all stopped being live.
func (d *Depicter) greyOut(v app.View, words Words, set *overlay.Set) {
	live, dead := map[twin.AssetID]bool{}, map[twin.AssetID]bool{}
	for _, g := range d.site.Signals {
		switch v.Samples[g.ID].Quality {
		case twin.Good, twin.Uncertain:
			live[g.Asset] = true
		case twin.Stale, twin.Bad, twin.Missing:
			dead[g.Asset] = true
		}
	}
	for _, a := range d.site.Assets {
		if dead[a.ID] && !live[a.ID] {
			set.Tints = append(set.Tints, overlay.Tint{Entity: string(a.ID), Grey: true})
		}
	}
}
