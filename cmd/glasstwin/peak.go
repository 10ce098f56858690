package main

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// peakMB is the most memory that this process has had resident, in megabytes:
// what Linux says (VmHWM of /proc/self/status), elsewhere what Go has taken.
func peakMB() float64 {
	if f, err := os.Open("/proc/self/status"); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
				if kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64); err == nil {
					return kb / 1024
				}
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
