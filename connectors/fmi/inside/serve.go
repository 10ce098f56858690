//go:build linux && amd64

package inside

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/glasstwin/glasstwin/connectors/fmi"
)

// The pipes of the parent: descriptors 0 to 2 are the FMU's to print on.
const (
	hearsOn   = 3
	answersOn = 4
)

// Serve answers the parent until it hangs up. It belongs on the main goroutine:
// an FMU is called from one thread, with that thread's large stack.
func Serve() error {
	runtime.LockOSThread()
	in, out := os.NewFile(hearsOn, "parent"), os.NewFile(answersOn, "parent")
	if in == nil || out == nil {
		return errors.New("this is a child process of glasstwin and does nothing by itself")
	}
	s := &server{out: out}
	hears := bufio.NewReader(in)
	for {
		f, err := fmi.ReadFrame(hears)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("hear the parent: %w", err)
		}
		answer, err := s.answer(f)
		if err != nil {
			answer = (&fmi.Frame{Op: fmi.OpFailed}).Text(err.Error())
		}
		if err := s.send(answer); err != nil {
			return fmt.Errorf("answer the parent: %w", err)
		}
		if f.Op == fmi.OpEnd {
			return nil
		}
	}
}

type server struct {
	mu  sync.Mutex // FMUs log from threads of their own
	out io.Writer
	run *instance
}

func (s *server) send(f *fmi.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmi.WriteFrame(s.out, f)
}

func (s *server) answer(f *fmi.Frame) (*fmi.Frame, error) {
	ok := &fmi.Frame{Op: fmi.OpOK}
	if s.run == nil && f.Op != fmi.OpLoad && f.Op != fmi.OpEnd {
		return nil, errors.New("nothing is loaded")
	}
	switch f.Op {
	case fmi.OpLoad:
		l, err := f.TakeLoad()
		if err != nil {
			return nil, err
		}
		if s.run, err = load(l, s.heard); err != nil {
			return nil, err
		}
		return ok.Progress(s.run.progress), nil
	case fmi.OpSet:
		list := f.TakeSettings()
		if err := f.Err(); err != nil {
			return nil, err
		}
		return ok, s.run.set(list)
	case fmi.OpGet:
		list := f.TakeNumbers()
		if err := f.Err(); err != nil {
			return nil, err
		}
		values, err := s.run.get(list)
		return ok.Values(values), err
	case fmi.OpStep:
		to := f.TakeFloat()
		if err := f.Err(); err != nil {
			return nil, err
		}
		if err := s.run.advance(to); err != nil {
			return nil, err
		}
		return ok.Progress(s.run.progress), nil
	case fmi.OpEnd:
		if s.run != nil {
			s.run.end()
		}
		return ok, nil
	}
	return nil, fmt.Errorf("a frame of kind %d is not known", f.Op)
}

func (s *server) heard(m fmi.Message) { _ = s.send((&fmi.Frame{Op: fmi.OpLog}).Message(m)) }
