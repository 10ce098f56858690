package home

import "time"

// live lets the people of the house sleep, leave, come back and cook.
func (h *Home) live(dt float64) {
	for i := range h.Rooms {
		h.Rooms[i].People = 0
	}
	n, hour := h.home(), h.hour()
	h.Cooking = max(0, h.Cooking-dt)
	switch {
	case n == 0:
	case h.asleep():
		h.Rooms[bedroom].People = min(2, n)
		h.Rooms[child].People = n - min(2, n)
	case hour < h.Leaves && hour >= h.Wakes:
		h.Rooms[kitchen].People = n - 1
		h.Rooms[bath].People = 1
	default:
		if hour > 18 && hour < 18.5 && h.Cooking == 0 && h.Now.Minute()%10 == 0 {
			h.Cooking = 2400
		}
		h.Rooms[living].People = (n + 1) / 2
		h.Rooms[kitchen].People = int(one(h.Cooking > 0))
		h.Rooms[child].People = (n - 1) / 3
		h.Rooms[office].People = n - h.Rooms[living].People - h.Rooms[child].People - h.Rooms[kitchen].People
		if h.Rooms[office].People < 0 {
			h.Rooms[office].People = 0
		}
	}
	if h.GuestsFor > 0 {
		h.Rooms[living].People += h.Guests
	}
	h.shade()
	h.cool()
}

// cool lets people open the windows of a warm room while it is cooler outdoors.
func (h *Home) cool() {
	if h.home() == 0 || h.Now.Second() != 0 || h.Now.Minute()%20 != 0 {
		return
	}
	for i := range h.Rooms {
		if r := &h.Rooms[i]; r.Temperature > 24.5 && h.Sky.Temperature < r.Temperature-1.5 {
			h.Airing[i] = max(h.Airing[i], 1250)
		}
	}
}

// home is the number of its people who are in.
func (h *Home) home() int {
	hour := h.hour()
	if weekend := h.Now.Weekday() == time.Saturday || h.Now.Weekday() == time.Sunday; !weekend && hour >= h.Leaves && hour < h.Returns {
		return int(one(h.People > 2)) // one of a larger household stays
	}
	return h.People
}

func (h *Home) asleep() bool { hour := h.hour(); return hour >= h.Sleeps || hour < h.Wakes }

const (
	shadeSun  = 260.0 // W/m² at which the blinds come down when it is warm
	shadeRoom = 23.8  // °C
)

// shade is the blinds' automatic: down when sun and room are too much, up again.
func (h *Home) shade() {
	failed := h.afflicted("blinds-open-in-heat", "blinds-1")
	for i := range blinds {
		r := &h.Rooms[i]
		shut := r.BlindAuto
		switch {
		case h.Sky.Sun > shadeSun && r.Temperature > shadeRoom:
			shut = true
		case h.Sky.Sun < shadeSun/2 || r.Temperature < shadeRoom-1.5:
			shut = false
		}
		if shut != r.BlindAuto && !failed {
			r.BlindAuto = shut
			r.Blind = 100 * one(shut)
		}
	}
}
