//go:build linux && amd64

package inside

import (
	"strings"
	"testing"
)

func TestSundialsIsNamedWhereItIsMissing(t *testing.T) {
	if _, err := openSundials([]string{"libglasstwin_none.so.1"}); err == nil || !strings.Contains(err.Error(), "libsundials-cvode6") {
		t.Errorf("without the library: %v", err)
	}
	if _, err := openSundials([]string{"libm.so.6"}); err == nil || !strings.Contains(err.Error(), "libsundials-") {
		t.Errorf("with a library that is not SUNDIALS: %v", err)
	}
	s, err := openSundials(solverNames)
	if err != nil {
		t.Fatal(err)
	}
	if s.major < 5 || s.major >= 6 && s.context == 0 {
		t.Errorf("opened %+v", s)
	}
}

// A format meets arguments that do not fit, and addresses that nothing is at.
func FuzzExpand(f *testing.F) {
	mem, err := openLibc()
	if err != nil {
		f.Fatal(err)
	}
	l := &logger{mem: mem}
	f.Add("%s %d %-5.3f %% %ld %hhx %p %c %n %*s #r1# ##", uint64(16), 2.5)
	f.Fuzz(func(t *testing.T, format string, word uint64, number float64) {
		a := &arguments{ints: []uintptr{uintptr(word), 0, ^uintptr(0)}, floats: []float64{number}}
		if out := l.named(l.expand(format, a)); len(out) > messageMax {
			t.Fatalf("%d bytes came of %q", len(out), format)
		}
	})
}
