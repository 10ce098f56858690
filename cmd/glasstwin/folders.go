package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// dataFolder is where the program keeps sites of its own making: the XDG data
// folder, or the system's counterpart.
func dataFolder() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "glasstwin"), nil
	}
	if runtime.GOOS == "linux" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the data folder: %w (set XDG_DATA_HOME)", err)
		}
		return filepath.Join(home, ".local", "share", "glasstwin"), nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the data folder: %w", err)
	}
	return filepath.Join(dir, "glasstwin", "data"), nil
}

// configFolder is where certificates and passwords are, readable by their user
// only.
func configFolder() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the configuration folder: %w (set XDG_CONFIG_HOME)", err)
	}
	return filepath.Join(dir, "glasstwin"), nil
}
