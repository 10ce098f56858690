//go:build !linux

package fmi

import "os/exec"

// startTied starts a child, and calls done when it has ended.
func startTied(cmd *exec.Cmd, done func(error)) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { done(cmd.Wait()) }()
	return nil
}
