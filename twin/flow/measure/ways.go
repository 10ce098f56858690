package measure

import (
	"slices"
	"strings"
)

// Whose is the person whom a piece of a way is of: pieces have the id of their
// person, a slash and a number.
func Whose(id string) string {
	person, _, _ := strings.Cut(id, "/")
	return person
}

// Way is a number of zones that were visited one right after the other.
type Way struct {
	Zones  []int
	People int // different people who went so
	Times  int
}

// Ways counts the ways over so many zones: 2 is the matrix of origins and
// destinations without its empty cells, more are the paths people take. Those
// that most people went come first.
func Ways(visits []Visit, zones int) []Way {
	at := map[string]int{}
	var out []Way
	var who []map[string]bool
	for i := 0; zones > 0 && i+zones <= len(visits); i++ {
		if visits[i].Person != visits[i+zones-1].Person {
			continue
		}
		key := make([]byte, 0, 4*zones)
		list := make([]int, zones)
		for k := range list {
			list[k] = visits[i+k].Zone
			key = append(key, byte(list[k]), byte(list[k]>>8), byte(list[k]>>16), byte(list[k]>>24))
		}
		n, known := at[string(key)]
		if !known {
			n = len(out)
			at[string(key)] = n
			out, who = append(out, Way{Zones: list}), append(who, map[string]bool{})
		}
		out[n].Times++
		who[n][Whose(visits[i].Person)] = true
		out[n].People = len(who[n])
	}
	slices.SortStableFunc(out, func(a, b Way) int {
		if a.People != b.People {
			return b.People - a.People
		}
		if a.Times != b.Times {
			return b.Times - a.Times
		}
		return slices.Compare(a.Zones, b.Zones)
	})
	return out
}
