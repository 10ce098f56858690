package catalogue

import (
	"fmt"
	"io/fs"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
)

// palette is what classes are made of: materials by name, and packages of
// goods.
type palette struct {
	materials map[string]scene.Material
	packages  []pack
}

type materialSpec struct {
	Name        string  `yaml:"name"`
	Color       string  `yaml:"color"` // sRGB, "#rrggbb"
	Opacity     float64 `yaml:"opacity"`
	Metallic    float64 `yaml:"metallic"`
	Roughness   float64 `yaml:"roughness"`
	Emissive    float64 `yaml:"emissive"` // times the colour
	Alpha       string  `yaml:"alpha"`
	Pattern     string  `yaml:"pattern"`
	PatternSize float64 `yaml:"pattern_size"`
}

// pack is one kind of package on a shelf.
type pack struct {
	Kind    string    `yaml:"kind"`
	Form    string    `yaml:"form"` // box, can, bottle, bag, fruit
	Size    []float64 `yaml:"size"` // width, height, depth, metres
	Gap     float64   `yaml:"gap"`  // to the next one
	Stack   int       `yaml:"stack"`
	Colours []string  `yaml:"colours"` // materials, one for each product
	Words   []string  `yaml:"words"`   // in the name of a product
}

var patterns = map[string]scene.Pattern{
	"": scene.Plain, "wood": scene.Wood, "tile": scene.Tile, "brushed": scene.BrushedMetal,
	"concrete": scene.Concrete, "goods": scene.Goods, "fabric": scene.Fabric, "belt": scene.Belt,
}

var alphas = map[string]scene.AlphaMode{"": scene.Opaque, "blend": scene.Blend, "glass": scene.Glass}

func (p *palette) read(files fs.FS) error {
	var specs []materialSpec
	if err := readYAML(files, "palette/materials.yaml", &specs); err != nil {
		return err
	}
	p.materials = make(map[string]scene.Material, len(specs))
	for _, s := range specs {
		m, err := s.material()
		if err != nil {
			return fmt.Errorf("palette/materials.yaml: material %q: %w", s.Name, err)
		}
		p.materials[s.Name] = m
	}
	if err := readYAML(files, "palette/goods.yaml", &p.packages); err != nil {
		return err
	}
	for _, g := range p.packages {
		if err := p.checkPack(g); err != nil {
			return fmt.Errorf("palette/goods.yaml: kind %q: %w", g.Kind, err)
		}
	}
	return nil
}

func (p *palette) checkPack(g pack) error {
	if len(g.Size) != 3 || !(g.Size[0] > 0.01 && g.Size[1] > 0.01 && g.Size[2] > 0.01) {
		return fmt.Errorf("size %v is not width, height, depth of at least 1 cm", g.Size)
	}
	if len(g.Colours) == 0 {
		return fmt.Errorf("it has no colours")
	}
	for _, c := range g.Colours {
		if _, ok := p.materials[c]; !ok {
			return fmt.Errorf("no material %q", c)
		}
	}
	return nil
}

func readYAML(files fs.FS, name string, into any) error {
	data, err := readFile(files, name)
	if err != nil {
		return err
	}
	if err := decode(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (s materialSpec) material() (scene.Material, error) {
	rgb, err := linear(s.Color)
	if err != nil {
		return scene.Material{}, err
	}
	pattern, known := patterns[s.Pattern]
	if !known {
		return scene.Material{}, fmt.Errorf("no pattern %q", s.Pattern)
	}
	alpha, known := alphas[s.Alpha]
	if !known {
		return scene.Material{}, fmt.Errorf("alpha %q is none of blend, glass", s.Alpha)
	}
	opacity := float32(1)
	if alpha != scene.Opaque {
		opacity = float32(s.Opacity)
	}
	e := float32(s.Emissive)
	return scene.Material{
		Name: s.Name, BaseColor: [4]float32{rgb[0], rgb[1], rgb[2], opacity},
		Metallic: float32(s.Metallic), Roughness: float32(s.Roughness),
		Emissive: [3]float32{rgb[0] * e, rgb[1] * e, rgb[2] * e},
		Alpha:    alpha, Pattern: pattern, PatternSize: float32(s.PatternSize),
	}, nil
}

// inColour is a material in another colour: what shines keeps its strength, and
// what is seen through its opacity.
func inColour(m scene.Material, colour string) (scene.Material, error) {
	rgb, err := linear(colour)
	if err != nil {
		return m, err
	}
	strength := func(c []float32) float32 { return max(c[0], c[1], c[2]) }
	glow, full := strength(m.Emissive[:]), strength(rgb[:])
	for k := range 3 {
		m.BaseColor[k] = rgb[k]
		if full > 0 {
			m.Emissive[k] = glow * rgb[k] / full
		}
	}
	m.Name += " " + colour
	return m, nil
}

// linear turns an sRGB colour "#rrggbb" to linear light (IEC 61966-2-1).
func linear(hex string) ([3]float32, error) {
	var out [3]float32
	digits, ok := strings.CutPrefix(hex, "#")
	v, err := strconv.ParseUint(digits, 16, 32)
	if !ok || len(digits) != 6 || err != nil {
		return out, fmt.Errorf("colour %q is not #rrggbb", hex)
	}
	for k := range out {
		c := float64(v>>(16-8*k)&0xff) / 255
		if c <= 0.04045 {
			out[k] = float32(c / 12.92)
		} else {
			out[k] = float32(math.Pow((c+0.055)/1.055, 2.4))
		}
	}
	return out, nil
}

// yamlKeys lists the keys that a struct can be read from.
func yamlKeys(v any) []string {
	t := reflect.TypeOf(v).Elem()
	var keys []string
	for k := range t.NumField() {
		if key := t.Field(k).Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}
