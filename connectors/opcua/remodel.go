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
	modelLeast  = time.Second / 2 // between two looks through the address space
	modelShare  = 4               // of looking to resting: a large plant is looked through less often
	modelLooks  = 5               // in a row, until two agree: a plant may be in the middle of a change
	classOfKind = "DeviceClass"
)

// model is the address space of the plant as it was last told.
type model struct {
	mu   sync.Mutex // held while it is told
	told bool
	sum  [sha256.Size]byte
}

// keepModel looks through the address space until ctx ends, and tells what it
// finds when that differs from what was told before. Only names, types and
// device classes are looked at; the rest is read when something changed.
func (l *Link) keepModel(ctx context.Context, s *session) {
	said := ""
	for ctx.Err() == nil {
		began := time.Now()
		err := shielded(func() error { return l.look(ctx, s) })
		if err != nil && ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			l.config.Log("look through %s: %v", l.config.Endpoint, err)
		}
		rest := time.NewTimer(max(modelLeast, modelShare*time.Since(began)))
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
	}
}

// look looks once, and tells.
func (l *Link) look(ctx context.Context, s *session) error {
	l.model.mu.Lock()
	defer l.model.mu.Unlock()
	var b *browser
	var before [sha256.Size]byte
	for i := range modelLooks {
		b = &browser{session: s, seen: map[string]bool{}, types: map[string]string{}}
		if err := b.walk(ctx); err != nil {
			return err
		}
		sum, err := b.fingerprint(ctx)
		if err != nil {
			return err
		}
		if l.model.told && sum == l.model.sum {
			return nil
		}
		if i > 0 && sum == before {
			break
		}
		before = sum
	}
	if err := b.describe(ctx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.config.Remodelled(ctx, b.finish()); err != nil {
		return err // and tried again at the next look
	}
	l.model.told, l.model.sum = true, before
	return nil
}

// fingerprint is a digest of what was walked through, in whatever order the
// plant told it, with the classes of its devices.
func (b *browser) fingerprint(ctx context.Context) (sum [sha256.Size]byte, err error) {
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
	lines := make([]string, len(b.found))
	for i, f := range b.found {
		kind, parent := "", ""
		if f.kind != nil {
			kind = f.kind.String()
		}
		if f.parent >= 0 {
			parent = b.found[f.parent].node.String()
		}
		lines[i] = fmt.Sprintf("%q %q %q %q %t %t %q", f.node, parent, f.name, kind, f.variable, f.property, class[i])
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		fmt.Fprintln(h, line)
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// Rebind replaces what the link is subscribed to and may write, also while it is
// up: what is bound as before is delivered without a gap. An error says what
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
	for _, p := range s.points {
		have[p] = true
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
		if want[p] {
			continue
		}
		if item, ok := s.items[handle]; ok {
			gone = append(gone, item)
		}
		delete(s.points, handle)
		delete(s.items, handle)
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
