package diagnose

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/xai"
)

// RowsName is the file that stands beside a model with what it was trained on,
// thinned: so that it can be trained on more without forgetting.
const RowsName = ModelName + "-rows.csv.gz"

// MonitorName is the file beside a model that knows what is usual of its input.
const MonitorName = ModelName + "-drift.json"

// Rows are some of the rows that a model was trained on, and of those that it was
// calibrated on.
type Rows struct{ Train, Held *xai.Table }

// Bounds of a file of rows.
const (
	rowsMax      = 100_000
	rowBytesMax  = 64 << 20 // unpacked
	rowDigits    = 4        // that are kept: finer than any instrument of a cabinet
	groupNameMax = 64
)

// Thin keeps at most so many rows of each class, drawn by seed, and every row that
// holds the least or the most of a column: what is usual must not shrink.
func Thin(t *xai.Table, most int, seed uint64) *xai.Table {
	keep := make([]bool, len(t.Rows))
	for j := range t.Columns {
		low, high := -1, -1
		for i, row := range t.Rows {
			if math.IsNaN(row[j]) {
				continue
			}
			if low < 0 || row[j] < t.Rows[low][j] {
				low = i
			}
			if high < 0 || row[j] > t.Rows[high][j] {
				high = i
			}
		}
		if low >= 0 {
			keep[low], keep[high] = true, true
		}
	}
	taken := make([]int, len(t.Classes))
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(t.Rows)) {
		if k := t.Labels[i]; taken[k] < most {
			taken[k]++
			keep[i] = true
		}
	}
	var rows []int
	for i, k := range keep {
		if k {
			rows = append(rows, i)
		}
	}
	return t.Subset(rows)
}

// Encode writes the rows as packed CSV: set, group, class and features.
func (r *Rows) Encode(w io.Writer) error {
	z := gzip.NewWriter(w)
	out := csv.NewWriter(z)
	head := []string{"set", "group", "class"}
	for _, f := range features {
		head = append(head, f.name)
	}
	failed := out.Write(head)
	for _, part := range []struct {
		set string
		t   *xai.Table
	}{{"train", r.Train}, {"held", r.Held}} {
		for i, row := range part.t.Rows {
			line := []string{part.set, part.t.Group(i), Classes[part.t.Labels[i]]}
			for _, v := range row {
				text := ""
				if !math.IsNaN(v) {
					text = strconv.FormatFloat(v, 'g', rowDigits, 64)
				}
				line = append(line, text)
			}
			failed = errors.Join(failed, out.Write(line))
		}
	}
	out.Flush()
	if err := errors.Join(failed, out.Error(), z.Close()); err != nil {
		return fmt.Errorf("write the rows of %s: %w", ModelName, err)
	}
	return nil
}

// ReadRows reads what Encode wrote.
func ReadRows(r io.Reader) (*Rows, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("read the rows of %s: %w", ModelName, err)
	}
	in := csv.NewReader(io.LimitReader(z, rowBytesMax))
	in.ReuseRecord = true
	out := noRows()
	for line := 1; ; line++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && line > rowsMax {
			err = fmt.Errorf("more than %d rows", rowsMax)
		}
		if err == nil {
			err = out.add(record, line == 1)
		}
		if err != nil {
			return nil, fmt.Errorf("read the rows of %s, line %d: %w", ModelName, line, err)
		}
	}
	if len(out.Train.Rows) == 0 || len(out.Held.Rows) == 0 {
		return nil, fmt.Errorf("read the rows of %s: it needs rows of both sets, train and held", ModelName)
	}
	return out, nil
}

// noRows is the file without any, of this package's columns and classes.
func noRows() *Rows {
	return &Rows{&xai.Table{Columns: Columns(), Classes: Classes}, &xai.Table{Columns: Columns(), Classes: Classes}}
}

func (r *Rows) add(record []string, head bool) error {
	if len(record) != 3+len(features) {
		return fmt.Errorf("%d fields, set, group, class and %d features are needed", len(record), len(features))
	}
	if head {
		for i, f := range features {
			if record[3+i] != f.name {
				return fmt.Errorf("feature %d is %q, this program computes %q: train it again", i+1, record[3+i], f.name)
			}
		}
		return nil
	}
	t := r.Train
	switch record[0] {
	case "train":
	case "held":
		t = r.Held
	default:
		return fmt.Errorf("set %q: it must be train or held", record[0])
	}
	label := slices.Index(Classes, record[2])
	if label < 0 || len(record[1]) > groupNameMax {
		return fmt.Errorf("class %q of group %q: the classes are %q", record[2], record[1], Classes)
	}
	row := make([]float64, len(features))
	for i := range row {
		row[i] = math.NaN()
		if text := record[3+i]; text != "" {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s is %q: it must be a number or empty", features[i].name, text)
			}
			row[i] = v
		}
	}
	t.Rows, t.Labels, t.Groups = append(t.Rows, row), append(t.Labels, label), append(t.Groups, record[1])
	return nil
}
