package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/credential"
)

// userPasswordVariable may hold a password where nobody sits at a keyboard.
const userPasswordVariable = "GLASSTWIN_USER_PASSWORD"

// passwordBytes is the most that is read as a password's line.
const passwordBytes = 1024

// passwordFlags say where the password of who decides comes from.
type passwordFlags struct {
	AsPasswordFile string `type:"existingfile" placeholder:"FILE" help:"File whose first line is the password of who decides; without it GLASSTWIN_USER_PASSWORD, or it is asked for."`
}

// prove tells by an error why somebody is not believed to have a name: its password
// is asked for where the site has one.
func (f passwordFlags) prove(site *twin.Site, name string) error {
	u := site.UserNamed(name)
	if u == nil || u.Password == "" {
		return nil
	}
	password, err := readPassword(f.AsPasswordFile, "--as-password-file", "Password of "+name)
	if err == nil {
		err = credential.Check(u.Password, password)
	}
	if err != nil {
		return fmt.Errorf("decide as %s: %w", name, err)
	}
	return nil
}

// readPassword returns a password from a file, that of a flag, from the environment
// where path is "", or from the keyboard.
func readPassword(path, flag, question string) (string, error) {
	if path != "" {
		file, err := os.Open(path)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		defer file.Close()
		password, err := firstLine(file)
		if err != nil {
			return "", fmt.Errorf("read the password in %s: %w", path, err)
		}
		return password, nil
	}
	if password, ok := os.LookupEnv(userPasswordVariable); ok {
		return password, nil
	}
	keyboard := int(os.Stdin.Fd())
	if !term.IsTerminal(keyboard) {
		return "", fmt.Errorf("a password is needed: give it with %s or in %s", flag, userPasswordVariable)
	}
	fmt.Fprintf(os.Stderr, "%s: ", question)
	password, err := term.ReadPassword(keyboard)
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(password), nil
}

func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, passwordBytes)).ReadString('\n')
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case len(line) == passwordBytes && !strings.HasSuffix(line, "\n"):
		return "", fmt.Errorf("its first line is longer than %d bytes", passwordBytes)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// doorkeeper checks the passwords that are given at a window, and lets whoever
// guesses wait.
type doorkeeper struct {
	site func() *twin.Site
	now  func() time.Time

	mu    sync.Mutex
	wrong map[string]int       // times in a row, by name
	until map[string]time.Time // before which nothing is checked
}

const (
	freeGuesses = 3 // after which each next wait is twice as long
	firstWait   = 5 * time.Second
	longestWait = 5 * time.Minute
)

func newDoorkeeper(site func() *twin.Site) *doorkeeper {
	return &doorkeeper{site: site, now: time.Now, wrong: map[string]int{}, until: map[string]time.Time{}}
}

// prove tells by an error why somebody is not believed to have a name.
func (d *doorkeeper) prove(_ context.Context, name, password string) error {
	u := d.site().UserNamed(name)
	if u == nil || u.Password == "" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if wait := d.until[name].Sub(d.now()); wait > 0 {
		return fmt.Errorf("too many wrong passwords: try again in %d s", int(math.Ceil(wait.Seconds())))
	}
	err := credential.Check(u.Password, password)
	if !errors.Is(err, credential.ErrWrong) {
		if err == nil {
			delete(d.wrong, name)
		}
		return err
	}
	if d.wrong[name]++; d.wrong[name] >= freeGuesses {
		wait := longestWait
		if n := d.wrong[name] - freeGuesses; n < 6 {
			wait = min(firstWait<<n, longestWait)
		}
		d.until[name] = d.now().Add(wait)
	}
	return err
}
