package sitefolder

import (
	"fmt"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/twin"
)

// The forms of the two files. They differ from the nouns where a person reads
// better: signals stand with their asset, and a binding with its signal.

type siteForm struct {
	Format   int                            `yaml:"format"`
	ID       string                         `yaml:"id"`
	Name     string                         `yaml:"name"`
	Kind     string                         `yaml:"kind"`
	TimeZone string                         `yaml:"time_zone,omitempty"`
	Location *locationForm                  `yaml:"location,omitempty"`
	Sources  []sourceForm                   `yaml:"sources,omitempty"`
	Plants   []plantForm                    `yaml:"plants,omitempty"`
	Modes    map[twin.ActionClass]twin.Mode `yaml:"modes,omitempty"`
	Guards   []guardForm                    `yaml:"guards,omitempty"`

	TwoPerson []twin.ActionClass `yaml:"two_person,omitempty,flow"`
	Users     []userForm         `yaml:"users,omitempty"`
	Earning   *earningForm       `yaml:"autonomy,omitempty"`
	Prices    *pricesForm        `yaml:"prices,omitempty"`
	Hangs     []hangForm         `yaml:"hangs,omitempty"`
	Planning  *planningForm      `yaml:"planning,omitempty"`
	People    *peopleForm        `yaml:"people,omitempty"`

	Zones  []zoneForm  `yaml:"zones,omitempty"`
	Assets []assetForm `yaml:"assets,omitempty"`
}

// locationForm is in degrees; latitude and longitude must be written, so that a
// site of which one was forgotten does not lie in the sea off Africa.
type locationForm struct {
	Latitude  *float64 `yaml:"latitude"`
	Longitude *float64 `yaml:"longitude"`
	North     float64  `yaml:"north,omitempty"`
}

type sourceForm struct {
	Kind string `yaml:"kind"`
	Path string `yaml:"path"`
	Hash string `yaml:"sha256,omitempty"`

	Answers map[string]string `yaml:"answers,omitempty,flow"`
}

type plantForm struct {
	Name     string `yaml:"name"`
	Endpoint string `yaml:"endpoint"`
	User     string `yaml:"user,omitempty"`
}

type fromForm struct {
	Source string `yaml:"source,omitempty"`
	Entity string `yaml:"entity,omitempty"`
}

type zoneForm struct {
	ID      twin.ZoneID `yaml:"id"`
	Name    string      `yaml:"name"`
	Kind    string      `yaml:"kind"`
	Outline []point2    `yaml:"outline,flow"`
	FloorY  float64     `yaml:"floor"`
	Height  float64     `yaml:"height"`
	From    fromForm    `yaml:"from,flow,omitempty"`
}

type assetForm struct {
	ID       twin.AssetID       `yaml:"id"`
	Class    string             `yaml:"class"`
	Name     string             `yaml:"name"`
	Zone     twin.ZoneID        `yaml:"zone,omitempty"`
	Size     point3             `yaml:"size,flow"`
	Params   map[string]float64 `yaml:"params,omitempty,flow"`
	Products []string           `yaml:"products,omitempty,flow"`
	Facings  []facingForm       `yaml:"facings,omitempty"`
	Bare     bool               `yaml:"bare,omitempty"`
	Finish   map[string]string  `yaml:"finish,omitempty,flow"`
	Shape    string             `yaml:"shape,omitempty"`
	Inferred bool               `yaml:"inferred,omitempty"`
	From     fromForm           `yaml:"from,flow,omitempty"`
	Signals  []signalForm       `yaml:"signals,omitempty"`
}

type signalForm struct {
	Name     string          `yaml:"name"`
	Kind     twin.SignalKind `yaml:"kind"`
	Unit     string          `yaml:"unit,omitempty"`
	Range    []float64       `yaml:"range,omitempty,flow"`
	Writable bool            `yaml:"writable,omitempty"`
	Expected string          `yaml:"expected,omitempty"`
	Plant    string          `yaml:"plant,omitempty"` // when it is not the first
	Node     string          `yaml:"node,omitempty"`
}

type layoutForm struct {
	Format int        `yaml:"format"`
	Poses  []poseForm `yaml:"poses"`
}

// poseForm is one line; yaw is in degrees.
type poseForm struct {
	Asset twin.AssetID `yaml:"asset"`
	At    *point3      `yaml:"at,flow"`
	Yaw   float64      `yaml:"yaw"`
}

// passage is a text of any number of lines.
type passage string

// MarshalYAML quotes what a block of lines would not give back: the encoder
// drops line breaks and blanks at its beginning.
func (p passage) MarshalYAML() (any, error) {
	if s := string(p); strings.Contains(s, "\n") && s != strings.TrimSpace(s) {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}, nil
	}
	return string(p), nil
}

// MarshalYAML puts a signal on one line.
func (s signalForm) MarshalYAML() (any, error) { type plain signalForm; return oneLine(plain(s)) }

// MarshalYAML puts a location on one line.
func (l locationForm) MarshalYAML() (any, error) { type plain locationForm; return oneLine(plain(l)) }

// MarshalYAML puts a pose on one line.
func (p poseForm) MarshalYAML() (any, error) { type plain poseForm; return oneLine(plain(p)) }

// MarshalYAML puts a source on one line.
func (s sourceForm) MarshalYAML() (any, error) { type plain sourceForm; return oneLine(plain(s)) }

// point2 and point3 are lists of numbers whose length is checked with its line.
type (
	point2 [2]float64
	point3 [3]float64
)

// UnmarshalYAML reads two numbers.
func (p *point2) UnmarshalYAML(n *yaml.Node) error { return numbers(n, p[:]) }

// UnmarshalYAML reads three numbers.
func (p *point3) UnmarshalYAML(n *yaml.Node) error { return numbers(n, p[:]) }

func numbers(n *yaml.Node, into []float64) error {
	var list []float64
	if err := n.Decode(&list); err != nil || len(list) != len(into) {
		return fmt.Errorf("line %d: %d numbers in brackets are expected, as [%s]", n.Line, len(into), strings.Repeat("1.5, ", len(into)-1)+"1.5")
	}
	copy(into, list)
	return nil
}

func oneLine(v any) (any, error) {
	var n yaml.Node
	if err := n.Encode(v); err != nil {
		return nil, err
	}
	n.Style = yaml.FlowStyle
	return &n, nil
}

// format is the version of the files that this program writes.
const format = 1

func checkFormat(file string, got int) error {
	if got != format {
		return wrong(file, []any{"format"}, "%d is not %d, which this program reads; open the site with the version that wrote it, or generate it again", got, format)
	}
	return nil
}

func duration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%.40q is not a span of time; write it as 5m or 30s", s)
	}
	return d, nil
}
