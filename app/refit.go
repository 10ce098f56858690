package app

import (
	"context"
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
// then on bears a new Revision. The past is shown with the site as it is now. On
// an error all stays as it was, but for the last: that the journal did not take
// it.
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
	s.fit, s.motion, s.past = f, motion, lookback{}
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
	e, err := twin.NewEvent(twin.SiteChanged, at, note)
	if err != nil {
		return err
	}
	if _, err := s.parts.Recorder.Append(ctx, e); err != nil {
		return fmt.Errorf("journal that the site changed: %w", err)
	}
	return nil
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
