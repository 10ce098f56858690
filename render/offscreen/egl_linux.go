package offscreen

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// EGL 1.5 with EXT_device_enumeration, EXT_device_query, EXT_platform_device and
// MESA_platform_surfaceless, declared here so that nothing more is needed to build.
// The library is looked for when it is first wanted: no process needs it to start.
typedef void *ptr;
static ptr (*get_proc)(const char *);

static int egl_load(void) {
	ptr lib = dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL);
	if (lib == NULL) return 0;
	get_proc = (ptr (*)(const char *))dlsym(lib, "eglGetProcAddress");
	return get_proc != NULL;
}
static ptr egl_proc(const char *name) { return get_proc(name); }

static int egl_devices(ptr *list, int most) {
	unsigned (*query)(int32_t, ptr *, int32_t *) = get_proc("eglQueryDevicesEXT");
	int32_t n = 0;
	if (query == NULL || !query(most, list, &n)) return 0;
	return n;
}
static const char *egl_device_text(ptr device, int32_t what) {
	const char *(*query)(ptr, int32_t) = get_proc("eglQueryDeviceStringEXT");
	return query == NULL ? NULL : query(device, what);
}
static ptr egl_display(unsigned platform, ptr native) {
	ptr (*get)(unsigned, ptr, const int32_t *) = get_proc("eglGetPlatformDisplayEXT");
	unsigned (*init)(ptr, int32_t *, int32_t *) = get_proc("eglInitialize");
	unsigned (*bind)(unsigned) = get_proc("eglBindAPI");
	if (get == NULL || init == NULL || bind == NULL) return NULL;
	ptr display = get(platform, native, NULL);
	if (display == NULL || !init(display, NULL, NULL) || !bind(0x30A2)) return NULL; // EGL_OPENGL_API
	return display;
}
static int32_t egl_error(void) {
	int32_t (*get)(void) = get_proc("eglGetError");
	return get == NULL ? 0 : get();
}
// Version 0 asks for whatever the driver makes.
static ptr egl_context(ptr display, int major, int minor, ptr *config) {
	unsigned (*choose)(ptr, const int32_t *, ptr *, int32_t, int32_t *) = get_proc("eglChooseConfig");
	ptr (*create)(ptr, ptr, ptr, const int32_t *) = get_proc("eglCreateContext");
	int32_t want[] = {0x3033, 0x0001, 0x3040, 0x0008, 0x3038}; // EGL_SURFACE_TYPE pbuffer, EGL_RENDERABLE_TYPE OpenGL
	int32_t any[] = {0x3033, 0, 0x3040, 0x0008, 0x3038};
	int32_t n = 0;
	if (choose == NULL || create == NULL) return NULL;
	if ((!choose(display, want, config, 1, &n) || n < 1) && (!choose(display, any, config, 1, &n) || n < 1)) return NULL;
	int32_t core[] = {0x3098, major, 0x30FB, minor, 0x30FD, 1, 0x31B1, 1, 0x3038}; // of the core profile, forward compatible
	int32_t plain[] = {0x3038};
	return create(display, *config, NULL, major > 0 ? core : plain);
}
static ptr egl_surface(ptr display, ptr config) {
	ptr (*create)(ptr, ptr, const int32_t *) = get_proc("eglCreatePbufferSurface");
	int32_t size[] = {0x3057, 16, 0x3056, 16, 0x3038};
	return create == NULL ? NULL : create(display, config, size);
}
static unsigned egl_current(ptr display, ptr surface, ptr context) {
	unsigned (*make)(ptr, ptr, ptr, ptr) = get_proc("eglMakeCurrent");
	return make != NULL && make(display, surface, surface, context);
}
static void egl_free(ptr display, ptr surface, ptr context) {
	unsigned (*surface_free)(ptr, ptr) = get_proc("eglDestroySurface");
	unsigned (*context_free)(ptr, ptr) = get_proc("eglDestroyContext");
	unsigned (*thread_free)(void) = get_proc("eglReleaseThread");
	if (surface != NULL && surface_free != NULL) surface_free(display, surface);
	if (context != NULL && context_free != NULL) context_free(display, context);
	if (thread_free != NULL) thread_free();
}
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"unsafe"

	gl21 "github.com/go-gl/gl/v2.1/gl"
	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render/gl"
)

// A server has graphics cards and no display. EGL makes contexts there: of a card
// by its device, else of the processor.

// eglLibrary is loaded once for the process.
var eglLibrary = sync.OnceValue(func() bool { return C.egl_load() != 0 })

// Names of EGL.
const (
	eglPlatformDevice      = 0x313F
	eglPlatformSurfaceless = 0x31DD
	eglExtensions          = 0x3055
	devicesMost            = 32
)

// eglTarget is a context without a window.
type eglTarget struct{ display, surface, context C.ptr }

// eglDisplays are the displays that a context may be made on: cards first, in the
// driver's order, then what the processor draws on.
func eglDisplays(yield func(C.ptr) bool) {
	var list [devicesMost]C.ptr
	n := int(C.egl_devices(&list[0], devicesMost))
	soft := func(d C.ptr) bool {
		text := C.egl_device_text(d, eglExtensions)
		return text != nil && strings.Contains(C.GoString(text), "EGL_MESA_device_software")
	}
	for _, software := range [2]bool{false, true} {
		if !software && os.Getenv("LIBGL_ALWAYS_SOFTWARE") == "1" {
			continue
		}
		for _, d := range list[:n] {
			if soft(d) != software {
				continue
			}
			if display := C.egl_display(eglPlatformDevice, d); display != nil && !yield(display) {
				return
			}
		}
	}
	if display := C.egl_display(eglPlatformSurfaceless, nil); display != nil {
		yield(display)
	}
}

// openEGL makes a context without a display current on the calling thread.
func openEGL() (target, error) {
	if !eglLibrary() {
		return nil, errors.New("there is no libEGL.so.1; install the package libegl1")
	}
	version, renderer, refused := "", "", error(nil)
	for display := range eglDisplays {
		t := &eglTarget{display: display}
		if err := t.make(4, 1); err != nil {
			refused = errors.Join(refused, err)
			if version == "" {
				version, renderer = offeredBy(display)
			}
			continue
		}
		if err := gl41.InitWithProcAddrFunc(eglProc); err != nil {
			t.free()
			refused = errors.Join(refused, fmt.Errorf("load OpenGL 4.1: %w", err))
			continue
		}
		return t, nil
	}
	if refused == nil {
		refused = errors.New("EGL knows no device")
	}
	return nil, gl.Unsupported(version, renderer, refused)
}

func eglProc(name string) unsafe.Pointer {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return unsafe.Pointer(C.egl_proc(text))
}

func (t *eglTarget) make(major, minor C.int) error {
	var config C.ptr
	if t.context = C.egl_context(t.display, major, minor, &config); t.context == nil {
		return fmt.Errorf("EGL says 0x%x", int(C.egl_error()))
	}
	t.surface = C.egl_surface(t.display, config) // none is fine where contexts need none
	if C.egl_current(t.display, t.surface, t.context) == 0 {
		err := fmt.Errorf("make the context current: EGL says 0x%x", int(C.egl_error()))
		t.free()
		return err
	}
	return nil
}

// offeredBy is what a driver says of itself in whatever context it makes.
func offeredBy(display C.ptr) (version, renderer string) {
	t := &eglTarget{display: display}
	if t.make(0, 0) != nil {
		return "", ""
	}
	defer t.free()
	if gl21.InitWithProcAddrFunc(eglProc) != nil {
		return "", ""
	}
	return gl21.GoStr(gl21.GetString(gl21.VERSION)), gl21.GoStr(gl21.GetString(gl21.RENDERER))
}

// free gives the context back. The display stays: it is one for the process.
func (t *eglTarget) free() {
	C.egl_current(t.display, nil, nil)
	C.egl_free(t.display, t.surface, t.context)
	t.surface, t.context = nil, nil
}
