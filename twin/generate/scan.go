package generate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// Scan is what is kept of a scan to lie over its twin: thinned points with their
// distance to the nearest surface of the twin.
type Scan struct {
	Source    string
	Positions []float32 // x, y, z, metres, in the twin's frame
	MM        []float32 // distance of each, millimetres; behind a surface it is negative
}

// scanMost bounds the points that are read back.
const scanMost = 2_000_000

const scanHead = `ply
format binary_little_endian 1.0
comment source %s
element vertex %d
property float x
property float y
property float z
property float deviation_mm
end_header
`

// encode writes a point cloud that other programs open too (PLY, Turk 1994).
func (s *Scan) encode() []byte {
	n := len(s.MM)
	var out bytes.Buffer
	fmt.Fprintf(&out, scanHead, strings.Join(strings.Fields(s.Source), "_"), n)
	row := make([]byte, 16)
	for i := range n {
		for k := range 3 {
			binary.LittleEndian.PutUint32(row[4*k:], math.Float32bits(s.Positions[3*i+k]))
		}
		binary.LittleEndian.PutUint32(row[12:], math.Float32bits(s.MM[i]))
		out.Write(row)
	}
	return out.Bytes()
}

// decodeScan reads what encode wrote, and nothing else.
func decodeScan(data []byte) (*Scan, error) {
	var source string
	var n int
	head, body, ok := bytes.Cut(data, []byte("end_header\n"))
	if _, err := fmt.Sscanf(string(head)+"end_header\n", scanHead, &source, &n); !ok || err != nil || n < 0 || n > scanMost || len(body) != 16*n {
		return nil, errors.New("not the points that generating a site keeps")
	}
	s := &Scan{Source: source, Positions: make([]float32, 3*n), MM: make([]float32, n)}
	for i := range n {
		for k := range 3 {
			s.Positions[3*i+k] = math.Float32frombits(binary.LittleEndian.Uint32(body[16*i+4*k:]))
		}
		s.MM[i] = math.Float32frombits(binary.LittleEndian.Uint32(body[16*i+12:]))
	}
	return s, nil
}
