//go:build !linux || !amd64

package inside

import (
	"fmt"
	"runtime"
)

// Serve has nothing to load here.
func Serve() error {
	return fmt.Errorf("FMUs run on 64-bit Linux only, and this is %s on %s", runtime.GOOS, runtime.GOARCH)
}
