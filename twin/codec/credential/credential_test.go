package credential

import (
	"errors"
	"strings"
	"testing"
)

func TestAPasswordIsKnownAgainAndNoOther(t *testing.T) {
	const password = "냉동고 문을 닫자"
	kept, err := Make(password)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(kept, password) {
		t.Error("the password stands in what is kept of it")
	}
	if err := Check(kept, password); err != nil {
		t.Errorf("its own password: %v", err)
	}
	for _, other := range []string{"", password + " ", strings.ToUpper(password) + "!", password[:len(password)-3], strings.Repeat(password, 4)} {
		if err := Check(kept, other); !errors.Is(err, ErrWrong) {
			t.Errorf("%q: %v, want %v", other, err, ErrWrong)
		}
	}
	again, err := Make(password)
	if err != nil {
		t.Fatal(err)
	}
	if again == kept {
		t.Error("two people with one password can be seen to have it")
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	for password, want := range map[string]error{
		"":                      ErrShort,
		"seven 7":               ErrShort,
		"일곱글자일곱글":               ErrShort, // 21 bytes, 7 characters
		strings.Repeat("x", 73): ErrLong,
	} {
		if _, err := Make(password); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
}

func TestTheLongestPasswordIsReadWhole(t *testing.T) {
	password := strings.Repeat("x", Longest)
	kept, err := Make(password)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(kept, password[:Longest-1]+"y"); !errors.Is(err, ErrWrong) {
		t.Errorf("its last byte is not looked at: %v", err)
	}
	if err := Check(kept, password+"y"); !errors.Is(err, ErrWrong) {
		t.Errorf("one byte more: %v, want %v", err, ErrWrong)
	}
}

func FuzzValid(f *testing.F) {
	for _, kept := range []string{"", "$2a$12$", "$2a$31$" + strings.Repeat("a", 53), "$2a$10$" + strings.Repeat("a", 53), "$2a$10$" + strings.Repeat("é", 26) + "a", strings.Repeat("$", 60)} {
		f.Add(kept)
	}
	f.Fuzz(func(t *testing.T, kept string) {
		if Valid(kept) != nil && Check(kept, "password") == nil {
			t.Errorf("%q is checked though it is not valid", kept)
		}
	})
}
