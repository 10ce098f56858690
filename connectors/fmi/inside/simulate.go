//go:build linux && amd64

package inside

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
)

// fmi2StatusKind.
const (
	doStepStatus       = 0
	lastSuccessfulTime = 2
	terminated         = 3
)

// simulate steps an FMU of co-simulation to a time, in steps as long as the run
// wants them, or as one.
func (i *instance) simulate(to float64) error {
	for i.progress.Time < to {
		t := i.progress.Time
		size := to - t
		if i.load.Step > 0 && i.load.Step < size {
			size = i.load.Step
		} else if i.load.Step > 0 && !i.variable && math.Abs(size-i.load.Step) > 1e-6*i.load.Step {
			return fmt.Errorf("the FMU takes steps of %g s only, and %g s are left to %g s: choose a multiple", i.load.Step, size, to)
		}
		if left := to - t - size; left > 0 && left < 1e-9*size {
			size = to - t // what is left over is an error of rounding
		}
		reached, err := i.stepOnce(t, size)
		if err != nil {
			return err
		}
		i.progress.Steps++
		i.progress.Time = reached
		if size == to-t && reached >= t+size {
			i.progress.Time = to
		}
		if i.progress.Ended {
			return nil
		}
	}
	return nil
}

// pendingMax bounds the wait for a step that goes on in the background; the
// parent has the deadline.
const pendingMax = 24 * time.Hour

// stepOnce is one communication step. A step that the FMU discards counts as far
// as it says that it came (FMI 2.0.4, 4.2.2).
func (i *instance) stepOnce(t, size float64) (float64, error) {
	status := i.call.step(i.c, t, size, 1)
	for began := time.Now(); status == statusPending && time.Since(began) < pendingMax; {
		time.Sleep(time.Millisecond)
		var s [1]int32
		if r, _, _ := purego.SyscallN(i.call.getStatus, i.c, doStepStatus, uintptr(unsafe.Pointer(&s[0]))); int32(r) > statusWarning {
			return t, errors.New("the FMU steps in the background and does not tell when it is done")
		}
		status = s[0]
	}
	if status != statusDiscard {
		return t + size, check("a step", status)
	}
	var end [1]int32
	if r, _, _ := purego.SyscallN(i.call.getBooleanStatus, i.c, terminated, uintptr(unsafe.Pointer(&end[0]))); int32(r) <= statusWarning && end[0] != 0 {
		i.progress.Ended = true
	}
	var reached [1]float64
	r, _, _ := purego.SyscallN(i.call.getRealStatus, i.c, lastSuccessfulTime, uintptr(unsafe.Pointer(&reached[0])))
	if got := reached[0]; int32(r) <= statusWarning && got > t && got <= t+size {
		return got, nil
	}
	if i.progress.Ended {
		return t, nil
	}
	return t, fmt.Errorf("a step of %g s was discarded; try a shorter one", size)
}
