package twin

import (
	"math"
	"testing"
)

// The values are of the closed form: for k = n it is n/(n + z²).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		right, n  int
		low, high float64
	}{
		{0, 0, 0, 1}, {35, 35, 0.9011, 1}, {34, 34, 0.8985, 1}, {5, 10, 0.2366, 0.7634}, {0, 10, 0, 0.2775}, {81, 263, 0.2553, 0.3662},
	} {
		low, high := Wilson(c.right, c.n)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.right, c.n, low, high, c.low, c.high)
		}
	}
}

// A stop takes from every class what it may do without a person, and its
// release gives back no more than that a person may approve.
func TestAStopHandsBackNoMoreThanApproval(t *testing.T) {
	n := StopNote{Before: map[ActionClass]Mode{"a": Shadow, "b": Advise, "c": Approve, "d": Auto}}
	for class, want := range map[ActionClass][2]Mode{"a": {}, "b": {}, "c": {Advise, Approve}, "d": {Advise, Approve}} {
		if got := [2]Mode{n.Stopped()[class], n.Released()[class]}; got != want {
			t.Errorf("%s: %v, want %v", class, got, want)
		}
	}
}

func TestRights(t *testing.T) {
	s := &Site{}
	if !s.May("anybody", MayRelease, "") || !s.May("anybody", MayApprove, "x") {
		t.Error("a site without users forbids something")
	}
	s.Users = []User{{Name: "mina", Approve: []ActionClass{"close-door"}}, {Name: "kim", Approve: []ActionClass{Everything}, Modes: true}}
	for _, c := range []struct {
		by    string
		right Right
		class ActionClass
		want  bool
	}{
		{"mina", MayApprove, "close-door", true}, {"mina", MayApprove, "boost-capacity", false}, {"mina", MayModes, "", false},
		{"kim", MayApprove, "boost-capacity", true}, {"kim", MayModes, "", true}, {"kim", MayRelease, "", false},
		{"stranger", MayApprove, "close-door", false}, {"Mina", MayApprove, "close-door", false},
	} {
		if got := s.May(c.by, c.right, c.class); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
