package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Fit is a site as it is drawn: what a session shows at one time.
type Fit struct {
	Site    *twin.Site
	Scene   *scene.Scene
	Cutaway func(ahead geom.Vec3) []string // as of Parts
	Depict  func(View) overlay.Set
}

// refitter is an operator that can be given its site anew; one that cannot goes
// on with what it knew.
type refitter interface{ Refit(*twin.Site) error }

// changesMax is how many changes a view tells.
const changesMax = 20

// Refit shows a site that was changed while it runs, and journals what the
// changes are, as of the plant's present time. Samples of signals that stay are
// kept, joints of signals that stay keep where they stand, and every view from
// then on bears a new Revision. On an error all
// stays as it was, but for the last: that the journal did not take it.
func (s *Session) Refit(ctx context.Context, f Fit, note twin.SiteNote) error {
	s.refitting.Lock()
	defer s.refitting.Unlock()
	if o, ok := s.parts.Operator.(refitter); ok {
		if err := o.Refit(f.Site); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.state.Refit(f.Site)
	motion := newMotion(f.Scene)
	motion.follow(s.motion)
	s.fit, s.motion, s.past, s.before = f, motion, lookback{}, nil
	s.revision++
	for _, c := range note.Changes {
		s.changes = append(s.changes, Change{s.revision, c})
	}
	s.changes = slices.Clone(s.changes[max(0, len(s.changes)-changesMax):])
	at := s.state.Now()
	s.mu.Unlock()
	s.touch()
	if at.IsZero() {
		at = s.parts.Now()
	}
	for _, n := range split(note) {
		e, err := twin.NewEvent(twin.SiteChanged, at, n)
		if err != nil {
			return err
		}
		e.Actor = n.By
		if _, err := s.parts.Recorder.Append(ctx, e); err != nil {
			return fmt.Errorf("journal that the site changed: %w", err)
		}
	}
	return nil
}

// Tell shows and journals what was decided of the site that is shown.
func (s *Session) Tell(ctx context.Context, note twin.SiteNote) error {
	return s.Refit(ctx, s.fitted(), note)
}

// Planned journals what was decided of a proposed layout, as of the plant's
// present time.
func (s *Session) Planned(ctx context.Context, note twin.LayoutNote) error {
	s.mu.Lock()
	at := s.state.Now()
	s.mu.Unlock()
	if at.IsZero() {
		at = s.parts.Now()
	}
	e, err := twin.NewEvent(twin.LayoutDecided, at, note)
	if err != nil {
		return err
	}
	e.Actor = note.By
	if _, err := s.parts.Recorder.Append(ctx, e); err != nil {
		return fmt.Errorf("journal what was decided of the layout: %w", err)
	}
	s.touch()
	return nil
}

// noteMost is how many bytes of changes are put into one event; a journal takes
// some four times as many.
const noteMost = 256 << 10

// split puts the changes of a note into as many as a journal takes. A single
// change that is too large is told without how its asset was and is.
func split(note twin.SiteNote) []twin.SiteNote {
	var out []twin.SiteNote
	room := 0
	for _, c := range note.Changes {
		text, err := json.Marshal(c)
		if err != nil || len(text) > noteMost { // a number that JSON has no word for, or an asset of a thousand signals
			c.Before, c.After, text = nil, nil, nil
		}
		if room -= len(text); room < 0 || len(out) == 0 {
			out, room = append(out, twin.SiteNote{Plant: note.Plant, By: note.By}), noteMost-len(text)
		}
		last := &out[len(out)-1]
		last.Changes = append(last.Changes, c)
	}
	return out
}

// beforeMost bounds how many sites of the past are kept drawn.
const beforeMost = 8

// fitBefore is what was shown before the site followed its plant by notes, which
// are all that came since.
func (s *Session) fitBefore(ctx context.Context, now Fit, revision int, notes []twin.SiteNote) (Fit, error) {
	var changes []twin.SiteChange
	for _, n := range notes {
		changes = append(changes, n.Changes...)
	}
	told := slices.ContainsFunc(changes, func(c twin.SiteChange) bool { return c.Before != nil || c.After != nil })
	if s.parts.Draw == nil || !told {
		return now, nil
	}
	s.mu.Lock()
	f, drawn := s.before[len(notes)]
	s.mu.Unlock()
	if drawn {
		return f, nil
	}
	f, err := s.parts.Draw(ctx, now.Site.Undone(changes))
	if err != nil {
		return Fit{}, fmt.Errorf("draw the site as it was: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revision == revision {
		if s.before == nil || len(s.before) >= beforeMost {
			s.before = map[int]Fit{}
		}
		s.before[len(notes)] = f
	}
	return f, nil
}

// Ask tells of changes that the site makes only when somebody says so; settle is
// called with what he said. They stand in the views until Ask is called anew.
func (s *Session) Ask(changes []twin.SiteChange, settle func(ctx context.Context, asset twin.AssetID, follow bool, by string) error) {
	s.mu.Lock()
	s.asked, s.settle = slices.Clone(changes), settle
	s.mu.Unlock()
	s.touch()
}

// Settle answers what was asked of an asset: whether the site follows its plant
// there.
func (s *Session) Settle(ctx context.Context, asset twin.AssetID, follow bool, by string) error {
	s.mu.Lock()
	settle := s.settle
	open := slices.ContainsFunc(s.asked, func(c twin.SiteChange) bool { return c.Asset == asset })
	s.mu.Unlock()
	if !open {
		return fmt.Errorf("nothing is asked of %s any more", asset)
	}
	return settle(ctx, asset, follow, by)
}

// fitted is what the session shows now.
func (s *Session) fitted() Fit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fit
}

// Suggest tells what of the site and its plant is unexplained, for the views
// from then on.
func (s *Session) Suggest(list []twin.Suggestion) {
	s.mu.Lock()
	s.lacks = list
	s.mu.Unlock()
	s.touch()
}

// follow keeps joints where they stood in another scene.
func (m *motion) follow(before *motion) {
	at := map[string]int{}
	for i, j := range before.joints {
		at[j.Name+"\x00"+j.Drive] = i
	}
	for i, j := range m.joints {
		if k, ok := at[j.Name+"\x00"+j.Drive]; ok {
			m.last[i], m.turned[i] = before.last[k], before.turned[k]
		}
	}
}
