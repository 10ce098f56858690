//go:build !linux

package offscreen

import "errors"

// openEGL makes no context: elsewhere windows can be made without a display.
func openEGL() (target, error) { return nil, errors.New("EGL is used on Linux only") }
