package survey

import (
	"context"
	"errors"
	"fmt"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Options steer Reconstruct. The zero value is good for a building.
type Options struct {
	Voxel     float64 // metres between the points worked with; 0: 0.025, more where the scan is too large
	PointsMax int     // points worked with; 0: 3 million
	Classes   []ClassSize
	Confident float64                          // least confidence of a named class; 0: 0.6
	Progress  func(stage string, done float64) // done is 0..1 of everything; may be nil
}

// ClassSize is how large things of a class are. Sizes are width, height and
// depth, metres: depth is what points away from the wall or the aisle.
type ClassSize struct {
	Name      string
	Size      geom.Vec3 // usual
	Min, Max  geom.Vec3 // zero: 0.8 and 1.25 times the usual
	Mount     Mount
	Frequency float64 // how often it is met, against the others; 0 means 1
}

// Mount is what a thing is fixed to.
type Mount uint8

const (
	OnFloor Mount = iota
	OnWall
	OnCeiling
)

// String names the mount as the catalogue does.
func (m Mount) String() string { return [...]string{"floor", "wall", "ceiling"}[m] }

// Survey is what was found in a scan. Coordinates are those of the twin:
// metres, +Y up, the lowest floor at zero.
type Survey struct {
	Frame    Frame
	Storeys  []Storey
	Rooms    []Room
	Walls    []Wall
	Slabs    []Slab
	Openings []Opening
	Stairs   []Stair
	Objects  []Object
	Notes    []string // what was assumed, left out or not seen
	Points   Count
}

// Count tells what became of the points.
type Count struct {
	Read    int     // in the cloud
	Thinned int     // after thinning
	Outlier int     // of the thinned, dropped as noise
	Voxel   float64 // metres
	spacing float64 // metres between neighbours on a surface
}

// Storey is one level of a building.
type Storey struct {
	FloorY, CeilingY       float64
	FloorSeen, CeilingSeen bool
	FloorRMS               float64 // metres: how flat the floor is
}

// Room is a space that walls, floor and ceiling enclose.
type Room struct {
	ID                             string
	Storey                         int
	Outline                        []geom.Vec2   // x and z, counter-clockwise seen from above; inner faces of the walls
	Holes                          [][]geom.Vec2 // columns and the like, the other way round
	FloorY                         float64
	Height                         float64
	FloorSeen                      float64 // 0..1 of its area
	CeilingSeen                    float64
	Area                           float64    // m², holes taken off
	Open                           float64    // metres of its outline where no wall was seen
	FloorColour, CeilingColour     [3]float32 // linear
	FloorColoured, CeilingColoured bool
}

// Wall stands between a room and another, or a room and the outside.
type Wall struct {
	Entity         string
	Name           string
	Storey         int
	A, B           geom.Vec2 // x and z: its face in the first room, which lies to the left from A to B seen from above
	FloorY, Height float64
	Thickness      float64
	BothSeen       bool // both faces were seen: the thickness is measured, not assumed
	Rooms          [2]int
	Seen           float64 // 0..1 of its length
	NotSeen        bool    // an open side: no wall is drawn here
	RMS            float64 // metres, of its points against its plane
	Colour         [3]float32
	Coloured       bool
	faces          []face
}

// Slab is a floor or a ceiling of a room.
type Slab struct {
	Entity   string
	Name     string
	Room     int
	Ceiling  bool
	Y        float64 // of the face that the room sees
	Outline  []geom.Vec2
	Colour   [3]float32
	Coloured bool
}

// Kind tells what an opening is.
type Kind uint8

const (
	Door Kind = iota
	Window
)

// String names the kind.
func (k Kind) String() string { return [...]string{"door", "window"}[k] }

// Opening is a rectangle cut from a wall.
type Opening struct {
	Entity     string
	Kind       Kind
	Wall       int
	From, To   float64 // metres along the wall from A to B
	Sill, Head float64 // metres above the floor
	Confidence float64 // 0..1
	Leaf       bool    // it has a leaf or a pane; a doorway may have none
	Ajar       float64 // radians by which the leaf stood open when it was scanned
	Through    bool    // points were seen behind it
}

// Stair is a flight.
type Stair struct {
	Entity     string
	Foot       geom.Vec3 // middle of the lowest edge
	Along      geom.Vec2 // direction of climbing, unit length, x and z
	Steps      int
	Rise, Run  float64 // of one step, metres
	Width      float64
	Confidence float64
	Box        geom.Box
}

// Object is a thing that stands in a room or hangs from a wall or ceiling.
type Object struct {
	Entity     string
	Class      string // empty: unknown
	Guess      string // the likeliest class, also where confidence is too low to name it
	Confidence float64
	Room       int
	Position   geom.Vec3 // middle of its foot
	Yaw        float64   // radians about +Y
	Size       geom.Vec3 // width, height, depth
	Mount      Mount
	Points     int
	Colour     [3]float32 // linear
	Coloured   bool
}

// ErrTooSparse says that a cloud holds too little to find a building in.
var ErrTooSparse = errors.New("too few points to find a building in")

// Reconstruct finds the building in a cloud. It fails on a cloud that is too
// sparse and when ctx ends; all else that is odd becomes a note.
func Reconstruct(ctx context.Context, cloud *Cloud, opts Options) (*Survey, error) {
	s := &Survey{}
	step := func(name string, done float64) error {
		if opts.Progress != nil {
			opts.Progress(name, done)
		}
		return ctx.Err()
	}
	if err := step("thin", 0); err != nil {
		return nil, err
	}
	pts, err := s.prepare(ctx, cloud, opts)
	if err != nil {
		return nil, err
	}
	if err := step("upright", 0.45); err != nil {
		return nil, err
	}
	s.upright(cloud, pts)
	if err := step("storeys", 0.5); err != nil {
		return nil, err
	}
	s.storeys(pts)
	for i := range s.Storeys {
		if err := step("rooms", 0.55+0.25*float64(i)/float64(len(s.Storeys))); err != nil {
			return nil, err
		}
		if err := s.plan(ctx, i, pts); err != nil {
			return nil, fmt.Errorf("find the rooms of storey %d: %w", i+1, err)
		}
	}
	if err := step("openings", 0.8); err != nil {
		return nil, err
	}
	s.openings(pts)
	if err := step("objects", 0.9); err != nil {
		return nil, err
	}
	if err := s.objects(ctx, pts, opts); err != nil {
		return nil, err
	}
	s.slabs()
	s.name()
	return s, step("done", 1)
}

func (s *Survey) note(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}
