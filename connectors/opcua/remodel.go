package opcua

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	modelLeast  = time.Second / 2 // between two looks through the address space of a plant that does not tell of changes
	modelShare  = 4               // of looking to resting: a large plant is looked through less often
	modelWhole  = time.Minute     // between two looks at all of it, and between any of a plant that tells
	modelLooks  = 5               // in a row, until two agree: a plant may be in the middle of a change
	classOfKind = "DeviceClass"
)

// model is the address space of the plant as it was last told.
type model struct {
	news chan struct{} // carries a token when the plant says that its address space changed

	mu   sync.Mutex // held while it is told
	told bool
	sum  prints
}

// prints are digests of an address space: of all of it, and of it without what
// hangs below variables, which a look costs most of its time for.
type prints struct{ whole, outer [sha256.Size]byte }

// keepModel looks through the address space until ctx ends, and tells what it
// finds when that differs from what was told before. Only names, types and
// device classes are looked at; the rest is read when something changed. It looks
// when the plant says that it changed, and from time to time all the same; at a
// plant that does not say so, all the time, without what hangs below variables.
func (l *Link) keepModel(ctx context.Context, s *session) {
	said := ""
	var whole time.Time // when all of it was last looked at
	telling := s.tells  // whether the plant says when it changes
	news := true        // or the first look
	for ctx.Err() == nil {
		began := time.Now()
		all := news || began.Sub(whole) >= modelWhole
		var changed bool
		err := shielded(func() (err error) { changed, err = l.look(ctx, s, all); return err })
		switch {
		case err != nil && ctx.Err() == nil && err.Error() != said:
			said = err.Error()
			l.config.Log("look through %s: %v", l.config.Endpoint, err)
		case err == nil && all:
			whole = began
		}
		if changed && !news && telling {
			telling = false
			l.config.Log("%s changed and did not say so: it is looked through all the time from now on", l.config.Endpoint)
		}
		pause := max(modelLeast, modelShare*time.Since(began))
		if telling && err == nil {
			pause = modelWhole
		}
		rest := time.NewTimer(pause)
		news = false
		select {
		case <-ctx.Done():
		case <-rest.C:
		case <-l.model.news:
			news = true
		}
		rest.Stop()
	}
}

// look looks once, at all or without what hangs below variables, tells what
// changed, and whether anything did.
func (l *Link) look(ctx context.Context, s *session, all bool) (changed bool, err error) {
	l.model.mu.Lock()
	defer l.model.mu.Unlock()
	var b *browser
	var before prints
	for looks := 0; looks < modelLooks; {
		b = &browser{session: s, outer: !all, seen: map[string]bool{}, types: map[string]string{}}
		if err := b.walk(ctx); err != nil {
			return false, err
		}
		sum, err := b.fingerprint(ctx)
		if err != nil {
			return false, err
		}
		if l.model.told && (sum.outer == l.model.sum.outer && (!all || sum.whole == l.model.sum.whole)) {
			return false, nil
		}
		if !all {
			all = true // something is otherwise: what it is takes a look at all of it
			continue
		}
		if looks++; looks > 1 && sum == before {
			break
		}
		before = sum
	}
	if err := b.describe(ctx); err != nil {
		return false, err
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	first := !l.model.told
	if err := l.config.Remodelled(ctx, b.finish()); err != nil {
		return false, err // and tried again at the next look
	}
	l.model.told, l.model.sum = true, before
	return !first, nil
}

// fingerprint digests what was walked through, in whatever order the plant told
// it, with the classes of its devices.
func (b *browser) fingerprint(ctx context.Context) (sum prints, err error) {
	var ask []*ua.ReadValueID
	class := map[int]string{}
	var of []int
	for i, f := range b.found {
		if f.property && f.variable && f.name == classOfKind {
			ask, of = append(ask, attribute(f.node, ua.AttributeIDValue)), append(of, i)
		}
	}
	values, err := b.read(ctx, ask)
	if err != nil {
		return sum, err
	}
	for k, i := range of {
		if v := values[k]; v.Value != nil {
			class[i] = cut(fmt.Sprint(v.Value.Value()))
		}
	}
	var whole, outer []string
	below := make([]bool, len(b.found)) // a variable
	for i, f := range b.found {
		kind, parent := "", ""
		if f.kind != nil {
			kind = f.kind.String()
		}
		if f.parent >= 0 {
			parent = b.found[f.parent].node.String()
			below[i] = b.found[f.parent].variable || below[f.parent]
		}
		line := fmt.Sprintf("%q %q %q %q %t %t %q", f.node, parent, f.name, kind, f.variable, f.property, class[i])
		whole = append(whole, line)
		if !below[i] {
			outer = append(outer, line)
		}
	}
	return prints{digest(whole), digest(outer)}, nil
}

func digest(lines []string) [sha256.Size]byte {
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		fmt.Fprintln(h, line)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// Rebind replaces what the link is subscribed to and may write, also while it is
// up: what is bound as before is delivered without a gap, and what the plant did
// not have is asked for again. An error says what
// cannot be bound, and all stays as it was.
func (l *Link) Rebind(signals []twin.Signal, bindings []twin.Binding) error {
	t, err := tie(l.config.Plant, signals, bindings)
	if err != nil {
		return fmt.Errorf("bind the signals of %s anew: %w", l.config.Plant, err)
	}
	l.mu.Lock()
	l.ties = t
	l.mu.Unlock()
	select {
	case l.rebound <- struct{}{}:
	default:
	}
	return nil
}

// rebind brings the subscription of a session in line with the ties. It is
// called from the goroutine that listens.
func (l *Link) rebind(ctx context.Context, s *session) error {
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	var fresh []point
	have := map[point]bool{}
	for handle, p := range s.points {
		if _, delivered := s.items[handle]; delivered && !s.dead[handle] {
			have[p] = true
		}
	}
	want := map[point]bool{}
	for _, p := range l.bound().bound {
		want[p] = true
		if !have[p] {
			fresh = append(fresh, p)
		}
	}
	var gone []uint32
	for _, handle := range slices.Sorted(maps.Keys(s.points)) {
		p := s.points[handle]
		if want[p] && have[p] {
			continue
		}
		if item, ok := s.items[handle]; ok {
			gone = append(gone, item)
		}
		delete(s.points, handle)
		delete(s.items, handle)
		delete(s.dead, handle)
		s.notes = slices.DeleteFunc(s.notes, func(n note) bool { return n.signal == p.signal.ID })
	}
	for len(gone) > 0 {
		batch := gone[:min(batchMax, len(gone))]
		gone = gone[len(batch):]
		err := shielded(func() error { _, err := s.sub.Unmonitor(ctx, batch...); return err })
		if err != nil {
			return fmt.Errorf("end the subscription to %d nodes: %w", len(batch), err)
		}
	}
	if err := l.add(ctx, s, fresh); err != nil {
		return err
	}
	l.mu.Lock()
	l.notes = s.texts()
	l.mu.Unlock()
	return nil
}
