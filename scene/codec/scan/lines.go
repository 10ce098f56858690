package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"sync"
)

// blockOfLines is how many bytes of lines are read by one core at a time.
const blockOfLines = 1 << 21

// parsed is what a block of lines holds.
type parsed struct {
	rows    []float64
	lines   int
	skipped int
	bytes   int

	// Lines of the block, from one, that are no list of numbers: the first before
	// any point of it (a heading, in the first block), and one after.
	words, bad         int
	wordsText, badText string
}

// lines reads a list on all cores, and hands the numbers of its points to take in
// the order of the file. It tells how many lines held no point.
func (f file) lines(ctx context.Context, l list, take func(rows []float64) error) (skipped int, err error) {
	ctx, stop := context.WithCancel(ctx)
	results := make(chan chan parsed, runtime.GOMAXPROCS(0)) // in order; as many blocks wait as there are cores
	var failed error
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	work.Go(func() {
		defer close(results)
		var rest []byte
		for at := int64(0); at < f.size; {
			block := make([]byte, len(rest)+int(min(blockOfLines, f.size-at)))
			n, err := f.r.ReadAt(block[copy(block, rest):], at)
			if err != nil && !errors.Is(err, io.EOF) || n == 0 {
				failed = fmt.Errorf("byte %d: %w; the file is cut off", at, err)
				return
			}
			block = block[:len(rest)+n]
			if at += int64(n); at < f.size {
				end := bytes.LastIndexByte(block, '\n') + 1
				rest, block = bytes.Clone(block[end:]), block[:end]
				if len(rest) > lineMax {
					failed = fmt.Errorf("byte %d: a line longer than %d bytes; this is no list of points", at-int64(len(rest)), lineMax)
					return
				}
			}
			one := make(chan parsed, 1)
			select {
			case results <- one:
			case <-ctx.Done():
				return
			}
			work.Go(func() { one <- l.parse(block) })
		}
	})
	line, read, began := 0, int64(0), false
	for one := range results {
		p := <-one
		if p.words > 0 && began {
			p.bad, p.badText = p.words, p.wordsText
		}
		if p.bad > 0 {
			return 0, fmt.Errorf("line %d: %.60q is not a list of numbers; take it out", line+p.bad, p.badText)
		}
		began = began || len(p.rows) > 0
		line, skipped, read = line+p.lines, skipped+p.skipped, read+int64(p.bytes)
		f.opt.Progress(read, f.size)
		if err := take(p.rows); err != nil {
			return 0, err
		}
	}
	if failed != nil {
		return 0, failed
	}
	return skipped, ctx.Err()
}

// headLines is how many lines of words may stand before the first point.
const headLines = 100

func (l list) parse(block []byte) parsed {
	p := parsed{bytes: len(block)}
	width := l.width()
	p.rows = make([]float64, 0, int(float64(len(block))/l.lineBytes*1.05+8)*width)
	var v [columnMax]float64
	for len(block) > 0 {
		var line []byte
		if end := bytes.IndexByte(block, '\n'); end >= 0 {
			line, block = block[:end], block[end+1:]
		} else {
			line, block = block, nil
		}
		p.lines++
		got, ok := numbers(line, l.commas, v[:0])
		switch {
		case !ok && comment(line):
		case !ok && len(p.rows) == 0 && p.lines <= headLines:
			if p.words == 0 {
				p.words, p.wordsText = p.lines, string(line[:min(len(line), 60)])
			}
		case !ok:
			p.bad, p.badText = p.lines, string(line[:min(len(line), 60)])
			return p
		case len(got) < l.need:
			if len(got) > 1 { // one number is the count of a PTS file
				p.skipped++
			}
		default:
			p.rows = l.pick(p.rows, got)
		}
	}
	return p
}

// pick takes the numbers that are kept.
func (l list) pick(rows, v []float64) []float64 {
	rows = append(rows, v[l.place[0]], v[l.place[1]], v[l.place[2]])
	if l.intensity >= 0 {
		rows = append(rows, v[l.intensity])
	}
	if l.color >= 0 {
		rows = append(rows, v[l.color:l.color+3]...)
	}
	if l.normal >= 0 {
		rows = append(rows, v[l.normal:l.normal+3]...)
	}
	return rows
}

func comment(line []byte) bool {
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
	return len(line) == 0 || line[0] == '#' || bytes.HasPrefix(line, []byte("//"))
}

// numbers reads the numbers of a line, parted by blanks, commas or semicolons;
// false when something in it is no number, or nothing is in it.
func numbers(line []byte, commas bool, into []float64) ([]float64, bool) {
	for i := 0; i < len(line); {
		c := line[i]
		if c == ' ' || c == '\t' || c == '\r' || c == ';' || c == ',' && !commas {
			i++
			continue
		}
		start := i
		for i < len(line) && line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != ';' && (line[i] != ',' || commas) {
			i++
		}
		v, ok := decimal(line[start:i], commas)
		if !ok || len(into) == columnMax {
			return into, false
		}
		into = append(into, v)
	}
	return into, len(into) > 0
}

// tens are the powers of ten that a double holds exactly.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// decimal reads a number. Up to fifteen digits and without an exponent it is a
// whole number divided by a power of ten, both exact, so that one division
// rounds it right; others go the long way.
func decimal(word []byte, commas bool) (float64, bool) {
	i, digits, after, negative, any := 0, 0, -1, false, false
	if len(word) > 1 && (word[0] == '-' || word[0] == '+') {
		negative = word[0] == '-'
		i++
	}
	var whole uint64
	for ; i < len(word); i++ {
		switch c := word[i]; {
		case c >= '0' && c <= '9' && digits < 15:
			whole, any = whole*10+uint64(c-'0'), true
			if whole > 0 {
				digits++
			}
			if after >= 0 {
				after++
			}
		case (c == '.' || commas && c == ',') && after < 0:
			after = 0
		default:
			return slowly(word, commas)
		}
	}
	if !any || after > 15 {
		return slowly(word, commas)
	}
	v := float64(whole)
	if after > 0 {
		v /= tens[after]
	}
	if negative {
		v = math.Copysign(v, -1)
	}
	return v, true
}

func slowly(word []byte, commas bool) (float64, bool) {
	if commas {
		word = bytes.ReplaceAll(word, []byte(","), []byte("."))
	}
	v, err := strconv.ParseFloat(string(word), 64)
	return v, err == nil || errors.Is(err, strconv.ErrRange)
}
