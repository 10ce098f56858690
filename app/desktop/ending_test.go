package desktop

import (
	"testing"

	fyneapp "fyne.io/fyne/v2/app"
)

// TestNothingIsLeftForTheEnd: an app of Fyne hands nothing to its main loop while
// that ends; what it would hand can be lost, and Run then waits for ever.
func TestNothingIsLeftForTheEnd(t *testing.T) {
	a := fyneapp.NewWithID("com.glasstwin.test")
	l, ok := a.Lifecycle().(interface{ OnStopped() func() })
	if !ok || l.OnStopped() == nil {
		t.Fatal("Fyne ends another way than it did; look whether leaveUnhooked is needed still")
	}
	leaveUnhooked(a)
	if l.OnStopped() != nil {
		t.Error("something is left to be done at the end")
	}
}
