package app

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// lookback caches the last look into the past, so that a window that stands
// still there costs nothing.
type lookback struct {
	at   time.Time
	view *View
}

// lookSpans is how far back a signal's last sample before a moment of the past
// is looked for: most report every few seconds, some only when they change.
// What was silent for longer than the last counts as never seen.
var lookSpans = [...]time.Duration{3 * time.Minute, twin.HistoryKept, 8 * 24 * time.Hour}

// View returns the twin as it is now (zero at) or as it was at a moment of the
// plant's time, rebuilt from the journal and the history.
func (s *Session) View(ctx context.Context, at time.Time) (View, error) {
	if at.IsZero() {
		return s.present(ctx)
	}
	s.mu.Lock()
	if s.past.view != nil && s.past.at.Equal(at) {
		v := *s.past.view
		s.mu.Unlock()
		return v, s.reach(ctx, &v) // the present goes on meanwhile
	}
	s.mu.Unlock()
	v, err := s.lookBack(ctx, at)
	if err != nil {
		return View{}, err
	}
	s.mu.Lock()
	if v.Revision == s.revision {
		s.past = lookback{at: at, view: &v}
	}
	s.mu.Unlock()
	return v, nil
}

// Watched tells of every asset that is watched how near it is to a situation, now
// (zero at) or at a moment of the plant's time.
func (s *Session) Watched(ctx context.Context, at time.Time) ([]twin.Watched, error) {
	if at.IsZero() {
		if s.parts.Watched == nil {
			return nil, nil
		}
		return s.parts.Watched(), nil
	}
	if s.parts.Look == nil {
		return nil, nil
	}
	fold, since, err := s.parts.Recorder.until(ctx, at)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	f, revision := s.fit, s.revision
	s.mu.Unlock()
	if f, err = s.fitBefore(ctx, f, revision, since); err != nil {
		return nil, err
	}
	state := twin.NewState(f.Site)
	var ids []twin.SignalID
	for _, g := range f.Site.Signals {
		if g.Kind != twin.Positions { // ways of people tell nothing of devices
			ids = append(ids, g.ID)
		}
	}
	apply := func(x twin.Sample) error { state.Apply(x); return nil }
	if err := s.parts.Store.History(ctx, ids, at.Add(-twin.HistoryKept), at, apply); err != nil {
		return nil, err
	}
	state.Advance(at)
	up, _, _ := fold.linked()
	state.SetLinked(up)
	list, err := s.parts.Look(ctx, state, at)
	if err != nil {
		return nil, err
	}
	cases := fold.Cases()
	for i := range list {
		for _, c := range cases {
			if c.EndedAt.IsZero() && c.Situation.Asset == list[i].Asset {
				list[i].Case = c.Situation.Case
			}
		}
	}
	return list, nil
}

func (s *Session) present(ctx context.Context) (View, error) {
	cases, marks, stopped := s.parts.Recorder.now()
	modes := s.parts.Operator.Modes()
	var unproposed map[twin.CaseID]string
	if s.parts.Unproposed != nil {
		unproposed = s.parts.Unproposed()
	}
	for i := range cases {
		c := &cases[i]
		if c.Proposal != nil {
			c.Mode = modes[c.Proposal.Class]
		}
		if c.EndedAt.IsZero() && !c.pending() {
			c.Unproposed = unproposed[c.Situation.Case]
		}
	}
	s.withSeconds(cases, time.Time{})
	s.withTogether(cases)
	from, to, err := s.parts.Store.Span(ctx)
	if err != nil {
		return View{}, err
	}
	s.mu.Lock()
	now := s.parts.Now()
	step := now.Sub(s.moved)
	if s.moved.IsZero() || step > time.Second {
		step = 0
	}
	s.moved = now
	v, f := show(s.state, s.motion, step, cases), s.fit
	s.label(&v)
	v.Live, v.Linked, v.LinkNote, v.Marks, v.Stopped = true, s.linked, s.linkNote, marks, stopped
	v.Sun = SunOver(v.Site, v.At)
	if !s.linked {
		v.LostFor = now.Sub(s.lostAt)
	}
	s.mu.Unlock()
	v.From, v.To = from, to
	if v.At.After(v.To) {
		v.To = v.At
	}
	return f.depict(v), nil
}

// label says of a view which site it is of. The caller holds the lock.
func (s *Session) label(v *View) {
	v.Site, v.Scene, v.Cutaway = s.fit.Site, s.fit.Scene, s.fit.Cutaway
	v.Revision, v.Changes, v.Unexplained, v.Asked = s.revision, slices.Clone(s.changes), s.lacks, s.asked
}

func (s *Session) lookBack(ctx context.Context, at time.Time) (View, error) {
	s.mu.Lock()
	f := s.fit
	var label View
	s.label(&label)
	s.mu.Unlock()
	fold, since, err := s.parts.Recorder.until(ctx, at)
	if err != nil {
		return View{}, err
	}
	if f, err = s.fitBefore(ctx, f, label.Revision, since); err != nil {
		return View{}, err
	}
	cases := fold.Cases()
	s.withSeconds(cases, at)
	s.withTogether(cases)
	state := twin.NewState(f.Site)
	apply := func(x twin.Sample) error { state.Apply(x); return nil }
	evidence := evidenceSignals(cases)
	if len(evidence) > 0 {
		if err := s.parts.Store.History(ctx, evidence, at.Add(-twin.HistoryKept), at, apply); err != nil {
			return View{}, err
		}
	}
	var walks []twin.SignalID
	for _, g := range f.Site.Signals {
		if g.Kind == twin.Positions {
			walks = append(walks, g.ID)
		}
	}
	if len(walks) > 0 {
		if err := s.parts.Store.History(ctx, walks, at.Add(-WalkedFor), at, apply); err != nil {
			return View{}, err
		}
	}
	sought := signalIDs(f.Site)
	for _, span := range lookSpans {
		sought = slices.DeleteFunc(sought, func(id twin.SignalID) bool { return state.Latest(id).Quality != twin.Missing })
		if len(sought) == 0 {
			break
		}
		if err := s.parts.Store.History(ctx, sought, at.Add(-span), at, apply); err != nil {
			return View{}, err
		}
	}
	state.Advance(at)
	up, why, lost := fold.linked()
	state.SetLinked(up)
	for i := range cases {
		if p := cases[i].Proposal; p != nil && cases[i].Mode == "" {
			cases[i].Mode = s.parts.Operator.Modes()[p.Class] // never changed since
		}
	}
	v := show(state, newMotion(f.Scene), 0, cases)
	v.Site, v.Scene, v.Cutaway = f.Site, f.Scene, f.Cutaway
	v.Revision, v.Changes, v.Unexplained, v.Asked = label.Revision, label.Changes, label.Unexplained, label.Asked
	v.At, v.Linked, v.LinkNote, v.Sun, v.Stopped = at, up, why, SunOver(f.Site, at), fold.stop
	if !lost.IsZero() {
		v.LostFor = at.Sub(lost)
	}
	if err := s.reach(ctx, &v); err != nil {
		return View{}, err
	}
	return f.depict(v), nil
}

// reach sets what a time line shows, which is of the present also in a view of
// the past.
func (s *Session) reach(ctx context.Context, v *View) error {
	from, to, err := s.parts.Store.Span(ctx)
	if err != nil {
		return err
	}
	_, v.Marks, _ = s.parts.Recorder.now()
	v.From, v.To = from, to
	return nil
}

// show copies a state into a view.
func show(st *twin.State, m *motion, step time.Duration, cases []Case) View {
	v := View{At: st.Now(), Samples: make(map[twin.SignalID]twin.Sample, len(st.Site().Signals)), Emissive: map[string]float32{}}
	for _, g := range st.Site().Signals {
		x := st.Latest(g.ID)
		v.Samples[g.ID] = x
		if g.Name == lightLevel && g.Unit == "%" && !math.IsNaN(x.Value) {
			v.Emissive[string(g.Asset)] = float32(x.Value / 100)
		}
	}
	for _, g := range st.Site().Signals {
		if g.Kind == twin.Positions {
			v.Walked = append(v.Walked, st.Window(g.ID, v.At.Add(-WalkedFor), v.At)...)
		}
	}
	v.Joints, v.Spin = m.positions(st.Latest, step)
	for i := range cases {
		cases[i].Evidence = evidenceOf(st, cases[i])
	}
	v.Cases = cases
	return v
}

// lightLevel is the signal that a luminaire's brightness follows.
const lightLevel = "level"

func (f Fit) depict(v View) View {
	if f.Depict != nil {
		v.Overlays = f.Depict(v)
	}
	return v
}
