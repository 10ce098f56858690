//go:build linux && amd64

package inside

import (
	"debug/elf"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ebitengine/purego"
)

// packages names the Debian packages of libraries that exporters leave to the
// system.
var packages = map[string]string{
	"libgfortran.so.3": "libgfortran3, which Debian has no more: take it from an older release, or export the FMU with a newer compiler",
	"libgfortran.so.4": "libgfortran4", "libgfortran.so.5": "libgfortran5", "libgomp.so.1": "libgomp1", "libquadmath.so.0": "libquadmath0",
	"liblapack.so.3": "liblapack3", "libblas.so.3": "libblas3", "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1",
	"libsundials_cvode.so.6": "libsundials-cvode6", "libxml2.so.2": "libxml2", "libz.so.1": "zlib1g", "libhdf5_serial.so.103": "libhdf5-103",
}

var absent = regexp.MustCompile(`^(\S+): cannot open shared object file`)

// open loads an FMU's binary.
func open(path string) (uintptr, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err == nil {
		return handle, nil
	}
	text := err.Error()
	switch {
	case absent.MatchString(text) && absent.FindStringSubmatch(text)[1] != path:
		return 0, missing(path, absent.FindStringSubmatch(text)[1])
	case strings.Contains(text, "version `"):
		return 0, fmt.Errorf("load %s: %s: it was built on a newer system than this; export it on an older one", filepath.Base(path), text)
	case strings.Contains(text, "undefined symbol"):
		return 0, fmt.Errorf("load %s: %s: a library that it needs was not linked with it; name it with --preload, or export the FMU again", filepath.Base(path), text)
	case strings.Contains(text, "invalid ELF header"), strings.Contains(text, "wrong ELF class"), strings.Contains(text, "file too short"):
		return 0, fmt.Errorf("load %s: %s: it is no library for 64-bit Linux; export the FMU again", filepath.Base(path), text)
	}
	return 0, fmt.Errorf("load %s: %s", filepath.Base(path), text)
}

// missing names all libraries that a binary needs and the system does not have,
// since the loader tells the first only.
func missing(path, first string) error {
	names := []string{first}
	if f, err := elf.Open(path); err == nil {
		defer f.Close()
		needs, _ := f.ImportedLibraries() // what cannot be read adds nothing
		for _, n := range needs {
			if n == first {
				continue
			}
			if _, err := purego.Dlopen(n, purego.RTLD_LAZY|purego.RTLD_LOCAL); err != nil && absent.MatchString(err.Error()) {
				names = append(names, n)
			}
		}
	}
	for i, n := range names {
		if p, ok := packages[n]; ok {
			names[i] = n + " (Debian package " + p + ")"
		}
	}
	return fmt.Errorf("load %s: the system has no %s: install it, or name one that stands in for it with --preload", filepath.Base(path), strings.Join(names, ", no "))
}

// functions are what an FMU exports (FMI 2.0.4, 2.1, 3.2, 4.2), by name without
// its prefix. Those without floating-point arguments are called by address.
type functions struct {
	typesPlatform, version                                 uintptr
	instantiate, freeInstance                              uintptr
	enterInit, exitInit, terminate                         uintptr
	getReal, getInteger, getBoolean, getString             uintptr
	setReal, setInteger, setBoolean, setString             uintptr
	enterEvent, newDiscrete, enterContinuous, completed    uintptr
	getStates, setStates, derivatives, indicators, nominal uintptr
	getStatus, getRealStatus, getBooleanStatus             uintptr

	setup   func(c uintptr, toleranceDefined int32, tolerance, start float64, stopDefined int32, stop float64) int32
	setTime func(c uintptr, t float64) int32
	step    func(c uintptr, t, size float64, noSetPrior int32) int32
}

// bind looks the functions up. Those of the other interface may be missing.
func bind(handle uintptr, identifier string, exchange bool) (*functions, error) {
	f := &functions{}
	var lacks []string
	symbol := func(name string) uintptr {
		for _, n := range []string{name, identifier + "_" + name} { // some export the prefix of static linking
			if p, err := purego.Dlsym(handle, n); err == nil {
				return p
			}
		}
		lacks = append(lacks, name)
		return 0
	}
	type row struct {
		name string
		into *uintptr
	}
	rows := []row{
		{"GetTypesPlatform", &f.typesPlatform}, {"GetVersion", &f.version}, {"Instantiate", &f.instantiate}, {"FreeInstance", &f.freeInstance},
		{"EnterInitializationMode", &f.enterInit}, {"ExitInitializationMode", &f.exitInit}, {"Terminate", &f.terminate},
		{"GetReal", &f.getReal}, {"GetInteger", &f.getInteger}, {"GetBoolean", &f.getBoolean}, {"GetString", &f.getString},
		{"SetReal", &f.setReal}, {"SetInteger", &f.setInteger}, {"SetBoolean", &f.setBoolean}, {"SetString", &f.setString},
	}
	if exchange {
		rows = append(rows, row{"EnterEventMode", &f.enterEvent}, row{"NewDiscreteStates", &f.newDiscrete}, row{"EnterContinuousTimeMode", &f.enterContinuous},
			row{"CompletedIntegratorStep", &f.completed}, row{"GetContinuousStates", &f.getStates}, row{"SetContinuousStates", &f.setStates},
			row{"GetDerivatives", &f.derivatives}, row{"GetEventIndicators", &f.indicators}, row{"GetNominalsOfContinuousStates", &f.nominal})
		if p := symbol("fmi2SetTime"); p != 0 {
			purego.RegisterFunc(&f.setTime, p)
		}
	} else {
		rows = append(rows, row{"GetStatus", &f.getStatus}, row{"GetRealStatus", &f.getRealStatus}, row{"GetBooleanStatus", &f.getBooleanStatus})
		if p := symbol("fmi2DoStep"); p != 0 {
			purego.RegisterFunc(&f.step, p)
		}
	}
	for _, r := range rows {
		*r.into = symbol("fmi2" + r.name)
	}
	if p := symbol("fmi2SetupExperiment"); p != 0 {
		purego.RegisterFunc(&f.setup, p)
	}
	if len(lacks) > 0 {
		return nil, fmt.Errorf("the binary has no %s: it is no whole FMU of FMI 2.0; export it again", strings.Join(lacks, ", "))
	}
	return f, nil
}
