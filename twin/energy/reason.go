package energy

import "fmt"

// Kind of an action.
type Kind string

const (
	Store Kind = "store" // heat now, since it costs more when it is needed
	Keep  Kind = "keep"  // heat now, since comfort asks for it now
	Coast Kind = "coast" // do not heat: the warmth lasts
	Wait  Kind = "wait"  // do not heat: it will cost less before it is needed
	Cold  Kind = "cold"  // out of comfort, and heating costs more than that weighs
)

// Reason says why a zone is heated in the first step of a plan, or is not.
type Reason struct {
	Kind      Kind
	PriceNow  float64
	PriceThen float64 // the highest until Need, or the lowest where one waits for it
	Predicted float64 // °C at the end of the step
	Need      int     // step at whose end the zone would be out of comfort without heat now; -1: not within the horizon
	NeedTemp  float64 // °C then, without
	Lower     float64 // °C then; the limit
}

// used is the share of the most heat from which a step counts as heated.
const used = 0.05

// Reasons of the first step, one for each zone.
func (m *Model) Reasons(p *Plan) []Reason {
	out := make([]Reason, m.Zones)
	for z := range out {
		r := Reason{PriceNow: p.Hours[0].Price, PriceThen: p.Hours[0].Price, Predicted: p.Temp[0][z], Need: -1}
		heated := p.Heat[0][z] > used*m.HeatMax[z]
		course := p.Without
		if !heated {
			course = p.Idle
		}
		for k := range course {
			if course[k][z] < p.Hours[k].Lower[z] {
				r.Need, r.NeedTemp, r.Lower = k, course[k][z], p.Hours[k].Lower[z]
				break
			}
		}
		until := r.Need
		if until < 0 {
			until = len(p.Hours) - 1
		}
		highest, lowest := r.PriceNow, r.PriceNow
		for k := 0; k <= until; k++ {
			highest, lowest = max(highest, p.Hours[k].Price), min(lowest, p.Hours[k].Price)
		}
		switch {
		case heated && r.Need == 0:
			r.Kind = Keep
		case heated && highest > r.PriceNow:
			r.Kind, r.PriceThen = Store, highest
		case heated:
			r.Kind = Keep
		case r.Need == 0:
			r.Kind = Cold
		case lowest < r.PriceNow:
			r.Kind, r.PriceThen = Wait, lowest
		default:
			r.Kind = Coast
		}
		out[z] = r
	}
	return out
}

// Text says a reason in a sentence; steps are of so many seconds.
func (r Reason) Text(step float64) string {
	need := "later heat would make up for it"
	if r.Need < 0 && r.Kind != Store && r.Kind != Keep {
		need = "comfort lasts as far as is foreseen"
	}
	if r.Need >= 0 {
		need = fmt.Sprintf("without heat it would be at %.1f °C, below %.1f °C, in %.1f h", r.NeedTemp, r.Lower, float64(r.Need+1)*step/3600)
	}
	switch r.Kind {
	case Store:
		return fmt.Sprintf("heat is stored to %.1f °C: a kWh costs %.2f now and up to %.2f while it lasts; %s", r.Predicted, r.PriceNow, r.PriceThen, need)
	case Keep:
		return fmt.Sprintf("heated to %.1f °C at %.2f a kWh: %s", r.Predicted, r.PriceNow, need)
	case Wait:
		return fmt.Sprintf("not heated, %.1f °C at the end of the step: a kWh costs %.2f now and %.2f before it is needed; %s", r.Predicted, r.PriceNow, r.PriceThen, need)
	case Cold:
		return fmt.Sprintf("out of comfort at %.1f °C, and heating costs more than that weighs: %s", r.Predicted, need)
	}
	return fmt.Sprintf("not heated, %.1f °C at the end of the step: %s", r.Predicted, need)
}
