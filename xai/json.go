package xai

import (
	"encoding/json"
	"math"
)

// A number that is not known is NaN in memory and null in JSON, which has no
// NaN: an explanation can always be stored and comes back as it was.

// MarshalJSON writes Value and Typical as null when they are not known.
func (a Attribution) MarshalJSON() ([]byte, error) {
	type plain Attribution
	return json.Marshal(struct {
		plain
		Value, Typical *float64
	}{plain(a), known(a.Value), known(a.Typical)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Attribution) UnmarshalJSON(data []byte) error {
	type plain Attribution
	var v struct {
		*plain
		Value, Typical *float64
	}
	v.plain = (*plain)(a)
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	a.Value, a.Typical = orNaN(v.Value), orNaN(v.Typical)
	return nil
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
