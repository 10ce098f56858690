package gl

import (
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
)

// timings tells what each pass of the frames takes: the processor's time to
// hand it over, and the graphics processor's to do it, by timer queries
// (OpenGL 4.1, 2.14). It does nothing unless it is on, since whoever reads a
// query waits for it. A graphics processor that is a program (llvmpipe) draws
// all passes tile by tile at the end, so that its queries tell little: finish
// waits for each pass instead, and the wall clock tells.
type timings struct {
	on, finish bool
	passes     []render.Pass // sums over the frames
	known      map[string]int
	queries    []uint32             // one for each pass of a frame, taken in order
	asked      []int                // pass of each query in use
	spent      func() time.Duration // by all threads of the program; nil: nothing tells it
	before     time.Duration        // spent when the pass began
	open       int                  // pass begun
	running    bool                 // it has not ended
	began      time.Time
	frames     int
}

// begin starts a pass by name, and ends the one before. One of the same name may
// come several times in a frame.
func (t *timings) begin(name string) {
	if !t.on {
		return
	}
	t.end()
	k, ok := t.known[name]
	if !ok {
		if t.known == nil {
			t.known = map[string]int{}
		}
		k = len(t.passes)
		t.known[name] = k
		t.passes = append(t.passes, render.Pass{Name: name})
	}
	if !t.finish {
		if len(t.asked) == len(t.queries) {
			t.queries = append(t.queries, 0)
			gl41.GenQueries(1, &t.queries[len(t.queries)-1])
		}
		gl41.BeginQuery(gl41.TIME_ELAPSED, t.queries[len(t.asked)])
		t.asked = append(t.asked, k)
	}
	if t.finish && t.spent != nil {
		t.before = t.spent()
	}
	t.open, t.running, t.began = k, true, time.Now()
}

// end closes the pass that was begun.
func (t *timings) end() {
	if !t.running {
		return
	}
	t.running = false
	p := &t.passes[t.open]
	p.CPUms += milliseconds(time.Since(t.began))
	if t.finish {
		gl41.Finish()
		p.GPUms += milliseconds(time.Since(t.began))
		if t.spent != nil {
			p.Workms += milliseconds(t.spent() - t.before)
		}
		return
	}
	gl41.EndQuery(gl41.TIME_ELAPSED)
}

// frame closes a frame: it waits for its queries.
func (t *timings) frame() {
	if !t.on {
		return
	}
	t.end()
	t.frames++
	for i, k := range t.asked {
		var ns uint64
		gl41.GetQueryObjectui64v(t.queries[i], gl41.QUERY_RESULT, &ns)
		t.passes[k].GPUms += float64(ns) / 1e6
	}
	t.asked = t.asked[:0]
}

func (t *timings) free() {
	if len(t.queries) > 0 {
		gl41.DeleteQueries(int32(len(t.queries)), &t.queries[0])
	}
	t.queries = nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Time measures each pass of the frames that follow, until Passes is called.
// finish tells to wait for each pass, which a graphics processor that is a
// program needs to tell anything; it makes frames slower. spent tells then what
// all threads have spent so far, or is nil.
func (r *Renderer) Time(finish bool, spent func() time.Duration) {
	r.timings.spent = spent
	r.timings.on, r.timings.finish, r.timings.frames = true, finish, 0
	r.timings.passes, r.timings.known = nil, nil
}

// Passes returns what the passes took since Time was called, means over the
// frames, in the order in which they are drawn, and measures no more.
func (r *Renderer) Passes() []render.Pass {
	t := &r.timings
	out := t.passes
	for i := range out {
		out[i].CPUms /= float64(max(1, t.frames))
		out[i].GPUms /= float64(max(1, t.frames))
		out[i].Workms /= float64(max(1, t.frames))
	}
	t.on, t.passes = false, nil
	t.free()
	return out
}
