package conntest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// Faults of the line between a memory plant and its link, as probabilities of
// one message. The same seed gives the same faults.
type Faults struct {
	Seed    uint64
	Drop    float64 // it never arrives
	Double  float64 // it arrives twice
	Reorder float64 // it arrives after the next one
	Cut     float64 // the connection ends with it
}

// Plant is a plant in memory. It moves when it is told to, and sends each step
// over a line with faults, which its links must make good. Its methods are safe
// for concurrent use.
type Plant struct {
	site *twin.Site

	mu      sync.Mutex
	now     time.Time
	values  map[twin.SignalID]any // float64, bool, []float64, or what no signal can be
	taken   map[twin.SignalID]int
	dead    bool
	frozen  bool
	number  uint64   // of the newest message
	sent    []packet // kept for links that missed them
	lines   map[*line]bool
	faults  Faults
	dice    *rand.Rand
	delayed map[*line]packet
}

// packet is a step of the plant: the values of all signals at one time.
type packet struct {
	number uint64
	at     time.Time
	values map[twin.SignalID]any
}

// line is one connection; it is closed when it is cut.
type line struct {
	packets chan packet
	cut     chan struct{}
}

const (
	memoryStep = time.Second // of the plant's time
	memoryKept = 4096        // packets that a link can ask for again
)

// NewPlant returns a plant whose signals stand at the middle of their ranges.
func NewPlant(site *twin.Site, f Faults) *Plant {
	p := &Plant{
		site: site, now: time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC),
		values: map[twin.SignalID]any{}, taken: map[twin.SignalID]int{}, lines: map[*line]bool{},
		faults: f, dice: rand.New(rand.NewPCG(f.Seed, 1)), delayed: map[*line]packet{},
	}
	for _, g := range site.Signals {
		switch g.Kind {
		case twin.Boolean:
			p.values[g.ID] = false
		case twin.Positions:
			p.values[g.ID] = []float64{1, 2, 3, 4}
		default:
			p.values[g.ID] = math.Round((g.Range[0] + g.Range[1]) / 2)
		}
	}
	return p
}

// Set makes a signal show a value, of whatever type, from the next step on.
func (p *Plant) Set(id twin.SignalID, value any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.values[id] = value
}

// Kill ends every connection at once; Revive lets links connect again.
func (p *Plant) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = true
	for l := range p.lines {
		p.hangUp(l)
	}
}

// Revive brings a plant back with the clock and the values that it had.
func (p *Plant) Revive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = false
}

// Freeze makes the plant silent without ending a connection, or ends that.
func (p *Plant) Freeze(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = on
}

// Taken is how often the plant took a write of a signal.
func (p *Plant) Taken(id twin.SignalID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken[id]
}

// Step moves the plant by a second and sends its values.
func (p *Plant) Step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead || p.frozen {
		return
	}
	p.now = p.now.Add(memoryStep)
	p.number++
	k := packet{p.number, p.now, map[twin.SignalID]any{}}
	for id, v := range p.values {
		k.values[id] = v
	}
	if p.sent = append(p.sent, k); len(p.sent) > memoryKept {
		p.sent = slices.Delete(p.sent, 0, len(p.sent)-memoryKept)
	}
	for l := range p.lines {
		p.send(l, k)
	}
}

// send puts a packet on a line, with the faults that the dice say.
func (p *Plant) send(l *line, k packet) {
	f := p.faults
	late, waits := p.delayed[l]
	delete(p.delayed, l)
	switch x := p.dice.Float64(); {
	case x < f.Cut:
		p.hangUp(l)
		return
	case x < f.Cut+f.Drop:
	case x < f.Cut+f.Drop+f.Double:
		p.put(l, k)
		p.put(l, k)
	case x < f.Cut+f.Drop+f.Double+f.Reorder:
		p.delayed[l] = k
	default:
		p.put(l, k)
	}
	if waits {
		p.put(l, late)
	}
}

// put hangs up on a link that is so slow that its line is full.
func (p *Plant) put(l *line, k packet) {
	select {
	case l.packets <- k:
	default:
		p.hangUp(l)
	}
}

func (p *Plant) hangUp(l *line) {
	if p.lines[l] {
		delete(p.lines, l)
		delete(p.delayed, l)
		close(l.cut)
	}
}

var errDead = errors.New("the plant does not answer")

// dial connects. The number is that of the newest packet sent before.
func (p *Plant) dial() (*line, uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead || p.frozen {
		return nil, 0, errDead
	}
	l := &line{make(chan packet, 64), make(chan struct{})}
	p.lines[l] = true
	return l, p.number, nil
}

func (p *Plant) hangUpNow(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangUp(l)
}

// again returns the packets after a number, as far as they are kept.
func (p *Plant) again(after uint64) ([]packet, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead || p.frozen {
		return nil, errDead
	}
	i := slices.IndexFunc(p.sent, func(k packet) bool { return k.number > after })
	if i < 0 {
		return nil, nil
	}
	return slices.Clone(p.sent[i:]), nil
}

// take writes values, all or none.
func (p *Plant) take(writes []twin.Write) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead || p.frozen {
		return errDead
	}
	for _, w := range writes {
		g, ok := p.site.Signal(w.Signal)
		switch {
		case !ok || !g.Writable:
			return fmt.Errorf("%s cannot be written", w.Signal)
		case !(w.Value >= g.Range[0] && w.Value <= g.Range[1]):
			return fmt.Errorf("%g is outside the range %g to %g of %s", w.Value, g.Range[0], g.Range[1], w.Signal)
		}
	}
	for _, w := range writes {
		p.taken[w.Signal]++
		if g, _ := p.site.Signal(w.Signal); g.Kind == twin.Boolean {
			p.values[w.Signal] = w.Hold && w.Value == 1 // a command resets itself
		} else {
			p.values[w.Signal] = w.Value
		}
	}
	return nil
}

func (p *Plant) read(id twin.SignalID) (any, time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.values[id]
	switch {
	case p.dead || p.frozen:
		return nil, time.Time{}, errDead
	case !ok:
		return nil, time.Time{}, fmt.Errorf("the plant has no %s", id)
	}
	return v, p.now, nil
}

// MemoryLink is a link to a Plant. It asks again for what was dropped, puts in
// order what came out of it, and connects anew when the line is cut or silent.
type MemoryLink struct {
	plant *Plant
	sinks Sinks

	mu   sync.Mutex
	up   bool
	once map[string]bool // proposals and directions that were carried out
}

// silentMax is how long a memory link waits for a message before it takes the
// plant for lost.
const silentMax = 300 * time.Millisecond

// NewLink returns a link to the plant that waits for Run.
func (p *Plant) NewLink(s Sinks) *MemoryLink {
	return &MemoryLink{plant: p, sinks: s, once: map[string]bool{}}
}

// Run keeps the link up until ctx ends.
func (l *MemoryLink) Run(ctx context.Context) error {
	var last uint64
	for ctx.Err() == nil {
		line, newest, err := l.plant.dial()
		if err == nil {
			if last == 0 {
				last = newest
			}
			last, err = l.listen(ctx, line, last)
			l.plant.hangUpNow(line)
		}
		if ctx.Err() != nil {
			break
		}
		l.tell(ctx, false, err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up = false
	return nil
}

// listen delivers every packet after last, in order, until the line ends.
func (l *MemoryLink) listen(ctx context.Context, ln *line, last uint64) (uint64, error) {
	silence := time.NewTimer(silentMax)
	defer silence.Stop()
	for {
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-ln.cut:
			return last, errors.New("the line was cut")
		case <-silence.C:
			return last, errors.New("the plant is silent")
		case k := <-ln.packets:
			silence.Reset(silentMax)
			due := []packet{k}
			if k.number > last+1 { // some were dropped, or are still under way
				missed, err := l.plant.again(last)
				if err != nil {
					return last, err
				}
				due = missed
			}
			for _, k := range due {
				if k.number <= last {
					continue
				}
				last = k.number
				if err := l.deliver(ctx, k); err != nil {
					return last, err
				}
			}
		}
	}
}

func (l *MemoryLink) deliver(ctx context.Context, k packet) error {
	l.tell(ctx, true, "connected")
	samples := make([]twin.Sample, 0, len(k.values))
	for _, g := range l.plant.site.Signals {
		samples = append(samples, sampleOf(g, k.values[g.ID], k.at))
	}
	return l.sinks.Receive(samples)
}

func (l *MemoryLink) tell(ctx context.Context, up bool, reason string) {
	l.mu.Lock()
	news := l.up != up
	l.up = up
	l.mu.Unlock()
	if news {
		_ = l.sinks.Changed(ctx, up, reason) // the sink's own trouble is no reason to drop the line
	}
}

func sampleOf(g twin.Signal, value any, at time.Time) twin.Sample {
	x := twin.Sample{Signal: g.ID, At: at, Value: math.NaN(), Quality: twin.Bad}
	switch v := value.(type) {
	case float64:
		if g.Kind != twin.Boolean && g.Kind != twin.Positions && !math.IsNaN(v) && !math.IsInf(v, 0) {
			x.Value, x.Quality = v, twin.Good
		}
	case bool:
		if g.Kind == twin.Boolean {
			x.Value, x.Quality = 0, twin.Good
			if v {
				x.Value = 1
			}
		}
	case []float64:
		if g.Kind == twin.Positions && len(v)%2 == 0 {
			x.Vector, x.Value, x.Quality = slices.Clone(v), float64(len(v)/2), twin.Good
		}
	}
	return x
}

// Write carries out a warrant.
func (l *MemoryLink) Write(ctx context.Context, w operate.Warrant) error {
	if err := errors.Join(w.Check(time.Now()), ctx.Err()); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	deed := fmt.Sprintf("%s %t", w.Proposal(), w.Rollback())
	switch {
	case l.once[deed]:
		return nil
	case !l.up:
		return fmt.Errorf("write for proposal %s: %w", w.Proposal(), errDead)
	}
	if err := l.plant.take(w.Writes()); err != nil {
		return fmt.Errorf("write for proposal %s: %w", w.Proposal(), err)
	}
	for _, x := range w.Writes() {
		if v, _, err := l.plant.read(x.Signal); err != nil || x.Hold && v != any(x.Value) && v != any(x.Value == 1) {
			return fmt.Errorf("write for proposal %s: %s reads back %v (%w)", w.Proposal(), x.Signal, v, err)
		}
	}
	l.once[deed] = true
	return nil
}

// Read asks the plant for the values of signals now.
func (l *MemoryLink) Read(ctx context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	l.mu.Lock()
	up := l.up
	l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !up {
		return nil, fmt.Errorf("read: %w", errDead)
	}
	out := make([]twin.Sample, len(ids))
	for i, id := range ids {
		g, _ := l.plant.site.Signal(id)
		v, at, err := l.plant.read(id)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", id, err)
		}
		out[i] = sampleOf(g, v, at)
	}
	return out, nil
}
