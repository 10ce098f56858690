package conntest

import (
	"os"
	"time"
)

// Patience is how long a test waits for what is promised within limit: just that
// where promises are judged (GLASSTWIN_LONG, set by `make verify`), and long
// enough for a machine that is busy with other things everywhere else.
func Patience(limit time.Duration) time.Duration {
	if os.Getenv("GLASSTWIN_LONG") != "" {
		return limit
	}
	return max(2*time.Minute, 10*limit)
}
