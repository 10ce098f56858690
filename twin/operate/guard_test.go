package operate

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// guardTime tells an evaluation that runs on from one that a busy machine kept
// waiting: they take microseconds.
const guardTime = time.Minute

// FuzzGuard: an expression is refused when it is loaded, or it ends soon with a
// verdict or an error. It never panics and never runs on.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{
		"value < 3 && before - value <= 2", `latest("a/b") > 1 or rate == 0`, "hour in 6..22", "let a = 1..300; all(a, all(a, true))",
		`class matches "^a+$"`, "[1, 2, 3][hour] > 0", `{"a": value}.a == 1`, "((((value))))", "1..99999999999 == []", "9223372036854775807 + 1 > 0",
		`len("x") > 0 ? true : false`, "value ?? before > 1", "abs(value) > max(1, 2, before)", `upper(class) startsWith "A"`, "2 ** 99999 > 1", "1 % 0 == 1",
		"(1..50000) == (1..50000)", `"a" in {"a": 1}`, "!!!!!!!true", "a.b?.c[1:2]", "$env != nil", `true; false`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		program, _, err := compileGuard(text)
		if err != nil {
			return
		}
		began := time.Now()
		out, err := evaluate(program, guardEnv{Value: 1, Before: 2, Signal: "a/b", Asset: "a", Class: "close-door", Hour: 12, Rate: 1,
			Latest: func(string) (float64, error) { return 0, errNoValue }, Of: func(string) (float64, error) { return 0, errNoValue },
			Writes: func(int) int { return 0 }, Underway: func([]any) int { return 0 }})
		if took := time.Since(began); took > guardTime {
			t.Errorf("%q took %s", text, took)
		}
		if _, isBool := out.(bool); err == nil && !isBool {
			t.Errorf("%q gave %T", text, out)
		}
	})
}

// The verdict on a write is each guard's own, and the first that fails is told.
func TestPassed(t *testing.T) {
	yes, no := twin.GuardResult{Guard: "a", Passed: true}, twin.GuardResult{Guard: "b", Detail: "why"}
	if ok, _ := passed(nil); ok {
		t.Error("no guard at all was passed")
	}
	if ok, _ := passed([]twin.GuardResult{yes, yes}); !ok {
		t.Error("two that were passed were not")
	}
	if ok, why := passed([]twin.GuardResult{yes, no}); ok || why != "guard b: why" {
		t.Errorf("%v %q", ok, why)
	}
}

// A value that the signal cannot take, or may not be written, forbids.
func TestWritableInRange(t *testing.T) {
	w := newWorld(t, twin.Advise, "freezer-1")
	w.boot()
	for _, c := range []struct {
		write twin.Write
		ok    bool
	}{
		{twin.Write{Signal: "freezer-1/capacity-boost", Value: 1}, true},
		{twin.Write{Signal: "freezer-1/capacity-boost", Value: 1.5}, false},
		{twin.Write{Signal: "freezer-1/capacity-boost", Value: -1}, false},
		{twin.Write{Signal: "freezer-1/air-temperature", Value: 1}, false},
		{twin.Write{Signal: "nobody/x", Value: 1}, false},
	} {
		if got := w.operator.guardWritable(twin.Proposal{Writes: []twin.Write{c.write}}); got.Passed != c.ok {
			t.Errorf("%+v: %+v", c.write, got)
		}
	}
	if w.operator.guardWritable(twin.Proposal{}).Passed {
		t.Error("a proposal that writes nothing was passed")
	}
}
