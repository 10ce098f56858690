package generate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Names of the files that keep a building as it was made of its sources.
const (
	KeptScene = "building.glb"
	KeptParts = "building.json"
	KeptScan  = "scan.ply" // points of a scan with their distance to the twin
)

// KeptPlant is the name of the file that keeps the address space of the plant as
// the site was last adapted to it.
const KeptPlant = "plant.json"

// KeepPlant writes an address space, a node on a line.
func KeepPlant(nodes []twin.PlantNode) ([]byte, error) {
	out := []byte("[")
	for i, n := range nodes {
		line, err := json.Marshal(n)
		if err != nil {
			return nil, fmt.Errorf("keep the plant's nodes: %w", err)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, '\n'), line...)
	}
	return append(out, "\n]\n"...), nil
}

// KeptNodes reads what KeepPlant wrote.
func KeptNodes(data []byte) ([]twin.PlantNode, error) {
	nodes := []twin.PlantNode{}
	if err := json.Unmarshal(data, &nodes); err != nil {
		return nil, fmt.Errorf("%s: %w; remove it: what changed since is then only listed", KeptPlant, err)
	}
	for _, n := range nodes {
		if len(n.Path) == 0 || n.Address == "" {
			return nil, fmt.Errorf("%s: node %.80q has no path or no address; remove the file: what changed since is then only listed", KeptPlant, n.Address)
		}
	}
	return nodes, nil
}

// kept is what of a building a scene has no place for.
type kept struct {
	Elements []Element
	Spaces   []Space
}

// noBox stands for the empty box.
var noBox = geom.Box{Min: geom.Vec3{1, 1, 1}}

// Keep writes a building so that it need not be made of its sources again:
// files by name. A nil building is no file.
func (b *Building) Keep() (map[string][]byte, error) {
	if b == nil {
		return nil, nil
	}
	shape, err := gltf.Write(b.Scene, gltf.WriteOptions{})
	if err != nil {
		return nil, fmt.Errorf("keep the building: %w", err)
	}
	elements := slices.Clone(b.Elements)
	for i := range elements { // an element without a body has an infinite box, which JSON has no word for
		if elements[i].Box.Empty() {
			elements[i].Box = noBox
		}
	}
	parts, err := json.Marshal(kept{elements, b.Spaces})
	if err != nil {
		return nil, fmt.Errorf("keep the building: %w", err)
	}
	files := map[string][]byte{KeptScene: shape, KeptParts: parts}
	if b.Scan != nil {
		files[KeptScan] = b.Scan.encode()
	}
	return files, nil
}

// Kept reads what Keep wrote but the scan, which ReadScan reads; read gives a
// file by its name.
func Kept(ctx context.Context, read func(name string) ([]byte, error)) (*Building, error) {
	shape, err := read(KeptScene)
	if err != nil {
		return nil, err
	}
	parts, err := read(KeptParts)
	if err != nil {
		return nil, err
	}
	b := &Building{}
	if b.Scene, _, err = gltf.Read(ctx, KeptScene, shape, gltf.ReadOptions{}); err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(parts, &k); err != nil {
		return nil, fmt.Errorf("%s: %w; generate the site again", KeptParts, err)
	}
	b.Elements, b.Spaces = k.Elements, k.Spaces
	for i := range b.Elements {
		if b.Elements[i].Box == noBox {
			b.Elements[i].Box = geom.EmptyBox()
		}
	}
	return b, nil
}
