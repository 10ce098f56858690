package offscreen

import (
	"fmt"
	"os"
	"runtime"

	gl21 "github.com/go-gl/gl/v2.1/gl"
	gl41 "github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/glasstwin/glasstwin/render/gl"
)

// target is a context that is current on the renderer's thread.
type target interface{ free() }

// openTarget makes a context current: in a hidden window where there is a display,
// without one elsewhere.
func openTarget() (target, error) {
	shown := runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
	windowed := ErrNoDisplay
	if shown {
		w, err := openWindow()
		if err == nil || runtime.GOOS != "linux" {
			return w, err
		}
		windowed = err
	}
	t, err := openEGL()
	if err != nil {
		return nil, fmt.Errorf("%w; without a display: %w", windowed, err)
	}
	return t, nil
}

// Headless tells whether pictures can be drawn where there is no display, and by
// what.
func Headless() (device string, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with its context
		var t target
		if t, err = openEGL(); err == nil {
			device = gl41.GoStr(gl41.GetString(gl41.RENDERER))
			t.free()
		}
	}()
	<-done
	return device, err
}

type hiddenWindow struct{ *glfw.Window }

// openWindow makes the window whose context is drawn with. GLFW is never
// terminated: it is one for the whole process, and other renderers may be open.
func openWindow() (t target, err error) {
	defer func() {
		// GLFW's binding panics where a display is named but does not answer.
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("open a display: %v: %w", p, ErrNoDisplay)
		}
	}()
	if err := glfw.Init(); err != nil {
		return nil, fmt.Errorf("open a display: %w: %w", err, ErrNoDisplay)
	}
	hidden()
	glfw.WindowHint(glfw.ContextVersionMajor, 4)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	glfw.WindowHint(glfw.OpenGLForwardCompatible, glfw.True)
	w, err := glfw.CreateWindow(16, 16, "", nil, nil)
	if err != nil {
		version, renderer := offered()
		return nil, gl.Unsupported(version, renderer, err)
	}
	w.MakeContextCurrent()
	made := hiddenWindow{w}
	if err := gl41.Init(); err != nil {
		made.free()
		return nil, fmt.Errorf("load OpenGL 4.1: %w; update the graphics driver, or set LIBGL_ALWAYS_SOFTWARE=1", err)
	}
	return made, nil
}

func hidden() {
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.Visible, glfw.False)
}

// offered is what the driver says of itself in whatever context it makes.
func offered() (version, renderer string) {
	hidden()
	w, err := glfw.CreateWindow(16, 16, "", nil, nil)
	if err != nil {
		return "", ""
	}
	defer w.Destroy()
	w.MakeContextCurrent()
	defer glfw.DetachCurrentContext()
	if gl21.Init() != nil {
		return "", ""
	}
	return gl21.GoStr(gl21.GetString(gl21.VERSION)), gl21.GoStr(gl21.GetString(gl21.RENDERER))
}

func (w hiddenWindow) free() {
	glfw.DetachCurrentContext()
	w.Destroy()
}
