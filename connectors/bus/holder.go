package bus

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// holderFile tells who holds the lock. It is only for people to read: the lock
// alone decides, and a program that was killed leaves its note behind.
const (
	holderFile = "holder"
	holderMax  = 200 // bytes shown of it
)

// hold takes the folder's lock and notes who has it.
func hold(dir string, now time.Time) (*os.File, error) {
	lock, err := lockDir(dir)
	if errors.Is(err, ErrInUse) {
		return nil, fmt.Errorf("%w (%s)", ErrInUse, holder(dir))
	}
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // only for people
	note := fmt.Sprintf("process %d, %s on %s, since %s\n", os.Getpid(), filepath.Base(os.Args[0]), host, now.Format("2006-01-02 15:04:05"))
	if err := os.WriteFile(filepath.Join(dir, holderFile), []byte(note), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("note who holds it: %w", err), lock.Close())
	}
	return lock, nil
}

func holder(dir string) string {
	note, err := os.ReadFile(filepath.Join(dir, holderFile))
	if err != nil {
		return "it left no note"
	}
	line, _, _ := strings.Cut(string(note[:min(len(note), holderMax)]), "\n")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, line)
}
