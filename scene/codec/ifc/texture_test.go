package ifc_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
)

// square is two triangles of one metre, textured by the style #41, whose
// textures are #50.
const square = `#100=IFCTRIANGULATEDFACESET(#101,$,.F.,((1,2,3),(1,3,4)),$);
#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(1.,1.,0.),(0.,1.,0.)));
#40=IFCSTYLEDITEM(#100,(#41),$);
#41=IFCSURFACESTYLE('Poster',.BOTH.,(#42,#43));
#42=IFCSURFACESTYLESHADING(#44,$);
#44=IFCCOLOURRGB($,1.,1.,1.);
#43=IFCSURFACESTYLEWITHTEXTURES((#50));
#51=IFCINDEXEDTRIANGLETEXTUREMAP((#50),#100,#52,((1,2,3),(1,3,4)));
#52=IFCTEXTUREVERTEXLIST(((0.,0.),(2.,0.),(2.,1.),(0.,1.)));
`

func dot(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	img.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTextures(t *testing.T) {
	blob := fmt.Sprintf("#50=IFCBLOBTEXTURE(.T.,.T.,$,$,$,'PNG',\"0%X\");", dot(t))
	packed := func(lines string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, data := range map[string][]byte{"model.ifc": file("#100", square+lines), "textures/Red.PNG": dot(t)} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"within the file", file("#100", square+blob)},
		{"as pixels", file("#100", square+`#50=IFCPIXELTEXTURE(.T.,.T.,$,$,$,1,2,3,("0FF0000","000FF00"));`)},
		{"beside it in an archive", packed(`#50=IFCIMAGETEXTURE(.T.,.T.,$,$,$,'..\\textures\\red.png');`)},
		{"in its address", file("#100", square+"#50=IFCIMAGETEXTURE(.T.,.T.,$,$,$,'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC');")},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, _ := one(t, c.data)
			if len(m.Notes) != 0 || len(m.Scene.Images) != 1 {
				t.Fatalf("%d images, notes %v", len(m.Scene.Images), m.Notes)
			}
			img, err := png.Decode(bytes.NewReader(m.Scene.Images[0].Data))
			if err != nil {
				t.Fatal(err)
			}
			bottom := img.Bounds().Max.Y - 1
			if r, g, _, _ := img.At(0, bottom).RGBA(); r != 0xffff || g != 0 {
				t.Errorf("the lowest row is %v", img.At(0, bottom))
			}
			p := m.Scene.Meshes[0].Primitives[0]
			if got := m.Scene.Materials[p.Material]; got.Color.Image != 1 || got.BaseColor != [4]float32{1, 1, 1, 1} {
				t.Errorf("material %+v", got)
			}
			for i := range len(p.Positions) / 3 {
				u, v := 2*p.Positions[3*i], 1+p.Positions[3*i+2] // images of scenes hang from their upper left
				if p.UVs[2*i] != u || p.UVs[2*i+1] != v {
					t.Errorf("corner %v lies on %v, want %v %v", p.Positions[3*i:3*i+3], p.UVs[2*i:2*i+2], u, v)
				}
			}
		})
	}
	m, _ := one(t, file("#100", square+"#50=IFCIMAGETEXTURE(.T.,.T.,$,$,$,'https://example.org/red.png');"))
	if len(m.Notes) != 1 || !strings.Contains(m.Notes[0].Why, "did not come with the model") || len(m.Scene.Images) != 0 {
		t.Errorf("notes %v", m.Notes)
	}
	m, _ = one(t, file("#100", square+"#50=IFCPIXELTEXTURE(.T.,.T.,$,$,$,1000000,1000000,3,(\"0FF0000\"));"))
	if len(m.Notes) != 1 || !strings.Contains(m.Notes[0].Why, "1000000 × 1000000 pixels") {
		t.Errorf("notes %v", m.Notes)
	}
}

// Faces of a tessellation have their own colours.
func TestIndexedColours(t *testing.T) {
	m, e := one(t, file("#100", "#100=IFCTRIANGULATEDFACESET(#101,$,.T.,((1,3,2),(1,2,4),(2,3,4),(3,1,4)),$);\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.),(0.,0.,1.)));\n"+
		"#40=IFCINDEXEDCOLOURMAP(#100,1.,#41,(1,2,2,1));\n#41=IFCCOLOURRGBLIST(((1.,0.,0.),(0.,0.,1.)));"))
	hold(t, m, e, 1./6)
	p := m.Scene.Meshes[0].Primitives
	if len(p) != 2 || len(p[0].Indices) != 6 || len(p[1].Indices) != 6 {
		t.Fatalf("%d primitives", len(p))
	}
	if a, b := m.Scene.Materials[p[0].Material].BaseColor, m.Scene.Materials[p[1].Material].BaseColor; a != [4]float32{1, 0, 0, 1} || b != [4]float32{0, 0, 1, 1} {
		t.Errorf("colours %v and %v", a, b)
	}
	if m.Scene.Materials[p[0].Material].DoubleSided {
		t.Error("a closed body is shown from inside")
	}
}

// A colour that is stated for a layer of the drawing holds where no other does.
func TestColoursOfLayers(t *testing.T) {
	m, _ := one(t, file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#40=IFCPRESENTATIONLAYERWITHSTYLE('A',$,(#100),$,.T.,.F.,.F.,(#41));\n#41=IFCSURFACESTYLE('Red',.BOTH.,(#42));\n#42=IFCSURFACESTYLERENDERING(#43,0.,$,$,$,$,$,$,.METAL.);\n#43=IFCCOLOURRGB($,1.,0.,0.);"))
	got := m.Scene.Materials[m.Scene.Meshes[0].Primitives[0].Material]
	if got.Name != "Red" || got.Metallic != 1 || got.Alpha != scene.Opaque {
		t.Errorf("%+v", got)
	}
}

// A surface that shows its own colour whatever the light shines: the letters of a
// sign. Glass does not.
func TestAFlatSurfaceShines(t *testing.T) {
	for _, c := range []struct {
		method string
		clear  string
		shines bool
	}{{"FLAT", "0.", true}, {"MATT", "0.", false}, {"FLAT", "0.8", false}} {
		m, _ := one(t, file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#40=IFCSTYLEDITEM(#100,(#41),$);\n#41=IFCSURFACESTYLE('Letters',.BOTH.,(#42));\n#42=IFCSURFACESTYLERENDERING(#43,"+c.clear+",$,$,$,$,$,$,."+c.method+".);\n#43=IFCCOLOURRGB($,1.,0.5,0.);"))
		got := m.Scene.Materials[m.Scene.Meshes[0].Primitives[0].Material]
		e, b := got.Emissive, got.BaseColor
		if !c.shines {
			if e != [3]float32{} {
				t.Errorf("%s of transparency %s shines: %v", c.method, c.clear, e)
			}
			continue
		}
		if !(e[0] > 0.3 && e[0] > e[1] && e[1] > 0 && e[2] == 0) || math.Abs(float64(e[1]/e[0]-b[1]/b[0])) > 1e-5 {
			t.Errorf("%s shines %v, its colour is %v", c.method, e, b)
		}
	}
}
