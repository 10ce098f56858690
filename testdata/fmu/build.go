// Package fmu compiles the FMUs that tests run, from the C sources beside it: a
// house of two zones, and a ball that misbehaves on request. It is for tests,
// and for the command below it that hands the house to a person.
package fmu

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed c
var sources embed.FS

// What an FMU can do.
const (
	Exchange   = "exchange"
	Simulation = "simulation"
	Both       = "both"
)

// Plan is an FMU to build.
type Plan struct {
	Model      string // "house" or "ball"
	Interfaces string // Exchange, Simulation or Both

	Defines []string          // of the C compiler
	Missing bool              // it is linked with a library that is taken away afterwards
	Without bool              // there is no binary for linux64
	Replace map[string]string // in the model description
}

const interfaces = `<ModelExchange modelIdentifier="%[1]s" completedIntegratorStepNotNeeded="%[2]t"/>`
const simulation = `<CoSimulation modelIdentifier="%[1]s" canHandleVariableCommunicationStepSize="true"/>`

// Build compiles and zips a plan's FMU into a folder, and returns its path.
func Build(dir string, p Plan) (string, error) {
	work, err := os.MkdirTemp(dir, ".fmu-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	for _, name := range []string{"fmi2.h", p.Model + ".c"} {
		text, err := sources.ReadFile("c/" + name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o600); err != nil {
			return "", err
		}
	}
	args := []string{"-shared", "-fPIC", "-O2", "-fvisibility=hidden", "-o", p.Model + ".so", p.Model + ".c"}
	for _, d := range p.Defines {
		args = append(args, "-D"+d)
	}
	if p.Missing {
		if err := os.WriteFile(filepath.Join(work, "absent.c"), []byte("int glasstwin_absent(void) { return 1; }\n"), 0o600); err != nil {
			return "", err
		}
		if err := gcc(work, "-shared", "-fPIC", "-Wl,-soname,libgfortran.so.3", "-o", "libabsent.so", "absent.c"); err != nil {
			return "", err
		}
		args = append(args, "-DMISSING", "-L.", "-labsent")
	}
	if err := gcc(work, append(args, "-lm")...); err != nil {
		return "", err
	}
	described, err := p.describe()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, p.Model+"-"+p.Interfaces+".fmu")
	return path, zipped(path, p, described, filepath.Join(work, p.Model+".so"))
}

func (p Plan) describe() (string, error) {
	text, err := sources.ReadFile("c/" + p.Model + ".xml")
	if err != nil {
		return "", err
	}
	var offers string
	if p.Interfaces != Simulation {
		offers += fmt.Sprintf(interfaces, p.Model, p.Model == "house")
	}
	if p.Interfaces != Exchange {
		offers += fmt.Sprintf(simulation, p.Model)
	}
	out := strings.Replace(string(text), "<!--interfaces-->", offers, 1)
	for from, to := range p.Replace {
		if !strings.Contains(out, from) {
			return "", fmt.Errorf("%s.xml does not contain %q", p.Model, from)
		}
		out = strings.ReplaceAll(out, from, to)
	}
	return out, nil
}

func gcc(dir string, args ...string) error {
	cmd := exec.Command("gcc", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("gcc %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

func zipped(path string, p Plan, description, library string) error {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, data []byte) error {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	binary, err := os.ReadFile(library)
	if err != nil {
		return err
	}
	place := "binaries/linux64/" + p.Model + ".so"
	if p.Without {
		place = "binaries/win64/" + p.Model + ".dll"
	}
	if err := add("modelDescription.xml", []byte(description)); err != nil {
		return err
	}
	if err := add(place, binary); err != nil {
		return err
	}
	if err := add("resources/table.txt", []byte("0 1\n")); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}
