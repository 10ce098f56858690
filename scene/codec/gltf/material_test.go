package gltf_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// dressed is a box for each thing that a material can have beyond metal and
// roughness, with two variants of one of them.
func dressed() *scene.Scene {
	picture := func(name string) scene.Image {
		return scene.Image{Name: name, MIME: "image/png", Data: onePixel}
	}
	sc := &scene.Scene{Images: []scene.Image{picture("a"), picture("b")}, Variants: []string{"summer", "winter"}}
	base := scene.Material{BaseColor: [4]float32{0.5, 0.25, 0.125, 1}, Metallic: 0.5, Roughness: 0.25}
	one := scene.Map{Image: 1}
	for name, change := range map[string]func(*scene.Material){
		"imaged": func(m *scene.Material) {
			m.Color, m.Rough, m.Glow = one, scene.Map{Image: 2, WrapU: scene.Clamp, WrapV: scene.Mirror, Nearest: true}, one
			m.Normal, m.Occlusion = scene.Map{Image: 2, Strength: 0.5}, scene.Map{Image: 2, Second: true, Strength: 0.75}
			m.Emissive = [3]float32{1, 0.5, 0}
		},
		"moved": func(m *scene.Material) {
			m.Color = scene.Map{Image: 1, Offset: [2]float32{0.25, -1}, Turn: 0.5, Scale: [2]float32{4, -2}}
		},
		"masked":  func(m *scene.Material) { m.Alpha, m.BaseColor[3], m.Cutoff = scene.Mask, 0.75, 0.25 },
		"blended": func(m *scene.Material) { m.Alpha, m.BaseColor[3] = scene.Blend, 0.5 },
		"unlit":   func(m *scene.Material) { m.Unlit = true },
		"bright":  func(m *scene.Material) { m.Emissive = [3]float32{8, 4, 2} },
		"coated": func(m *scene.Material) {
			m.Coat = scene.Coat{Factor: 0.5, Roughness: 0.125, Map: one, Rough: one, Normal: scene.Map{Image: 2, Strength: 2}}
		},
		"glossy": func(m *scene.Material) {
			m.Gloss = scene.Gloss{Stated: true, IOR: 1.75, Factor: 0.5, Color: [3]float32{1, 0.5, 2}, Map: one, Tint: one}
		},
		"diamond": func(m *scene.Material) { m.Gloss = scene.GlossUsual; m.Gloss.Stated, m.Gloss.IOR = true, 2.5 },
		"clear": func(m *scene.Material) {
			m.Alpha, m.Transmission = scene.Glass, scene.Transmission{Factor: 1, Map: one}
		},
		"bottle": func(m *scene.Material) {
			m.Alpha, m.Transmission = scene.Glass, scene.Transmission{Factor: 0.5, Thickness: 0.25, Depth: 0.5, Tint: [3]float32{0.5, 1, 0.5}}
		},
	} {
		m := base
		m.Name = name
		change(&m)
		p := cube(sc.AddMaterial(m))
		p.UVs2 = append([]float32(nil), p.UVs...)
		for range len(p.Positions) / 3 {
			p.Colors = append(p.Colors, 1, 0.5, 0.25, 0.75)
		}
		if m.Bumpy() {
			for v := 0; v+2 < len(p.Normals); v += 3 {
				n := geom.Vec3{float64(p.Normals[v]), float64(p.Normals[v+1]), float64(p.Normals[v+2])}
				t := geom.Vec3{n[1], n[2], n[0]}
				p.Tangents = append(p.Tangents, float32(t[0]), float32(t[1]), float32(t[2]), 1)
			}
		}
		if name == "coated" {
			p.Variants = []scene.MaterialID{scene.None, 0}
		}
		sc.AddNode(scene.Node{Name: name, Parent: scene.None, Joint: scene.None, Local: geom.Identity(), Mesh: sc.AddMesh(scene.Mesh{Name: name, Primitives: []scene.Primitive{p}})})
	}
	return sc
}

func TestMaterialsComeBack(t *testing.T) {
	want := dressed()
	for k := range want.Meshes { // a file keeps what an image lies by, and no more
		if p := &want.Meshes[k].Primitives[0]; !want.Materials[p.Material].Imaged() && len(p.Variants) == 0 {
			p.UVs2 = nil
		}
	}
	data, err := gltf.Write(want, gltf.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, read(t, data), cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b scene.Image) bool { return a.Name < b.Name })); d != "" {
		t.Error(d)
	}
}

func TestChoosingAVariant(t *testing.T) {
	sc := dressed()
	at := -1
	for i, m := range sc.Meshes {
		if m.Name == "coated" {
			at = i
		}
	}
	before := sc.Meshes[at].Primitives[0].Material
	if err := sc.Choose("summer"); err != nil || sc.Meshes[at].Primitives[0].Material != before {
		t.Errorf("summer changes nothing: %v", err)
	}
	if err := sc.Choose("winter"); err != nil || sc.Meshes[at].Primitives[0].Material != 0 {
		t.Errorf("winter is material %d: %v", sc.Meshes[at].Primitives[0].Material, err)
	}
	if err := sc.Choose("spring"); err == nil || !strings.Contains(err.Error(), "summer, winter") {
		t.Errorf("a variant that is none: %v", err)
	}
	other := &scene.Scene{Variants: []string{"autumn"}, Materials: []scene.Material{{Name: "leaf"}}}
	p := cube(0)
	p.Variants = []scene.MaterialID{0}
	other.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}})
	sc.Append(other, scene.None)
	if err := sc.Check(); err != nil || len(sc.Variants) != 3 {
		t.Errorf("%v of %v", err, sc.Variants)
	}
}

// TestHostileMaterials: numbers out of their range, indices of nothing and
// structures of the wrong kind give a scene or an error.
func TestHostileMaterials(t *testing.T) {
	for name, material := range map[string]string{
		"out of range":  `{"pbrMetallicRoughness":{"baseColorFactor":[9e99,-1,2,3],"metallicFactor":-7,"roughnessFactor":1e30},"emissiveFactor":[1e300,0,0],"extensions":{"KHR_materials_emissive_strength":{"emissiveStrength":1e300}}}`,
		"no texture":    `{"pbrMetallicRoughness":{"baseColorTexture":{"index":-1}},"normalTexture":{"index":99},"occlusionTexture":{},"emissiveTexture":{"index":0,"texCoord":-3}}`,
		"wrong kinds":   `{"extensions":{"KHR_materials_clearcoat":[],"KHR_materials_ior":{"ior":"x"},"KHR_materials_specular":7,"KHR_materials_transmission":null,"KHR_materials_unlit":3}}`,
		"odd index":     `{"extensions":{"KHR_materials_ior":{"ior":-5},"KHR_materials_specular":{"specularColorFactor":[1e38,-1,1]},"KHR_materials_transmission":{"transmissionFactor":9},"KHR_materials_volume":{"thicknessFactor":1e300,"attenuationDistance":1e-300,"attenuationColor":[7,7,7]}}}`,
		"odd transform": `{"pbrMetallicRoughness":{"baseColorTexture":{"index":0,"extensions":{"KHR_texture_transform":{"offset":[1e300,-1e300],"rotation":1e300,"scale":[0,1e300],"texCoord":9}}}}}`,
		"mask":          `{"alphaMode":"MASK","alphaCutoff":-1}`,
	} {
		text := fmt.Sprintf(`{"asset":{"version":"2.0"},"materials":[%s],"textures":[{"source":0,"sampler":5},null],"images":[{"uri":"data:image/png;base64,AAAA"},null],"samplers":[null],
			"extensions":{"KHR_materials_variants":{"variants":[{"name":"a"}]}},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0,"TEXCOORD_0":1},"material":0,
			"extensions":{"KHR_materials_variants":{"mappings":[{"material":-1,"variants":[0]},{"material":0,"variants":[-1,7]}]}}}]}],
			"accessors":[{"componentType":5126,"type":"VEC3","count":3},{"componentType":5126,"type":"VEC2","count":3}]}`, material)
		if !json.Valid([]byte(text)) {
			t.Fatal(name)
		}
		sc, _, err := gltf.Read(context.Background(), "m.gltf", []byte(text), gltf.ReadOptions{})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "m.gltf: ") {
				t.Errorf("%s: %v names no file", name, err)
			}
			continue
		}
		for _, m := range sc.Materials {
			for _, v := range append(m.BaseColor[:], m.Metallic, m.Roughness, m.Emissive[0], m.Coat.Factor, m.Gloss.IOR, m.Gloss.Color[0], m.Color.Offset[0], m.Color.Turn, m.Color.Scale[1]) {
				if v != v || math.IsInf(float64(v), 0) {
					t.Errorf("%s: %+v", name, m)
				}
			}
		}
		if _, err := gltf.Write(sc, gltf.WriteOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnyFactorComesBack: what a material can hold stands in the file as it is.
func TestAnyFactorComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) float32 { return rapid.Float32Range(0.001, 0.999).Draw(t, name) }
		sc := &scene.Scene{Images: []scene.Image{{Name: "a", MIME: "image/png", Data: onePixel}}}
		m := scene.Material{
			Name: "m", BaseColor: [4]float32{n("r"), n("g"), n("b"), 1}, Metallic: n("metal"), Roughness: n("rough"), Emissive: [3]float32{n("er"), n("eg"), n("eb")},
			Color:  scene.Map{Image: 1, Offset: [2]float32{n("x"), -n("y")}, Turn: n("turn"), Scale: [2]float32{n("u"), n("v")}, WrapU: scene.Wrap(rapid.IntRange(0, 2).Draw(t, "wrap"))},
			Normal: scene.Map{Image: 1, Strength: n("bump")},
			Coat:   scene.Coat{Factor: n("coat"), Roughness: n("coat rough")},
			Gloss:  scene.Gloss{Stated: true, IOR: 1 + n("ior"), Factor: n("gloss"), Color: [3]float32{n("gr"), n("gg"), n("gb")}},
		}
		sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{cube(sc.AddMaterial(m))}})
		data, err := gltf.Write(sc, gltf.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		back, _, err := gltf.Read(context.Background(), "m.glb", data, gltf.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(m, back.Materials[0]); d != "" {
			t.Fatal(d)
		}
	})
}
