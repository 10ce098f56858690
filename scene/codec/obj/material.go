package obj

import (
	"bytes"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
)

// library reads the materials of a file named by mtllib. Names with spaces are
// tried whole before they are tried as several.
func (r *reader) library(whole string, words [][]byte) {
	if r.opt.Open == nil {
		r.note("no other file can be had: %.60q is left out", whole)
		return
	}
	if data, err := r.opt.Open(whole); err == nil {
		r.mtl(whole, data)
		return
	}
	for _, w := range words {
		data, err := r.opt.Open(string(w))
		if err != nil {
			r.note("%.60q: %v", w, err)
			continue
		}
		r.mtl(string(w), data)
	}
}

// mtl reads a library. A material named before keeps its first definition.
func (r *reader) mtl(name string, data []byte) {
	var m *scene.Material
	metal, rough := false, false
	finish := func() {
		if m == nil {
			return
		}
		if _, ok := r.materials[m.Name]; !ok && len(r.materials) < groupsMax {
			if m.BaseColor[3] < 1 {
				m.Alpha = scene.Blend
			}
			if metal && !rough {
				m.Roughness = 0.4
			}
			r.materials[m.Name] = r.out.AddMaterial(*m)
		}
	}
	for _, row := range bytes.Split(data, []byte("\n")) {
		fields := bytes.Fields(row)
		if len(fields) < 2 || fields[0][0] == '#' {
			continue
		}
		rest := strings.TrimSpace(string(row)[bytes.Index(row, fields[0])+len(fields[0]):])
		word := string(fields[0])
		if word == "newmtl" {
			finish()
			m = &scene.Material{Name: rest, BaseColor: [4]float32{0.8, 0.8, 0.8, 1}, Roughness: 0.8}
			metal, rough = false, false
			continue
		}
		if m == nil {
			continue
		}
		x := number(fields[1])
		switch word {
		case "Kd", "Ke":
			c := [3]float32{x, x, x}
			for k := 1; k < 3 && k+1 < len(fields); k++ {
				c[k] = number(fields[k+1])
			}
			if fields[1][0] == 's' || fields[1][0] == 'x' { // spectral, xyz
				r.note("%s: %.40q is no colour in red, green, blue", name, rest)
			} else if word == "Kd" {
				copy(m.BaseColor[:], c[:])
			} else {
				m.Emissive = c
			}
		case "d":
			m.BaseColor[3] = clamp(x)
		case "Tr":
			m.BaseColor[3] = clamp(1 - x)
		case "Ns": // Blinn's exponent as a width of the lobe
			if !rough {
				m.Roughness = float32(math.Sqrt(2 / (2 + math.Max(0, float64(x)))))
			}
		case "Pr":
			m.Roughness, rough = clamp(x), true
		case "Pm":
			m.Metallic, metal = clamp(x), true
		case "map_Kd":
			m.Color.Image = r.image(rest)
			if m.Color.Image != 0 && m.BaseColor == [4]float32{0, 0, 0, 1} {
				m.BaseColor = [4]float32{1, 1, 1, 1} // black times a picture is what some writers leave
			}
		case "norm", "map_Kn":
			m.Normal.Image = r.image(rest)
		case "map_Ke":
			m.Glow.Image = r.image(rest)
		}
	}
	finish()
}

// image reads a picture, whose name may stand behind options.
func (r *reader) image(rest string) scene.ImageID {
	fields := strings.Fields(rest)
	if strings.HasPrefix(rest, "-") && len(fields) > 0 {
		rest = fields[len(fields)-1]
	}
	if id, ok := r.images[rest]; ok {
		return id
	}
	r.images[rest] = 0
	kind := map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".ktx2": "image/ktx2"}[strings.ToLower(path.Ext(rest))]
	if kind == "" {
		r.note("picture %.60q is of a kind that is not read", rest)
		return 0
	}
	data, err := r.opt.Open(rest)
	if err != nil {
		r.note("picture %.60q: %v", rest, err)
		return 0
	}
	r.out.Images = append(r.out.Images, scene.Image{Name: rest, MIME: kind, Data: data})
	r.images[rest] = scene.ImageID(len(r.out.Images))
	return r.images[rest]
}

// number is 0 for what is none.
func number(b []byte) float32 {
	x, err := strconv.ParseFloat(string(b), 32)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return float32(x)
}

func clamp(x float32) float32 { return max(0, min(1, x)) }
