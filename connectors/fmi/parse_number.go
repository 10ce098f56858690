package fmi

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number reads an attribute; nil when it is left out.
func (p *parser) number(text, what string) (*float64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) {
		return nil, p.wrong("%s is %q, which is no number; export the FMU again", what, text)
	}
	return &v, nil
}

// bound reads an attribute that the FMU runs as well without. Some exporters write
// NaN where there is none, or 1e400 for what has no end.
func (p *parser) bound(text, what string) *float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case errors.Is(err, strconv.ErrRange): // v is infinite then, or 0
	case err != nil || math.IsNaN(v):
		p.note("%s is %.60q, which is no number; it does not count", what, text)
		return nil
	}
	return &v
}

const countMax = 1 << 20 // of event indicators, of orders, of variables

func (p *parser) count(text, what string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > countMax {
		return 0, p.wrong("%s is %q, which is no count up to %d; export the FMU again", what, text, countMax)
	}
	return n, nil
}

type unknownXML struct {
	Index        string  `xml:"index,attr"`
	Dependencies *string `xml:"dependencies,attr"`
	Kinds        string  `xml:"dependenciesKind,attr"`
}

// resolve turns numbers from 1 into numbers from 0, checked.
func (x unknownXML) resolve(variables int) (Unknown, error) {
	number := func(text string) (int, error) {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > variables {
			return 0, fmt.Errorf("index %q is none of 1 to %d", text, variables)
		}
		return n - 1, nil
	}
	n, err := number(x.Index)
	if err != nil {
		return Unknown{}, err
	}
	u := Unknown{Variable: n, All: x.Dependencies == nil, Kinds: strings.Fields(x.Kinds)}
	if x.Dependencies != nil {
		for _, text := range strings.Fields(*x.Dependencies) {
			k, err := number(text)
			if err != nil {
				return Unknown{}, err
			}
			u.Dependencies = append(u.Dependencies, k)
		}
	}
	if len(u.Kinds) != len(u.Dependencies) {
		u.Kinds = nil // kinds that do not fit tell nothing
	}
	return u, nil
}
