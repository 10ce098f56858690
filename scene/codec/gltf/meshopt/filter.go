package meshopt

import (
	"encoding/binary"
	"fmt"
	"math"
)

// unfilter turns unpacked attributes in place to what they mean.
func unfilter(filter Filter, data []byte, count, stride int) error {
	switch filter {
	case None, "":
		return nil
	case Octahedral:
		if stride != 4 && stride != 8 {
			return fmt.Errorf("octahedral normals of %d bytes; 4 and 8 are read", stride)
		}
		for i := range count {
			e := data[i*stride:][:stride]
			if stride == 4 {
				x, y, z := octahedral(float64(int8(e[0])), float64(int8(e[1])), float64(int8(e[2])), 127)
				e[0], e[1], e[2] = byte(int8(x)), byte(int8(y)), byte(int8(z))
				continue
			}
			x, y, z := octahedral(float64(int16At(e, 0)), float64(int16At(e, 1)), float64(int16At(e, 2)), 32767)
			putInt16(e, 0, x)
			putInt16(e, 1, y)
			putInt16(e, 2, z)
		}
		return nil
	case Quaternion:
		if stride != 8 {
			return fmt.Errorf("quaternions of %d bytes; 8 are read", stride)
		}
		for i := range count {
			quaternion(data[i*stride:][:stride])
		}
		return nil
	case Exponential:
		for i := 0; i+3 < count*stride; i += 4 {
			v := int32(binary.LittleEndian.Uint32(data[i:]))
			f := math.Ldexp(float64(v<<8>>8), int(v>>24))
			binary.LittleEndian.PutUint32(data[i:], math.Float32bits(float32(f)))
		}
		return nil
	}
	return fmt.Errorf("filter %q is not known", filter)
}

// octahedral unfolds a normal; one is the length that was divided by.
func octahedral(x, y, one, most float64) (float64, float64, float64) {
	z := one - math.Abs(x) - math.Abs(y)
	fold := math.Max(-z, 0)
	x -= math.Copysign(fold, x)
	y -= math.Copysign(fold, y)
	s := 0.0
	if l := math.Sqrt(x*x + y*y + z*z); l > 0 {
		s = most / l
	}
	return round(x * s), round(y * s), round(z * s)
}

func round(v float64) float64 { return math.Floor(math.Abs(v)+0.5) * math.Copysign(1, v) }

func quaternion(e []byte) {
	w := int16At(e, 3)
	place := int(w & 3)
	scale := 1 / math.Sqrt2 / float64(w|3)
	var v [4]float64
	sum := 0.0
	for k := range 3 {
		v[k] = float64(int16At(e, k)) * scale
		sum += v[k] * v[k]
	}
	v[3] = math.Sqrt(math.Max(0, 1-sum))
	for k := range 4 {
		from := (k + 3 - place) & 3
		putInt16(e, k, round(v[from]*32767))
	}
}

func int16At(e []byte, k int) int16 { return int16(binary.LittleEndian.Uint16(e[2*k:])) }
func putInt16(e []byte, k int, v float64) {
	binary.LittleEndian.PutUint16(e[2*k:], uint16(int16(v)))
}

// FoldNormals writes unit normals (x, y, z each) as octahedral attributes of 4
// bytes with bits bits (2 to 8) for each axis, or of 8 bytes with up to 16; the
// fourth component is zero. Unpack with Octahedral turns them back.
func FoldNormals(normals []float32, bits int) (data []byte, stride int) {
	stride = 4
	if bits > 8 {
		stride = 8
	}
	one := float64(int(1)<<(bits-1) - 1)
	data = make([]byte, len(normals)/3*stride)
	for i := 0; i+2 < len(normals); i += 3 {
		x, y, z := float64(normals[i]), float64(normals[i+1]), float64(normals[i+2])
		l := math.Abs(x) + math.Abs(y) + math.Abs(z)
		if l == 0 {
			l, z = 1, 1
		}
		x, y = x/l, y/l
		if z < 0 {
			x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
		}
		e := data[i/3*stride:]
		for k, v := range [3]float64{round(x * one), round(y * one), one} {
			if stride == 4 {
				e[k] = byte(int8(v))
			} else {
				putInt16(e, k, v)
			}
		}
	}
	return data, stride
}
