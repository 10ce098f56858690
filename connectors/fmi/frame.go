package fmi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The two processes talk in frames: four bytes of length, little-endian, one
// byte that says what it is, and fields. Parent and child are the same program,
// but what comes from the child passed through a process that an FMU may have
// damaged: the parent believes no length.

// Op says what a frame is.
type Op byte

// Frames from the parent, each answered by OK or Failed, and those of the child.
const (
	OpLoad Op = iota + 1 // Load
	OpSet                // references and values
	OpGet                // references; answered with values
	OpStep               // time to reach; answered with Progress
	OpEnd                // terminates the FMU

	OpOK
	OpFailed // text
	OpLog    // Message; comes before the answer
)

// frameMax bounds a frame: half a million numbers.
const frameMax = 16 << 20

var errFrame = errors.New("the frame is damaged")

// Frame is built and read field by field. The first error sticks.
type Frame struct {
	Op   Op
	data []byte
	bad  bool
}

// Uint32 appends a number.
func (f *Frame) Uint32(v uint32) *Frame {
	f.data = binary.LittleEndian.AppendUint32(f.data, v)
	return f
}

// Float appends a number.
func (f *Frame) Float(v float64) *Frame {
	f.data = binary.LittleEndian.AppendUint64(f.data, math.Float64bits(v))
	return f
}

// Text appends a text.
func (f *Frame) Text(s string) *Frame {
	f.Uint32(uint32(len(s)))
	f.data = append(f.data, s...)
	return f
}

// Bool appends a truth.
func (f *Frame) Bool(v bool) *Frame {
	b := byte(0)
	if v {
		b = 1
	}
	f.data = append(f.data, b)
	return f
}

func (f *Frame) take(n int) []byte {
	if f.bad || n < 0 || n > len(f.data) {
		f.bad = true
		return nil
	}
	out := f.data[:n]
	f.data = f.data[n:]
	return out
}

// TakeUint32 reads a number; 0 from a damaged frame.
func (f *Frame) TakeUint32() uint32 {
	if b := f.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// TakeFloat reads a number; 0 from a damaged frame.
func (f *Frame) TakeFloat() float64 {
	if b := f.take(8); b != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return 0
}

// TakeText reads a text.
func (f *Frame) TakeText() string { return string(f.take(int(f.TakeUint32()))) }

// TakeBool reads a truth.
func (f *Frame) TakeBool() bool {
	b := f.take(1)
	return b != nil && b[0] != 0
}

// TakeCount reads how many things of at least size bytes follow.
func (f *Frame) TakeCount(size int) int {
	n := int(f.TakeUint32())
	if f.bad || n > len(f.data)/size {
		f.bad = true
		return 0
	}
	return n
}

// Err is nil when everything was there that was read.
func (f *Frame) Err() error {
	if f.bad {
		return errFrame
	}
	return nil
}

// WriteFrame sends a frame.
func WriteFrame(w io.Writer, f *Frame) error {
	if len(f.data) >= frameMax {
		return fmt.Errorf("a frame of %d bytes is longer than %d", len(f.data), frameMax)
	}
	head := make([]byte, 5, 5+len(f.data))
	binary.LittleEndian.PutUint32(head, uint32(1+len(f.data)))
	head[4] = byte(f.Op)
	_, err := w.Write(append(head, f.data...))
	return err
}

// ReadFrame receives a frame.
func ReadFrame(r io.Reader) (*Frame, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n < 1 || n > frameMax {
		return nil, fmt.Errorf("%w: it says that it has %d bytes", errFrame, n)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	return &Frame{Op: Op(data[0]), data: data[1:]}, nil
}
