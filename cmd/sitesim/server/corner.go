package server

import (
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// corner is the plant of Corner Market as any site is served. It alone keeps a
// state between starts and has devices put in while it runs.
type corner struct{ *plant.Plant }

func (c corner) Name() string                  { return "CornerMarket" }
func (c corner) Devices() []store.Device       { return store.Devices() }
func (c corner) Times() (began, now time.Time) { return c.First, c.Now }
func (c corner) Stride() time.Duration {
	return time.Duration(plant.StepSeconds * float64(time.Second))
}

func (c corner) Inject(device, class string, severity float64) error {
	return c.Plant.Inject(device, plant.FaultKind(class), severity)
}

func (c corner) Clear(device, class string) error {
	return c.Plant.Clear(device, plant.FaultKind(class))
}
