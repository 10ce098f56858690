//go:build linux && amd64

package inside

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/glasstwin/glasstwin/connectors/fmi"
)

// fmi2Status.
const (
	statusOK = iota
	statusWarning
	statusDiscard
	statusError
	statusFatal
	statusPending
)

func statusName(s int32) string {
	if s < 0 || s > statusPending {
		return fmt.Sprintf("the unknown status %d", s)
	}
	return [...]string{"OK", "a warning", "a discard", "an error", "a fatal error", "pending"}[s]
}

// instance is an FMU that runs.
type instance struct {
	d        *fmi.Description
	call     *functions
	mem      *libc
	log      *logger
	c        uintptr // fmi2Component
	load     *fmi.Load
	progress fmi.Progress
	exchange *exchange // nil: co-simulation
	variable bool      // the step of co-simulation may vary
}

// load loads an FMU and takes it to its start time.
func load(l *fmi.Load, tell func(fmi.Message)) (*instance, error) {
	d, err := fmi.ReadDir(context.Background(), l.Dir)
	if err != nil {
		return nil, err
	}
	offer, kind := d.Simulation, uintptr(1)
	if l.Exchange {
		offer, kind = d.Exchange, 0
	}
	if offer == nil {
		return nil, errors.New("the FMU does not offer this interface")
	}
	path, err := fmi.Binary(l.Dir, d, offer)
	if err != nil {
		return nil, err
	}
	if err := preload(l.Preload); err != nil {
		return nil, err
	}
	i := &instance{d: d, load: l, variable: offer.VariableStep, progress: fmi.Progress{Time: l.Start}}
	if i.mem, err = openLibc(); err != nil {
		return nil, err
	}
	var solver *sundials
	if l.Exchange { // before the FMU, so that its lack is told at once
		if solver, err = openSundials(solverNames); err != nil {
			return nil, err
		}
	}
	handle, err := open(path)
	if err != nil {
		return nil, err
	}
	if i.call, err = bind(handle, offer.Identifier, l.Exchange); err != nil {
		return nil, err
	}
	if err := i.instantiate(kind, tell); err != nil {
		return nil, err
	}
	if err := i.initialise(); err != nil {
		return nil, err
	}
	if l.Exchange {
		i.exchange, err = newExchange(i, solver, offer.StepsUnannounced)
	}
	return i, err
}

func (i *instance) instantiate(kind uintptr, tell func(fmi.Message)) error {
	for name, fn := range map[string]uintptr{"2.": i.call.version, "default": i.call.typesPlatform} {
		p, _, _ := purego.SyscallN(fn)
		if text, ok := i.mem.text(p, 64); ok && !strings.HasPrefix(text, name) {
			return fmt.Errorf("the binary is of %q, not of %s: export it as FMI 2.0", text, name)
		}
	}
	i.log = &logger{mem: i.mem, names: map[[2]uint32]string{}, tell: tell}
	for _, v := range i.d.Variables {
		key := [2]uint32{uint32(access(v.Kind)), v.Reference}
		if _, ok := i.log.names[key]; !ok {
			i.log.names[key] = v.Name
		}
	}
	callbacks, err := i.mem.words(5) // logger, allocateMemory, freeMemory, stepFinished, environment
	if err != nil {
		return err
	}
	table := unsafe.Slice((*uintptr)(pointer(callbacks)), 3)
	table[0], table[1], table[2] = i.log.callback(), i.mem.calloc, i.mem.free
	place := url.URL{Scheme: "file", Path: filepath.Join(i.load.Dir, "resources")}
	var text [3]uintptr // the FMU may keep them, though the standard wants copies
	for k, s := range []string{"glasstwin", i.d.GUID, place.String()} {
		if text[k], err = i.mem.copied(s); err != nil {
			return err
		}
	}
	logging := uintptr(0)
	if i.load.Logging {
		logging = 1
	}
	i.c, _, _ = purego.SyscallN(i.call.instantiate, text[0], kind, text[1], text[2], callbacks, 0, logging)
	if i.c == 0 {
		return errors.New("the FMU refuses to be instantiated: its binary and its modelDescription.xml may be of different exports (guid), or it misses a file or a licence; export it again")
	}
	return nil
}

func access(k fmi.Kind) fmi.Kind {
	if k == fmi.Enumeration {
		return fmi.Integer
	}
	return k
}

// check turns a status into an error.
func check(what string, status int32) error {
	if status == statusOK || status == statusWarning {
		return nil
	}
	return fmt.Errorf("%s gave %s", what, statusName(status))
}

func (i *instance) plain(what string, fn uintptr) error {
	status, _, _ := purego.SyscallN(fn, i.c)
	return check(what, int32(status))
}

// initialise follows FMI 2.0.4, 3.2.3 and 4.2.4: start values of parameters and
// states before initialisation mode, inputs within.
func (i *instance) initialise() error {
	var before, within []fmi.Setting
	for _, s := range i.load.Before {
		if s.Variable < 0 || s.Variable >= len(i.d.Variables) {
			return fmt.Errorf("there is no variable %d", s.Variable)
		}
		if i.d.Variables[s.Variable].Causality == fmi.Input {
			within = append(within, s)
		} else {
			before = append(before, s)
		}
	}
	if err := i.write(before); err != nil {
		return err
	}
	if err := check("setup of the experiment", i.call.setup(i.c, 1, i.load.Tolerance, i.load.Start, 0, 0)); err != nil {
		return err
	}
	if err := i.plain("entering initialisation", i.call.enterInit); err != nil {
		return err
	}
	if err := i.write(within); err != nil {
		return err
	}
	return i.plain("leaving initialisation", i.call.exitInit)
}

// end lets the FMU write what it wants to at its end. Nobody looks at the status.
func (i *instance) end() {
	purego.SyscallN(i.call.terminate, i.c)
	purego.SyscallN(i.call.freeInstance, i.c)
}

// set sets variables while the FMU runs. In model exchange that is an event: an
// input that jumps, or is not continuous at all, may be set in no other mode.
func (i *instance) set(list []fmi.Setting) error {
	i.log.count = 0
	for _, s := range list {
		if s.Variable < 0 || s.Variable >= len(i.d.Variables) {
			return fmt.Errorf("there is no variable %d", s.Variable)
		}
	}
	if i.exchange != nil {
		return i.exchange.event(func() error { return i.write(list) })
	}
	return i.write(list)
}

func (i *instance) advance(to float64) error {
	i.log.count = 0
	switch {
	case math.IsNaN(to) || math.IsInf(to, 0):
		return fmt.Errorf("%g is no time to go to", to)
	case i.progress.Ended:
		return errors.New("the FMU has ended its simulation")
	case to < i.progress.Time:
		return fmt.Errorf("an FMU cannot go back, from %g s to %g s", i.progress.Time, to)
	case i.exchange != nil:
		return i.exchange.advance(to)
	}
	return i.simulate(to)
}

// write sets variables, one kind after the other, each in the order given.
func (i *instance) write(list []fmi.Setting) error {
	for kind, fn := range map[fmi.Kind]uintptr{fmi.Real: i.call.setReal, fmi.Integer: i.call.setInteger, fmi.Boolean: i.call.setBoolean, fmi.String: i.call.setString} {
		var refs []uint32
		var values []fmi.Value
		for _, s := range list {
			if v := &i.d.Variables[s.Variable]; access(v.Kind) == kind {
				refs, values = append(refs, v.Reference), append(values, s.Value)
			}
		}
		n := len(refs)
		if n == 0 {
			continue
		}
		var status uintptr
		switch kind {
		case fmi.Real:
			data := make([]float64, n)
			for k, v := range values {
				data[k] = v.Number
			}
			status, _, _ = purego.SyscallN(fn, i.c, uintptr(unsafe.Pointer(&refs[0])), uintptr(n), uintptr(unsafe.Pointer(&data[0])))
		case fmi.String:
			data := make([]uintptr, n)
			for k, v := range values {
				p, err := i.mem.copied(v.Text)
				if err != nil {
					return err
				}
				defer i.mem.release(p)
				data[k] = p
			}
			status, _, _ = purego.SyscallN(fn, i.c, uintptr(unsafe.Pointer(&refs[0])), uintptr(n), uintptr(unsafe.Pointer(&data[0])))
		default:
			data := make([]int32, n)
			for k, v := range values {
				data[k] = int32(v.Number)
			}
			status, _, _ = purego.SyscallN(fn, i.c, uintptr(unsafe.Pointer(&refs[0])), uintptr(n), uintptr(unsafe.Pointer(&data[0])))
		}
		if err := check("setting "+i.first(list, kind), int32(status)); err != nil {
			return err
		}
	}
	return nil
}

func (i *instance) first(list []fmi.Setting, kind fmi.Kind) string {
	for _, s := range list {
		if v := &i.d.Variables[s.Variable]; access(v.Kind) == kind {
			if len(list) > 1 {
				return v.Name + " and others"
			}
			return v.Name
		}
	}
	return "nothing"
}

// textMax bounds the value of a String, in bytes.
const textMax = 64 << 10

// get reads variables.
func (i *instance) get(list []int) ([]fmi.Value, error) {
	i.log.count = 0
	out := make([]fmi.Value, len(list))
	for kind, fn := range map[fmi.Kind]uintptr{fmi.Real: i.call.getReal, fmi.Integer: i.call.getInteger, fmi.Boolean: i.call.getBoolean, fmi.String: i.call.getString} {
		var refs []uint32
		var where []int
		for k, number := range list {
			if number < 0 || number >= len(i.d.Variables) {
				return nil, fmt.Errorf("there is no variable %d", number)
			}
			if v := &i.d.Variables[number]; access(v.Kind) == kind {
				refs, where = append(refs, v.Reference), append(where, k)
			}
		}
		n := len(refs)
		if n == 0 {
			continue
		}
		data := make([]float64, n) // eight bytes hold a value of any kind
		status, _, _ := purego.SyscallN(fn, i.c, uintptr(unsafe.Pointer(&refs[0])), uintptr(n), uintptr(unsafe.Pointer(&data[0])))
		if err := check("reading "+i.d.Variables[list[where[0]]].Name, int32(status)); err != nil {
			return nil, err
		}
		for k, w := range where {
			switch kind {
			case fmi.Real:
				out[w].Number = data[k]
			case fmi.String:
				text, _ := i.mem.text(unsafe.Slice((*uintptr)(unsafe.Pointer(&data[0])), n)[k], textMax)
				out[w].Text = text
			default:
				out[w].Number = float64(unsafe.Slice((*int32)(unsafe.Pointer(&data[0])), n)[k])
			}
		}
	}
	return out, nil
}
