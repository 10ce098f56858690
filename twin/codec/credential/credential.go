// Package credential makes and checks what a site's folder keeps of a person's
// password: a bcrypt hash (Provos and Mazières, A Future-Adaptable Password Scheme,
// 1999), from which the password cannot be read back.
//
// It must never know a site, a person or where a password comes from, and it never
// keeps one. Start reading at Check.
package credential

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

const (
	Shortest = 8  // characters of a password
	Longest  = 72 // bytes of it: bcrypt reads no more

	cost     = 12 // 2^12 rounds, some 0.3 s on a laptop
	costMost = 15 // of a hash that somebody else made: some 3 s
)

// Errors that a caller tells apart.
var (
	ErrWrong = errors.New("the password is wrong")
	ErrShort = fmt.Errorf("a password needs %d characters at least", Shortest)
	ErrLong  = fmt.Errorf("a password may have %d bytes at most", Longest)
)

// Make returns what is kept of a password. ErrShort and ErrLong say what to change.
func Make(password string) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < Shortest:
		return "", ErrShort
	case len(password) > Longest:
		return "", ErrLong
	}
	kept, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return string(kept), nil
}

// Check tells by an error whether a password is not the one that kept was made of:
// ErrWrong, or why kept cannot be read.
func Check(kept, password string) error {
	if err := Valid(kept); err != nil {
		return err
	}
	if len(password) > Longest { // bcrypt would compare its beginning
		return ErrWrong
	}
	switch err := bcrypt.CompareHashAndPassword([]byte(kept), []byte(password)); {
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return ErrWrong
	case err != nil:
		return fmt.Errorf("check a password: %w", err)
	}
	return nil
}

// Valid tells by an error why what is kept is no hash of a password, or one that
// would take too long to check.
func Valid(kept string) error {
	got, err := bcrypt.Cost([]byte(kept))
	switch {
	case err != nil || len(kept) != 60:
		return errors.New("it is no bcrypt hash of a password; make one with `glasstwin users password`")
	case got > costMost:
		return fmt.Errorf("its cost is %d, at most %d is checked; make one with `glasstwin users password`", got, costMost)
	}
	return nil
}
