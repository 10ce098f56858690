package gl

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// supply brings meshes into the graphics memory as they are wanted: what is largest
// on the screen first, so much in each frame, laid out beside the drawing. Until a
// mesh is there, its coarser levels are drawn or a box. Where the memory is short,
// those go that were not drawn at their finest for longest, and come back when they
// are wanted. A scene that goes in with the first frame is there from the beginning.
type supply struct {
	model *model
	frame int // bytes that go to the graphics memory in a frame
	share float64

	weights []int    // of meshes, bytes
	asked   []bool   // it is on its way
	refused []uint64 // turn before which there was no room for a mesh
	coming  int      // bytes that are on their way
	short   int      // meshes that the view at hand wanted and there was no room for
	whole   bool     // everything is there, and nothing is ever let go

	jobs  chan int
	stop  atomic.Bool
	done  sync.WaitGroup
	ready sync.Mutex
	came  []delivery
	left  []delivery // taken from there, not in the graphics memory yet

	large    *landing // the mesh of left[0], which more than one frame brings
	levels   *levels  // coarser levels that are being taken in
	level    *landing // of these
	taken    int      // bytes of them that are there
	levelled []bool   // there are all coarser levels of a mesh
	patient  bool     // the largest meshes wait for their coarser levels
	forged   bool     // no more of these will come
	brought  int      // bytes, in the frame at hand
	spent    time.Duration
}

type delivery struct {
	mesh int
	part part
}

const (
	frameBytes   = 8 << 20 // less than a millisecond
	firstFrames  = 4       // a first frame takes in as much as so many
	aheadFrames  = 2       // so much is laid out ahead
	pinnedBytes  = 2048    // of a mesh that is hardly larger than a box
	jobsMost     = 256
	refusedTurns = 120 // views after which room is looked for again
	boxBytes     = 24*vertexBytes + 36*4
	largeLeast   = 64 << 20 // a mesh that a processor draws for seconds at its finest
)

// newSupply puts into the graphics memory what a first frame takes: all, or boxes
// for all and the meshes of most weight on the scene. worth is how large each
// mesh stands in the scene, about; the last pinned ones never go.
func newSupply(m *model, worth []float64, pinned, frame int) (*supply, error) {
	if frame <= 0 {
		frame = frameBytes
	}
	n := len(m.meshes)
	s := &supply{model: m, frame: frame, weights: make([]int, n), asked: make([]bool, n), refused: make([]uint64, n), levelled: make([]bool, n), patient: Software()}
	total, first := 0, firstFrames*frame
	for i := range s.weights {
		s.weights[i] = m.packer.weight(i)
		total += s.weights[i]
	}
	s.whole = total <= first && (m.most == 0 || total <= m.most)
	if m.most > 0 {
		first = min(first, m.most/2)
		s.share = 0.5 * float64(m.most) / float64(max(1, total)) // of which coarser levels may take half
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	switch largest := slices.Max(append(s.weights, 0)); {
	case m.most > 0 && !s.whole:
		s.reserve(total, m.most)
	case !s.whole && largest > frame: // a buffer that grows is copied, in one frame
		s.reserve(total, min(total, first+largest)*2)
	}
	if !s.whole {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(worth[b], worth[a]) })
		for i := range m.meshes {
			x := &m.meshes[i]
			if x.pinned = i >= n-pinned || s.weights[i] <= pinnedBytes; x.pinned {
				if !s.put(i, 0) {
					return s, errMemory
				}
				continue
			}
			box, sketched := part{}, false
			if s.weights[i] > largeLeast {
				box, sketched = m.packer.sketch(i, x.box)
			}
			if !sketched {
				box = m.packer.standIn(i, x.box)
			}
			if _, ok := m.put(&box); !ok {
				return s, errMemory
			}
			x.standIn = box.shape
		}
	}
	for _, i := range order {
		if m.meshes[i].there {
			continue
		}
		if first -= s.weights[i]; first < 0 && !s.whole {
			break
		}
		if !s.put(i, 0) {
			s.whole = false
			break
		}
	}
	if s.whole {
		return s, nil
	}
	s.jobs = make(chan int, jobsMost)
	s.done.Go(func() {
		for i := range s.jobs {
			if s.stop.Load() {
				return
			}
			p, _ := m.packer.fine(i)
			s.ready.Lock()
			s.came = append(s.came, delivery{i, p})
			s.ready.Unlock()
		}
	})
	return s, nil
}

// reserve makes both buffers take so many bytes, in the parts that the meshes have of
// each: one that grew first would leave the other none.
func (s *supply) reserve(total, most int) {
	m := s.model
	corners := 0
	for i := range s.weights {
		for n := range m.packer.scene.Meshes[i].Primitives {
			corners += 4 * len(m.packer.scene.Meshes[i].Primitives[n].Indices)
		}
	}
	indices := int(float64(most) * float64(corners) / float64(max(1, total)))
	if m.indices.reach(indices / 4) {
		m.vertices.reach((most - indices) / vertexBytes)
	}
}

// put lays a mesh out and brings it into the graphics memory.
func (s *supply) put(i int, turn uint64) bool {
	p, _ := s.model.packer.fine(i)
	l, ok := s.begin(&p, turn)
	if ok {
		s.brought += s.model.land(&l, math.MaxInt)
		s.stay(i, &l, turn)
	}
	return ok
}

// begin finds a place for a mesh; others that the last views did not draw at their
// finest make room.
func (s *supply) begin(p *part, turn uint64) (landing, bool) {
	l, ok := s.model.begin(p)
	for tries := 0; !ok && tries < len(s.model.meshes); tries++ {
		oldest := -1
		for i := range s.model.meshes {
			o := &s.model.meshes[i]
			if o.there && !o.pinned && o.used+2 < turn && (oldest < 0 || o.used < s.model.meshes[oldest].used) {
				oldest = i
			}
		}
		if oldest < 0 {
			return l, false
		}
		s.model.drop(oldest)
		l, ok = s.model.begin(p)
	}
	return l, ok
}

// stay has a mesh drawn at its finest, which is in its place.
func (s *supply) stay(i int, l *landing, turn uint64) {
	x := &s.model.meshes[i]
	x.there, x.lies, x.shape, x.used = true, l.at, l.part.shape, turn
}

// coarsen has the coarser levels of a mesh taken in: all, or where the memory is
// short the coarsest, of its share.
func (s *supply) coarsen(x *levels) { s.levels, s.taken = x, 0 }

// takeLevels goes on with them, the coarsest first, for about most bytes; done tells
// that they are all there.
func (s *supply) takeLevels(most int) (written int, done bool) {
	for s.levels != nil {
		m := &s.model.meshes[s.levels.mesh]
		k := len(s.levels.list) - 1 - len(m.coarser)
		if s.level == nil {
			room := int(s.share * float64(s.weights[s.levels.mesh]))
			if k < 0 || s.share > 0 && s.taken+s.levels.list[k].bytes() > room && s.taken > 0 {
				s.levelsDone()
				break
			}
			l, ok := s.model.begin(&s.levels.list[k])
			if !ok {
				s.levelsDone()
				break
			}
			s.level = &l
		}
		n := s.model.land(s.level, most-written)
		written, s.taken = written+n, s.taken+n
		if !s.level.whole() {
			break
		}
		m.coarser, m.errors = slices.Insert(m.coarser, 0, s.level.part.shape), slices.Insert(m.errors, 0, s.level.part.err)
		s.level = nil
	}
	s.brought += written
	return written, s.levels == nil
}

func (s *supply) levelsDone() {
	s.levelled[s.levels.mesh] = true
	s.levels, s.level = nil, nil
}

// takeIn brings what was laid out into the graphics memory, for a frame; all: as
// much as there is room for of everything. It tells whether anything came.
func (s *supply) takeIn(turn uint64, all bool) (came bool) {
	if s.whole {
		return false
	}
	s.ready.Lock()
	s.left = append(s.left, s.came...)
	s.came = s.came[:0]
	s.ready.Unlock()
	most := s.frame
	if all {
		most = math.MaxInt
	}
	for len(s.left) > 0 && most > 0 {
		d := &s.left[0]
		i := d.mesh
		if s.large == nil && !s.model.meshes[i].there {
			if l, ok := s.begin(&d.part, turn); ok {
				s.large = &l
			} else {
				s.refused[i] = turn + refusedTurns
			}
		}
		if s.large != nil {
			n := s.model.land(s.large, most)
			most -= n
			s.brought += n
			if !s.large.whole() {
				break // the next frame goes on
			}
			s.stay(i, s.large, turn)
			s.large, came = nil, true
		}
		s.left[0] = delivery{}
		s.left = s.left[1:]
		s.asked[i] = false
		s.coming -= s.weights[i]
	}
	for i := range s.model.meshes {
		if !all || s.model.meshes[i].there || s.asked[i] {
			continue
		}
		if m := s.model; m.most > 0 && m.bytes()+s.weights[i] > m.most {
			break // nothing is let go for what nobody asked for
		}
		if !s.put(i, 0) {
			break
		}
		came = true
	}
	return came
}

// follow orders what a view wanted and was not there, the largest first; pending
// tells that some of it will come. With now it is brought at once, and came tells
// that some was.
func (s *supply) follow(st *stage, now bool) (came, pending bool) {
	s.short = 0
	slices.SortFunc(st.wants, func(a, b want) int { return cmp.Or(cmp.Compare(b.pixels, a.pixels), cmp.Compare(a.mesh, b.mesh)) })
	for _, w := range st.wants {
		i := int(w.mesh)
		switch {
		case s.model.meshes[i].there:
		case now:
			if s.put(i, st.turn) {
				came = true
			} else {
				s.short++
			}
		case s.asked[i]:
			pending = true
		case s.refused[i] > st.turn:
			s.short++
		case s.patient && s.weights[i] > largeLeast && !s.levelled[i] && !s.forged:
			pending = true
		default:
			pending = true
			if s.coming < aheadFrames*s.frame && len(s.jobs) < cap(s.jobs) {
				s.asked[i] = true
				s.coming += s.weights[i]
				s.jobs <- i
			}
		}
	}
	return came, pending
}

// want is a mesh that a view would draw at its finest, and how large it is there.
type want struct {
	mesh   int32
	pixels float32
}

// want notes that a mesh is wanted.
func (s *stage) want(mesh int, pixels float64) {
	m := &s.meshes[mesh]
	if m.wanted != s.turn {
		m.wanted, m.place = s.turn, int32(len(s.wants))
		s.wants = append(s.wants, want{int32(mesh), float32(pixels)})
		return
	}
	w := &s.wants[m.place]
	w.pixels = max(w.pixels, float32(pixels))
}

func (s *supply) free() {
	if s.jobs != nil {
		s.stop.Store(true)
		close(s.jobs)
		s.done.Wait()
	}
}
