package study

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	fileFormat   = "study model"
	fileVersion  = 1
	fileBytesMax = 64 << 20
	partsMax     = 512
)

// File is a trained model as it is stored: what it was made of, what it is
// worth, and its parts, each in the format of its own package. A study that is
// judged by leaving days out keeps a part for each of them.
type File struct {
	Study     string    // name
	Version   string    // hash of all the rest
	Made      string    // command that makes it again
	Data      string    // what it was trained on
	Split     string    // how what it was judged on was held apart
	Inside    string    // what the training found to tell of it, in Markdown: a small tree, an example
	Judgement Judgement // when it was trained
	Parts     []Part
}

// Part is one model of a file.
type Part struct {
	Name string          `json:"name"`
	Out  []string        `json:"out,omitempty"` // groups that it was not trained on
	Own  []string        `json:"own,omitempty"` // groups that it was trained on
	At   float64         `json:"at,omitempty"`  // what a group's score is compared with, in (0, 1); 0: one half
	Data json.RawMessage `json:"model"`
}

type stored struct {
	Format      string    `json:"format"`
	FileVersion int       `json:"fileVersion"`
	Study       string    `json:"study"`
	Version     string    `json:"version"`
	Made        string    `json:"made"`
	Data        string    `json:"data"`
	Split       string    `json:"split"`
	Inside      string    `json:"inside,omitempty"`
	Judgement   Judgement `json:"judgement"`
	Parts       []Part    `json:"parts"`
}

// Encode returns the file's bytes and sets its version.
func (f *File) Encode() ([]byte, error) {
	s := stored{fileFormat, fileVersion, f.Study, "", f.Made, f.Data, f.Split, f.Inside, f.Judgement, f.Parts}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write model %s: %w", f.Study, err)
	}
	sum := sha256.Sum256(data)
	f.Version = hex.EncodeToString(sum[:6])
	s.Version = f.Version
	if data, err = json.Marshal(s); err != nil {
		return nil, fmt.Errorf("write model %s: %w", f.Study, err)
	}
	return append(data, '\n'), nil
}

// Decode reads a file of the study of that name. Its parts are read by the
// study.
func Decode(r io.Reader, study string) (*File, error) {
	limited := &io.LimitedReader{R: r, N: fileBytesMax + 1}
	var s stored
	if err := json.NewDecoder(limited).Decode(&s); err != nil {
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("read model %s: the file is longer than %d MB", study, fileBytesMax>>20)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("read model %s: the file was cut off: train it again", study)
		}
		return nil, fmt.Errorf("read model %s: %w", study, err)
	}
	switch {
	case s.Format != fileFormat || s.FileVersion != fileVersion:
		return nil, fmt.Errorf("read model %s: this is a %q file of version %d, not a %s of version %d: train it again", study, s.Format, s.FileVersion, fileFormat, fileVersion)
	case s.Study != study:
		return nil, fmt.Errorf("read model %s: the file is of %q", study, s.Study)
	case len(s.Parts) == 0 || len(s.Parts) > partsMax:
		return nil, fmt.Errorf("read model %s: it has %d parts: 1 to %d are allowed", study, len(s.Parts), partsMax)
	}
	for _, p := range s.Parts {
		if !(p.At >= 0 && p.At < 1) {
			return nil, fmt.Errorf("read model %s: part %q compares with %g, which is no probability", study, p.Name, p.At)
		}
	}
	if err := s.Judgement.Check(); err != nil {
		return nil, fmt.Errorf("read model %s: %w", study, err)
	}
	return &File{s.Study, s.Version, s.Made, s.Data, s.Split, s.Inside, s.Judgement, s.Parts}, nil
}

// Add encodes a model as a part.
func (f *File) Add(name string, own, out []string, encode func(io.Writer) error) error {
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		return fmt.Errorf("part %s: %w", name, err)
	}
	f.Parts = append(f.Parts, Part{Name: name, Own: own, Out: out, Data: bytes.TrimSpace(b.Bytes())})
	return nil
}
