//go:build windows

package bus

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// sharingViolation is ERROR_SHARING_VIOLATION of the Windows API.
const sharingViolation syscall.Errno = 32

// lockDir takes the folder for this program: a file opened without sharing is
// refused to everyone else until this program ends.
func lockDir(dir string) (*os.File, error) {
	name := filepath.Join(dir, "lock")
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, fmt.Errorf("take its lock: %w", err)
	}
	h, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case err == nil:
		return os.NewFile(uintptr(h), name), nil
	case errors.Is(err, sharingViolation):
		return nil, ErrInUse
	default:
		return nil, fmt.Errorf("take its lock: %w", err)
	}
}
