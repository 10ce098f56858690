package main

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/operate/perceive"
)

func TestTheModelOfSituationsIsTold(t *testing.T) {
	out, err := program(t, "eval", "models", "situations", "--seeds", "1001", "--json", "--data", t.TempDir()).Output()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(out); !strings.Contains(text, `"situations_home_runs":1`) || !strings.Contains(text, "now, from the stored model") {
		t.Errorf("it tells %s", text)
	}
}

func TestSituationsWantSensibleFlags(t *testing.T) {
	for want, args := range map[string][]string{
		"--runs 1: give 4 to 200":           {"train", "situations", "--runs", "1"},
		"name the families whose":           {"train", "situations", "--measure"},
		"seeds below 1000":                  {"train", "situations", "--unseen", "5-20"},
		"give a range like 1-40, at most":   {"train", "situations", "--unseen", "1001-9000"},
		"must be one of \"cabinet-faults\"": {"train", "situation"},
	} {
		text, err := program(t, args...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(text), want) {
			t.Errorf("%v gave %v: %s", args, err, text)
		}
	}
}

func TestUnseenSeedsGoToTheClassesInTurn(t *testing.T) {
	var seeds []uint64
	for s := uint64(1001); s <= 1042; s++ {
		seeds = append(seeds, s)
	}
	of := map[string]int{}
	for _, d := range unseen(seeds, perceive.Tells()) {
		of[d.site+" "+d.class] += len(d.seeds)
	}
	if of["store door-ajar"] != 2 || of["store normal"] != 2 || of["home stuck-valve"] < 3 || len(of) != 21+11 {
		t.Errorf("the seeds go to %v", of)
	}
	for site, classes := range situationClasses {
		for _, c := range perceive.Classes(site) {
			if !slices.Contains(classes, c.Name) {
				t.Errorf("no run of a %s has %s", site, c.Name)
			}
		}
		if len(classes) != len(perceive.Classes(site)) {
			t.Errorf("runs of a %s have %d situations, %d can be told", site, len(classes), len(perceive.Classes(site)))
		}
	}
	for _, d := range development(40, perceive.Tells(), nil) {
		for _, s := range d.seeds {
			if s < 1 || s > 999 {
				t.Fatalf("%s of a %s is learnt from seed %d", d.class, d.site, s)
			}
		}
	}
}

// Who trains the aisles alone needs no house, and fewer of what is no aisle.
func TestSomeFamiliesNeedTheRunsOfTheirSites(t *testing.T) {
	told := perceive.Tells("aisle")
	of := map[string]int{}
	for _, d := range development(40, told, perceive.Alike("aisle")) {
		of[d.site+" "+d.class] += len(d.seeds)
	}
	if len(of) != 21 || of["store aisle-blocked"] != 40 || of["store door-ajar"] != 10 || of["store co2-crowding"] != 40 || of["store normal"] != 37 {
		t.Errorf("the aisles are learnt from %v", of)
	}
	for _, d := range unseen([]uint64{1001, 1002}, told) {
		if d.site != "store" {
			t.Errorf("a %s is judged for its aisles", d.site)
		}
	}
	whole, gateways := perceive.Tells(), perceive.Tells("gateway")
	if len(whole["store"]) != len(situationClasses["store"]) || len(whole["home"]) != len(situationClasses["home"]) || len(gateways["home"]) != 1 {
		t.Errorf("all families tell %v, gateways %v", whole, gateways)
	}
}
