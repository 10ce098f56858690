package fmi

// Load tells the child what to load.
type Load struct {
	Dir      string // of the unpacked FMU
	Exchange bool
	Start    float64 // s
	// Tolerance is relative, of the integrator of model exchange and for FMUs of
	// co-simulation that ask for it.
	Tolerance float64
	Step      float64 // s between communication points of co-simulation
	Logging   bool
	Preload   []string
	Before    []Setting // before initialisation
}

// Setting is a value for a variable, told by its number from 0.
type Setting struct {
	Variable int
	Value    Value
}

// Progress is what an integrated step came to.
type Progress struct {
	Time                               float64 // s; reached
	Steps, Evaluations                 uint32  // of the integrator; of derivatives
	StateEvents, TimeEvents, StepsAsks uint32  // events by crossing, by time, by completed step
	Ended                              bool    // the FMU asked to end the simulation
}

// Message is what an FMU logged.
type Message struct {
	Status   int // fmi2Status: 0 OK, 1 warning, 2 discard, 3 error, 4 fatal
	Category string
	Text     string
}

// Frame makes a frame of it.
func (l *Load) Frame() *Frame {
	f := (&Frame{Op: OpLoad}).Text(l.Dir).Bool(l.Exchange).Float(l.Start).Float(l.Tolerance).Float(l.Step).Bool(l.Logging)
	f.Uint32(uint32(len(l.Preload)))
	for _, p := range l.Preload {
		f.Text(p)
	}
	return f.Settings(l.Before)
}

// TakeLoad reads it back.
func (f *Frame) TakeLoad() (*Load, error) {
	l := &Load{Dir: f.TakeText(), Exchange: f.TakeBool(), Start: f.TakeFloat(), Tolerance: f.TakeFloat(), Step: f.TakeFloat(), Logging: f.TakeBool()}
	for range f.TakeCount(4) {
		l.Preload = append(l.Preload, f.TakeText())
	}
	l.Before = f.TakeSettings()
	return l, f.Err()
}

// Settings appends settings.
func (f *Frame) Settings(list []Setting) *Frame {
	f.Uint32(uint32(len(list)))
	for _, s := range list {
		f.Uint32(uint32(s.Variable)).Value(s.Value)
	}
	return f
}

// TakeSettings reads them back.
func (f *Frame) TakeSettings() []Setting {
	var out []Setting
	for range f.TakeCount(16) {
		out = append(out, Setting{int(f.TakeUint32()), f.TakeValue()})
	}
	return out
}

// Value appends a value.
func (f *Frame) Value(v Value) *Frame { return f.Float(v.Number).Text(v.Text) }

// TakeValue reads it back.
func (f *Frame) TakeValue() Value { return Value{f.TakeFloat(), f.TakeText()} }

// Values appends values.
func (f *Frame) Values(list []Value) *Frame {
	f.Uint32(uint32(len(list)))
	for _, v := range list {
		f.Value(v)
	}
	return f
}

// TakeValues reads them back.
func (f *Frame) TakeValues() []Value {
	var out []Value
	for range f.TakeCount(12) {
		out = append(out, f.TakeValue())
	}
	return out
}

// Numbers appends numbers of variables.
func (f *Frame) Numbers(list []int) *Frame {
	f.Uint32(uint32(len(list)))
	for _, n := range list {
		f.Uint32(uint32(n))
	}
	return f
}

// TakeNumbers reads them back.
func (f *Frame) TakeNumbers() []int {
	var out []int
	for range f.TakeCount(4) {
		out = append(out, int(f.TakeUint32()))
	}
	return out
}

// Progress appends it.
func (f *Frame) Progress(p Progress) *Frame {
	return f.Float(p.Time).Uint32(p.Steps).Uint32(p.Evaluations).Uint32(p.StateEvents).Uint32(p.TimeEvents).Uint32(p.StepsAsks).Bool(p.Ended)
}

// TakeProgress reads it back.
func (f *Frame) TakeProgress() (Progress, error) {
	p := Progress{f.TakeFloat(), f.TakeUint32(), f.TakeUint32(), f.TakeUint32(), f.TakeUint32(), f.TakeUint32(), f.TakeBool()}
	return p, f.Err()
}

// Message appends it.
func (f *Frame) Message(m Message) *Frame {
	return f.Uint32(uint32(m.Status)).Text(m.Category).Text(m.Text)
}

// TakeMessage reads it back.
func (f *Frame) TakeMessage() (Message, error) {
	m := Message{int(int32(f.TakeUint32())), f.TakeText(), f.TakeText()}
	return m, f.Err()
}
