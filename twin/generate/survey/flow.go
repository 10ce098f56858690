package survey

import "math"

// network is a flow network whose minimum cut parts the cells into inner and
// outer ones (Dinic 1970).
type network struct {
	head  []int32
	arcs  []arc
	level []int32
	next  []int32
}

type arc struct {
	to, next int32
	room     int64 // what may still flow
}

const flowUnit = 1e6 // of one, as whole numbers: sums stay exact

func newNetwork(nodes int) *network {
	n := &network{head: make([]int32, nodes), level: make([]int32, nodes), next: make([]int32, nodes)}
	for i := range n.head {
		n.head[i] = -1
	}
	return n
}

// join adds an arc each way.
func (n *network) join(a, b int, there, back float64) {
	put := func(from, to int, room float64) {
		n.arcs = append(n.arcs, arc{int32(to), n.head[from], int64(math.Round(math.Max(0, room) * flowUnit))})
		n.head[from] = int32(len(n.arcs) - 1)
	}
	put(a, b, there)
	put(b, a, back)
}

// cut tells which nodes are on the source's side of the least cut.
func (n *network) cut(source, sink int) []bool {
	for n.layer(source, sink) {
		copy(n.next, n.head)
		for n.push(int32(source), int32(sink), math.MaxInt64) > 0 {
		}
	}
	side := make([]bool, len(n.head))
	for i := range side {
		side[i] = n.level[i] >= 0
	}
	return side
}

func (n *network) layer(source, sink int) bool {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[source] = 0
	queue := []int32{int32(source)}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for e := n.head[at]; e >= 0; e = n.arcs[e].next {
			if a := &n.arcs[e]; a.room > 0 && n.level[a.to] < 0 {
				n.level[a.to] = n.level[at] + 1
				queue = append(queue, a.to)
			}
		}
	}
	return n.level[sink] >= 0
}

func (n *network) push(at, sink int32, most int64) int64 {
	if at == sink {
		return most
	}
	for ; n.next[at] >= 0; n.next[at] = n.arcs[n.next[at]].next {
		e := n.next[at]
		a := &n.arcs[e]
		if a.room <= 0 || n.level[a.to] != n.level[at]+1 {
			continue
		}
		if got := n.push(a.to, sink, min(most, a.room)); got > 0 {
			n.arcs[e].room -= got
			n.arcs[e^1].room += got
			return got
		}
	}
	return 0
}
