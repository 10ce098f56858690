package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/render/offscreen"
)

// Size of the screen that is started when there is none, pixels.
const (
	virtualWidth  = 1600
	virtualHeight = 900
)

// display is the screen that windows open on.
type display struct {
	Virtual bool
	server  *exec.Cmd
	memory  string // folder of the file that the virtual screen's pixels are in
}

// openCanvas makes sure that pictures can be drawn, which takes no screen where EGL
// makes contexts without one.
func openCanvas(ctx context.Context) (*display, error) {
	if displayAnswers(os.Getenv("DISPLAY")) || os.Getenv("WAYLAND_DISPLAY") != "" {
		return &display{}, nil
	}
	if _, err := offscreen.Headless(); err == nil {
		os.Unsetenv("DISPLAY") // one that does not answer is not asked again
		return &display{}, nil
	}
	return openDisplay(ctx)
}

// openDisplay returns the user's display or, when there is none that answers,
// starts a virtual one with software GL. Close ends what was started.
func openDisplay(ctx context.Context) (*display, error) {
	if displayAnswers(os.Getenv("DISPLAY")) {
		return &display{}, nil
	}
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		return nil, errors.New("there is no display and no Xvfb to make a virtual one: install the package xvfb, or set DISPLAY")
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start a virtual display: %w", err)
	}
	defer read.Close()
	memory, err := os.MkdirTemp("", "glasstwin-screen-")
	if err != nil {
		return nil, fmt.Errorf("start a virtual display: %w", err)
	}
	server := exec.CommandContext(ctx, path, "-displayfd", "3", "-fbdir", memory, "-nolisten", "tcp", "-noreset",
		"-screen", "0", fmt.Sprintf("%dx%dx24", virtualWidth, virtualHeight))
	server.ExtraFiles = []*os.File{write}
	err = server.Start()
	write.Close()
	if err != nil {
		os.RemoveAll(memory)
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	d := &display{Virtual: true, server: server, memory: memory}
	read.SetReadDeadline(time.Now().Add(10 * time.Second)) // a cold start takes one or two
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("the virtual display %s did not come up: %w", path, err)
	}
	os.Setenv("DISPLAY", ":"+strings.TrimSpace(number))
	os.Setenv("LIBGL_ALWAYS_SOFTWARE", "1")
	return d, nil
}

// Close ends the virtual display, if one was started.
func (d *display) Close() {
	if d.server == nil {
		return
	}
	d.server.Process.Signal(os.Interrupt)
	d.server.Wait()
	d.server = nil
	os.RemoveAll(d.memory)
}

// displayAnswers tells whether an X server listens at a DISPLAY name.
func displayAnswers(name string) bool {
	host, rest, ok := strings.Cut(name, ":")
	if !ok {
		return false
	}
	number, _, _ := strings.Cut(rest, ".")
	if host != "" && host != "unix" {
		return true // forwarded from another machine; it is not ours to try
	}
	socket := filepath.Join("/tmp/.X11-unix", "X"+number)
	for _, address := range []string{socket, "@" + socket} {
		if c, err := net.DialTimeout("unix", address, time.Second); err == nil {
			c.Close()
			return true
		}
	}
	return false
}
