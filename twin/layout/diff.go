package layout

import (
	"fmt"
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Moved is a thing that stands elsewhere.
type Moved struct {
	ID       twin.AssetID
	Name     string
	From, To twin.Pose
	By       float64 // metres
	Turned   float64 // radians, within a half turn
}

// Diff is what differs between two layouts.
type Diff struct {
	Moved   []Moved
	Came    []twin.Asset
	Went    []twin.Asset
	Changed []Change // in all but where it stands: materials, facings, size, name

	edit Edit
}

// Compare tells what is different in b.
func Compare(a, b Layout) Diff {
	d := Diff{edit: Edit{Verb: Apply}}
	after := make(map[twin.AssetID]int, len(b.Assets))
	for i, x := range b.Assets {
		after[x.ID] = i
	}
	before := make(map[twin.AssetID]bool, len(a.Assets))
	for i := len(a.Assets) - 1; i >= 0; i-- { // from behind, so that each stands where it is said
		x := a.Assets[i]
		before[x.ID] = true
		if _, stays := after[x.ID]; !stays {
			d.edit.Changes = append(d.edit.Changes, Change{Before: &x, At: i})
		}
	}
	for i, x := range a.Assets {
		k, stays := after[x.ID]
		if !stays {
			d.Went = append(d.Went, x)
			continue
		}
		y := b.Assets[k]
		if same(x, y) {
			continue
		}
		d.edit.Changes = append(d.edit.Changes, Change{&x, &y, i})
		if x.Pose != y.Pose {
			d.Moved = append(d.Moved, Moved{x.ID, y.Name, x.Pose, y.Pose, y.Pose.Position.Sub(x.Pose.Position).Len(), straight(y.Pose.Yaw - x.Pose.Yaw)})
		}
		z := y
		z.Pose = x.Pose
		if !same(x, z) {
			d.Changed = append(d.Changed, Change{&x, &y, i})
		}
	}
	last := len(a.Assets) - len(d.Went)
	for _, y := range b.Assets {
		if !before[y.ID] {
			d.Came = append(d.Came, y)
			d.edit.Changes = append(d.edit.Changes, Change{After: &y, At: last})
			last++
		}
	}
	return d
}

// Edit makes a layout that equals the second of the first.
func (d Diff) Edit() Edit { return d.edit }

// Empty tells that nothing differs.
func (d Diff) Empty() bool { return len(d.edit.Changes) == 0 }

// String tells it in English, a line for each thing.
func (d Diff) String() string {
	if d.Empty() {
		return "nothing differs\n"
	}
	var b strings.Builder
	for _, m := range d.Moved {
		fmt.Fprintf(&b, "%s moves %.2f m", m.ID, m.By)
		by := m.To.Position.Sub(m.From.Position)
		if m.By > 0 {
			fmt.Fprintf(&b, " (x %+.2f, z %+.2f)", by[0], by[2])
		}
		if m.Turned != 0 {
			fmt.Fprintf(&b, ", turns %+.0f°", m.Turned*180/math.Pi)
		}
		fmt.Fprintf(&b, ", now at x %.2f, z %.2f\n", m.To.Position[0], m.To.Position[2])
	}
	for _, a := range d.Came {
		p := a.Pose.Position
		fmt.Fprintf(&b, "%s comes: a %s at x %.2f, z %.2f\n", a.ID, a.Class, p[0], p[2])
	}
	for _, a := range d.Went {
		fmt.Fprintf(&b, "%s goes: a %s\n", a.ID, a.Class)
	}
	for _, c := range d.Changed {
		fmt.Fprintf(&b, "%s changes: %s\n", c.ID(), strings.Join(c.What(), ", "))
	}
	return b.String()
}

// What lists in English what of an asset is different besides its place.
func (c Change) What() []string {
	if c.Before == nil || c.After == nil {
		return nil
	}
	x, y := c.Before, c.After
	var out []string
	for _, t := range []struct {
		what  string
		equal bool
	}{
		{"size", x.Size == y.Size}, {"parameters", equalMaps(x.Params, y.Params)}, {"materials", equalMaps(x.Finish, y.Finish)},
		{"facings", equal(x.Facings, y.Facings) && x.Bare == y.Bare}, {"products", equal(x.Products, y.Products)}, {"name", x.Name == y.Name}, {"zone", x.Zone == y.Zone},
		{"class", x.Class == y.Class}, {"shape", x.Shape == y.Shape},
	} {
		if !t.equal {
			out = append(out, t.what)
		}
	}
	return out
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func plan(p geom.Vec3) geom.Vec2 { return geom.Vec2{p[0], p[2]} }
