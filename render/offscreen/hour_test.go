package offscreen_test

import (
	"context"
	"image"
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/render/sky"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// greenwich is where the demo store is looked at, its plan to the north.
var greenwich = sky.Place{Latitude: 51.48 * math.Pi / 180}

func hour(clock string) geom.Vec3 {
	at, err := time.Parse(time.RFC3339, "2026-06-03T"+clock+":00Z")
	if err != nil {
		panic(err)
	}
	return greenwich.Sun(at)
}

// market is the demo store with its roof on, and where it is looked at from.
func market(t testing.TB) (*scene.Scene, render.Places) {
	t.Helper()
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	demo, err := generate.Demo(context.Background(), cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	sc, index, err := generate.Scene(context.Background(), demo.Site, demo.Building, cat)
	if err != nil {
		t.Fatal(err)
	}
	return sc, render.PlacesOf(sc, index.Floor)
}

func TestGoldenHours(t *testing.T) {
	sc, places := market(t)
	r := open(t, sc)
	_, over := store(t, 480, 270)
	for name, clock := range map[string]string{"noon": "12:00", "evening": "19:50", "night": "23:30"} {
		for _, view := range []string{"front", "inside", "overview"} {
			f := render.Frame{Width: 480, Height: 270, Sun: hour(clock)}
			if view == "overview" {
				f.Hidden = over.Hidden
			}
			var err error
			if f.Camera, err = render.View(view, places, 480./270); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"-"+view, picture(t, r, f))
		}
	}
}

// brightness is the mean of a part of a picture about a point of the scene,
// 0..255.
func brightness(f render.Frame, img *image.RGBA, p geom.Vec3) float64 {
	x, y, _ := f.Project(p)
	sum, n := 0.0, 0.0
	for dy := -4; dy <= 4; dy++ {
		for dx := -4; dx <= 4; dx++ {
			c := img.RGBAAt(int(x)+dx, int(y)+dy)
			sum += 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
			n++
		}
	}
	return sum / n
}

// A luminaire that is switched off by night darkens the floor below it, and
// hardly that of the other end of the store.
func TestALuminaireThatIsOffDarkensItsPlace(t *testing.T) {
	sc, f := store(t, 480, 270)
	r := open(t, sc)
	f.Sun = hour("23:30")
	lit := picture(t, r, f)
	f.Emissive = map[string]float32{"light-1": 0}
	off := picture(t, r, f)
	f.Emissive = map[string]float32{"light-1": 0.5}
	dimmed := picture(t, r, f)
	var below geom.Vec3
	for i, e := range sc.Entities() {
		if e == "light-1" {
			below = sc.World(nil, nil)[i].Col(3).Vec3()
			break
		}
	}
	below[1] = 0
	away := geom.Vec3{20, 0, -2.5}
	if below.Sub(away).Len() < 10 {
		t.Fatalf("light-1 is at %v: choose another place to compare with", below)
	}
	was, now, half := brightness(f, lit, below), brightness(f, off, below), brightness(f, dimmed, below)
	if now > was-12 || half < now+3 || half > was-3 {
		t.Errorf("below it the floor has %.1f, dimmed %.1f, off %.1f", was, half, now)
	}
	if was, now := brightness(f, lit, away), brightness(f, off, away); math.Abs(now-was) > 4 {
		t.Errorf("at the other end it has %.1f, then %.1f", was, now)
	}
}

// What is under a roof is darker than what is not when only the sky shines, and
// a lit room is brighter than the night outside.
func TestARoofKeepsTheSkyOut(t *testing.T) {
	sc, places := market(t)
	r := open(t, sc)
	f := render.Frame{Width: 320, Height: 180, Sun: hour("12:00"), Emissive: map[string]float32{}}
	for _, e := range sc.Entities() {
		f.Emissive[e] = 0
	}
	var err error
	if f.Camera, err = render.View("inside", places, 320./180); err != nil {
		t.Fatal(err)
	}
	dark := mean(picture(t, r, f))
	f.Emissive = nil
	lit := mean(picture(t, r, f))
	if dark > 0.8*lit {
		t.Errorf("without luminaires the store has %.1f at noon, with them %.1f", dark, lit)
	}
}

func mean(img *image.RGBA) float64 {
	sum := 0.0
	for i := 0; i < len(img.Pix); i += 4 {
		sum += 0.2126*float64(img.Pix[i]) + 0.7152*float64(img.Pix[i+1]) + 0.0722*float64(img.Pix[i+2])
	}
	return sum / float64(len(img.Pix)/4)
}

// The same hour gives the same picture, whatever was drawn before; another does
// not.
func TestPicturesFollowTheSun(t *testing.T) {
	r := open(t, cabinet())
	f := render.Frame{Width: 320, Height: 240, Sun: hour("08:00"), Camera: render.Camera{Target: geom.Vec3{0.35, 0.95, 0}, Yaw: 0.45, Pitch: 0.3, Distance: 4.6}}
	morning := picture(t, r, f)
	f.Sun = hour("16:00")
	afternoon := picture(t, r, f)
	f.Sun = geom.Vec3{}
	picture(t, r, f)
	f.Sun = hour("08:00")
	again := picture(t, r, f)
	if d, err := likeness.Compare(morning, again); err != nil || d.Worst > 0.5 {
		t.Errorf("the same hour looks otherwise: %s %v", d.Compare, err)
	}
	if d, err := likeness.Compare(morning, afternoon); err != nil || d.Worst < 4 {
		t.Errorf("the afternoon looks like the morning: %s %v", d.Compare, err)
	}
}
