// Package shelves reads where the shelves of a real store stand, and what
// products they hold, as robots and store systems write it in JSON: the shelf
// records of the Knowledge4Retail data provider, the shelf frames of a KnowRob
// semantic map, their product facings and lists of products. Such files do not
// say which corner of a shelf its position means, nor where its front looks;
// Settle finds that out from how the shelves stand to each other. It must never
// know the catalogue, a mesh or a plant. Start reading at Read, then Settle.
//
// Frame of the files: metres, right-handed, +Z up. Positions that come out are
// in plan, x and y of the same frame.
package shelves

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Limits on a file. The largest stores hold some 3,000 shelves and 60,000
// products.
const (
	fileMax     = 64 << 20
	shelvesMax  = 20_000
	facingsMax  = 500_000
	textMax     = 400
	reachMax    = 5000.0 // metres
	sizeMax     = 30.0   // metres of one shelf
	problemsMax = 20
)

// Shelf is one shelf as the file tells it, its frame where the file says and
// its extent not yet placed in it.
type Shelf struct {
	ID                   string
	Place                string // within the file, for messages: "shelf 12"
	X, Y, Z              float64
	Yaw                  float64 // radians about +Z
	Width, Depth, Height float64 // metres
	Kind                 string  // as the file names it; "" when it does not
	Group                string  // product group
}

// Facing is one place of a product on a shelf.
type Facing struct {
	Shelf   string // its ID
	Layer   string // id of the board it stands on
	Product string // article number or GTIN
	X, Y, Z float64
}

// Product is an article that a store sells.
type Product struct {
	ID   string // article number or GTIN
	Name string
}

// File is what one file holds: any of the three lists.
type File struct {
	Shelves  []Shelf
	Facings  []Facing
	Products []Product
}

// Is tells whether the beginning of a JSON file looks like one that Read reads.
func Is(head []byte) bool {
	for _, mark := range []string{`"positionX"`, `"FacingPose"`, `"gtin"`, `ShelfSystem`, `DMShelf`, `"positionx"`} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// Read reads a file; name is for messages.
func Read(name string, data []byte) (*File, error) {
	if len(data) > fileMax {
		return nil, fmt.Errorf("%s: larger than %d MB; split it", name, fileMax>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	entries, err := list(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r := reader{}
	for i, e := range entries {
		r.place = fmt.Sprintf("entry %d", i+1)
		if err := r.entry(e); err != nil {
			r.wrong = append(r.wrong, fmt.Errorf("%s: %s: %w", name, r.place, err))
			if len(r.wrong) == problemsMax {
				break
			}
		}
	}
	if err := errors.Join(r.wrong...); err != nil {
		return nil, err
	}
	if len(r.out.Shelves)+len(r.out.Facings)+len(r.out.Products) == 0 {
		return nil, fmt.Errorf("%s: no shelf, facing or product in it; give a list of shelves with positionX, of [id, model, pose, depth, width, height], of facings or of products", name)
	}
	return &r.out, nil
}

// list finds the entries: the file is a list, or an object that holds one, as
// paged answers of web services do.
func list(data []byte) ([]json.RawMessage, error) {
	var entries []json.RawMessage
	listed := json.Unmarshal(data, &entries)
	if listed == nil {
		return entries, nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return nil, located(data, listed)
	}
	for _, key := range []string{"shelves", "content", "items", "products", "data", "results"} {
		if inner, ok := object[key]; ok && json.Unmarshal(inner, &entries) == nil {
			return entries, nil
		}
	}
	if inner, ok := object["_embedded"]; ok {
		var embedded map[string]json.RawMessage
		if json.Unmarshal(inner, &embedded) == nil {
			for _, name := range slices.Sorted(keys(embedded)) {
				if json.Unmarshal(embedded[name], &entries) == nil {
					return entries, nil
				}
			}
		}
	}
	return []json.RawMessage{data}, nil
}

func keys(m map[string]json.RawMessage) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// located adds the line to an error of JSON's form.
func located(data []byte, err error) error {
	var form *json.SyntaxError
	if errors.As(err, &form) {
		line := 1 + bytes.Count(data[:min(int(form.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("line %d: not JSON: %w; export the file again", line, err)
	}
	return fmt.Errorf("not a list of shelves or products: %w", err)
}

// reader gathers what the entries of one file say.
type reader struct {
	place string
	out   File
	wrong []error
}

func (r *reader) entry(data json.RawMessage) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return r.frame(data)
	}
	var e struct {
		ID          any      `json:"id"`
		External    string   `json:"externalReferenceId"`
		X           *float64 `json:"positionX"`
		Y           *float64 `json:"positionY"`
		Z           float64  `json:"positionZ"`
		QX          float64  `json:"orientationX"`
		QY          float64  `json:"orientationY"`
		QZ          float64  `json:"orientationZ"`
		QW          float64  `json:"orientationW"`
		Width       float64  `json:"width"`
		Depth       float64  `json:"depth"`
		Height      float64  `json:"height"`
		Unit        any      `json:"lengthUnitId"`
		Group       any      `json:"productGroupId"`
		Facing      string
		FacingPose  []json.RawMessage
		Frame       string
		Layer       string
		Product     string
		Name        string `json:"name"`
		GTIN        string `json:"gtin"`
		Description string `json:"description"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("%w; correct the value", err)
	}
	switch {
	case e.X != nil && e.Y != nil:
		s := Shelf{
			ID: text(e.ID), Place: r.place, X: *e.X, Y: *e.Y, Z: e.Z, Yaw: yaw(e.QX, e.QY, e.QZ, e.QW),
			Width: e.Width, Depth: e.Depth, Height: e.Height, Group: text(e.Group),
		}
		if s.ID == "" {
			s.ID = e.External
		}
		return r.shelf(s)
	case len(e.FacingPose) > 0 || e.Facing != "":
		if len(r.out.Facings) == facingsMax {
			return fmt.Errorf("more than %d facings; split the store", facingsMax)
		}
		_, at, _, err := pose(e.FacingPose)
		if err != nil {
			return err
		}
		f := Facing{Shelf: local(e.Frame), Layer: local(e.Layer), Product: article(e.Product), X: at[0], Y: at[1], Z: at[2]}
		if f.Shelf == "" || f.Product == "" {
			return errors.New("a facing names its shelf as Frame and its article as Product; add them")
		}
		r.out.Facings = append(r.out.Facings, f)
		return nil
	case e.GTIN != "" || e.Name != "" && e.ID != nil:
		p := Product{ID: e.GTIN, Name: clean(e.Name)}
		if p.ID == "" {
			p.ID = text(e.ID)
		}
		r.out.Products = append(r.out.Products, p)
		return nil
	}
	return errors.New("neither a shelf (positionX, positionY), nor a facing (Frame, Product), nor a product (name, gtin); remove it, or give those fields")
}

// frame reads a KnowRob shelf: [iri, model, [frame, [x, y, z], [qx, qy, qz,
// qw]], depth, width, height].
func (r *reader) frame(data json.RawMessage) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || len(parts) < 6 {
		return errors.New("a shelf frame has six parts: [id, model, pose, depth, width, height]")
	}
	var s Shelf
	var iri, model string
	var placed []json.RawMessage
	for i, into := range []any{&iri, &model, &placed, &s.Depth, &s.Width, &s.Height} {
		if err := json.Unmarshal(parts[i], into); err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
	}
	_, at, turn, err := pose(placed)
	if err != nil {
		return err
	}
	s.ID, s.Place, s.X, s.Y, s.Z = local(iri), r.place, at[0], at[1], at[2]
	s.Yaw = yaw(turn[0], turn[1], turn[2], turn[3])
	s.Kind = strings.TrimSuffix(model[strings.LastIndexByte(model, '/')+1:], ".dae")
	return r.shelf(s)
}

// pose reads [frame, [x, y, z], [qx, qy, qz, qw]].
func pose(parts []json.RawMessage) (frame string, at [3]float64, turn [4]float64, err error) {
	var p, q []float64
	if len(parts) != 3 || json.Unmarshal(parts[0], &frame) != nil || json.Unmarshal(parts[1], &p) != nil ||
		json.Unmarshal(parts[2], &q) != nil || len(p) != 3 || len(q) != 4 {
		return "", at, turn, errors.New("a pose has three parts: [frame, [x, y, z], [qx, qy, qz, qw]]")
	}
	copy(at[:], p)
	copy(turn[:], q)
	for _, v := range append(p, q...) {
		if math.Abs(v) > reachMax {
			return "", at, turn, fmt.Errorf("%v is further than %v m from the origin; is it in metres?", v, reachMax)
		}
	}
	return frame, at, turn, nil
}

func (r *reader) shelf(s Shelf) error {
	if len(r.out.Shelves) == shelvesMax {
		return fmt.Errorf("more than %d shelves; split the store", shelvesMax)
	}
	s.ID, s.Kind = clean(s.ID), clean(s.Kind)
	if s.ID == "" {
		return errors.New("the shelf has no id; give it one")
	}
	if math.Abs(s.X) > reachMax || math.Abs(s.Y) > reachMax || math.Abs(s.Z) > reachMax {
		return fmt.Errorf("shelf %s stands further than %v m from the origin; positions are metres", s.ID, reachMax)
	}
	for _, v := range []struct {
		name string
		size float64
	}{{"width", s.Width}, {"depth", s.Depth}, {"height", s.Height}} {
		if !(v.size > 0) || v.size > sizeMax {
			return fmt.Errorf("shelf %s: a %s of %v m; sizes are metres above zero and at most %v", s.ID, v.name, v.size, sizeMax)
		}
	}
	r.out.Shelves = append(r.out.Shelves, s)
	return nil
}

// yaw is the heading of a rotation about +Z, radians; a zero quaternion turns
// nothing.
func yaw(x, y, z, w float64) float64 {
	return math.Atan2(2*(w*z+x*y), 1-2*(y*y+z*z))
}

// text is an id as text, whether the file wrote a number or a string.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprintf("%.0f", v)
	}
	return ""
}

// local is the last part of an IRI.
func local(iri string) string {
	return clean(iri[strings.LastIndexAny(iri, "#/")+1:])
}

// article is the number within "…#ProductWithAN432216".
func article(iri string) string {
	return strings.TrimPrefix(local(iri), "ProductWithAN")
}

func clean(s string) string {
	s = strings.ToValidUTF8(strings.TrimSpace(s), "")
	if len(s) > textMax {
		s = strings.ToValidUTF8(s[:textMax], "")
	}
	return s
}
