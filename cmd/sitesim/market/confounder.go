package market

// Confounders look like trouble and call for no action.
func (m *Market) Confounders() []string {
	return []string{"delivery", "cleaning", "busy-day", "hot-day", "noise-burst", "storm"}
}

// Confuse lets one of them happen now.
func (m *Market) Confuse(confounder string, severity float64) {
	d := m.Lot.Named(confounder).Of(m.Now.Unix()).Dice()
	switch confounder {
	case "delivery": // a lorry came: some cabinets are filled, doors held open
		m.Delivery[0] = m.hour()
		for _, c := range m.Cabinets {
			if d.Chance(0.25 + 0.3*severity) {
				m.load(c.ID, d.Between(0.03, 0.10))
			}
		}
	case "cleaning":
		m.Cleaning = (0.5 + severity) * 3600
	case "busy-day":
		m.Crowd.Rush = 0.3 + 0.4*severity
		m.RushFor = 4 * 3600
	case "hot-day":
		m.HeatGoal = 3 + 2*severity
	case "noise-burst":
		m.NoiseBurst, m.BurstFor = 0.3+0.7*severity, d.Between(300, 1200)
	case "storm":
		m.StormFor = d.Between(1200, 3600)
	}
}

// pass lets what confuses grow and fade.
func (m *Market) pass(dt float64) {
	approach(&m.Heat, m.HeatGoal, 14*dt/3600)
	goal := 0.0
	if m.StormFor -= dt; m.StormFor > 0 {
		goal = 1
	}
	approach(&m.Storm, goal, dt/600)
	if m.BurstFor -= dt; m.BurstFor <= 0 {
		m.NoiseBurst = 0
	}
	if m.RushFor > 0 {
		if m.RushFor -= dt; m.RushFor <= 0 {
			m.Crowd.Rush = 0
		}
	}
}
