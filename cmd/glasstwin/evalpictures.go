package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/swatch"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// evalPictures compares our pictures with those of other renderers.
type evalPictures struct {
	Models []string `arg:"" optional:"" type:"existingfile" help:"Models in glTF to draw besides the swatches of materials."`
	Peers  string   `required:"" type:"existingdir" placeholder:"DIR" help:"testdata/peers of the sources, with its node_modules: three.js and what drives Chromium."`
	Swatch []string `placeholder:"NAME" help:"Swatches to draw; all when none is named."`
	Peer   []string `default:"three,f3d" enum:"three,f3d" help:"Whom to compare with: three, f3d."`
	Keep   string   `type:"path" placeholder:"DIR" help:"Folder to leave models and pictures in."`
	JSON   bool     `help:"Print one JSON object."`
}

// Help is printed by kong under --help.
func (e *evalPictures) Help() string {
	return `Draws each model three times: by the renderer of this program, by three.js in Chromium and by f3d, in the
light of the same surroundings, from the same place, without film. A peer that is not installed is left out with a
note. Told is how different a picture looks from that of each peer: FLIP (0 alike, 1 at most), and the mean distance
of colours in CIELAB.`
}

// Size of the pictures.
const picturesWidth, picturesHeight = 640, 320

// pictured is a model and how far pictures of it lie apart.
type pictured struct {
	Model    string   `json:"model"`
	Three    *float64 `json:"flip_three,omitempty"`
	ThreeLab *float64 `json:"lab_three,omitempty"`
	F3D      *float64 `json:"flip_f3d,omitempty"`
	F3DLab   *float64 `json:"lab_f3d,omitempty"`

	scene  *scene.Scene
	camera render.Camera
}

// Run is called by kong.
func (e *evalPictures) Run(ctx context.Context, out *output) error {
	began := time.Now()
	dir, clean, err := folder(e.Keep)
	if err != nil {
		return err
	}
	defer clean()
	list, notes, err := e.gather(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		data, err := gltf.Write(m.scene, gltf.WriteOptions{Bare: true})
		if err != nil {
			return fmt.Errorf("%s: %w", m.Model, err)
		}
		if err := os.WriteFile(filepath.Join(dir, m.Model+".glb"), data, 0o644); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "studio.hdr"), gl.StudioHDR(), 0o644); err != nil {
		return err
	}
	screen, err := openCanvas(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	out.note("ours")
	ours, err := e.ours(list, dir)
	if err != nil {
		return err
	}
	for _, peer := range []struct {
		name string
		draw func(context.Context, []*pictured, string) error
		put  func(m *pictured, flip, lab float64)
	}{
		{"three.js", e.three, func(m *pictured, flip, lab float64) { m.Three, m.ThreeLab = &flip, &lab }},
		{"f3d", e.f3d, func(m *pictured, flip, lab float64) { m.F3D, m.F3DLab = &flip, &lab }},
	} {
		if !slices.Contains(e.Peer, suffixOf(peer.name)) {
			continue
		}
		out.note("%s", peer.name)
		if err := peer.draw(ctx, list, dir); errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			notes = append(notes, fmt.Sprintf("%s is not installed: %v", peer.name, err))
			continue
		} else if err != nil {
			return fmt.Errorf("%s: %w", peer.name, err)
		}
		for i, m := range list {
			theirs, err := likeness.Load(filepath.Join(dir, m.Model+"."+suffixOf(peer.name)+".png"))
			if err != nil {
				return fmt.Errorf("%s: %w", peer.name, err)
			}
			theirs = onGround(theirs, ours[i])
			flip, err := likeness.FLIP(ours[i], theirs)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", peer.name, m.Model, err)
			}
			d, err := likeness.Compare(ours[i], theirs)
			if err != nil {
				return err
			}
			peer.put(m, flip, d.Mean)
		}
	}
	return e.tell(out, list, notes, time.Since(began))
}

func suffixOf(peer string) string { return strings.TrimSuffix(peer, ".js") }

// gather lists the swatches, then the models that are given.
func (e *evalPictures) gather(ctx context.Context) ([]*pictured, []string, error) {
	var list []*pictured
	var notes []string
	unknown := slices.Clone(e.Swatch)
	for _, s := range swatch.All() {
		if unknown = slices.DeleteFunc(unknown, func(n string) bool { return n == s.Name }); len(e.Swatch) > 0 && !slices.Contains(e.Swatch, s.Name) {
			continue
		}
		list = append(list, &pictured{Model: "swatch-" + s.Name, scene: s.Scene, camera: swatch.Camera})
	}
	if len(unknown) > 0 {
		return nil, nil, usageError{fmt.Errorf("--swatch %s: there is none of that name", unknown[0])}
	}
	for _, path := range e.Models {
		m, err := readModel(ctx, path)
		if err != nil {
			return nil, nil, err
		}
		notes = append(notes, m.notes...)
		box := render.PlacesOf(m.scene, geom.EmptyBox()).Bounds
		if box.Empty() {
			return nil, nil, fmt.Errorf("%s: nothing in it is drawn", path)
		}
		c := render.Camera{Yaw: -0.5, Pitch: 0.35, FovY: 0.6}.Fit(box, float64(picturesWidth)/picturesHeight)
		list = append(list, &pictured{Model: stemOf(path), scene: m.scene, camera: c})
	}
	return list, notes, nil
}

func (e *evalPictures) ours(list []*pictured, dir string) ([]*image.RGBA, error) {
	var out []*image.RGBA
	for _, m := range list {
		r, err := offscreen.Open(m.scene, gl.Options{Studio: true})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Model, err)
		}
		img, _, err := r.Image(render.Frame{Width: picturesWidth, Height: picturesHeight, Camera: m.camera, Joints: positions(m.scene, false)})
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Model, err)
		}
		if err := writePNG(filepath.Join(dir, m.Model+".ours.png"), img); err != nil {
			return nil, err
		}
		out = append(out, img)
	}
	return out, nil
}

// seenFrom is a camera as peers are told it.
type seenFrom struct {
	Name   string     `json:"name"`
	Eye    [3]float64 `json:"eye"`
	Target [3]float64 `json:"target"`
	Field  float64    `json:"field"` // degrees
}

func seenBy(m *pictured) seenFrom {
	return seenFrom{m.Model, m.camera.Eye(), m.camera.Eye().Add(m.camera.Ahead().Mul(m.camera.Distance)), m.camera.Field() * 180 / math.Pi}
}

// three draws all models in one page.
func (e *evalPictures) three(ctx context.Context, list []*pictured, dir string) error {
	if _, err := os.Stat(filepath.Join(e.Peers, "node_modules", "three")); err != nil {
		return err
	}
	if _, err := exec.LookPath("node"); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.Handle("/studio.html", http.FileServer(http.Dir(e.Peers)))
	mux.Handle("/three/", http.FileServer(http.Dir(filepath.Join(e.Peers, "node_modules"))))
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(socket)
	defer server.Close()
	type plan struct {
		Width, Height int
		Ground        [3]float32
		List          []seenFrom
	}
	p := plan{Width: picturesWidth, Height: picturesHeight, Ground: gl.StudioGround}
	for _, m := range list {
		p.List = append(p.List, seenBy(m))
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", "studio.mjs", "http://"+socket.Addr().String(), absolute)
	cmd.Dir, cmd.Stdin = e.Peers, strings.NewReader(string(text))
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.2000s", err, said)
	}
	return nil
}

func (e *evalPictures) f3d(ctx context.Context, list []*pictured, dir string) error {
	path, err := exec.LookPath("f3d")
	if err != nil {
		return err
	}
	point := func(p [3]float64) string { return fmt.Sprintf("%g,%g,%g", p[0], p[1], p[2]) }
	for _, m := range list {
		s := seenBy(m)
		cmd := exec.CommandContext(ctx, path, "--dry-run", "--quiet", "--no-background", "--fxaa", "--depth-peeling",
			"--hdri="+filepath.Join(dir, "studio.hdr"), fmt.Sprintf("--resolution=%d,%d", picturesWidth, picturesHeight),
			"--camera-position="+point(s.Eye), "--camera-focal-point="+point(s.Target), "--camera-view-up=0,1,0", fmt.Sprintf("--camera-view-angle=%g", s.Field),
			"--output="+filepath.Join(dir, m.Model+".f3d.png"), filepath.Join(dir, m.Model+".glb"))
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %.2000s", m.Model, err, said)
		}
	}
	return nil
}

// onGround lays a picture on the plain ground where ours shows that: f3d shows
// the surroundings there.
func onGround(img, ours *image.RGBA) *image.RGBA {
	ground, out := gl.StudioBackdrop(), image.NewRGBA(img.Rect)
	apart := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	for i := range img.Rect.Dx() * img.Rect.Dy() {
		x, y := i%img.Rect.Dx(), i/img.Rect.Dx()
		c := ours.RGBAAt(x, y)
		if max(apart(c.R, ground.R), apart(c.G, ground.G), apart(c.B, ground.B)) > 1 {
			c = img.RGBAAt(x, y)
		}
		out.SetRGBA(x, y, c)
	}
	return out
}

func (e *evalPictures) tell(out *output, list []*pictured, notes []string, took time.Duration) error {
	metrics := map[string]float64{"models": float64(len(list)), "seconds": took.Seconds()}
	for name, of := range map[string]func(*pictured) *float64{
		"flip_three": func(m *pictured) *float64 { return m.Three }, "flip_f3d": func(m *pictured) *float64 { return m.F3D },
	} {
		var values []float64
		for _, m := range list {
			if v := of(m); v != nil {
				values = append(values, *v)
			}
		}
		if slices.Sort(values); len(values) > 0 {
			metrics[name+"_median"], metrics[name+"_worst"] = median(values), values[len(values)-1]
		}
	}
	if e.JSON {
		rows := make([]any, len(list))
		for i, m := range list {
			rows[i] = m
		}
		return out.json(report{Command: "eval pictures", Inputs: map[string]any{"models": e.Models}, Metrics: metrics, Rows: rows, Notes: notes})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	figure := func(v *float64) string {
		if v == nil {
			return "–"
		}
		return fmt.Sprintf("%.3f", *v)
	}
	out.printf("%-24s %10s %10s %10s %10s\n", "model", "FLIP three", "CIELAB", "FLIP f3d", "CIELAB")
	for _, m := range list {
		out.printf("%-24s %10s %10s %10s %10s\n", m.Model, figure(m.Three), figure(m.ThreeLab), figure(m.F3D), figure(m.F3DLab))
	}
	return nil
}
