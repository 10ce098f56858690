package fmi

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Plant is a Run as a plant shows it: points instead of variables, display units
// instead of the FMU's own, and a new start when the FMU's process dies. Its
// methods may be called from any goroutine.
type Plant struct {
	mu     sync.Mutex
	fmu    *FMU
	run    *Run
	points []Point
	log    func(format string, args ...any)

	kept   map[int]kept // settings in force, by number of the variable: a new start gets them again
	deaths int          // in a row, without a step between
}

// kept is a setting, with the number that a person wrote for it: what is read
// back is that number, not what rounding between units makes of it.
type kept struct {
	Value
	shown float64
}

// deathsMax ends a plant whose FMU dies at each step.
const deathsMax = 3

// Reading is what a point shows, in its display unit.
type Reading struct {
	Value
	Unit   string
	Unsure bool // a pair that is released, whose value in force nothing shows
}

// NewPlant starts an FMU as a plant. log hears of what befalls it.
func NewPlant(ctx context.Context, u *FMU, o Options, all bool, log func(format string, args ...any)) (*Plant, error) {
	run, err := u.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Plant{fmu: u, run: run, points: u.Points(all), log: log, kept: map[int]kept{}}, nil
}

// Points lists what the plant shows, in the order of Read.
func (p *Plant) Points() []Point { return p.points }

// Time is where the FMU is, in seconds.
func (p *Plant) Time() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.run.Time()
}

// Close ends the FMU.
func (p *Plant) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.run.Close()
}

// Advance takes the FMU to a time. When its process dies on the way, a new one
// goes on from that time with start values and settings; a plant whose FMU dies
// again and again ends.
func (p *Plant) Advance(ctx context.Context, to float64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.run.Step(ctx, to)
	if err == nil {
		p.deaths = 0
		return nil
	}
	if !errors.Is(err, ErrDied) || ctx.Err() != nil {
		return err
	}
	if p.deaths++; p.deaths > deathsMax {
		return fmt.Errorf("%w; %d times in a row", err, p.deaths)
	}
	p.log("%v; it starts anew, from its start values", err)
	if err = p.again(ctx, to); !errors.Is(err, ErrDied) || ctx.Err() != nil {
		return err
	}
	p.log("%v", err) // the next step tries once more
	return nil
}

func (p *Plant) again(ctx context.Context, at float64) error {
	if err := p.run.RestartAt(ctx, at); err != nil {
		return err
	}
	var list []Setting
	for i, v := range p.kept {
		list = append(list, Setting{i, v.Value})
	}
	if len(list) == 0 {
		return nil
	}
	return p.run.Set(ctx, list...)
}

// Read reads all points.
func (p *Plant) Read(ctx context.Context) ([]Reading, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	numbers := make([]int, len(p.points))
	for i, x := range p.points {
		numbers[i] = x.Value
	}
	values, err := p.run.Get(ctx, numbers...)
	if err != nil {
		return nil, err
	}
	out := make([]Reading, len(values))
	for i, x := range p.points {
		v := &p.fmu.Variables[x.Value]
		out[i] = Reading{Value: values[i], Unit: v.Unit}
		if v.Kind == Real {
			out[i].Number, out[i].Unit = p.fmu.Shown(v, values[i].Number)
			if k, ok := p.kept[x.Set]; ok && k.Number == values[i].Number {
				out[i].Number = k.shown
			}
		}
		out[i].Unsure = !x.Known && p.kept[x.Activate].Number == 0
	}
	return out, nil
}

// Write sets a point, in its display unit. A pair is overwritten by it.
func (p *Plant) Write(ctx context.Context, point int, shown float64) error {
	x := p.points[point]
	if x.Set < 0 {
		return fmt.Errorf("%s cannot be set", x.Name)
	}
	v := &p.fmu.Variables[x.Set]
	value := Value{Number: shown}
	if v.Kind == Real {
		value.Number = p.fmu.Taken(v, shown)
	}
	list := []kept{{value, shown}}
	numbers := []int{x.Set}
	if x.Activate >= 0 {
		list, numbers = append(list, kept{Value{Number: 1}, 1}), append(numbers, x.Activate)
	}
	return p.set(ctx, numbers, list)
}

// Release gives a pair back to the FMU's own controller, or takes it again with
// the value that was last written.
func (p *Plant) Release(ctx context.Context, point int, released bool) error {
	x := p.points[point]
	if x.Activate < 0 {
		return fmt.Errorf("%s is no overwrite and cannot be released", x.Name)
	}
	on := kept{Value{Number: 1}, 1}
	if released {
		on = kept{}
	}
	return p.set(ctx, []int{x.Activate}, []kept{on})
}

// Overwritten tells whether a pair is in force.
func (p *Plant) Overwritten(point int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[p.points[point].Activate].Number != 0
}

func (p *Plant) set(ctx context.Context, numbers []int, values []kept) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Setting, len(numbers))
	for i, n := range numbers {
		list[i] = Setting{n, values[i].Value}
	}
	if err := p.run.Set(ctx, list...); err != nil {
		return err
	}
	for i, n := range numbers {
		p.kept[n] = values[i]
	}
	return nil
}
