package fmi_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/connectors/fmi/inside"
	"github.com/glasstwin/glasstwin/testdata/fmu"
)

// child is the argument that makes this test binary the child of a Run.
const child = "fmu-child"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == child {
		if err := inside.Serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command makes a child of the test binary.
func command() []string { return []string{os.Args[0], child} }

// open builds an FMU and opens it.
func open(t *testing.T, p fmu.Plan) *fmi.FMU {
	t.Helper()
	path, err := fmu.Build(t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	u, err := fmi.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.Close() })
	return u
}

func start(t *testing.T, u *fmi.FMU, o fmi.Options) *fmi.Run {
	t.Helper()
	o.Command = command()
	r, err := u.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// value reads one number by name.
func value(t *testing.T, u *fmi.FMU, r *fmi.Run, name string) float64 {
	t.Helper()
	i, err := u.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := r.Get(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	return v[0].Number
}

func set(t *testing.T, u *fmi.FMU, r *fmi.Run, name string, number float64) {
	t.Helper()
	i, err := u.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Set(t.Context(), fmi.Setting{Variable: i, Value: fmi.Value{Number: number}}); err != nil {
		t.Fatal(err)
	}
}
