package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/credential"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

func TestWhoeverGuessesWaits(t *testing.T) {
	t.Parallel()
	kept, err := credential.Make("cold store 4")
	if err != nil {
		t.Fatal(err)
	}
	site := &twin.Site{Users: []twin.User{{Name: "mina", Password: kept}, {Name: "lee"}}}
	now := time.Date(2026, 4, 3, 9, 0, 0, 0, time.UTC)
	d := newDoorkeeper(func() *twin.Site { return site })
	d.now = func() time.Time { return now }
	for range freeGuesses {
		if err := d.prove(t.Context(), "mina", "guess"); !errors.Is(err, credential.ErrWrong) {
			t.Fatalf("a guess: %v", err)
		}
	}
	if err := d.prove(t.Context(), "mina", "cold store 4"); err == nil || !strings.Contains(err.Error(), "5 s") {
		t.Errorf("at once after %d guesses: %v", freeGuesses, err)
	}
	if err := d.prove(t.Context(), "lee", ""); err != nil {
		t.Errorf("another, who needs no password, waits too: %v", err)
	}
	now = now.Add(firstWait)
	if err := d.prove(t.Context(), "mina", "guess"); !errors.Is(err, credential.ErrWrong) {
		t.Errorf("a guess after the wait: %v", err)
	}
	now = now.Add(firstWait)
	if err := d.prove(t.Context(), "mina", "cold store 4"); err == nil || !strings.Contains(err.Error(), "try again") {
		t.Errorf("the next wait is no longer than the first: %v", err)
	}
	now = now.Add(firstWait)
	if err := d.prove(t.Context(), "mina", "cold store 4"); err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
}

// The program sets a password without touching what else was written, and decides in
// no name whose password it is not given.
func TestPasswordsOfASite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shop")
	site := &twin.Site{ID: "shop", Name: "Shop", Users: []twin.User{{Name: "kim", Modes: true, Release: true}}}
	if err := sitefolder.Create(dir, site, sitefolder.Contents{}, false); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "site.yaml")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	remark := "# asked for by the manager\n"
	if err := os.WriteFile(path, []byte(strings.Replace(string(before), "users:\n", "users:\n    "+remark, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(env string, args ...string) (string, error) {
		cmd := program(t, args...)
		cmd.Env = append(cmd.Environ(), env)
		text, err := cmd.CombinedOutput()
		return string(text), err
	}
	if text, err := run("A=b", "users", "password", dir, "kim"); err == nil || !strings.Contains(text, "--file") {
		t.Errorf("without a password: %v, %s", err, text)
	}
	if text, err := run(userPasswordVariable+"=short", "users", "password", dir, "kim"); err == nil || !strings.Contains(text, "8 characters") {
		t.Errorf("a short one: %v, %s", err, text)
	}
	if text, err := run(userPasswordVariable+"=cold store 4", "users", "password", dir, "lee"); err == nil || !strings.Contains(text, "[kim]") {
		t.Errorf("of nobody: %v, %s", err, text)
	}
	if text, err := run(userPasswordVariable+"=cold store 4", "users", "password", dir, "kim"); err != nil {
		t.Fatalf("%v, %s", err, text)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(after); strings.Contains(text, "cold store 4") || !strings.Contains(text, "password: $2a$") || !strings.Contains(text, strings.TrimSpace(remark)) {
		t.Errorf("site.yaml is now\n%s", text)
	}
	if text, err := run("A=b", "users", "list", dir, "--json"); err != nil || !strings.Contains(text, `"password":true`) || strings.Contains(text, "$2a$") {
		t.Errorf("listed: %v, %s", err, text)
	}
	if text, err := run(userPasswordVariable+"=warm store 4", "release", dir, "--as", "kim"); err == nil || !strings.Contains(text, "the password is wrong") {
		t.Errorf("released with a wrong password: %v, %s", err, text)
	}
	if text, err := run(userPasswordVariable+"=cold store 4", "release", dir, "--as", "kim"); err == nil || strings.Contains(text, "password") {
		t.Errorf("what was not stopped is released: %v, %s", err, text)
	}
	if text, err := run("A=b", "users", "password", dir, "kim", "--remove"); err != nil {
		t.Errorf("%v, %s", err, text)
	}
	if again, err := os.ReadFile(path); err != nil || strings.Contains(string(again), "password") {
		t.Errorf("after its removal: %v\n%s", err, again)
	}
}
