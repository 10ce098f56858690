package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/operate"
)

const (
	planClass  = twin.ActionClass("set-by-forecast")
	planSignal = "set-point" // of a zone, or its share of full heat
	planPlant  = "fmu"
)

// buildingYear is when the time of an FMU begins.
var buildingYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func buildingTime(s float64) time.Time {
	return buildingYear.Add(time.Duration(math.Round(s * float64(time.Second))))
}

// buildingPlant is a building as a plant: written to by warrants alone, each once, and
// read back.
type buildingPlant struct {
	*building
	spent map[twin.ProposalID]bool
}

func (p *buildingPlant) zone(id twin.SignalID) int {
	for z := range p.Zones {
		if twin.SignalOf(twin.AssetID(p.Zones[z].Name), planSignal) == id {
			return z
		}
	}
	return -1
}

// Write carries a warrant out.
func (p *buildingPlant) Write(ctx context.Context, w operate.Warrant) error {
	if err := w.Check(time.Now()); err != nil {
		return err
	}
	if p.spent[w.Proposal()] {
		return nil
	}
	var ids []twin.SignalID
	for _, x := range w.Writes() {
		z := p.zone(x.Signal)
		if z < 0 {
			return fmt.Errorf("the map has no zone of %s", x.Signal)
		}
		if err := p.put(ctx, z, x.Value); err != nil {
			return err
		}
		ids = append(ids, x.Signal)
	}
	stands, err := p.Read(ctx, ids)
	if err != nil {
		return err
	}
	for i, x := range w.Writes() {
		if math.Abs(stands[i].Value-x.Value) > 1e-6 {
			return fmt.Errorf("%s was set to %g and is %g", x.Signal, x.Value, stands[i].Value)
		}
	}
	p.spent[w.Proposal()] = true
	return nil
}

// Read tells what zones are set to.
func (p *buildingPlant) Read(ctx context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	var out []twin.Sample
	for _, id := range ids {
		z := p.zone(id)
		if z < 0 {
			return nil, fmt.Errorf("the map has no zone of %s", id)
		}
		n := p.points[z].Set
		got, err := p.run.Get(ctx, n)
		if err != nil {
			return nil, err
		}
		out = append(out, twin.Sample{Signal: id, At: buildingTime(p.run.Time()), Value: p.celsius(n, got[0].Number), Quality: twin.Good})
	}
	return out, nil
}

var _ operate.Plant = (*buildingPlant)(nil)

// audited sets a zone as the plan wants, with the trail of any action.
func (c *controller) audited(ctx context.Context, p *buildingPlant, z int, set float64, why string, guards []twin.GuardResult) error {
	asset := twin.AssetID(c.Zones[z].Name)
	id := twin.SignalOf(asset, planSignal)
	before, err := p.Read(ctx, []twin.SignalID{id})
	if err != nil {
		return err
	}
	out, err := c.steward.Take(ctx, operate.Stride{Asset: asset, At: buildingTime(p.run.Time()), Why: why, Guards: guards,
		Writes: []twin.Write{{Signal: id, Value: set, Before: before[0].Value, Hold: true}}})
	if err == nil && out.Result != twin.Verified {
		err = errors.New(out.Detail)
	}
	if err != nil {
		return fmt.Errorf("set %s to %g: %w", asset, set, err)
	}
	return nil
}

// proven checks that a journal is one chain, and that nothing was written but what it
// says was guarded, decided and intended before.
func (j *heldJournal) proven() error {
	var chain twin.Chain
	stage := map[twin.CaseID][]twin.EventKind{}
	for _, e := range j.events {
		if err := chain.Check(e); err != nil {
			return err
		}
		stage[e.Case] = append(stage[e.Case], e.Kind)
		if e.Kind == twin.ActionWritten && !slices.Equal(stage[e.Case], []twin.EventKind{twin.ProposalMade, twin.GuardsChecked, twin.DecisionMade, twin.ActionIntended, twin.ActionWritten}) {
			return fmt.Errorf("%s was written after %v", e.Case, stage[e.Case])
		}
	}
	return nil
}

// keep leaves a journal as a site folder.
func (m *buildingMap) keep(ctx context.Context, u *fmi.FMU, journal *heldJournal, dir string, start float64) (err error) {
	dir = filepath.Join(dir, fmt.Sprintf("start-%gd", start/day))
	site := &twin.Site{ID: "building", Name: u.Description.Model, Kind: "building", TimeZone: "UTC"}
	for _, z := range m.Zones {
		asset := twin.AssetID(z.Name)
		site.Assets = append(site.Assets, twin.Asset{ID: asset, Name: z.Name, Class: "zone", Size: [3]float64{1, 1, 1}}) // of how large it is the map tells nothing
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(asset, planSignal), Asset: asset, Name: planSignal, Kind: twin.Analog, Writable: true})
	}
	if err := sitefolder.Create(dir, site, sitefolder.Contents{}, false); err != nil {
		return err
	}
	store, err := openStore(ctx, dir, site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close(context.WithoutCancel(ctx))) }()
	for _, e := range journal.events {
		if _, err := store.Append(ctx, e); err != nil {
			return err
		}
	}
	return store.Flush(ctx)
}
