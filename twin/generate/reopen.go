package generate

import "context"

// ReadBuilding reads one building model, as drawing it needs. What was not
// understood was reported when the site was generated.
func ReadBuilding(ctx context.Context, f File) (*Building, error) {
	b, _, err := readBuilding(ctx, f, &Report{ByClass: map[string]int{}})
	return b, err
}

// Rebuild makes the building of a site from its sources again; nil when they
// hold none. It is what Run made of the same sources.
func Rebuild(ctx context.Context, in Input) (*Building, error) {
	in.Plant = nil
	g := &generation{in: in, report: Report{ByClass: map[string]int{}}}
	if err := g.readSources(ctx); err != nil {
		return nil, err
	}
	if err := g.register(ctx); err != nil {
		return nil, err
	}
	if err := g.placeAssets(ctx); err != nil { // shapes that things bring
		return nil, err
	}
	return g.building, nil
}
