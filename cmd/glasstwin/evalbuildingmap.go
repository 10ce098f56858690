package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/connectors/fmi"
)

// buildingMap says what is what in an FMU of a building.
type buildingMap struct {
	Area     float64 `yaml:"area"`     // m²
	Step     float64 `yaml:"step"`     // s between decisions
	Sampling float64 `yaml:"sampling"` // s between samples
	Zones    []struct {
		Name        string     `yaml:"name"`
		Temperature string     `yaml:"temperature"`
		SetPoint    string     `yaml:"setpoint"` // pair or input
		Level       string     `yaml:"level"`    // instead: pair or input that takes a share of full heat, 0 to 1
		Heat        string     `yaml:"heat"`     // W; "": the electric power stands for it
		Limits      [2]float64 `yaml:"limits"`   // °C that a set point may have
		Rate        float64    `yaml:"rate"`     // K that a set point may change in a step; 0: any
		Band        float64    `yaml:"band"`     // K about the set point in which the thermostat does nothing
	} `yaml:"zones"`
	Power   []string `yaml:"power"` // W, added up
	Outside string   `yaml:"outside"`
	Sun     string   `yaml:"sun"`
	Comfort []band   `yaml:"comfort"`
	Price   quantity `yaml:"price"` // money per kWh
	CO2     quantity `yaml:"co2"`   // kg per kWh

	read   []int // numbers of the variables, in the order of readings
	points []fmi.Point
}

// band of comfort in hours of the day; it may go over midnight.
type band struct {
	From  float64 `yaml:"from"`
	To    float64 `yaml:"to"`
	Lower float64 `yaml:"lower"`
	Upper float64 `yaml:"upper"`
}

// quantity is a variable of the FMU, or constant in hours of the day.
type quantity struct {
	Variable string  `yaml:"variable"`
	Constant float64 `yaml:"constant"`
	Tariff   []struct {
		From  float64 `yaml:"from"`
		Value float64 `yaml:"value"`
	} `yaml:"tariff"`
}

func within(hour, from, to float64) bool {
	if from <= to {
		return hour >= from && hour < to
	}
	return hour >= from || hour < to
}

// comfort of an hour of the day.
func (m *buildingMap) comfort(hour float64) (lower, upper float64) {
	for _, b := range m.Comfort {
		if within(hour, b.From, b.To) {
			return b.Lower, b.Upper
		}
	}
	return math.Inf(-1), math.Inf(1)
}

// at an hour of the day; read is the value of the variable.
func (q *quantity) at(hour, read float64) float64 {
	if q.Variable != "" {
		return read
	}
	if len(q.Tariff) == 0 {
		return q.Constant
	}
	v := q.Tariff[len(q.Tariff)-1].Value // until the first of the day
	for _, t := range q.Tariff {
		if hour >= t.From {
			v = t.Value
		}
	}
	return v
}

const buildingMapMax = 1 << 20 // bytes

func readBuildingMap(path string, u *fmi.FMU) (*buildingMap, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the map: %w", err)
	}
	if len(text) > buildingMapMax {
		return nil, fmt.Errorf("%s: %d bytes are no map of a building", path, len(text))
	}
	m := &buildingMap{Step: 1800, Sampling: 60}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, m.find(path, u)
}

func (m *buildingMap) check() error {
	switch {
	case !(m.Area > 0):
		return errors.New("area: give the floor area in m², above 0")
	case !(m.Step >= 60) || !(m.Step <= 7200) || math.Mod(86400, m.Step) != 0:
		return errors.New("step: give 60 to 7200 seconds that divide a day")
	case !(m.Sampling >= 1) || math.Mod(m.Step, m.Sampling) != 0:
		return errors.New("sampling: give seconds that divide the step")
	case len(m.Zones) == 0 || len(m.Zones) > 20:
		return errors.New("zones: give 1 to 20")
	case len(m.Power) == 0:
		return errors.New("power: name the variables of electric power")
	case len(m.Comfort) == 0:
		return errors.New("comfort: give hours of the day with lower and upper, °C")
	}
	for i, z := range m.Zones {
		switch {
		case z.Temperature == "":
			return fmt.Errorf("zones, number %d: temperature: name its variable", i+1)
		case (z.SetPoint == "") == (z.Level == ""):
			return fmt.Errorf("zones, number %d: name either setpoint or level", i+1)
		case z.SetPoint != "" && !(z.Limits[0] < z.Limits[1]):
			return fmt.Errorf("zones, number %d: limits: give the least and the greatest set point, °C", i+1)
		case z.Heat == "" && len(m.Zones) > 1:
			return fmt.Errorf("zones, number %d: heat: name its variable; only where there is one zone the power stands for it", i+1)
		}
	}
	return nil
}

// find looks the variables up. The order is that of readings: zones (temperature,
// heat), powers, outside, sun, price, CO2.
func (m *buildingMap) find(path string, u *fmi.FMU) error {
	var failed error
	add := func(name string) {
		number := -1
		if name != "" {
			var err error
			if number, err = u.Find(name); err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", path, err)
			}
		}
		m.read = append(m.read, number)
	}
	for _, z := range m.Zones {
		add(z.Temperature)
		add(z.Heat)
	}
	for _, p := range m.Power {
		add(p)
	}
	for _, name := range []string{m.Outside, m.Sun, m.Price.Variable, m.CO2.Variable} {
		add(name)
	}
	for _, z := range m.Zones {
		at := -1
		for _, p := range u.Points(false) {
			if p.Name == z.SetPoint+z.Level && p.Set >= 0 {
				at = len(m.points)
				m.points = append(m.points, p)
			}
		}
		if at < 0 && failed == nil {
			failed = fmt.Errorf("%s: %s is no point of the FMU that can be set; glasstwin plant fmu-info lists them", path, z.SetPoint+z.Level)
		}
	}
	return failed
}
