package gl

import (
	"slices"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// lender hands out ranges of a row of elements and takes them back.
type lender struct {
	free       []span // in order; none touches the next
	size, used int
}

type span struct{ first, count int }

// lend finds room for n elements: the first that is large enough.
func (l *lender) lend(n int) (first int, ok bool) {
	if n == 0 {
		return 0, true
	}
	for i := range l.free {
		s := &l.free[i]
		if s.count < n {
			continue
		}
		first = s.first
		s.first, s.count = s.first+n, s.count-n
		if s.count == 0 {
			l.free = slices.Delete(l.free, i, i+1)
		}
		l.used += n
		return first, true
	}
	return 0, false
}

// back takes a range that was lent.
func (l *lender) back(s span) {
	if s.count == 0 {
		return
	}
	l.used -= s.count
	at, _ := slices.BinarySearchFunc(l.free, s.first, func(x span, first int) int { return x.first - first })
	l.free = slices.Insert(l.free, at, s)
	if at+1 < len(l.free) && s.first+s.count == l.free[at+1].first {
		l.free[at].count += l.free[at+1].count
		l.free = slices.Delete(l.free, at+1, at+2)
	}
	if at > 0 && l.free[at-1].first+l.free[at-1].count == s.first {
		l.free[at-1].count += l.free[at].count
		l.free = slices.Delete(l.free, at, at+1)
	}
}

// grow adds elements at the end.
func (l *lender) grow(size int) {
	more := span{l.size, size - l.size}
	l.size = size
	l.used += more.count
	l.back(more)
}

// lacks is by how many elements a row must grow to lend n, for which those that are
// free at its end count.
func (l *lender) lacks(n int) int {
	if k := len(l.free); k > 0 && l.free[k-1].first+l.free[k-1].count == l.size {
		return n - l.free[k-1].count
	}
	return n
}

// store is a buffer of the graphics memory that ranges are lent of.
type store struct {
	id      uint32
	element int // bytes
	lender
}

// reach makes the buffer larger; what lies in it stays. False when the graphics
// memory has no room.
func (b *store) reach(size int) bool {
	if size <= b.size {
		return true
	}
	var id uint32
	gl41.GenBuffers(1, &id)
	gl41.BindBuffer(gl41.COPY_WRITE_BUFFER, id)
	gl41.BufferData(gl41.COPY_WRITE_BUFFER, size*b.element, nil, gl41.STATIC_DRAW)
	if gl41.GetError() == gl41.OUT_OF_MEMORY {
		gl41.DeleteBuffers(1, &id)
		return false
	}
	if b.id != 0 {
		gl41.BindBuffer(gl41.COPY_READ_BUFFER, b.id)
		gl41.CopyBufferSubData(gl41.COPY_READ_BUFFER, gl41.COPY_WRITE_BUFFER, 0, 0, b.size*b.element)
		gl41.DeleteBuffers(1, &b.id)
	}
	b.id = id
	b.grow(size)
	return true
}

// write fills a range that was lent.
func (b *store) write(first int, p unsafe.Pointer, count int) {
	if count > 0 {
		gl41.BindBuffer(gl41.COPY_WRITE_BUFFER, b.id)
		gl41.BufferSubData(gl41.COPY_WRITE_BUFFER, first*b.element, count*b.element, p)
	}
}

func (b *store) bytes() int { return b.size * b.element }

func (b *store) delete() {
	if b.id != 0 {
		gl41.DeleteBuffers(1, &b.id)
	}
}
