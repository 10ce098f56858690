package walk

// SpeedAtAge is a free speed in m/s for an age in years: the mean by age of
// Weidmann 1993 (figure 4 there, read off to 0.05 m/s) with the spread of adults,
// 0.26 m/s at 1.34, times a standard normal draw, which counts to two and a half
// spreads at most.
func SpeedAtAge(years, draw float64) float64 {
	curve := [...][2]float64{
		{5, 0.7}, {10, 1.15}, {15, 1.45}, {20, 1.60}, {30, 1.55}, {40, 1.50},
		{50, 1.42}, {60, 1.27}, {70, 1.05}, {80, 0.75}, {90, 0.60},
	}
	mean := curve[len(curve)-1][1]
	for i := range curve[1:] {
		a, b := curve[i], curve[i+1]
		if years < b[0] {
			share := max(0, (years-a[0])/(b[0]-a[0]))
			mean = a[1] + (b[1]-a[1])*share
			break
		}
	}
	const spread = 0.26 / 1.34
	return mean * (1 + spread*min(2.5, max(-2.5, draw)))
}
