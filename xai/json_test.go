package xai

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestAttributionSurvivesJSON(t *testing.T) {
	want := []Attribution{
		{Feature: "door-open-share", Source: "freezer-2/door-open", Value: 0.4, Typical: 0.02, Unit: "%", Share: 1.5},
		{Feature: "a × b", Value: math.NaN(), Typical: math.NaN(), Share: -0.25},
	}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []Attribution
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("after JSON (-want +got):\n%s", diff)
	}
}
