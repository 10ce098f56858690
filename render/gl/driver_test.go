package gl

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// current makes a context current on the test's thread, or skips where there is no
// display.
func current(t *testing.T) {
	t.Helper()
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	if err := glfw.Init(); err != nil {
		t.Fatal(err)
	}
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 4)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	glfw.WindowHint(glfw.OpenGLProfile, glfw.OpenGLCoreProfile)
	w, err := glfw.CreateWindow(16, 16, "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.MakeContextCurrent()
	t.Cleanup(func() { glfw.DetachCurrentContext(); w.Destroy() })
	if err := gl41.Init(); err != nil {
		t.Fatal(err)
	}
}

func TestABrokenShaderIsNamedWithTheDriversWords(t *testing.T) {
	current(t)
	whole := fstest.MapFS{
		"frame.glsl": {Data: []byte("const float PI = 3.14;\n")},
		"a.vert":     {Data: []byte("out vec2 place;\nvoid main() { place = vec2(0.0); gl_Position = vec4(0.0); }\n")},
		"a.frag":     {Data: []byte("in vec2 place;\nout vec4 color;\nvoid main() { color = vec4(place, PI, 1.0); }\n")},
	}
	for name, broken := range map[string]struct {
		file, text string
		want       []string
	}{
		"a word that is none":      {"a.frag", "out vec4 color;\nvoid main() { color = vec5(1.0); }\n", []string{"compile shader a.frag", ":2(", "vec5"}},
		"what nobody hands over":   {"a.frag", "in vec3 place;\nout vec4 color;\nvoid main() { color = vec4(place, 1.0); }\n", []string{"link a.vert with a.frag", "place"}},
		"a broken common part":     {"frame.glsl", "const float PI = ;\n", []string{"compile shader a.vert", "0:1"}},
		"a uniform that is unused": {"a.frag", "out vec4 color;\nuniform vec2 reach;\nvoid main() { color = vec4(1.0); }\n", []string{"a.vert with a.frag", `"reach"`}},
	} {
		files := fstest.MapFS{}
		for k, v := range whole {
			files[k] = v
		}
		files[broken.file] = &fstest.MapFile{Data: []byte(broken.text)}
		l := &loader{files: files}
		_, err := l.link("a.vert", "a.frag", "", []string{"reach"}[:strings.Count(name, "uniform")]...)
		if err == nil {
			t.Errorf("%s: it links", name)
			continue
		}
		for _, want := range broken.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; it should tell %q", name, err, want)
			}
		}
		l.free()
	}
	l := &loader{files: whole}
	if _, err := l.link("a.vert", "a.frag", ""); err != nil {
		t.Error(err)
	}
	l.free()
}
