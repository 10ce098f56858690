package ifc

import (
	"errors"
	"fmt"
	"math"
)

// entity is an instance with its arguments. Its methods never fail: what is
// missing or of the wrong kind is a zero, and the reader remembers the first
// such thing as the problem of the item at hand.
type entity struct {
	r    *reader
	id   int
	kind string
	args []value
}

// argumentCache remembers the arguments of a few instances, as long as the
// parser's memory is not used again.
type argumentCache struct {
	slots      [512]cached
	generation int
}

type cached struct {
	at, generation int
	args           []value
}

// get reads an instance; the zero entity when there is none. What it returns is
// good until the reader begins with the next element.
func (r *reader) get(id int) entity {
	at, ok := r.step.find(id)
	if !ok {
		r.bad(id, "is referred to but stands nowhere in the file")
		return entity{r: r, id: id}
	}
	in := r.step.instances[at]
	kind := r.step.kinds[in.kind]
	slot := &r.cache.slots[int(at)%len(r.cache.slots)]
	if slot.args == nil || slot.at != int(at) || slot.generation != r.cache.generation {
		args, err := r.parser.arguments(r.step.text, kind, in)
		if err != nil {
			r.problem = errors.Join(r.problem, err)
		}
		if args == nil {
			args = []value{}
		}
		*slot = cached{int(at), r.cache.generation, args}
	}
	return entity{r, id, kind, slot.args}
}

// bad remembers what is wrong with the item at hand.
func (r *reader) bad(id int, format string, args ...any) {
	if r.problem == nil {
		r.problem = fmt.Errorf("#%d %s%s", id, r.kindOf(id), fmt.Sprintf(format, args...))
	}
}

// kindOf is the type of an instance with a blank, or nothing.
func (r *reader) kindOf(id int) string {
	if kind := r.step.kind(id); kind != "" {
		return camel(kind) + " "
	}
	return ""
}

// took returns the problem of the item at hand and forgets it.
func (r *reader) took() error {
	err := r.problem
	r.problem = nil
	return err
}

func (e entity) arg(i int) value {
	if i < 0 || i >= len(e.args) {
		return value{}
	}
	v := e.args[i]
	for v.form == typed && len(v.list) == 1 { // IFCLENGTHMEASURE(3.)
		v = v.list[0]
	}
	return v
}

func (e entity) has(i int) bool { return e.arg(i).form != absent }

func (e entity) wrong(i int, want string) {
	e.r.bad(e.id, "argument %d is no %s", i+1, want)
}

// num is a number; absent is wrong.
func (e entity) num(i int) float64 {
	v := e.arg(i)
	if v.form != number {
		e.wrong(i, "number")
		return 0
	}
	return v.num
}

// numOr is a number or, when it is absent, what stands for it.
func (e entity) numOr(i int, otherwise float64) float64 {
	if !e.has(i) {
		return otherwise
	}
	return e.num(i)
}

// length is a length in metres.
func (e entity) length(i int) float64 {
	v := e.num(i) * e.r.metre
	if !(math.Abs(v) <= coordinateMax) {
		e.r.bad(e.id, "a length of %.3g m is beyond %.0g m; check the units of the file", v, float64(coordinateMax))
		return 0
	}
	return v
}

// lengthOr is a length in metres, zero when it is absent.
func (e entity) lengthOr(i int) float64 {
	if !e.has(i) {
		return 0
	}
	return e.length(i)
}

// ref is the id that an argument refers to, 0 when it is absent.
func (e entity) ref(i int) int {
	switch v := e.arg(i); v.form {
	case ref:
		return int(v.num)
	case absent:
		return 0
	}
	e.wrong(i, "reference")
	return 0
}

// at is the entity that an argument refers to; absent is wrong.
func (e entity) at(i int) entity {
	id := e.ref(i)
	if id == 0 {
		e.wrong(i, "reference")
		return entity{r: e.r, id: e.id}
	}
	return e.r.get(id)
}

// refs are the ids in a list, or one id that stands alone.
func (e entity) refs(i int) []int {
	v := e.arg(i)
	switch v.form {
	case absent:
		return nil
	case ref:
		return []int{int(v.num)}
	case list:
		out := make([]int, 0, len(v.list))
		for _, w := range v.list {
			if w.form == ref {
				out = append(out, int(w.num))
			}
		}
		return out
	}
	e.wrong(i, "list of references")
	return nil
}

func (e entity) values(i int) []value {
	v := e.arg(i)
	if v.form != list {
		if v.form != absent {
			e.wrong(i, "list")
		}
		return nil
	}
	return v.list
}

// text is a string with its escapes read; empty when absent or something else.
func (e entity) text(i int) string {
	if v := e.arg(i); v.form == text {
		return decode(v.str)
	}
	return ""
}

// enum is the word of an enumeration; empty when absent.
func (e entity) enum(i int) string {
	if v := e.arg(i); v.form == enum {
		return v.str
	}
	return ""
}

// yes reads a boolean.
func (e entity) yes(i int) bool { return e.enum(i) == "T" }

// numbers reads a list of numbers.
func numbers(list []value) ([]float64, bool) {
	out := make([]float64, len(list))
	for i, v := range list {
		for v.form == typed && len(v.list) == 1 {
			v = v.list[0]
		}
		if v.form != number {
			return nil, false
		}
		out[i] = v.num
	}
	return out, true
}
