package tracks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Plane tells how the picture of a file lies on a site: by points that were clicked on
// both, or by a homography. Picture places are in the file's own units, as pixels; those
// of the plan are the site's x and z, metres.
type Plane struct {
	Points     []Pair
	Homography *Homography // row by row; nil: the points tell
}

const planeBytesMax = 1 << 20

type storedPlane struct {
	Points     []storedPair `yaml:"points,omitempty"`
	Homography []float64    `yaml:"homography,flow,omitempty"`
}

type storedPair struct {
	Picture []float64 `yaml:"picture,flow"`
	Plan    []float64 `yaml:"plan,flow"`
}

// ReadPlane reads how a picture lies; name is for errors.
func ReadPlane(name string, r io.Reader) (*Plane, error) {
	text, err := io.ReadAll(io.LimitReader(r, planeBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > planeBytesMax {
		return nil, fmt.Errorf("%s: it is longer than %d bytes: this is no list of points", name, planeBytesMax)
	}
	var s storedPlane
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w: write points: [{picture: [412, 300], plan: [1.2, -3.4]}, …], or homography: [nine numbers]", name, err)
	}
	p, err := s.plane()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, _, err := p.Transform(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func (s *storedPlane) plane() (*Plane, error) {
	if (len(s.Points) > 0) == (s.Homography != nil) {
		return nil, errors.New("give either points or a homography")
	}
	p := &Plane{}
	if s.Homography != nil {
		if len(s.Homography) != 9 || !finite(s.Homography) {
			return nil, fmt.Errorf("a homography has nine numbers, here are %d", len(s.Homography))
		}
		h := Homography(s.Homography)
		p.Homography = &h
		return p, nil
	}
	for i, x := range s.Points {
		if len(x.Picture) != 2 || len(x.Plan) != 2 || !finite(x.Picture) || !finite(x.Plan) {
			return nil, fmt.Errorf("point %d: give picture: [x, y] and plan: [x, z], each within a million", i+1)
		}
		p.Points = append(p.Points, Pair{Picture: geom.Vec2(x.Picture), Plan: geom.Vec2(x.Plan)})
	}
	return p, nil
}

func finite(all []float64) bool {
	for _, v := range all {
		if math.IsNaN(v) || math.Abs(v) > farthest {
			return false
		}
	}
	return true
}

// Encode writes it as ReadPlane reads it.
func (p *Plane) Encode() ([]byte, error) {
	var s storedPlane
	if p.Homography != nil {
		s.Homography = p.Homography[:]
	}
	for _, x := range p.Points {
		s.Points = append(s.Points, storedPair{x.Picture[:], x.Plan[:]})
	}
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write how a picture lies: %w", err)
	}
	return append([]byte("# Where points of the recording (in its own units) lie on the plan (x and z, metres).\n"), text...), nil
}

// Transform is what takes the file's plane to the site's, with the farthest that a point
// misses, metres.
func (p *Plane) Transform() (h Homography, off float64, err error) {
	if p.Homography == nil {
		return Calibrate(p.Points)
	}
	h = *p.Homography
	if d := h[0]*(h[4]*h[8]-h[5]*h[7]) - h[1]*(h[3]*h[8]-h[5]*h[6]) + h[2]*(h[3]*h[7]-h[4]*h[6]); d == 0 || math.IsNaN(d) {
		return h, 0, errors.New("the homography takes the whole picture to a line: check its nine numbers")
	}
	return h, 0, nil
}
