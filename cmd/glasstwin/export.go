package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/app/web/page"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/scene/mesh"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// exportCommand writes a site for other programs.
type exportCommand struct {
	Site      string  `arg:"" type:"existingdir" help:"Site folder."`
	GLB       string  `name:"glb" type:"path" placeholder:"FILE" help:"glTF file to write; joints are animations in it."`
	AMLX      string  `name:"amlx" type:"path" placeholder:"FILE" help:"AutomationML package to write: things with their classes, signals and joints, for engineering tools; generate reads it again."`
	DAE       string  `name:"dae" type:"path" placeholder:"FILE" help:"COLLADA file to write: shapes and joints."`
	Web       string  `type:"path" placeholder:"DIR" help:"Folder of a page that shows the twin in any browser, on a desk or a phone; serve it with any web server, as python3 -m http.server."`
	Instances bool    `name:"gpu-instancing" help:"In the GLB, write goods and whatever else repeats in one place as instances (EXT_mesh_gpu_instancing): fewer nodes and draw calls for three.js, Babylon.js and engines. f3d and other viewers made with VTK do not read it."`
	MaxError  float64 `placeholder:"MM" help:"Make the file light, its surface at most this far from the site's, millimetres (viewers then need the meshopt decoder); every triangle as it is when not given."`
	JSON      bool    `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *exportCommand) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if c.GLB+c.Web+c.AMLX+c.DAE == "" {
		return usageError{errors.New("say what to write: --glb FILE, --web DIR, --amlx FILE or --dae FILE")}
	}
	if c.Web != "" {
		if err := page.Free(c.Web); err != nil {
			return err
		}
	}
	o, err := openSite(ctx, c.Site)
	if err != nil {
		return err
	}
	metrics := map[string]float64{"triangles": float64(o.scene.Triangles()), "joints": float64(len(o.scene.Joints))}
	if c.Web != "" {
		figures, err := c.web(ctx, o, out)
		if err != nil {
			return err
		}
		maps.Copy(metrics, figures)
		if !c.JSON {
			out.printf("%s: a page of %.0f bytes to load; show it with `python3 -m http.server --directory %s`\n", c.Web, metrics["bytes_fetched"], c.Web)
		}
	}
	if err := c.handover(ctx, o, metrics, out); err != nil {
		return err
	}
	if c.GLB == "" {
		metrics["seconds"] = time.Since(began).Seconds()
		if c.JSON {
			return out.json(report{Command: "export", Inputs: c.inputs(), Metrics: metrics})
		}
		return nil
	}
	var data []byte
	if c.MaxError == 0 {
		if data, err = gltf.Write(mesh.WithTangents(o.scene), gltf.WriteOptions{Instances: c.Instances, Extras: generate.Meaning(o.site, o.building)}); err != nil {
			return fmt.Errorf("export %s: %w", c.Site, err)
		}
		metrics["bytes_out"] = float64(len(data))
	} else {
		opt, err := bounds(c.MaxError, 3)
		if err != nil {
			return err
		}
		opt.Progress = out.steps(filepath.Base(c.GLB))
		opt.Instances, opt.Extras = c.Instances, generate.Meaning(o.site, o.building)
		r, err := light.File(ctx, o.scene, opt)
		if err != nil {
			return fmt.Errorf("export %s: %w", c.Site, err)
		}
		for name, v := range lightMetrics(r) {
			metrics[name] = v
		}
		data = r.Data
	}
	if err := writeWhole(c.GLB, data); err != nil {
		return err
	}
	metrics["seconds"] = time.Since(began).Seconds()
	if c.JSON {
		return out.json(report{Command: "export", Inputs: c.inputs(), Metrics: metrics})
	}
	out.printf("%s: %d bytes, %.0f triangles, %d joints\n", c.GLB, len(data), metrics["triangles"], len(o.scene.Joints))
	return nil
}

func (c *exportCommand) inputs() map[string]any {
	return map[string]any{
		"site": c.Site, "glb": c.GLB, "web": c.Web, "amlx": c.AMLX, "dae": c.DAE, "gpu_instancing": c.Instances, "max_error_mm": c.MaxError,
	}
}
