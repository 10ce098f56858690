//go:build linux && amd64

package inside

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// libc is what is needed of the C library: memory that C code may keep.
type libc struct {
	calloc, free uintptr
	probe        [2]int // a pipe through which foreign memory is read
}

func openLibc() (*libc, error) {
	handle, err := purego.Dlopen("libc.so.6", purego.RTLD_NOW)
	if err != nil {
		return nil, fmt.Errorf("load the C library: %w", err)
	}
	l := &libc{}
	for name, into := range map[string]*uintptr{"calloc": &l.calloc, "free": &l.free} {
		if *into, err = purego.Dlsym(handle, name); err != nil {
			return nil, fmt.Errorf("find %s in the C library: %w", name, err)
		}
	}
	if err := syscall.Pipe2(l.probe[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	return l, nil
}

// words allocates n words of eight bytes, zeroed, that C code may keep.
func (l *libc) words(n int) (uintptr, error) {
	p, _, _ := purego.SyscallN(l.calloc, uintptr(max(n, 1)), 8)
	if p == 0 {
		return 0, fmt.Errorf("no memory for %d words", n)
	}
	return p, nil
}

// copied is a C string of s, to be freed.
func (l *libc) copied(s string) (uintptr, error) {
	p, err := l.words(len(s)/8 + 1)
	if err == nil {
		copy(unsafe.Slice((*byte)(pointer(p)), len(s)), s)
	}
	return p, err
}

func (l *libc) release(p uintptr) { purego.SyscallN(l.free, p) }

// pointer is for addresses of memory that is not Go's.
//
//go:noinline
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// pageSize is what the kernel maps at once, at least.
const pageSize = 4096

// text reads a C string of at most max bytes, from wherever it says that it is:
// the kernel copies it, and refuses an address that nothing is at. FMUs log
// with formats and arguments that do not fit.
func (l *libc) text(p uintptr, most int) (string, bool) {
	var out []byte
	for len(out) < most {
		n := min(pageSize-int(p%pageSize), most-len(out))
		wrote, _, e := syscall.Syscall(syscall.SYS_WRITE, uintptr(l.probe[1]), p, uintptr(n))
		if e != 0 || wrote == 0 {
			return string(out), false
		}
		chunk := make([]byte, wrote)
		if _, err := syscall.Read(l.probe[0], chunk); err != nil {
			return string(out), false
		}
		for i, b := range chunk {
			if b == 0 {
				return string(append(out, chunk[:i]...)), true
			}
		}
		out, p = append(out, chunk...), p+wrote
	}
	return string(out), true
}

// preload loads libraries whose symbols are seen by all that is loaded later.
func preload(paths []string) error {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("preload: %w", err)
		}
		if _, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL); err != nil {
			return fmt.Errorf("preload %s: %w", path, err)
		}
	}
	return nil
}
