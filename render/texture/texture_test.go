package texture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/render/texture"
	"github.com/glasstwin/glasstwin/scene"
)

// chart is a picture with a coverage that varies, also where nothing is covered.
func chart(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.SetNRGBA(i%w, i/w, color.NRGBA{uint8(7 * i), 100, 200, uint8(i % 3 * 127)})
	}
	return img
}

func coded(t testing.TB, img image.Image, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if kind == "jpeg" {
		err = jpeg.Encode(&b, img, nil)
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming is a PNG whose header claims a size.
func claiming(t testing.TB, w, h uint32) []byte {
	data := coded(t, chart(2, 2), "png")
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func all(int) bool { return true }

// decoded loads the images that are wanted, as they were planned.
func decoded(list []scene.Image, wanted func(int) bool, l texture.Limits) ([]texture.Image, []texture.Note) {
	sizes, notes := texture.Plan(list, wanted, l)
	out := make([]texture.Image, len(list))
	for i, to := range sizes {
		if to == (image.Point{}) {
			continue
		}
		var err error
		if out[i], err = texture.Load(list[i], to); err != nil {
			notes = append(notes, texture.Note{Image: texture.NameOf(list, i), Why: err.Error()})
		}
	}
	return out, notes
}

func TestTexelsAreAsTheyWereDrawn(t *testing.T) {
	want := chart(9, 5)
	got, notes := decoded([]scene.Image{{Data: coded(t, want, "png")}, {Data: coded(t, want, "jpeg")}, {Data: []byte("unasked")}}, func(i int) bool { return i < 2 }, texture.Limits{})
	if len(notes) > 0 || !bytes.Equal(got[0].Pix, want.Pix) {
		t.Errorf("PNG: %v", notes)
	}
	if got[1].Width != 9 || got[1].Height != 5 || len(got[1].Pix) != 4*9*5 || got[1].Pix[3] != 255 || got[2].Pix != nil {
		t.Errorf("JPEG %d×%d", got[1].Width, got[1].Height)
	}
}

func TestLargeImagesAreScaledDown(t *testing.T) {
	list := []scene.Image{{Name: "wide", Data: coded(t, chart(256, 16), "png")}, {Data: coded(t, chart(64, 64), "png")}}
	got, notes := decoded(list, all, texture.Limits{Edge: 100})
	if got[0].Width != 64 || got[0].Height != 4 || got[1].Width != 64 || len(notes) != 1 || notes[0].Image != "wide" || !strings.Contains(notes[0].Why, "64×4") {
		t.Errorf("%d×%d, %d: %v", got[0].Width, got[0].Height, got[1].Width, notes)
	}
	got, _ = decoded(list, all, texture.Limits{Texels: 1200})
	if n := len(got[0].Pix)/4 + len(got[1].Pix)/4; n > 1200 || n < 300 {
		t.Errorf("%d texels, at most 1200", n)
	}
}

func TestHostileImagesAreNoted(t *testing.T) {
	small := coded(t, chart(2, 2), "png")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":    {nil, "neither PNG"},
		"text":       {[]byte("not a picture at all"), "neither PNG"},
		"cut":        {small[:50], "png"},
		"huge":       {claiming(t, 60000, 60000), "more than 64 million"},
		"overflow":   {claiming(t, 1<<31-1, 1<<31-1), "png"},
		"no texels":  {claiming(t, 0, 7), "png"},
		"misstating": {claiming(t, 4000, 4000), "png"},
		"KTX2":       {[]byte("\xabKTX 20\xbb\r\n\x1a\n plus a header"), "KTX2"},
	} {
		got, notes := decoded([]scene.Image{{Name: "x", Data: c.data}}, all, texture.Limits{})
		if len(notes) != 1 || !strings.Contains(notes[0].Why, c.want) || got[0].Pix != nil {
			t.Errorf("%s: %v", name, notes)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(coded(f, chart(5, 4), "png"))
	f.Add(coded(f, chart(5, 4), "jpeg"))
	f.Add([]byte("RIFF\x24\x00\x00\x00WEBPVP8L\x17\x00\x00\x00\x2f\x03\xc0\x00\x10\x07\x10\xfd\x8f\xfe\x07\x22\xa2\xff\x01\x00"))
	f.Add([]byte("\xabKTX 20\xbb\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := texture.Size(scene.Image{Data: data}); err != nil || s.X*s.Y > 1<<16 {
			return // decoding large ones takes seconds
		}
		got, notes := decoded([]scene.Image{{Data: data}}, all, texture.Limits{Edge: 64})
		if len(notes) == 0 && (got[0].Width < 1 || len(got[0].Pix) != 4*got[0].Width*got[0].Height || got[0].Width > 64) {
			t.Errorf("%d×%d of %d bytes", got[0].Width, got[0].Height, len(got[0].Pix))
		}
	})
}
