package depict

import (
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// places knows the box of every entity and of every part of it, in the site's
// frame with all joints at rest.
type places struct {
	entity map[string]geom.Box
	part   map[[2]string]geom.Box
	floor  geom.Box
	things []geom.Box // of every mesh that is drawn where it stands
}

func index(sc *scene.Scene) places {
	p := places{entity: map[string]geom.Box{}, part: map[[2]string]geom.Box{}, floor: geom.EmptyBox()}
	entities, parts := sc.Entities(), sc.Parts()
	boxes := make([]geom.Box, len(sc.Meshes))
	for i, m := range sc.Meshes {
		boxes[i] = m.Box()
	}
	for i, m := range sc.World(nil, nil) {
		n := sc.Nodes[i]
		if n.Mesh == scene.None || entities[i] == "" {
			continue
		}
		box := boxes[n.Mesh].Transform(m)
		p.entity[entities[i]] = grow(p.entity, entities[i], box)
		if parts[i] != "" {
			key := [2]string{entities[i], parts[i]}
			p.part[key] = grow(p.part, key, box)
		}
		p.floor = p.floor.Union(box)
		if !n.Hidden {
			p.things = append(p.things, box)
		}
	}
	return p
}

func grow[K comparable](boxes map[K]geom.Box, key K, box geom.Box) geom.Box {
	if have, ok := boxes[key]; ok {
		return have.Union(box)
	}
	return box
}

// of returns the box of a part of an entity, or of all of it when it has no
// such part.
func (p places) of(entity, part string) (geom.Box, bool) {
	if box, ok := p.part[[2]string{entity, part}]; ok {
		return box, true
	}
	box, ok := p.entity[entity]
	return box, ok
}

// hasPart tells whether the entity is drawn with such a part.
func (p places) hasPart(entity, part string) bool {
	_, ok := p.part[[2]string{entity, part}]
	return ok
}

// above is the point over the middle of a box where a card is tied.
func above(b geom.Box) geom.Vec3 {
	c := b.Center()
	return geom.Vec3{c[0], b.Max[1], c[2]}
}
