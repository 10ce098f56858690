package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// plantProcess is the emulated store, running as a program of its own.
type plantProcess struct {
	Endpoint string
	cmd      *exec.Cmd
	done     chan error
}

// plantStart is how long the emulated plant may take to serve: it rolls its
// physics forward to a steady state and may make a key first.
const plantStart = 60 * time.Second

// startPlant starts the emulated store and returns when it serves. It ends with
// this program, however that ends.
func startPlant(ctx context.Context, progress io.Writer, args ...string) (*plantProcess, error) {
	path, err := findProgram("sitesim")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, append([]string{"serve"}, args...)...)
	cmd.Stderr = progress
	endWithParent(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the emulated plant: %w", err)
	}
	p := &plantProcess{cmd: cmd, done: make(chan error, 1)}
	started, ready := make(chan error, 1), make(chan string, 1)
	go func() {
		// The kernel ties the child's end to the thread that made it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if endpoint, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				ready <- endpoint
			}
		}
		p.done <- cmd.Wait()
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	select {
	case p.Endpoint = <-ready:
		return p, nil
	case err := <-p.done:
		p.done <- err
		return nil, fmt.Errorf("the emulated plant ended before it served: %w", errors.Join(err, ctx.Err()))
	case <-ctx.Done():
		p.Stop()
		return nil, ctx.Err()
	case <-time.After(plantStart):
		p.Stop()
		return nil, fmt.Errorf("the emulated plant did not serve within %s", plantStart)
	}
}

// Stop asks the plant to end and waits for it: it only has its state to save.
func (p *plantProcess) Stop() { p.stopWithin(5 * time.Second) }

// stopWithin asks the plant to end, waits so long for it and ends it then.
func (p *plantProcess) stopWithin(most time.Duration) {
	p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(most):
		p.cmd.Process.Kill()
		<-p.done
	}
}

// findProgram finds a program of ours beside this one, or in PATH.
func findProgram(name string) (string, error) {
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && info.Mode()&0o111 != 0 {
			return beside, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("the program %s is neither beside glasstwin nor in PATH: build both with make build", name)
}
