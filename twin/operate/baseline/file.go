package baseline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Bounds of a file of residuals.
const (
	fileMax       = 4 << 20 // bytes
	usualMax      = 20_000  // signals of a site
	signaturesMax = 1000
	fileFormat    = 1
)

// File holds the residuals of each kind of site.
type File struct {
	Format int                   `json:"format"`
	Made   string                `json:"made"` // the command
	Sites  map[string]*Residuals `json:"sites"`
}

// Encode writes it.
func (f *File) Encode(w io.Writer) error {
	f.Format = fileFormat
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return fmt.Errorf("write the residuals: %w", err)
	}
	return nil
}

// ReadFile reads one; name is the file's, for errors.
func ReadFile(name string, r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, fileMax+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	const mend = "make it again with glasstwin train " + NearestName
	if len(text) > fileMax {
		return nil, fmt.Errorf("%s: longer than %d bytes; %s", name, fileMax, mend)
	}
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("%s: %s%w; %s", name, place(err, len(text)), err, mend)
	}
	if f.Format != fileFormat {
		return nil, fmt.Errorf("%s: format %d, this program reads %d; %s", name, f.Format, fileFormat, mend)
	}
	if len(f.Sites) == 0 {
		return nil, fmt.Errorf("%s: no site in it; %s", name, mend)
	}
	for site, s := range f.Sites {
		if err := s.check(); err != nil {
			return nil, fmt.Errorf("%s: site %.40q: %w; %s", name, site, err, mend)
		}
	}
	return &f, nil
}

// place tells where a text of so many bytes is no such file.
func place(err error, length int) string {
	var form *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case length == 0:
		return "the file is empty: "
	case errors.As(err, &form):
		return fmt.Sprintf("byte %d: ", form.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("byte %d: ", kind.Offset)
	}
	return ""
}

func (r *Residuals) check() error {
	switch {
	case r == nil || len(r.Usual) == 0 || len(r.Usual) > usualMax || len(r.Signatures) == 0 || len(r.Signatures) > signaturesMax:
		return fmt.Errorf("1 to %d usual signals and 1 to %d signatures are expected", usualMax, signaturesMax)
	case !(r.Threshold > 0):
		return fmt.Errorf("a threshold of %v is not above 0", r.Threshold)
	}
	for id, u := range r.Usual {
		if u == nil {
			return fmt.Errorf("nothing is told of signal %.80q", id)
		}
		for _, s := range u.Spread {
			if !(s > 0) {
				return fmt.Errorf("signal %.80q has a spread of %v, which is not above 0", id, s)
			}
		}
	}
	for i, s := range r.Signatures {
		if s.Class == "" || s.At == "" || len(s.Mean) == 0 || !(r.Reach[s.At] > 0) {
			return fmt.Errorf("signature %d needs a class, a class of asset with a reach above 0, and a mean", i+1)
		}
		for name, z := range s.Mean {
			for _, v := range z {
				if math.Abs(v) > residMax {
					return fmt.Errorf("signature %d: %.80q is %v spreads from the usual, at most %v can be", i+1, name, v, residMax)
				}
			}
		}
	}
	return nil
}
