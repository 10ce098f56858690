package ebm

import (
	"math"

	"github.com/glasstwin/glasstwin/xai"
)

// sums of one bin and one score: negative gradient and curvature of the loss.
type sums struct{ g, h float64 }

// stepMax bounds a Newton step before the learning rate: where the model is
// surely wrong the curvature vanishes and the step would run away.
const stepMax = 10

// batch is a set of rows at work: binned columns, the truth, current scores.
type batch struct {
	task   Task
	width  int
	bins   [][]uint16 // [column][row]
	label  []int      // classes
	target []float64  // of a regression; of two classes 0 or 1
	score  []float64  // [row × width + score]
	// One pass adds the last update and sums gradients for the next feature;
	// these are its work space for one row.
	proba []float64
}

func newBatch(task Task, width int, bins [][]uint16, t *xai.Table, rows []int) *batch {
	b := &batch{task: task, width: width, score: make([]float64, len(rows)*width), proba: make([]float64, width)}
	for _, col := range bins {
		own := make([]uint16, len(rows))
		for k, i := range rows {
			own[k] = col[i]
		}
		b.bins = append(b.bins, own)
	}
	for _, i := range rows {
		if task == Regression {
			b.target = append(b.target, t.Targets[i])
		} else {
			b.label = append(b.label, t.Labels[i])
			b.target = append(b.target, float64(t.Labels[i]))
		}
	}
	return b
}

func (b *batch) rows() int { return len(b.score) / b.width }

// addConstant adds to every row.
func (b *batch) addConstant(c []float64) {
	for i := range b.score {
		b.score[i] += c[i%b.width]
	}
}

// add adds a table's entries, times sign, to the scores. cells tells each
// row's entry.
func (b *batch) add(cells []uint32, table []float64, sign float64) {
	w := b.width
	for i, c := range cells {
		for k := range w {
			b.score[i*w+k] += sign * table[int(c)*w+k]
		}
	}
}

// addSingle is add for a single feature.
func (b *batch) addSingle(col []uint16, table []float64) {
	if b.width == 1 {
		for i, c := range col {
			b.score[i] += table[c]
		}
		return
	}
	w := b.width
	for i, c := range col {
		s, t := b.score[i*w:i*w+w], table[int(c)*w:int(c)*w+w]
		for k := range s {
			s[k] += t[k]
		}
	}
}

// advance adds update (by the bins of column last; nil: nothing) to the scores
// and sums the gradients by the bins of column next into hist.
func (b *batch) advance(last []uint16, update []float64, next []uint16, hist []sums) {
	clear(hist)
	switch b.task {
	case Multiclass:
		b.advanceMulti(last, update, next, hist)
	case Binary:
		b.advanceBinary(last, update, next, hist)
	case Regression:
		for i, n := range next {
			s := b.score[i]
			if last != nil {
				s += update[last[i]]
				b.score[i] = s
			}
			at := &hist[n]
			at.g += b.target[i] - s
			at.h++
		}
	}
}

func (b *batch) advanceBinary(last []uint16, update []float64, next []uint16, hist []sums) {
	score, target := b.score[:len(next)], b.target[:len(next)]
	if last == nil {
		last, update = next, make([]float64, len(hist))
	}
	last = last[:len(next)]
	for i, n := range next {
		s := score[i] + update[last[i]]
		score[i] = s
		var p float64 // sigmoidFast, which is not inlined
		if at := (s + sigmoidEnd) * sigmoidSteps; at > 0 && at < 2*sigmoidEnd*sigmoidSteps {
			k := int(at)
			low := sigmoidTable[k]
			p = low + (at-float64(k))*(sigmoidTable[k+1]-low)
		} else {
			p = sigmoid(s)
		}
		at := &hist[n]
		at.g += target[i] - p
		at.h += p * (1 - p)
	}
}

func (b *batch) advanceMulti(last []uint16, update []float64, next []uint16, hist []sums) {
	w := b.width
	p := b.proba
	for i, n := range next {
		s := b.score[i*w : i*w+w]
		if last != nil {
			u := update[int(last[i])*w : int(last[i])*w+w]
			for k := range s {
				s[k] += u[k]
			}
		}
		softmaxFast(s, p)
		at := hist[int(n)*w : int(n)*w+w]
		y := b.label[i]
		for k, q := range p {
			g := -q
			if k == y {
				g++
			}
			at[k].g += g
			at[k].h += q * (1 - q)
		}
	}
}

// residuals returns gradient and curvature of every row and score.
func (b *batch) residuals() []sums {
	out := make([]sums, len(b.score))
	for i := range b.rows() {
		s := b.score[i*b.width : i*b.width+b.width]
		switch b.task {
		case Regression:
			out[i] = sums{b.target[i] - s[0], 1}
		case Binary:
			p := sigmoidFast(s[0])
			out[i] = sums{float64(b.label[i]) - p, p * (1 - p)}
		case Multiclass:
			softmaxFast(s, b.proba)
			for k, q := range b.proba {
				g := -q
				if k == b.label[i] {
					g++
				}
				out[i*b.width+k] = sums{g, q * (1 - q)}
			}
		}
	}
	return out
}

// loss is the mean loss of the rows: negative log-likelihood, or squared error.
func (b *batch) loss() float64 {
	sum := 0.0
	for i := range b.rows() {
		s := b.score[i*b.width : i*b.width+b.width]
		switch b.task {
		case Regression:
			sum += (b.target[i] - s[0]) * (b.target[i] - s[0])
		case Binary:
			sign := 1.0
			if b.label[i] == 1 {
				sign = -1
			}
			sum += softplus(sign * s[0])
		case Multiclass:
			top := s[0]
			for _, v := range s[1:] {
				top = max(top, v)
			}
			e := 0.0
			for _, v := range s {
				e += math.Exp(v - top)
			}
			sum += top + math.Log(e) - s[b.label[i]]
		}
	}
	return sum / float64(b.rows())
}

func softmaxFast(s, p []float64) {
	top := s[0]
	for _, v := range s[1:] {
		top = max(top, v)
	}
	sum := 0.0
	for k, v := range s {
		p[k] = fastExp(v - top)
		sum += p[k]
	}
	inv := 1 / sum
	for k := range p {
		p[k] *= inv
	}
}

// softplus is log(1+eˣ) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// The logistic function by linear interpolation between 2049 values from -16 to
// 16, off by at most 3e-6 (the second derivative is at most 0.097, the step
// 1/64): far below the noise of a gradient. Beyond, where what is left is smaller
// than that, it is computed.
const (
	sigmoidEnd   = 16
	sigmoidSteps = 64 // of a unit
)

var sigmoidTable = func() (t [2*sigmoidEnd*sigmoidSteps + 2]float64) {
	for i := range t {
		t[i] = sigmoid(float64(i)/sigmoidSteps - sigmoidEnd)
	}
	return t
}()

func sigmoidFast(x float64) float64 {
	if !(x > -sigmoidEnd && x < sigmoidEnd) {
		return sigmoid(x)
	}
	at := (x + sigmoidEnd) * sigmoidSteps
	i := int(at)
	low := sigmoidTable[i]
	return low + (at-float64(i))*(sigmoidTable[i+1]-low)
}

// fastExp is eˣ to a relative 2e-7, far below the noise of a gradient: 2 to the
// whole part through the exponent bits, the rest in ±ln2/2 by its Taylor
// polynomial. Only boosting uses it; a model's own probabilities use math.Exp.
func fastExp(x float64) float64 {
	x = min(max(x, -700), 700)
	n := math.Floor(x*math.Log2E + 0.5)
	r := x - n*math.Ln2
	e := 1 + r*(1+r*(1.0/2+r*(1.0/6+r*(1.0/24+r*(1.0/120+r*(1.0/720))))))
	return e * math.Float64frombits(uint64(int64(n)+1023)<<52)
}
