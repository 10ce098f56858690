package runs

import (
	"math"
	"slices"
)

// Source computes a course of a device, one value for each reading.
type Source func(r *Run, device string) []float64

// Own is a signal of the device.
func Own(signal string) Source {
	return func(r *Run, device string) []float64 { return r.Values(device + "/" + signal) }
}

// Site is a signal of another device, the same for all.
func Site(signal string) Source {
	return func(r *Run, _ string) []float64 { return r.Values(signal) }
}

// Less is the difference of two.
func Less(a, b Source) Source {
	return func(r *Run, device string) []float64 {
		x, y := a(r, device), b(r, device)
		out := make([]float64, len(x))
		for i := range x {
			out[i] = x[i] - y[i]
		}
		return out
	}
}

// Like is the median of the signal over all devices of a class.
func Like(class, signal string) Source {
	return func(r *Run, _ string) []float64 {
		var all [][]float64
		for _, d := range r.Devices(class) {
			all = append(all, r.Values(d+"/"+signal))
		}
		out := make([]float64, len(r.At))
		now := make([]float64, 0, len(all))
		for i := range out {
			now = now[:0]
			for _, v := range all {
				if !math.IsNaN(v[i]) {
					now = append(now, v[i])
				}
			}
			out[i] = Median(now)
		}
		return out
	}
}

// Failed is 1 where the signal came bad.
func Failed(signal string) Source {
	return func(r *Run, device string) []float64 {
		out := make([]float64, len(r.At))
		for i, c := range r.Came(device + "/" + signal) {
			if c == Bad {
				out[i] = 1
			}
		}
		return out
	}
}

// Movement is the mean step from reading to reading over the last half hour: a probe
// that repeats an old value has little of it.
func Movement(signal string) Source {
	return func(r *Run, device string) []float64 {
		v := r.Values(device + "/" + signal)
		out := make([]float64, len(v))
		for i := range v {
			sum, n := 0.0, 0.0
			for k := max(1, i-29); k <= i; k++ {
				if d := math.Abs(v[k] - v[k-1]); !math.IsNaN(d) {
					sum, n = sum+d, n+1
				}
			}
			out[i] = sum / n
		}
		return out
	}
}

// Trailing is what of makes of the last so many readings that are there.
func Trailing(s Source, readings int, of func(mean, spread float64) float64) Source {
	return func(r *Run, device string) []float64 {
		v := s(r, device)
		out := make([]float64, len(v))
		for i := range v {
			n, mean, m2 := 0.0, 0.0, 0.0
			for _, x := range v[max(0, i-readings+1) : i+1] {
				if !math.IsNaN(x) { // Welford 1962
					n++
					d := x - mean
					mean += d / n
					m2 += d * (x - mean)
				}
			}
			if out[i] = math.NaN(); n > 0 {
				out[i] = of(mean, math.Sqrt(m2/n))
			}
		}
		return out
	}
}

// Hourly is the mean of the last hour.
func Hourly(s Source) Source { return Trailing(s, 55, func(mean, _ float64) float64 { return mean }) }

// Swing is the spread over three quarters of an hour.
func Swing(s Source) Source {
	return Trailing(s, 45, func(_, spread float64) float64 { return spread })
}

// Median sorts the values; NaN of none.
func Median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}

// Beside is a signal of the device of another kind with the same number.
func Beside(kind, signal string) Source {
	return func(r *Run, device string) []float64 { return r.Values(kind + Number(device) + "/" + signal) }
}

// BesideOrOwn is that of Beside; a device without such a one is told by its own.
func BesideOrOwn(kind, signal string) Source {
	return func(r *Run, device string) []float64 {
		id := kind + Number(device) + "/" + signal
		if r.Came(id) == nil {
			return r.Values(device + "/" + signal)
		}
		return r.Values(id)
	}
}

// Number is that of a device: 2 of freezer-2.
func Number(device string) string {
	for i := len(device) - 1; i >= 0; i-- {
		if device[i] == '-' {
			return device[i+1:]
		}
	}
	return ""
}

// Ratio is missing where there is hardly anything to divide by.
func Ratio(a, b Source) Source {
	const least = 50
	return func(r *Run, device string) []float64 {
		x, y := a(r, device), b(r, device)
		out := make([]float64, len(x))
		for i := range x {
			if out[i] = math.NaN(); y[i] > least {
				out[i] = x[i] / y[i]
			}
		}
		return out
	}
}
