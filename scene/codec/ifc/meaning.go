package ifc

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// tell reads what belongs to the building as a whole: its structure, types,
// groups, ports and place. None of it is drawn.
func (r *reader) tell(m *Model) {
	each := func(ids []int, read func(e entity)) {
		for _, id := range ids {
			r.parser.reuse()
			r.cache.generation++
			read(r.get(id))
			if err := r.took(); err != nil {
				r.noted(id, err.Error())
			}
		}
	}
	all := r.building.relations
	each(all.spatials, func(e entity) {
		if e.kind == "IFCSPACE" {
			return
		}
		s := Structure{ID: e.id, GlobalID: e.text(0), Type: camel(e.kind), Name: e.text(2), LongName: e.text(7), Within: r.wholeOf[e.id]}
		if e.kind == "IFCBUILDINGSTOREY" {
			s.Elevation = e.lengthOr(9)
		}
		if s.Within == 0 {
			s.Within = r.storeyOf[e.id]
		}
		if r.step.kind(s.Within) == "IFCPROJECT" {
			s.Within = 0
		}
		m.Structure = append(m.Structure, s)
	})
	each(all.types, func(e entity) {
		t := Type{ID: e.id, GlobalID: e.text(0), Type: camel(e.kind), Kind: r.ownKind(e, 8), Name: e.text(2), Buildup: r.buildup(product{id: e.id})}
		t.Quantities, t.Properties = r.factSets(e.refs(5))
		m.Types = append(m.Types, t)
	})
	each(all.groups, func(e entity) {
		m.Groups = append(m.Groups, Group{
			ID: e.id, GlobalID: e.text(0), Type: camel(e.kind), Kind: r.ownKind(e, 4), Name: e.text(2),
			Members: all.members[e.id], Serves: all.serves[e.id],
		})
	})
	connected := map[int][][2]int{}
	for _, c := range all.conveys {
		connected[c[0]] = append(connected[c[0]], [2]int{c[1], c[2]})
		connected[c[1]] = append(connected[c[1]], [2]int{c[0], c[2]})
	}
	each(all.ports, func(e entity) {
		p := Port{ID: e.id, GlobalID: e.text(0), Name: e.text(2), Kind: r.ownKind(e, 4), Of: r.portOf[e.id]}
		if p.Of == 0 {
			p.Of = r.wholeOf[e.id]
		}
		switch e.enum(7) { // FlowDirection
		case "SINK":
			p.Flow = FlowIn
		case "SOURCE":
			p.Flow = FlowOut
		case "SOURCEANDSINK":
			p.Flow = FlowBoth
		}
		if s := e.enum(9); s != "NOTDEFINED" { // SystemType
			p.System = r.word(s)
		}
		for _, c := range connected[e.id] {
			p.Connected, p.By = append(p.Connected, c[0]), append(p.By, c[1])
		}
		if e.ref(5) != 0 {
			at := r.placement(e.ref(5), 0)
			if p.Placed = r.problem == nil; p.Placed {
				p.At, p.Axis = upright(at.Col(3).Vec3()), upright(at.Col(2).Vec3())
			}
		}
		m.Ports = append(m.Ports, p)
	})
	r.place(m, each)
}

// upright takes a vector of the file's frame to ours.
func upright(v geom.Vec3) geom.Vec3 { return geom.Vec3{v[0], v[2], -v[1]} }

// place finds where on Earth the building stands.
func (r *reader) place(m *Model, each func([]int, func(entity))) {
	p := Place{Scale: 1}
	each(r.building.relations.spatials, func(e entity) {
		if e.kind != "IFCSITE" || p.HasLatLong { // …, RefLatitude 9, RefLongitude, RefElevation
			return
		}
		lat, ok1 := degrees(e.values(9))
		long, ok2 := degrees(e.values(10))
		if ok1 && ok2 {
			p.HasLatLong, p.Latitude, p.Longitude, p.Elevation = true, lat, long, e.lengthOr(11)
		}
	})
	each(r.building.relations.contexts, func(e entity) {
		if id := e.ref(4); id != 0 && !p.HasWorld && r.step.kind(id) == "IFCAXIS2PLACEMENT3D" {
			if m := r.axis(id); r.problem == nil && !m.ApproxEqualThreshold(geom.Identity(), 1e-9) {
				p.HasWorld, p.World = true, m
			}
		}
		if id := e.ref(5); id != 0 && !p.HasNorth { // …, WorldCoordinateSystem 4, TrueNorth
			n := r.direction(id, geom.Vec3{0, 1, 0})
			p.HasNorth, p.TrueNorth = true, math.Atan2(-n[0], n[1])
		}
	})
	each(r.building.relations.crs, func(e entity) {
		if !p.HasMap {
			r.conversion(e, &p)
		}
	})
	if !p.HasMap {
		r.epset(&p)
	}
	if p.HasLatLong || p.HasNorth || p.HasMap || p.HasWorld {
		m.Place = &p
	}
}

// conversion reads SourceCRS, TargetCRS, Eastings, Northings, OrthogonalHeight,
// XAxisAbscissa, XAxisOrdinate, Scale; of IfcRigidOperation FirstCoordinate,
// SecondCoordinate, Height.
func (r *reader) conversion(e entity, p *Place) {
	crs := e.at(1) // IfcProjectedCRS: Name, Description, GeodeticDatum, VerticalDatum, MapProjection, MapZone, MapUnit
	unit := r.metre
	if id := crs.ref(6); id != 0 && crs.kind == "IFCPROJECTEDCRS" {
		unit = r.unit(r.get(id), 0).scale
	}
	p.CRS, p.Datum = crs.text(0), crs.text(3)
	p.Eastings, p.Northing, p.Height = e.num(2)*unit, e.num(3)*unit, e.numOr(4, 0)*unit
	if e.kind != "IFCRIGIDOPERATION" {
		if x, y := e.numOr(5, 1), e.numOr(6, 0); x != 0 || y != 0 {
			p.Rotation = math.Atan2(y, x)
		}
		if e.has(7) { // of numbers, from the project's unit to that of the map
			p.Scale = e.num(7) * unit / r.metre
		}
	}
	p.HasMap = r.problem == nil
}

// epset reads the map conversion that files of IFC2x3 give as property sets of
// their project or site (buildingSMART, User Guide for Geo-referencing in IFC).
func (r *reader) epset(p *Place) {
	ids := append([]int(nil), r.building.relations.projects...)
	ids = append(ids, r.building.relations.spatials...)
	for _, id := range ids {
		r.parser.reuse()
		r.cache.generation++
		_, properties := r.factSets(r.sets[id])
		var x, y float64
		found := false
		for _, q := range properties {
			switch q.Set {
			case "ePSet_MapConversion", "ePset_MapConversion", "EPset_MapConversion":
			case "ePSet_ProjectedCRS", "ePset_ProjectedCRS", "EPset_ProjectedCRS":
				switch q.Name {
				case "Name":
					p.CRS = q.Value
				case "VerticalDatum":
					p.Datum = q.Value
				}
				continue
			default:
				continue
			}
			switch q.Name {
			case "Eastings":
				p.Eastings, found = q.SI, true
			case "Northings":
				p.Northing = q.SI
			case "OrthogonalHeight":
				p.Height = q.SI
			case "XAxisAbscissa":
				x = q.SI
			case "XAxisOrdinate":
				y = q.SI
			case "Scale":
				if q.SI > 0 {
					p.Scale = q.SI
				}
			}
		}
		if found {
			p.HasMap = true
			if x != 0 || y != 0 {
				p.Rotation = math.Atan2(y, x)
			}
			return
		}
	}
}

// onMap takes a point of the file's frame, metres, to the map.
func (p *Place) onMap(v geom.Vec3) (east, north, up float64, ok bool) {
	s, c := math.Sincos(p.Rotation)
	return p.Eastings + p.Scale*(c*v[0]-s*v[1]), p.Northing + p.Scale*(s*v[0]+c*v[1]), p.Height + p.Scale*v[2], true
}

// degrees reads an IfcCompoundPlaneAngleMeasure: degrees, minutes, seconds and
// millionths of seconds, all of one sign.
func degrees(list []value) (float64, bool) {
	parts, ok := numbers(list)
	if !ok || len(parts) < 3 || len(parts) > 4 {
		return 0, false
	}
	sum, sign := 0.0, 1.0
	for i, scale := range []float64{1, 60, 3600, 3600e6}[:len(parts)] {
		if parts[i] < 0 {
			sign = -1
		}
		sum += math.Abs(parts[i]) / scale
	}
	return sign * sum, sum <= 360
}
