package perceive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/tree"
)

// ModelName is the name of the model of this package.
const ModelName = "situations"

const (
	fileFormat    = "situations"
	fileVersion   = 1
	fileBytesMax  = 128 << 20
	minutesMax    = 60  // a rule averages over
	backgroundMax = 500 // rows of a family
)

// Rule is when a claim becomes a situation: its probability must be At on average
// over so many minutes.
type Rule struct {
	At      float64 `json:"at"`
	Minutes int     `json:"minutes"`
}

// part is the model of one family.
type part struct {
	trees      *tree.Model
	rules      map[string]Rule // by label of a class; a class without one is never raised
	background [][]float64     // rows of training, for explanations

	once   sync.Once
	scorer *tree.Scorer // of trees, once something is scored; by score alone

	relate  sync.Once
	related [][]string // features that go with each other; by Together alone
}

// score is what the trees say of a row: the probability of each class.
func (p *part) score(row []float64) []float64 {
	p.once.Do(func() { p.scorer = p.trees.Scorer() })
	return p.scorer.Probabilities(row)
}

// Model tells situations: trees and rules for each family of things.
type Model struct {
	Version   string // hash of all the rest
	Made      string // command that makes it again
	Data      string // what it was trained on
	Judgement *Judgement
	Usual     *Usual // of the readings, from a file of its own; nil: not known, and no drift is told
	parts     map[string]*part
}

type storedModel struct {
	Format    string       `json:"format"`
	Version   int          `json:"fileVersion"`
	Hash      string       `json:"version"`
	Made      string       `json:"made"`
	Data      string       `json:"data"`
	Judgement *Judgement   `json:"judgement,omitempty"`
	Parts     []storedPart `json:"parts"`
}

type storedPart struct {
	Family     string          `json:"family"`
	Rules      map[string]Rule `json:"rules"`
	Background [][]*float64    `json:"background"`
	Trees      json.RawMessage `json:"trees"`
}

// Encode writes the model and sets its version.
func (m *Model) Encode(w io.Writer) error {
	s := storedModel{Format: fileFormat, Version: fileVersion, Made: m.Made, Data: m.Data, Judgement: m.Judgement}
	for _, f := range families() {
		p := m.parts[f.name]
		if p == nil {
			continue
		}
		var b bytes.Buffer
		plain := *p.trees
		plain.Version = "" // it is the whole model's
		if err := plain.Encode(&b); err != nil {
			return fmt.Errorf("write model %s, family %s: %w", ModelName, f.name, err)
		}
		sp := storedPart{Family: f.name, Rules: p.rules, Trees: bytes.TrimSpace(b.Bytes())}
		for _, row := range p.background {
			out := make([]*float64, len(row))
			for i, v := range row {
				if !math.IsNaN(v) {
					out[i] = &v
				}
			}
			sp.Background = append(sp.Background, out)
		}
		s.Parts = append(s.Parts, sp)
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write model %s: %w", ModelName, err)
	}
	hash := sha256.Sum256(data)
	m.Version = hex.EncodeToString(hash[:6])
	s.Hash = m.Version
	for _, p := range m.parts {
		p.trees.Version = m.Version
	}
	if err := json.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write model %s: %w", ModelName, err)
	}
	return nil
}

// Load reads a stored model. Whatever stands in the file, it returns a model that
// is safe to run or an error that says what is wrong with it.
func Load(r io.Reader) (*Model, error) { return LoadWithout(r) }

// LoadWithout reads a stored model without some of its families: of those that are
// to be trained anew, this program may compute other features by now.
func LoadWithout(r io.Reader, families ...string) (*Model, error) {
	limited := &io.LimitedReader{R: r, N: fileBytesMax + 1}
	var s storedModel
	if err := json.NewDecoder(limited).Decode(&s); err != nil {
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("read model %s: the file is longer than %d MB", ModelName, fileBytesMax>>20)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("read model %s: the file was cut off: train it again", ModelName)
		}
		return nil, fmt.Errorf("read model %s: %w", ModelName, err)
	}
	if s.Format != fileFormat || s.Version != fileVersion {
		return nil, fmt.Errorf("read model %s: this is a %q file of version %d, not a %s of version %d: train it again", ModelName, s.Format, s.Version, fileFormat, fileVersion)
	}
	m := &Model{Version: s.Hash, Made: s.Made, Data: s.Data, Judgement: s.Judgement, parts: map[string]*part{}}
	for _, sp := range s.Parts {
		if slices.Contains(families, sp.Family) {
			continue
		}
		p, err := sp.load(s.Hash)
		if err != nil {
			return nil, fmt.Errorf("read model %s, family %q: %w", ModelName, sp.Family, err)
		}
		m.parts[sp.Family] = p
	}
	if len(m.parts) == 0 {
		return nil, fmt.Errorf("read model %s: it holds no family: train it again", ModelName)
	}
	return m, nil
}

func (sp *storedPart) load(version string) (*part, error) {
	trees, err := tree.Decode(bytes.NewReader(sp.Trees))
	if err != nil {
		return nil, err
	}
	trees.Version = version
	var f *family
	for _, g := range families() {
		if g.name == sp.Family {
			f = g
		}
	}
	if f == nil {
		return nil, errors.New("this program knows no such family: train it again")
	}
	if err := sameColumns(trees, f.columns()); err != nil {
		return nil, err
	}
	if want := f.labels(); len(trees.Classes) != len(want) {
		return nil, fmt.Errorf("it tells %d classes, this program needs %d: train it again", len(trees.Classes), len(want))
	} else {
		for i, c := range want {
			if trees.Classes[i] != c {
				return nil, fmt.Errorf("class %d is %q, this program needs %q: train it again", i+1, trees.Classes[i], c)
			}
		}
	}
	p := &part{trees: trees, rules: sp.Rules}
	for name, r := range sp.Rules {
		if !(r.At > 0 && r.At <= 1 && r.Minutes >= 1 && r.Minutes <= minutesMax) {
			return nil, fmt.Errorf("the rule of %q asks for %g over %d minutes: a probability over 1 to %d can be asked for", name, r.At, r.Minutes, minutesMax)
		}
	}
	if len(sp.Background) > backgroundMax {
		return nil, fmt.Errorf("it has %d background rows, at most %d can be", len(sp.Background), backgroundMax)
	}
	for i, row := range sp.Background {
		if len(row) != len(trees.Columns) {
			return nil, fmt.Errorf("background row %d has %d values for %d columns", i+1, len(row), len(trees.Columns))
		}
		out := make([]float64, len(row))
		for j, v := range row {
			out[j] = math.NaN()
			if v != nil {
				out[j] = *v
			}
		}
		p.background = append(p.background, out)
	}
	return p, nil
}

func sameColumns(m *tree.Model, want []xai.Column) error {
	if len(m.Columns) != len(want) {
		return fmt.Errorf("it takes %d features, this program computes %d: train it again", len(m.Columns), len(want))
	}
	for i, c := range want {
		if m.Columns[i].Name != c.Name {
			return fmt.Errorf("feature %d is %q, this program computes %q: train it again", i+1, m.Columns[i].Name, c.Name)
		}
	}
	return nil
}

// labels of a family as its trees tell them: None, then each class, once.
func (f *family) labels() []string {
	out := []string{None}
	for _, c := range f.classes {
		out = append(out, c.label())
	}
	return out
}

// Faithfulness are the figures of the explanations of each family of a kind of
// site.
func (m *Model) Faithfulness(site string) map[string][]xai.Figure {
	out := map[string][]xai.Figure{}
	for _, f := range families() {
		if p := m.parts[f.name]; p != nil && slices.Contains(f.sites, site) {
			out[f.name] = p.trees.Faithfulness
		}
	}
	return out
}
