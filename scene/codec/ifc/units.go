package ifc

import (
	"math"
	"strings"
	"sync"
)

// measureUnit takes a number of a unit to SI units.
type measureUnit struct{ scale, shift float64 }

// readUnits finds the sizes of the file's units: those of the project, or the
// first assignment when it names none.
func (r *reader) readUnits() {
	r.metre, r.squareMetre, r.cubicMetre, r.radian = 1, 0, 0, 1
	r.units = map[string]measureUnit{}
	assigned, first := 0, 0
	for _, in := range r.step.instances {
		switch r.step.kinds[in.kind] {
		case "IFCPROJECT": // …, RepresentationContexts 7, UnitsInContext 8
			if assigned == 0 {
				assigned = r.get(in.id).ref(8)
			}
		case "IFCUNITASSIGNMENT":
			if first == 0 {
				first = in.id
			}
		}
	}
	if r.step.kind(assigned) != "IFCUNITASSIGNMENT" {
		assigned = first
	}
	r.problem = nil
	if assigned != 0 {
		for _, id := range r.get(assigned).refs(0) {
			u := r.get(id)
			if len(u.args) < 2 {
				continue
			}
			size := r.unit(u, 0)
			r.units[strings.Clone(u.enum(1))] = size
			switch u.enum(1) {
			case "LENGTHUNIT":
				r.metre = size.scale
			case "AREAUNIT":
				r.squareMetre = size.scale
			case "VOLUMEUNIT":
				r.cubicMetre = size.scale
			case "PLANEANGLEUNIT":
				r.radian = size.scale
			}
		}
	}
	if r.squareMetre == 0 {
		r.squareMetre = r.metre * r.metre
	}
	if r.cubicMetre == 0 {
		r.cubicMetre = r.metre * r.metre * r.metre
	}
	if err := r.took(); err != nil {
		r.note(0, "its units cannot be read (%v); metres and radians are assumed", err)
	}
}

var prefixes = map[string]float64{
	"EXA": 1e18, "PETA": 1e15, "TERA": 1e12, "GIGA": 1e9, "MEGA": 1e6, "KILO": 1e3, "HECTO": 1e2, "DECA": 1e1,
	"DECI": 1e-1, "CENTI": 1e-2, "MILLI": 1e-3, "MICRO": 1e-6, "NANO": 1e-9, "PICO": 1e-12, "FEMTO": 1e-15, "ATTO": 1e-18,
}

// unit is the size of a unit in SI units.
func (r *reader) unit(u entity, depth int) measureUnit {
	one := measureUnit{scale: 1}
	if depth > 8 {
		r.bad(u.id, "is a unit defined by itself")
		return one
	}
	switch u.kind {
	case "IFCSIUNIT": // Dimensions, UnitType, Prefix, Name
		p, ok := prefixes[u.enum(2)]
		if !ok {
			p = 1
		}
		switch name := u.enum(3); {
		case strings.HasPrefix(name, "SQUARE"):
			return measureUnit{scale: p * p}
		case strings.HasPrefix(name, "CUBIC"):
			return measureUnit{scale: p * p * p}
		case name == "GRAM":
			return measureUnit{scale: p / 1000}
		case name == "DEGREE_CELSIUS":
			return measureUnit{scale: p, shift: 273.15}
		}
		return measureUnit{scale: p}
	case "IFCCONVERSIONBASEDUNIT", "IFCCONVERSIONBASEDUNITWITHOFFSET": // Dimensions, UnitType, Name, ConversionFactor, ConversionOffset
		factor := u.at(3) // IfcMeasureWithUnit: ValueComponent, UnitComponent
		size := factor.num(0) * r.unit(factor.at(1), depth+1).scale
		if !(size > 0) || math.IsInf(size, 0) {
			r.bad(u.id, "has the size %v", size)
			return one
		}
		return measureUnit{scale: size, shift: size * u.numOr(4, 0)}
	case "IFCDERIVEDUNIT": // Elements, UnitType
		out := one
		for _, id := range u.refs(0) {
			e := r.get(id) // IfcDerivedUnitElement: Unit, Exponent
			out.scale *= math.Pow(r.unit(e.at(0), depth+1).scale, e.num(1))
		}
		if !(out.scale > 0) || math.IsInf(out.scale, 0) {
			return one
		}
		return out
	}
	return one
}

// unitFor is the project's unit of a type; one of SI when it names none.
func (r *reader) unitFor(kind string) measureUnit {
	if u, ok := r.units[kind]; ok {
		return u
	}
	return measureUnit{scale: 1}
}

// measure is the unit in which the project gives a measure: "IFCPOWERMEASURE".
func (r *reader) measure(kind string) measureUnit {
	name, ok := strings.CutSuffix(strings.TrimPrefix(kind, "IFC"), "MEASURE")
	if !ok {
		return measureUnit{scale: 1}
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "POSITIVE"), "NONNEGATIVE")
	switch name {
	case "LENGTH":
		return measureUnit{scale: r.metre}
	case "AREA":
		return measureUnit{scale: r.squareMetre}
	case "VOLUME":
		return measureUnit{scale: r.cubicMetre}
	case "PLANEANGLE":
		return measureUnit{scale: r.radian}
	}
	return r.unitFor(name + "UNIT")
}

// measureName spells the name of a measure as the standard does.
func measureName(kind string) string {
	if name, ok := measureNames()[kind]; ok {
		return name
	}
	return camel(kind)
}

// measureNames are the measures whose names are made of several words.
var measureNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for name := range strings.FieldsSeq(`IfcLengthMeasure IfcPositiveLengthMeasure IfcNonNegativeLengthMeasure IfcAreaMeasure
IfcVolumeMeasure IfcPlaneAngleMeasure IfcPositivePlaneAngleMeasure IfcMassMeasure IfcTimeMeasure IfcCountMeasure IfcRatioMeasure
IfcPositiveRatioMeasure IfcNormalisedRatioMeasure IfcPowerMeasure IfcEnergyMeasure IfcForceMeasure IfcPressureMeasure
IfcThermodynamicTemperatureMeasure IfcThermalTransmittanceMeasure IfcThermalConductivityMeasure IfcSpecificHeatCapacityMeasure
IfcElectricVoltageMeasure IfcElectricCurrentMeasure IfcElectricResistanceMeasure IfcFrequencyMeasure IfcIlluminanceMeasure
IfcLuminousFluxMeasure IfcLuminousIntensityMeasure IfcVolumetricFlowRateMeasure IfcMassFlowRateMeasure IfcMassDensityMeasure
IfcMonetaryMeasure IfcSoundPressureMeasure IfcSoundPowerMeasure IfcLinearVelocityMeasure IfcRotationalFrequencyMeasure
IfcMoistureDiffusivityMeasure IfcHeatFluxDensityMeasure IfcHeatingValueMeasure IfcTemperatureGradientMeasure IfcTorqueMeasure`) {
		out[strings.ToUpper(name)] = name
	}
	return out
})
