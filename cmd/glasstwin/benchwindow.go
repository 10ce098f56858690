package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

type benchWindow struct {
	Site  string `arg:"" optional:"" type:"existingdir" help:"Site folder, which is only looked at; a scene of --scene when not given."`
	Scene string `default:"demo" enum:"demo,1m,10m,shelves" help:"What is shown when no site is given: the demo store with its emulated plant running, a store of a million triangles or of ten, or gondolas full of goods (demo, 1m, 10m, shelves)."`
	Turns int    `default:"5" help:"How often the camera is dragged and comes to rest. One more goes before that is not counted."`
	JSON  bool   `help:"Print one JSON object."`

	Size string `default:"1320x720" placeholder:"WxH" help:"Size of the window."`
}

// How the window is worked.
const (
	dragFor   = 2 * time.Second  // with the button down
	dragEvery = time.Second / 60 // events of a mouse
	dragStep  = 3                // of Fyne's units for each, a turn in six seconds
	restLeast = 700 * time.Millisecond
	restMost  = time.Minute

	settledMost = 10 * time.Second
	askEvery    = 10 * time.Millisecond // whether the interface's thread answers
)

// Run is called by kong.
func (b *benchWindow) Run(ctx context.Context, out *output) error {
	if b.Turns < 1 {
		return usageError{fmt.Errorf("%d turns cannot be measured; give --turns 1 or more", b.Turns)}
	}
	o, at, end, err := b.subject(ctx, out)
	if err != nil {
		return err
	}
	defer end()
	screen, err := openDisplay(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	flags := windowFlags{Size: b.Size, As: "bench"}
	speak, err := flags.speaker(o.dir)
	if err != nil {
		return err
	}
	r, err := runSite(ctx, o, at, speak, out.note)
	if err != nil {
		return err
	}
	m := &motions{}
	var played error
	err = flags.open(ctx, r, func(ctx context.Context, h desktop.Hands) { played = m.play(ctx, h, b.Turns) }, m.see)
	if err := errors.Join(err, played, r.Close(ctx)); err != nil {
		return err
	}
	return b.tell(m, float64(o.scene.Triangles()), out)
}

// subject is the site to show, and the plant that runs with it.
func (b *benchWindow) subject(ctx context.Context, out *output) (o *openedSite, at plantAccess, end func(), err error) {
	if b.Site != "" {
		o, err = openSite(ctx, b.Site)
		return o, at, func() {}, err
	}
	temp, err := os.MkdirTemp("", "glasstwin-bench-")
	if err != nil {
		return nil, at, nil, err
	}
	clean := func() { os.RemoveAll(temp) }
	defer func() {
		if err != nil {
			clean()
		}
	}()
	if b.Scene != "demo" {
		cat, err := generate.Catalogue()
		if err != nil {
			return nil, at, nil, err
		}
		o = &openedSite{dir: temp, catalogue: cat}
		o.scene, o.index, o.site, err = hall.Scene(ctx, cat, hall.Plans[b.Scene])
		return o, at, clean, err
	}
	config := filepath.Join(temp, "plant")
	plant, err := startPlant(ctx, out.progress, "--config", config, "--listen", "127.0.0.1:0", "--seed", "2", "--speed", "30", "--start", firstDay.Format(time.RFC3339))
	if err != nil {
		return nil, at, nil, err
	}
	clean = func() { plant.Stop(); os.RemoveAll(temp) }
	at = emulatedAccess(config, plant.Endpoint)
	d := demo{Dir: filepath.Join(temp, "corner-market")}
	if err := d.generate(ctx, at, out); err != nil {
		return nil, at, nil, err
	}
	o, err = openSite(ctx, d.Dir)
	return o, at, clean, err
}

// motions is what was seen while the camera was dragged.
type motions struct {
	mu   sync.Mutex
	seen []desktop.Glance

	fps     []float64       // pictures a second of each drag
	spent   []float64       // processor ms for each picture of a drag
	sharp   []time.Duration // from rest to a picture of all pixels
	refined []time.Duration // from rest to a full picture
	settled []time.Duration // from rest to a full picture of which nothing is on its way
	waits   []time.Duration // until the interface's thread answered
}

func (m *motions) see(g desktop.Glance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, g)
}

// play drags and rests, again and again.
func (m *motions) play(ctx context.Context, h desktop.Hands, turns int) error {
	if err := m.until(ctx, restMost, func(g desktop.Glance) bool { return !g.Draft }); err != nil {
		return fmt.Errorf("the first picture: %w", err)
	}
	asking, stop := context.WithCancel(ctx)
	var asked sync.WaitGroup
	asked.Go(func() { m.ask(asking, h) })
	defer asked.Wait()
	defer stop()
	for turn := range turns + 1 {
		m.mu.Lock()
		m.seen = m.seen[:0]
		if turn == 1 {
			m.fps, m.spent, m.sharp, m.refined, m.settled, m.waits = nil, nil, nil, nil, nil, nil // the pace is known from then on
		}
		m.mu.Unlock()
		if err := m.turn(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// turn drags once, and waits for the picture that follows rest.
func (m *motions) turn(ctx context.Context, h desktop.Hands) error {
	began, cpu := time.Now(), cpuTime()
	tick := time.NewTicker(dragEvery)
	defer tick.Stop()
	var rest time.Time
	for rest.Sub(began) < dragFor {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		h.Drag(dragStep, 0)
		rest = time.Now()
	}
	spent := cpuTime() - cpu
	camera := h.Camera()
	m.mu.Lock()
	pictures := 0
	for _, g := range m.seen {
		if !g.At.After(rest) {
			pictures++
		}
	}
	m.mu.Unlock()
	still := func(g desktop.Glance) bool { return !g.Draft && g.Camera == camera }
	settled := func(g desktop.Glance) bool { return still(g) && !g.Pending }
	if err := m.until(ctx, restMost, still); err != nil {
		return fmt.Errorf("after the camera came to rest: %w", err)
	}
	whole := restMost // where the sun goes on faster than its light is worked out
	switch err := m.until(ctx, settledMost, settled); {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		m.mu.Lock()
		whole = m.seen[slices.IndexFunc(m.seen, settled)].At.Sub(rest)
		m.mu.Unlock()
	}
	m.mu.Lock()
	first := m.seen[slices.IndexFunc(m.seen, still)]
	m.fps = append(m.fps, float64(pictures)/rest.Sub(began).Seconds())
	m.spent = append(m.spent, 1000*spent.Seconds()/float64(max(1, pictures)))
	m.refined = append(m.refined, max(0, first.At.Sub(rest)))
	m.settled = append(m.settled, max(0, whole))
	sharp := m.seen[slices.IndexFunc(m.seen, func(g desktop.Glance) bool { return g.Sharp && g.Camera == camera })]
	m.sharp = append(m.sharp, max(0, sharp.At.Sub(rest)))
	m.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(restLeast):
	}
	return nil
}

// until waits for a picture.
func (m *motions) until(ctx context.Context, most time.Duration, is func(desktop.Glance) bool) error {
	patience := time.NewTimer(most)
	defer patience.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		m.mu.Lock()
		found := slices.ContainsFunc(m.seen, is)
		m.mu.Unlock()
		if found {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("no full picture within %s", most)
		case <-look.C:
		}
	}
}

// ask measures how long the interface's thread lets others wait.
func (m *motions) ask(ctx context.Context, h desktop.Hands) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		h.Wait()
		m.mu.Lock()
		m.waits = append(m.waits, time.Since(asked))
		m.mu.Unlock()
	}
}

func (b *benchWindow) tell(m *motions, triangles float64, out *output) error {
	slices.Sort(m.fps)
	slices.Sort(m.spent)
	slices.Sort(m.sharp)
	slices.Sort(m.refined)
	slices.Sort(m.settled)
	slices.Sort(m.waits)
	ms := func(list []time.Duration, part float64) float64 {
		if len(list) == 0 {
			return 0
		}
		return 1000 * list[min(len(list)-1, int(part*float64(len(list))))].Seconds()
	}
	metrics := map[string]float64{
		"fps_moving": m.fps[len(m.fps)/2], "fps_moving_least": m.fps[0], "picture_cpu_ms": m.spent[len(m.spent)/2],
		"sharp_ms": ms(m.sharp, 0.5), "sharp_ms_most": ms(m.sharp, 1),
		"refined_ms": ms(m.refined, 0.5), "refined_ms_most": ms(m.refined, 1),
		"settled_ms": ms(m.settled, 0.5), "settled_ms_most": ms(m.settled, 1),
		"stall_ms_p99": ms(m.waits, 0.99), "stall_ms_most": ms(m.waits, 1),
		"scene_triangles": triangles, "turns": float64(len(m.fps)), "peak_mb": peakMB(),
	}
	load := loadAverage()
	if load != "" {
		load = "load of the machine in the last minute: " + load
	}
	if b.JSON {
		rows := make([]any, len(m.refined))
		for i, d := range m.refined {
			rows[i] = map[string]any{"refined_ms": 1000 * d.Seconds()}
		}
		return out.json(report{Command: "bench window", Metrics: metrics, Rows: rows, Notes: []string{load},
			Inputs: map[string]any{"site": b.Site, "scene": b.Scene, "size": b.Size, "turns": b.Turns}})
	}
	out.printf("moving: %.1f pictures/s, the slowest of %d turns %.1f; %.0f ms of processor for each\n", metrics["fps_moving"], len(m.fps), metrics["fps_moving_least"], metrics["picture_cpu_ms"])
	out.printf("all pixels %.0f ms after rest, %.0f ms at most; the full picture %.0f ms, %.0f ms at most; nothing of it on its way %.0f ms, %.0f ms at most\n",
		metrics["sharp_ms"], metrics["sharp_ms_most"], metrics["refined_ms"], metrics["refined_ms_most"], metrics["settled_ms"], metrics["settled_ms_most"])
	out.printf("the interface answered within %.0f ms, 99 of 100 times within %.0f ms\n", metrics["stall_ms_most"], metrics["stall_ms_p99"])
	out.printf("%.0f triangles, %.0f MB at most; %s\n", triangles, metrics["peak_mb"], load)
	return nil
}

// loadAverage is how many processes wanted a core in the last minute, where the
// system tells.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
