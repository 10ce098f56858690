package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/connectors/fmi/inside"
	"github.com/glasstwin/glasstwin/connectors/opcua/emulate"
)

// fmuChild is the process that an FMU runs in; nobody calls it by hand.
type fmuChild struct{}

// fmuChildName is how cli names it.
const fmuChildName = "fmu-child"

// Run is called by kong.
func (fmuChild) Run() error { return inside.Serve() }

// fmuFlags say how to run an FMU.
type fmuFlags struct {
	Param     []string      `placeholder:"NAME=VALUE" sep:"none" help:"Start value of a parameter, a state or an input, in the FMU's unit; repeatable."`
	Exchange  bool          `help:"Model exchange, where the FMU offers co-simulation, too."`
	Tolerance float64       `help:"Relative tolerance of the integrator; what the FMU proposes when not given."`
	Step      float64       `default:"0" placeholder:"SECONDS" help:"Between communication points of co-simulation; what the FMU proposes, or 60, when not given."`
	Deadline  time.Duration `default:"2m" help:"Longest that the FMU may take for one call."`
	Preload   []string      `type:"existingfile" sep:"none" placeholder:"FILE" help:"A library to load before the FMU, in place of one that the system lacks; repeatable."`
}

// stepUsual is a communication step that suits buildings, in seconds.
const stepUsual = 60

// options of a run from start, in the FMU's time.
func (f *fmuFlags) options(u *fmi.FMU, start float64, log func(fmi.Message)) (fmi.Options, error) {
	self, err := os.Executable()
	if err != nil {
		return fmi.Options{}, fmt.Errorf("find this program: %w", err)
	}
	o := fmi.Options{Command: []string{self, fmuChildName}, Exchange: f.Exchange, Start: start, Tolerance: f.Tolerance, Step: f.Step,
		Deadline: f.Deadline, Log: log, Set: map[string]string{}}
	if o.Step < 0 || math.IsNaN(o.Step) {
		return o, usageError{fmt.Errorf("--step %g: give seconds above 0", o.Step)}
	}
	if o.Step == 0 {
		if o.Step = u.Default.Step; o.Step <= 0 || o.Step > stepUsual {
			o.Step = stepUsual
		}
	}
	for _, p := range f.Preload {
		whole, err := filepath.Abs(p)
		if err != nil {
			return o, fmt.Errorf("--preload %s: %w", p, err)
		}
		o.Preload = append(o.Preload, whole)
	}
	for _, p := range f.Param {
		// A name may contain =, as in a[b==1]: it is tried from the right.
		at := strings.LastIndex(p, "=")
		for at > 0 {
			if _, err := u.Find(p[:at]); err == nil {
				break
			}
			at = strings.LastIndex(p[:at], "=")
		}
		if at <= 0 {
			at = strings.Index(p, "=")
		}
		if at <= 0 {
			return o, usageError{fmt.Errorf("--param %q: write NAME=VALUE", p)}
		}
		o.Set[p[:at]] = p[at+1:]
	}
	return o, nil
}

// plantServe serves an FMU as a plant.
type plantServe struct {
	FMU    string  `name:"fmu" required:"" type:"existingfile" placeholder:"X.fmu" help:"Model of the plant, FMI 2.0 for 64-bit Linux."`
	Listen string  `default:"127.0.0.1:48410" help:"Address on this machine; port 0 takes any."`
	Config string  `type:"path" placeholder:"DIR" help:"Folder of certificate, key and password; that of the emulated store when not given."`
	Speed  float64 `default:"1" help:"Plant seconds in one second, up to 100000."`
	Beat   float64 `default:"0" placeholder:"SECONDS" help:"Plant time between two looks at the FMU; a tenth of a second of real time when not given."`
	From   float64 `name:"from" default:"0" placeholder:"SECONDS" help:"The FMU's time at the start."`
	Zero   string  `default:"2026-01-01T00:00:00Z" placeholder:"TIME" help:"When the FMU's time is 0, RFC 3339."`
	All    bool    `help:"Serve local variables and fixed parameters, too."`

	fmuFlags
}

const (
	fmuSpeedMax = 100_000
	fmuBeat     = 100 * time.Millisecond // of real time
)

// Run is called by kong.
func (p *plantServe) Run(ctx context.Context, out *output) error {
	if !(p.Speed > 0 && p.Speed <= fmuSpeedMax) {
		return usageError{fmt.Errorf("--speed %g: give more than 0 and at most %d", p.Speed, fmuSpeedMax)}
	}
	zero, err := time.Parse(time.RFC3339, p.Zero)
	if err != nil {
		return usageError{fmt.Errorf("--zero %q: write it as 2026-01-01T00:00:00Z", p.Zero)}
	}
	if p.Config == "" {
		config, err := configFolder()
		if err != nil {
			return err
		}
		p.Config = filepath.Join(config, "plant")
	}
	u, err := fmi.Open(ctx, p.FMU)
	if err != nil {
		return err
	}
	defer u.Close()
	for _, n := range u.Notes {
		out.note("%s: %s", p.FMU, n)
	}
	o, err := p.options(u, p.From, func(m fmi.Message) { out.note("%s: %s", u.Model, m.Text) })
	if err != nil {
		return err
	}
	p.settle(u, &o)
	plant, err := fmi.NewPlant(ctx, u, o, p.All, out.note)
	if err != nil {
		return err
	}
	defer plant.Close()
	shown := shownPoints(ctx, u, plant)
	server, err := emulate.New(emulate.Options{Listen: p.Listen, ConfigDir: p.Config, Name: u.Model, Log: out.note}, shown.points)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx); stop() }()
	if err := shown.publish(ctx, server, zero); err != nil {
		stop()
		return errors.Join(err, <-served)
	}
	out.note("%s: %d points, at %g times real time", u.Model, len(shown.points), p.Speed)
	out.printf("ready %s\n", server.Endpoint())
	ran := p.play(ctx, plant, func() error { return shown.publish(ctx, server, zero) }, out)
	stop()
	return errors.Join(ran, <-served)
}

// settle chooses the beat. An FMU of co-simulation that takes equal steps only
// is looked at after whole ones.
func (p *plantServe) settle(u *fmi.FMU, o *fmi.Options) {
	if !(p.Beat > 0) {
		p.Beat = fmuBeat.Seconds() * p.Speed
	}
	switch s := u.Simulation; {
	case s == nil || p.Exchange || s.VariableStep:
	case p.Step > 0:
		p.Beat = math.Ceil(p.Beat/p.Step-1e-9) * p.Step
	default:
		o.Step = p.Beat
	}
}

// play moves the FMU's clock until the context ends.
func (p *plantServe) play(ctx context.Context, plant *fmi.Plant, publish func() error, out *output) error {
	beat := p.Beat
	tick := time.NewTicker(max(time.Millisecond, time.Duration(beat/p.Speed*float64(time.Second))))
	defer tick.Stop()
	late := false
	for to := plant.Time() + beat; ; to += beat {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		began := time.Now()
		if err := plant.Advance(ctx, to); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if err := publish(); err != nil && ctx.Err() == nil {
			return err
		}
		if took := time.Since(began).Seconds() * p.Speed; took > 2*beat && !late {
			late = true
			out.note("the FMU is slower than %g times real time; its clock lags behind", p.Speed)
		}
	}
}

// fmuPoints are the points of an FMU as the server wants them. A pair that can
// be released has a Boolean beside it that tells and does so.
type fmuPoints struct {
	plant  *fmi.Plant
	points []emulate.Point
	pairs  []int // numbers of points that are pairs, in the order of their Booleans
}

// releaseEnding is the name of a pair's Boolean, after that of the pair.
const releaseEnding = ".Overwritten"

func shownPoints(ctx context.Context, u *fmi.FMU, plant *fmi.Plant) *fmuPoints {
	s := &fmuPoints{plant: plant}
	for i, x := range plant.Points() {
		v := &u.Variables[x.Value]
		p := emulate.Point{Folder: x.Group, Name: x.Name, About: x.About, Range: u.Range(v)}
		if x.Set >= 0 {
			p.Range = u.Range(&u.Variables[x.Set])
		}
		switch v.Kind {
		case fmi.Boolean:
			p.Kind = emulate.Boolean
		case fmi.Integer, fmi.Enumeration:
			p.Kind = emulate.Int32
		case fmi.String:
			p.Kind = emulate.Text
		default:
			_, unit := u.Shown(v, 0)
			p.Unit = fmi.Sign(unit)
		}
		if x.Set >= 0 && v.Kind != fmi.String {
			p.Write = func(v float64) error { return plant.Write(ctx, i, v) }
		}
		s.points = append(s.points, p)
		if x.Activate >= 0 {
			s.pairs = append(s.pairs, i)
		}
	}
	for _, i := range s.pairs {
		name := plant.Points()[i].Name
		s.points = append(s.points, emulate.Point{Folder: "Overwrites", Name: name + releaseEnding, Kind: emulate.Boolean,
			About: "Whether " + name + " is overwritten; false gives it back to the plant's own controller",
			Write: func(v float64) error { return plant.Release(ctx, i, v == 0) }})
	}
	return s
}

func (s *fmuPoints) publish(ctx context.Context, server *emulate.Server, zero time.Time) error {
	at := zero.Add(time.Duration(s.plant.Time() * float64(time.Second)))
	readings, err := s.plant.Read(ctx)
	if errors.Is(err, fmi.ErrDied) { // the next step starts it anew, or tells why not
		gone := make([]emulate.Value, len(s.points))
		for i := range gone {
			gone[i].Failed = true
		}
		return server.Publish(gone, at)
	}
	if err != nil {
		return err
	}
	values := make([]emulate.Value, 0, len(s.points))
	for _, r := range readings {
		values = append(values, emulate.Value{Number: r.Number, Text: r.Text, Unsure: r.Unsure})
	}
	for _, i := range s.pairs {
		v := emulate.Value{}
		if s.plant.Overwritten(i) {
			v.Number = 1
		}
		values = append(values, v)
	}
	return server.Publish(values, at)
}

// fmuInfo lists what an FMU has.
type fmuInfo struct {
	FMU  string `arg:"" type:"existingfile" placeholder:"X.fmu" help:"Model of a plant, FMI 2.0."`
	All  bool   `help:"List local variables and fixed parameters, too."`
	JSON bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (f *fmuInfo) Run(ctx context.Context, out *output) error {
	began := time.Now()
	u, err := fmi.Open(ctx, f.FMU)
	if err != nil {
		return err
	}
	defer u.Close()
	points := u.Points(f.All)
	rows := make([]any, len(points))
	writable, pairs := 0, 0
	for i, p := range points {
		v := &u.Variables[p.Value]
		start := 0.0
		if v.Start != nil {
			start = v.Start.Number
		}
		shown, unit := u.Shown(v, start)
		row := map[string]any{"name": p.Name, "group": p.Group, "kind": v.Kind.String(), "variability": string(v.Variability), "unit": fmi.Sign(unit), "about": p.About, "writable": p.Set >= 0}
		if v.Start != nil && v.Kind != fmi.String && !math.IsInf(shown, 0) { // which JSON has no word for
			row["start"] = shown
		}
		if r := u.Range(v); r[0] < r[1] {
			row["range"] = r
		}
		if p.Set >= 0 {
			writable++
		}
		if p.Activate >= 0 {
			pairs++
		}
		rows[i] = row
	}
	if f.JSON {
		return out.json(report{Command: "plant fmu-info", Inputs: map[string]any{"fmu": f.FMU}, Rows: rows, Notes: u.Notes, Metrics: map[string]float64{
			"variables": float64(len(u.Variables)), "states": float64(len(u.Derivatives)), "event_indicators": float64(u.Indicators),
			"points": float64(len(points)), "writable": float64(writable), "overwrites": float64(pairs), "seconds": time.Since(began).Seconds()}})
	}
	var offers []string
	if u.Exchange != nil {
		offers = append(offers, "model exchange")
	}
	if u.Simulation != nil {
		offers = append(offers, "co-simulation")
	}
	out.printf("%s (%s), FMI %s: %s\n%d variables, %d states, %d event indicators\n", u.Model, u.Tool, u.Version, strings.Join(offers, " and "), len(u.Variables), len(u.Derivatives), u.Indicators)
	for _, r := range rows {
		row := r.(map[string]any)
		access := "r "
		if row["writable"] == true {
			access = "rw"
		}
		out.printf("%s %-11s %-44s %-8s %-8s %s\n", access, row["kind"], row["name"], row["unit"], row["group"], row["about"])
	}
	for _, n := range u.Notes {
		out.note("%s: %s", f.FMU, n)
	}
	return nil
}
