//go:build linux && amd64

package inside

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// sundials is the CVODE library as the system has it: versions 5 to 7. Since 6
// objects belong to a context, which is a further argument at the end; where it
// is unknown, a register that nobody reads. Numbers are double, indices 64 bits,
// as Debian, Fedora and Arch build them.
type sundials struct {
	major                          int32
	context                        uintptr
	create, newVector, data, dense uintptr
	linear, attach, rootInit       uintptr

	init       func(mem, rhs uintptr, t float64, y uintptr) int32
	reinit     func(mem uintptr, t float64, y uintptr) int32
	tolerances func(mem uintptr, relative float64, absolute uintptr) int32
	stopTime   func(mem uintptr, t float64) int32
	step       func(mem uintptr, to float64, y uintptr, reached uintptr, task int32) int32
}

// solverNames are the library's file names, the newest first. Version 6 was
// tested.
var solverNames = []string{"libsundials_cvode.so.7", "libsundials_cvode.so.6", "libsundials_cvode.so.5", "libsundials_cvode.so"}

// Parts that versions of the library leave to libraries beside it.
var solverParts = []string{"libsundials_core.so.7", "libsundials_nvecserial.so", "libsundials_sunmatrixdense.so", "libsundials_sunlinsoldense.so"}

func openSundials(names []string) (*sundials, error) {
	// Its symbols are for us alone: many FMUs bring a SUNDIALS of their own, of
	// another version, and would find this one in its place.
	const hidden = purego.RTLD_NOW | purego.RTLD_LOCAL
	var handles []uintptr
	for _, name := range names {
		if h, err := purego.Dlopen(name, hidden); err == nil {
			handles = append(handles, h)
			break
		}
	}
	if len(handles) == 0 {
		return nil, errors.New("model exchange needs the integrator CVODE of SUNDIALS, and the system has none: install the Debian package libsundials-cvode6 (libsundials-dev brings it on any release)")
	}
	for _, name := range solverParts {
		if h, err := purego.Dlopen(name, hidden); err == nil {
			handles = append(handles, h)
		}
	}
	var lacks string
	symbol := func(name string) uintptr {
		for _, h := range handles {
			if p, err := purego.Dlsym(h, name); err == nil {
				return p
			}
		}
		lacks = name
		return 0
	}
	s := &sundials{}
	var version [3]int32
	var label [32]byte
	if p := symbol("SUNDIALSGetVersionNumber"); p != 0 {
		purego.SyscallN(p, uintptr(unsafe.Pointer(&version[0])), uintptr(unsafe.Pointer(&version[1])), uintptr(unsafe.Pointer(&version[2])),
			uintptr(unsafe.Pointer(&label[0])), uintptr(len(label)))
	}
	if s.major = version[0]; s.major < 5 || s.major > 7 {
		return nil, fmt.Errorf("the system's SUNDIALS is version %d.%d.%d, and 5 to 7 are known: install the Debian package libsundials-cvode6", version[0], version[1], version[2])
	}
	for name, into := range map[string]*uintptr{
		"CVodeCreate": &s.create, "N_VNew_Serial": &s.newVector, "N_VGetArrayPointer": &s.data, "SUNDenseMatrix": &s.dense,
		"SUNLinSol_Dense": &s.linear, "CVodeSetLinearSolver": &s.attach, "CVodeRootInit": &s.rootInit,
	} {
		*into = symbol(name)
	}
	for name, into := range map[string]any{
		"CVodeInit": &s.init, "CVodeReInit": &s.reinit, "CVodeSVtolerances": &s.tolerances, "CVodeSetStopTime": &s.stopTime, "CVode": &s.step,
	} {
		if p := symbol(name); p != 0 {
			purego.RegisterFunc(into, p)
		}
	}
	if lacks != "" {
		return nil, fmt.Errorf("the system's SUNDIALS %d.%d.%d has no %s: install the Debian package libsundials-dev of one release", version[0], version[1], version[2], lacks)
	}
	if s.major >= 6 {
		var ctx [1]uintptr
		if r, _, _ := purego.SyscallN(symbol("SUNContext_Create"), 0, uintptr(unsafe.Pointer(&ctx[0]))); r != 0 || ctx[0] == 0 {
			return nil, fmt.Errorf("SUNDIALS makes no context (%d)", int32(r))
		}
		s.context = ctx[0]
	}
	return s, nil
}

// cvode is a solver of one FMU: backward differentiation formulas with a dense
// linear solver, as stiff buildings want.
type cvode struct {
	*sundials
	mem, y, absolute uintptr // CVODE's memory and two vectors
	values, scales   []float64
	reached          []float64
}

// Of cvode.h.
const (
	bdf        = 2
	oneStep    = 2
	atStop     = 1
	atRoot     = 2
	lastFailed = 0
)

func (s *sundials) solver(e *exchange) (*cvode, error) {
	n := len(e.x)
	c := &cvode{sundials: s, reached: make([]float64, 1)}
	var err error
	object := func(what string, fn uintptr, args ...uintptr) uintptr {
		p, _, _ := purego.SyscallN(fn, append(args, s.context)...)
		if p == 0 && err == nil {
			err = fmt.Errorf("SUNDIALS makes no %s for %d states", what, n)
		}
		return p
	}
	c.y, c.absolute = object("vector", s.newVector, uintptr(n)), object("vector", s.newVector, uintptr(n))
	c.mem = object("solver", s.create, bdf)
	matrix := object("matrix", s.dense, uintptr(n), uintptr(n))
	if err != nil {
		return nil, err
	}
	linear := object("linear solver", s.linear, c.y, matrix)
	if err != nil {
		return nil, err
	}
	c.values, c.scales = c.numbers(c.y, n), c.numbers(c.absolute, n)
	for k := range c.scales {
		c.scales[k] = 1e-6 // until the nominal values are known
	}
	rhs := purego.NewCallback(func(t float64, y, dy, _ uintptr) int32 { return e.derive(t, c.address(y), c.address(dy)) })
	if r := s.init(c.mem, rhs, e.load.Start, c.y); r < lastFailed {
		return nil, c.failed("CVodeInit", r)
	}
	if r := s.tolerances(c.mem, e.load.Tolerance, c.absolute); r < lastFailed {
		return nil, c.failed("CVodeSVtolerances", r)
	}
	if r, _, _ := purego.SyscallN(s.attach, c.mem, linear, matrix); int32(r) < lastFailed {
		return nil, c.failed("CVodeSetLinearSolver", int32(r))
	}
	if e.indicators > 0 {
		cross := purego.NewCallback(func(t float64, y, z, _ uintptr) int32 { return e.cross(t, c.address(y), z) })
		if r, _, _ := purego.SyscallN(s.rootInit, c.mem, uintptr(e.indicators), cross); int32(r) < lastFailed {
			return nil, c.failed("CVodeRootInit", int32(r))
		}
	}
	return c, nil
}

// address is where a vector's numbers are.
func (c *cvode) address(vector uintptr) uintptr {
	p, _, _ := purego.SyscallN(c.data, vector)
	return p
}

func (c *cvode) numbers(vector uintptr, n int) []float64 {
	return unsafe.Slice((*float64)(pointer(c.address(vector))), n)
}

// setTolerances takes effect at the next restart.
func (c *cvode) setTolerances(relative float64, absolute []float64) error {
	copy(c.scales, absolute)
	if r := c.tolerances(c.mem, relative, c.absolute); r < lastFailed {
		return c.failed("CVodeSVtolerances", r)
	}
	return nil
}

// restart forgets all steps so far.
func (c *cvode) restart(t float64, x []float64) error {
	copy(c.values, x)
	if r := c.reinit(c.mem, t, c.y); r < lastFailed {
		return c.failed("CVodeReInit", r)
	}
	return nil
}

func (c *cvode) state() []float64 { return c.values }

// onward takes one step, not beyond a time.
func (c *cvode) onward(stop float64) (reached float64, root bool, err error) {
	if r := c.stopTime(c.mem, stop); r < lastFailed {
		return 0, false, c.failed("CVodeSetStopTime", r)
	}
	r := c.step(c.mem, stop, c.y, uintptr(unsafe.Pointer(&c.reached[0])), oneStep)
	switch {
	case r < lastFailed:
		return 0, false, c.failed("CVode", r)
	case r == atStop:
		return stop, false, nil
	}
	return c.reached[0], r == atRoot, nil
}

// failed says what a status of CVODE means, of those that FMUs bring about.
func (c *cvode) failed(what string, status int32) error {
	means := map[int32]string{
		-1: "too many steps", -2: "the tolerance is too tight", -3: "its error stays too large, however short the step",
		-4: "it finds no solution, however short the step", -6: "the linear solver failed", -8: "the FMU gave an error for its derivatives",
		-9: "the FMU gave no derivatives at the first step", -10: "the FMU gave no derivatives again and again", -12: "the FMU gave an error for its event indicators",
		-27: "the time to go is too short",
	}
	why, ok := means[status]
	if !ok {
		why = "see its manual"
	}
	return fmt.Errorf("the integrator gave up: %s (%s %d)", why, what, status)
}
