package fmi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Options say how to run an FMU.
type Options struct {
	// Command starts the child: this program with the subcommand that calls
	// inside.Serve.
	Command []string

	Exchange  bool              // model exchange; else co-simulation, where the FMU offers both
	Start     float64           // s
	Tolerance float64           // relative; 0: what the FMU proposes, or 1e-6
	Step      float64           // s between communication points of co-simulation; 0: one for each Step
	Set       map[string]string // start values and parameters, by name of the variable
	Deadline  time.Duration     // of each call; 0: deadlineUsual
	Preload   []string          // libraries loaded first, to stand in for ones that are missing
	Log       func(Message)     // hears what the FMU logs; nil: nobody. It must not call the Run
}

// deadlineUsual is how long a call may take: large building models start within
// a minute.
const deadlineUsual = 2 * time.Minute

// Run is an FMU that runs in a child process. Its methods may be called from one
// goroutine at a time. After an error for which errors.Is(err, ErrDied) holds the
// child is gone, and Restart makes a new one.
type Run struct {
	fmu     *FMU
	options Options
	load    Load
	last    Progress

	cmd     *exec.Cmd
	to      *os.File
	from    *bufio.Reader
	fromEnd *os.File
	said    *tail
	end     *ending
	recent  []Message // the last that it logged
}

// ending is how a child ended.
type ending struct {
	done chan struct{} // closed when the child is gone
	why  error         // read after done
}

// ErrDied marks errors after which the child process is gone.
var ErrDied = errors.New("the FMU's process is gone")

// Start runs the FMU from its start time.
func (u *FMU) Start(ctx context.Context, o Options) (*Run, error) {
	r := &Run{fmu: u, options: o}
	if err := r.plan(); err != nil {
		return nil, err
	}
	return r, r.Restart(ctx)
}

// plan checks the options against the description.
func (r *Run) plan() error {
	d, o := r.fmu.Description, &r.options
	offer := d.Simulation
	if o.Exchange || offer == nil {
		if o.Exchange && d.Exchange == nil {
			return fmt.Errorf("%s offers co-simulation only, not model exchange", r.fmu.Path)
		}
		offer = d.Exchange
	}
	if !o.Exchange && offer.NeedsTool && d.Exchange != nil && !d.Exchange.NeedsTool {
		offer = d.Exchange // co-simulation through a tool that is not here; the equations stand alone
	}
	if offer.NeedsTool {
		return fmt.Errorf("%s is nothing without the tool that exported it (%s): needsExecutionTool is set; export it stand-alone", r.fmu.Path, orUnknown(d.Tool))
	}
	if _, err := Binary(r.fmu.dir, d, offer); err != nil {
		return fmt.Errorf("%s: %w", r.fmu.Path, err)
	}
	r.load = Load{Dir: r.fmu.dir, Exchange: offer == d.Exchange, Start: o.Start, Tolerance: o.Tolerance, Step: o.Step, Logging: o.Log != nil, Preload: o.Preload}
	if r.load.Tolerance <= 0 {
		if r.load.Tolerance = d.Default.Tolerance; r.load.Tolerance <= 0 || r.load.Tolerance > 1e-2 {
			r.load.Tolerance = 1e-6
		}
	}
	if r.options.Deadline <= 0 {
		r.options.Deadline = deadlineUsual
	}
	for name, text := range o.Set {
		i, err := d.Find(name)
		if err != nil {
			return err
		}
		v := &d.Variables[i]
		if before, _ := v.Settable(); !before {
			return fmt.Errorf("%s is %s %s and cannot be set; set a parameter or an input", name, v.Variability, v.Causality)
		}
		value, err := v.Read(text)
		if err != nil {
			return err
		}
		if err := v.Within(value.Number); err != nil {
			return err
		}
		r.load.Before = append(r.load.Before, Setting{i, value})
	}
	return nil
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// Within says whether a number is within the bounds of the variable.
func (v *Variable) Within(n float64) error {
	switch {
	case v.Kind == String:
	case v.Min != nil && n < *v.Min:
		return fmt.Errorf("%s: %g is less than %g %s", v.Name, n, *v.Min, v.Unit)
	case v.Max != nil && n > *v.Max:
		return fmt.Errorf("%s: %g is more than %g %s", v.Name, n, *v.Max, v.Unit)
	}
	return nil
}

// Restart ends the child if there is one, and starts the FMU anew: at its start
// time, with its start values.
func (r *Run) Restart(ctx context.Context) error {
	r.kill()
	if err := r.spawn(); err != nil {
		return err
	}
	answer, err := r.ask(ctx, "start", r.load.Frame())
	if err != nil {
		r.kill()
		return err
	}
	r.last, err = answer.TakeProgress()
	return err
}

// RestartAt is Restart with another start time: after a crash a plant goes on
// where it was, though with the FMU's start values.
func (r *Run) RestartAt(ctx context.Context, start float64) error {
	r.load.Start = start
	return r.Restart(ctx)
}

// Exchange tells whether the FMU runs by model exchange.
func (r *Run) Exchange() bool { return r.load.Exchange }

// Time is where the FMU is, in seconds.
func (r *Run) Time() float64 { return r.last.Time }

// Progress is the sum of what was done since the start.
func (r *Run) Progress() Progress { return r.last }

// Step takes the FMU to a time, in seconds.
func (r *Run) Step(ctx context.Context, to float64) error {
	answer, err := r.ask(ctx, "step", (&Frame{Op: OpStep}).Float(to))
	if err != nil {
		return err
	}
	p, err := answer.TakeProgress()
	if err != nil {
		return r.broken("step", err)
	}
	r.last = p
	if p.Ended {
		return fmt.Errorf("%s ended its simulation at %g s", r.fmu.Model, p.Time)
	}
	return nil
}

// Set sets variables.
func (r *Run) Set(ctx context.Context, list ...Setting) error {
	for _, s := range list {
		v := &r.fmu.Variables[s.Variable]
		if _, running := v.Settable(); !running {
			return fmt.Errorf("%s is %s %s and cannot be set while the FMU runs", v.Name, v.Variability, v.Causality)
		}
		if err := v.Within(s.Value.Number); err != nil {
			return err
		}
	}
	_, err := r.ask(ctx, "set", (&Frame{Op: OpSet}).Settings(list))
	return err
}

// Get reads variables, by their numbers from 0.
func (r *Run) Get(ctx context.Context, variables ...int) ([]Value, error) {
	answer, err := r.ask(ctx, "get", (&Frame{Op: OpGet}).Numbers(variables))
	if err != nil {
		return nil, err
	}
	values := answer.TakeValues()
	if err := answer.Err(); err != nil {
		return nil, r.broken("get", err)
	}
	if len(values) != len(variables) {
		return nil, r.broken("get", fmt.Errorf("%d values came for %d variables", len(values), len(variables)))
	}
	return values, nil
}

// Close ends the FMU and its child.
func (r *Run) Close() error {
	if r.cmd == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), endPatience)
	defer cancel()
	_, err := r.ask(ctx, "end", &Frame{Op: OpEnd})
	r.kill()
	return err
}

const endPatience = 5 * time.Second

// ask sends a frame and waits for its answer, within the deadline.
func (r *Run) ask(ctx context.Context, what string, f *Frame) (*Frame, error) {
	if r.cmd == nil {
		return nil, fmt.Errorf("%s %s: %w", what, r.fmu.Model, ErrDied)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Deadlines of files end reads that wait; the FMU is ended with the child.
	late := time.AfterFunc(r.options.Deadline, func() { r.fromEnd.SetReadDeadline(time.Unix(1, 0)); r.to.SetWriteDeadline(time.Unix(1, 0)) })
	defer late.Stop()
	given := context.AfterFunc(ctx, func() { r.fromEnd.SetReadDeadline(time.Unix(1, 0)); r.to.SetWriteDeadline(time.Unix(1, 0)) })
	defer given()
	if err := WriteFrame(r.to, f); err != nil {
		return nil, r.lost(ctx, what, err)
	}
	for {
		answer, err := ReadFrame(r.from)
		if err != nil {
			return nil, r.lost(ctx, what, err)
		}
		switch answer.Op {
		case OpLog:
			m, err := answer.TakeMessage()
			if err != nil {
				return nil, r.broken(what, err)
			}
			r.logged(m)
		case OpOK:
			return answer, nil
		case OpFailed:
			return nil, fmt.Errorf("%s %s at %g s: %s%s", what, r.fmu.Model, r.last.Time, answer.TakeText(), r.heard())
		default:
			return nil, r.broken(what, fmt.Errorf("a frame of kind %d came", answer.Op))
		}
	}
}

const recentMax = 5

func (r *Run) logged(m Message) {
	if len(r.recent) == recentMax {
		r.recent = r.recent[1:]
	}
	r.recent = append(r.recent, m)
	if r.options.Log != nil {
		r.options.Log(m)
	}
}

// heard is the last that the FMU complained of.
func (r *Run) heard() string {
	for i := len(r.recent) - 1; i >= 0; i-- {
		if m := r.recent[i]; m.Status > 0 {
			return fmt.Sprintf("; it said: %s", m.Text)
		}
	}
	return ""
}

func (r *Run) broken(what string, err error) error {
	r.kill()
	return fmt.Errorf("%s %s: its answer cannot be read (%v): %w", what, r.fmu.Model, err, ErrDied)
}

// lost tells why no answer came, and ends what is left of the child.
func (r *Run) lost(ctx context.Context, what string, err error) error {
	slow := errors.Is(err, os.ErrDeadlineExceeded)
	if !slow { // it died: its last words are worth a moment
		select {
		case <-r.end.done:
		case <-time.After(endPatience):
		}
	}
	said := r.said.String()
	at, heard := r.last.Time, r.heard()
	r.kill()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s %s at %g s: %w (%w)", what, r.fmu.Model, at, ctx.Err(), ErrDied)
	case slow:
		return fmt.Errorf("%s %s at %g s: the FMU did not return within %s; it was ended%s (%w)", what, r.fmu.Model, at, r.options.Deadline, heard, ErrDied)
	}
	return fmt.Errorf("%s %s at %g s: the FMU %s%s (%w)", what, r.fmu.Model, at, r.cause(said), heard, ErrDied)
}

// cause says how a child ended, by its status and by what the runtime printed.
func (r *Run) cause(said string) string {
	for mark, text := range map[string]string{
		"SIGSEGV": "crashed (segmentation fault)", "SIGBUS": "crashed (bus error)", "SIGFPE": "crashed (floating-point exception)",
		"SIGILL": "crashed (illegal instruction)", "SIGABRT": "aborted", "stack overflow": "crashed (stack overflow)",
	} {
		if strings.Contains(said, mark) {
			return text
		}
	}
	how := "without a word"
	if r.end.why != nil {
		how = r.end.why.Error()
	}
	if line := lastLine(said); line != "" {
		how += ": " + line
	}
	return "ended its process (" + how + ")"
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// spawn starts a child. It hears on descriptor 3 and answers on 4: an FMU may
// print on standard output as it likes.
func (r *Run) spawn() error {
	if len(r.options.Command) == 0 {
		return errors.New("start the FMU's process: no command is set")
	}
	childIn, to, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start the FMU's process: %w", err)
	}
	from, childOut, err := os.Pipe()
	if err != nil {
		childIn.Close()
		to.Close()
		return fmt.Errorf("start the FMU's process: %w", err)
	}
	said := &tail{}
	cmd := exec.Command(r.options.Command[0], r.options.Command[1:]...)
	cmd.ExtraFiles = []*os.File{childIn, childOut}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = endPatience
	cmd.Dir = r.fmu.dir // what an FMU writes beside itself goes with it
	// The child's goroutines tell nobody anything, and an FMU that reads numbers
	// by the locale is to find points in them.
	cmd.Env = append(os.Environ(), "GOTRACEBACK=none", "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8")
	end := &ending{done: make(chan struct{})}
	if err := startTied(cmd, func(err error) {
		end.why = err
		close(end.done)
	}); err != nil {
		for _, f := range []*os.File{childIn, to, from, childOut} {
			f.Close()
		}
		return fmt.Errorf("start the FMU's process: %w", err)
	}
	childIn.Close()
	childOut.Close()
	r.cmd, r.to, r.fromEnd, r.from, r.said, r.end, r.recent = cmd, to, from, bufio.NewReader(from), said, end, nil
	return nil
}

func (r *Run) kill() {
	if r.cmd == nil {
		return
	}
	r.cmd.Process.Kill() // an error tells that it has ended
	<-r.end.done
	r.to.Close()
	r.fromEnd.Close()
	r.cmd = nil
}

// tail keeps the beginning and the end of what a child prints.
type tail struct {
	mu        sync.Mutex
	head, end []byte
}

const tailMax = 4 << 10 // bytes of each

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if room := tailMax - len(t.head); room > 0 {
		room = min(room, len(p))
		t.head, p = append(t.head, p[:room]...), p[room:]
	}
	t.end = append(t.end, p...)
	if over := len(t.end) - tailMax; over > 0 {
		t.end = append(t.end[:0], t.end[over:]...)
	}
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.head) + string(t.end)
}

var _ io.Writer = (*tail)(nil)
