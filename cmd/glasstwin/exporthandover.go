package main

import (
	"context"
	"fmt"

	"github.com/glasstwin/glasstwin/scene/codec/collada"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// handover writes the files for engineering tools that were asked for.
func (c *exportCommand) handover(ctx context.Context, o *openedSite, metrics map[string]float64, out *output) error {
	for _, file := range []struct {
		path, metric string
		make         func() ([]byte, error)
	}{
		{c.AMLX, "bytes_amlx", func() ([]byte, error) { return generate.Handover(ctx, o.site, o.building, o.scene) }},
		{c.DAE, "bytes_dae", func() ([]byte, error) { return collada.Write(o.scene) }},
	} {
		if file.path == "" {
			continue
		}
		data, err := file.make()
		if err != nil {
			return fmt.Errorf("export %s: %w", c.Site, err)
		}
		if err := writeWhole(file.path, data); err != nil {
			return err
		}
		metrics[file.metric] = float64(len(data))
		if !c.JSON {
			out.printf("%s: %d bytes, %d things, %d joints\n", file.path, len(data), len(o.site.Assets), len(o.scene.Joints))
		}
	}
	return nil
}
