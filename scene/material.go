package scene

// AlphaMode tells how a surface lets light through.
type AlphaMode uint8

const (
	Opaque AlphaMode = iota
	Blend            // ordinary transparency
	Glass            // thin-walled transmission: reflects as a dielectric, tints what is behind
	Mask             // there where the coverage reaches Cutoff, elsewhere not
)

// Pattern is a procedural detail of a material, drawn in the shader in metres.
type Pattern uint8

const (
	Plain Pattern = iota
	Wood
	Tile
	BrushedMetal
	Concrete
	Goods // packages with varied colours, per instance
	Fabric
	Belt // moves along u with the joint that carries it
)

// Material is metallic-roughness, as glTF 2.0, section 3.9, and its extensions
// KHR_materials_clearcoat, _emissive_strength, _ior, _specular, _transmission,
// _unlit and _volume have it.
type Material struct {
	Name        string
	BaseColor   [4]float32 // linear RGB and coverage
	Metallic    float32    // 0..1
	Roughness   float32    // 0..1
	Emissive    [3]float32 // linear, times EmissiveDrive when a signal drives it
	Alpha       AlphaMode
	Cutoff      float32 // of Mask; 0 means 0.5
	DoubleSided bool
	Unlit       bool    // shows BaseColor whatever the light
	Pattern     Pattern // of a material without images
	PatternSize float32 // metres of one repeat; 0 = the pattern's own

	Color     Map // times BaseColor, sRGB
	Normal    Map // tangent space, +Y up, as glTF
	Rough     Map // green: roughness, blue: metalness, each times its factor
	Occlusion Map // red: how much of the light around reaches the surface
	Glow      Map // times Emissive, sRGB

	Coat         Coat
	Gloss        Gloss
	Transmission Transmission
}

// Coat is a clear layer over a surface.
type Coat struct {
	Factor    float32 // 0: none
	Roughness float32
	Map       Map // red, times Factor
	Rough     Map // green, times Roughness
	Normal    Map
}

// Gloss is how strongly a dielectric mirrors. When it is not Stated it is as
// glass of an index of 1.5 does.
type Gloss struct {
	Stated bool
	IOR    float32    // index of refraction; 0: as one without end, which mirrors all
	Factor float32    // 0..1
	Color  [3]float32 // linear, of what is mirrored straight on
	Map    Map        // alpha, times Factor
	Tint   Map        // times Color, sRGB
}

// GlossUsual is that of a material which states none.
var GlossUsual = Gloss{IOR: 1.5, Factor: 1, Color: [3]float32{1, 1, 1}}

// Mirrors is the gloss of a material, stated or not.
func (m *Material) Mirrors() Gloss {
	if m.Gloss.Stated {
		return m.Gloss
	}
	return GlossUsual
}

// Transmission is how a material of Alpha Glass lets light through. When Factor
// is 0, the coverage of BaseColor says it.
type Transmission struct {
	Factor    float32 // part of what is not mirrored
	Map       Map     // red, times Factor
	Thickness float32 // metres within; 0: a thin wall
	Depth     float32 // metres after which Tint is left of white light; 0: without end
	Tint      [3]float32
}

// Coverage is how much of what lies behind a material hides.
func (m *Material) Coverage() float32 {
	if m.Alpha == Glass && m.Transmission.Factor > 0 {
		return m.BaseColor[3] * (1 - 0.8*m.Transmission.Factor)
	}
	return m.BaseColor[3]
}

// Clear tells whether what lies behind shines through.
func (m *Material) Clear() bool { return m.Alpha == Blend || m.Alpha == Glass }

// Maps are the places of all images of a material.
func (m *Material) Maps() [MapsCount]*Map {
	return [MapsCount]*Map{&m.Color, &m.Normal, &m.Rough, &m.Occlusion, &m.Glow,
		&m.Coat.Map, &m.Coat.Rough, &m.Coat.Normal, &m.Gloss.Map, &m.Gloss.Tint, &m.Transmission.Map}
}

// MapsCount is how many images a material may have.
const MapsCount = 11

// Imaged tells whether a material has an image.
func (m *Material) Imaged() bool {
	for _, x := range m.Maps() {
		if x.Image != 0 {
			return true
		}
	}
	return false
}

// Bumpy tells whether a surface is turned by tangents.
func (m *Material) Bumpy() bool { return m.Normal.Image != 0 || m.Coat.Normal.Image != 0 }

// Map is an image laid over a surface by its texture coordinates, which are
// scaled, then turned, then moved (KHR_texture_transform). The zero value is no
// image.
type Map struct {
	Image        ImageID
	Second       bool // by Primitive.UVs2
	WrapU, WrapV Wrap
	Nearest      bool // its texels stay sharp
	Offset       [2]float32
	Turn         float32    // radians, counter-clockwise as the image is seen
	Scale        [2]float32 // both 0 means 1
	Strength     float32    // of normals and occlusion; 0 means 1
}

// Moved tells whether the coordinates are changed.
func (m *Map) Moved() bool {
	return m.Offset != [2]float32{} || m.Turn != 0 || m.Scale != [2]float32{} && m.Scale != [2]float32{1, 1}
}

// Wrap is what lies beyond the edge of an image.
type Wrap uint8

const (
	Repeat Wrap = iota
	Clamp
	Mirror
)

// ImageID indexes Scene.Images from one, so that the zero value is no image.
type ImageID int

// Image is a texture as its file's bytes, which stay as they came.
type Image struct {
	Name string
	MIME string // "image/png", "image/jpeg", "image/webp" or "image/ktx2"
	Data []byte
}
