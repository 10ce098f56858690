package calibrate

// Counts of a detector over labelled rows.
type Counts struct{ Hits, False, Missed, Rest int }

// Count compares alarms with labels, of which 0 says that nothing is wrong.
func Count(alarm []bool, labels []int) Counts {
	var c Counts
	for i, a := range alarm {
		switch {
		case a && labels[i] > 0:
			c.Hits++
		case a:
			c.False++
		case labels[i] > 0:
			c.Missed++
		default:
			c.Rest++
		}
	}
	return c
}

// Plus adds up.
func (c Counts) Plus(o Counts) Counts {
	return Counts{c.Hits + o.Hits, c.False + o.False, c.Missed + o.Missed, c.Rest + o.Rest}
}

// F1 is the harmonic mean of precision and recall; 0 when there is nothing.
func (c Counts) F1() float64 {
	return 2 * float64(c.Hits) / float64(max(1, 2*c.Hits+c.False+c.Missed))
}

// FalseRate is the share of alarms among rows in which nothing is wrong.
func (c Counts) FalseRate() float64 { return float64(c.False) / float64(max(1, c.False+c.Rest)) }

// MissRate is the share of the wrong rows that raised no alarm.
func (c Counts) MissRate() float64 { return float64(c.Missed) / float64(max(1, c.Missed+c.Hits)) }
