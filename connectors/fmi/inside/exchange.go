//go:build linux && amd64

package inside

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/ebitengine/purego"
)

// exchange integrates an FMU of model exchange (FMI 2.0.4, 3.2.4): CVODE between
// events, its rootfinding on the event indicators for state events, its stop
// time for time events, each completed step shown to the FMU, and at an event
// the discrete states iterated until none is needed.
type exchange struct {
	*instance
	solver *cvode

	states, indicators int
	unannounced        bool    // the FMU wants not to see completed steps
	next               float64 // time of the next time event, +Inf: none
	started            bool    // the solver knows the present state
	scaled             bool    // and the nominal values
	x                  []float64
	info               uintptr // fmi2EventInfo, in memory of C
	failed             error   // why a callback told the solver to give up
}

// Bounds of event iteration.
const (
	roundsMax = 1000 // of new discrete states at one instant
	stuckMax  = 200  // events without time going on
)

func newExchange(i *instance, s *sundials, unannounced bool) (*exchange, error) {
	e := &exchange{instance: i, states: len(i.d.Derivatives), indicators: i.d.Indicators, unannounced: unannounced}
	e.x = make([]float64, max(e.states, 1)) // without states a resting one is integrated
	var err error
	if e.info, err = i.mem.words(4); err != nil {
		return nil, err
	}
	if e.solver, err = s.solver(e); err != nil {
		return nil, err
	}
	// Initialisation ends in event mode.
	return e, e.discrete()
}

// vector calls a function of the form (component, numbers, count).
func (e *exchange) vector(what string, fn uintptr, data uintptr, n int) error {
	if n == 0 {
		return nil
	}
	status, _, _ := purego.SyscallN(fn, e.c, data, uintptr(n))
	return check(what, int32(status))
}

func (e *exchange) readStates() error {
	return e.vector("reading the states", e.call.getStates, uintptr(unsafe.Pointer(&e.x[0])), e.states)
}

// place takes the FMU to a time and a state.
func (e *exchange) place(t float64, x uintptr) int32 {
	if s := e.call.setTime(e.c, t); s > statusWarning {
		return s
	}
	if e.states == 0 {
		return statusOK
	}
	s, _, _ := purego.SyscallN(e.call.setStates, e.c, x, uintptr(e.states))
	return int32(s)
}

// event enters event mode, does what there is to do, and leaves it.
func (e *exchange) event(do func() error) error {
	if err := e.plain("entering event mode", e.call.enterEvent); err != nil {
		return err
	}
	if do != nil {
		if err := do(); err != nil {
			return err
		}
	}
	return e.discrete()
}

// discrete iterates the discrete states, and leaves event mode.
func (e *exchange) discrete() error {
	words := unsafe.Slice((*int32)(pointer(e.info)), 8)
	nominals := !e.scaled
	for round := 0; ; round++ {
		if round == roundsMax {
			return fmt.Errorf("the discrete states find no rest in %d rounds at %g s", roundsMax, e.progress.Time)
		}
		clear(words)
		s, _, _ := purego.SyscallN(e.call.newDiscrete, e.c, e.info)
		if err := check("new discrete states", int32(s)); err != nil {
			return err
		}
		nominals = nominals || words[2] != 0
		if words[1] != 0 {
			e.progress.Ended = true
		}
		if words[0] == 0 || e.progress.Ended {
			break
		}
	}
	e.next = math.Inf(1)
	if words[4] != 0 {
		e.next = *(*float64)(pointer(e.info + 24))
	}
	if e.progress.Ended {
		return nil
	}
	if err := e.plain("entering continuous-time mode", e.call.enterContinuous); err != nil {
		return err
	}
	// Whether or not the FMU says that they changed: an FMU that forgets to is
	// integrated rightly, too.
	if err := e.readStates(); err != nil {
		return err
	}
	if nominals {
		if err := e.scale(); err != nil {
			return err
		}
	}
	e.started = false
	return nil
}

// scale sets the solver's absolute tolerances from the nominal values.
func (e *exchange) scale() error {
	nominal := make([]float64, len(e.x))
	if err := e.vector("reading the nominal values", e.call.nominal, uintptr(unsafe.Pointer(&nominal[0])), e.states); err != nil {
		return err
	}
	for k, v := range nominal {
		if v = math.Abs(v); v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			v = 1
		}
		nominal[k] = absolute * e.load.Tolerance * v
	}
	e.scaled = true
	return e.solver.setTolerances(e.load.Tolerance, nominal)
}

// absolute is the absolute tolerance of a state whose nominal value is 1, as a
// share of the relative one: FMI tools take a hundredth.
const absolute = 0.01

// advance integrates to a time, through the events on the way.
func (e *exchange) advance(to float64) error {
	stuck, last := 0, math.Inf(-1)
	for {
		t := e.progress.Time
		if e.next <= t {
			if t > last {
				stuck, last = 0, t
			}
			if stuck++; stuck > stuckMax {
				return fmt.Errorf("%d events in a row at %g s: the FMU chatters", stuckMax, t)
			}
			e.progress.TimeEvents++
			if err := e.event(nil); err != nil {
				return err
			}
			if e.progress.Ended {
				return nil
			}
			continue
		}
		if t >= to {
			return nil
		}
		if err := e.leg(min(to, e.next), &stuck, &last); err != nil || e.progress.Ended {
			return err
		}
	}
}

// leg takes one step of the integrator, towards a time that it does not pass,
// with the event that the step may end in.
func (e *exchange) leg(stop float64, stuck *int, last *float64) error {
	t := e.progress.Time
	root := false
	if stop-t <= 1e-13*math.Max(1, math.Abs(stop)) { // too short for the solver
		t = stop
	} else {
		if !e.started {
			if err := e.solver.restart(t, e.x); err != nil {
				return err
			}
			e.started = true
		}
		var err error
		e.failed = nil
		if t, root, err = e.solver.onward(stop); err != nil {
			return errors.Join(err, e.failed)
		}
		e.progress.Steps++
		copy(e.x, e.solver.state())
	}
	// The solver has asked for derivatives elsewhere: back to where it is.
	if err := check("setting time and states", e.place(t, uintptr(unsafe.Pointer(&e.x[0])))); err != nil {
		return err
	}
	e.progress.Time = t
	asked := false
	if !e.unannounced {
		var flags [2]int32
		s, _, _ := purego.SyscallN(e.call.completed, e.c, 1, uintptr(unsafe.Pointer(&flags[0])), uintptr(unsafe.Pointer(&flags[1])))
		if err := check("a completed step", int32(s)); err != nil {
			return err
		}
		asked = flags[0] != 0
		if flags[1] != 0 {
			e.progress.Ended = true
			return nil
		}
	}
	if !root && !asked {
		return nil
	}
	if root {
		e.progress.StateEvents++
	} else {
		e.progress.StepsAsks++
	}
	// Events that follow each other ever more closely end nowhere.
	if t-*last > 1e-12*math.Max(1, math.Abs(t)) {
		*stuck, *last = 0, t
	}
	if *stuck++; *stuck > stuckMax {
		return fmt.Errorf("%d events in a row at %g s: the FMU chatters", stuckMax, t)
	}
	return e.event(nil)
}

// The solver's callbacks: 0 is done, above it try a shorter step, below give up.

func (e *exchange) derive(t float64, x, dx uintptr) int32 {
	e.progress.Evaluations++
	if e.states == 0 {
		*(*float64)(pointer(dx)) = 0
		return 0
	}
	s := e.place(t, x)
	if s <= statusWarning {
		r, _, _ := purego.SyscallN(e.call.derivatives, e.c, dx, uintptr(e.states))
		s = int32(r)
	}
	return e.verdict("derivatives", t, s)
}

func (e *exchange) cross(t float64, x, z uintptr) int32 {
	s := e.place(t, x)
	if s <= statusWarning {
		r, _, _ := purego.SyscallN(e.call.indicators, e.c, z, uintptr(e.indicators))
		s = int32(r)
	}
	return e.verdict("event indicators", t, s)
}

func (e *exchange) verdict(what string, t float64, s int32) int32 {
	switch {
	case s <= statusWarning:
		return 0
	case s == statusDiscard:
		e.failed = fmt.Errorf("the %s at %g s gave a discard", what, t)
		return 1
	}
	e.failed = fmt.Errorf("the %s at %g s gave %s", what, t, statusName(s))
	return -1
}
