package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// looking is how one looks through what is drawn.
type looking struct {
	Select string   `placeholder:"ID" help:"Thing to mark; what hides it is seen through."`
	Xray   []string `placeholder:"ID,..." help:"All but these things are seen through."`
	Only   []string `placeholder:"ID,..." help:"Only these things are drawn."`
	Apart  float64  `placeholder:"METRES" help:"Storeys, and the roof, are lifted off each other by so much."`
	Cut    string   `placeholder:"AXIS<METRES" help:"What is kept, as y<1.2 (a plan), z>-4 or x<3 (a section); the rest is cut away."`
}

// look changes a frame of a scene as the flags say.
func (l *looking) look(f *render.Frame, sc *scene.Scene) error {
	known := map[string]bool{}
	for _, e := range sc.Entities() {
		if e != "" {
			known[e] = true
		}
	}
	for flag, list := range map[string][]string{"--select": {l.Select}, "--xray": l.Xray, "--only": l.Only} {
		for _, id := range list {
			if id != "" && !known[id] {
				return usageError{fmt.Errorf("%s %s: no such thing is drawn", flag, id)}
			}
		}
	}
	if l.Select != "" {
		f.Selected = l.Select
	}
	f.Reveal = l.Select != ""
	if len(l.Xray) > 0 {
		f.Veiled = allBut(known, l.Xray)
	}
	if len(l.Only) > 0 {
		f.Hidden = allBut(known, l.Only)
	}
	var err error
	f.Cut, err = cutOf(l.Cut)
	return err
}

func allBut(known map[string]bool, list []string) map[string]bool {
	out := map[string]bool{}
	for e := range known {
		if !slices.Contains(list, e) {
			out[e] = true
		}
	}
	return out
}

// cutOf reads a half space that is kept: an axis, < or >, and metres.
func cutOf(text string) (render.Cut, error) {
	if text == "" {
		return render.Cut{}, nil
	}
	wrong := usageError{fmt.Errorf("--cut %q: give what is kept as x<3, y<1.2 or z>-4, in metres", text)}
	at := strings.IndexAny(text, "<>")
	if at < 0 {
		return render.Cut{}, wrong
	}
	axis := strings.Index("xyz", strings.TrimSpace(strings.ToLower(text[:at])))
	value, err := strconv.ParseFloat(strings.TrimSpace(text[at+1:]), 64)
	if axis < 0 || len(strings.TrimSpace(text[:at])) != 1 || err != nil || math.IsNaN(value) || math.Abs(value) > 1e6 {
		return render.Cut{}, wrong
	}
	c := render.Cut{Offset: value}
	c.Away[axis] = 1
	if text[at] == '>' {
		c.Away, c.Offset = geom.Vec3{}.Sub(c.Away), -value
	}
	return c, nil
}
