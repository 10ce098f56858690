package planogram

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits on a workbook: it is a zip file, in which little can become much.
const (
	unzippedMax = 128 << 20
	sheetsMax   = 100
	columnsMax  = 200
	headerReach = 20 // rows above the header line: titles and notes
)

// ReadSheet reads a workbook: the first sheet that has a line with the required
// columns. Lines in messages are rows of that sheet. Merged cells count where
// they begin; formulas count as the value that was saved with them.
func ReadSheet(name string, data []byte) ([]Row, error) {
	if len(data) > fileMax {
		return nil, Problems{{name, 1, fmt.Sprintf("the file is larger than %d MB; split it", fileMax>>20)}}
	}
	book, err := open(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: not a workbook that can be opened: %w; save it as .xlsx again, without a password", name, err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) > sheetsMax {
		sheets = sheets[:sheetsMax]
	}
	for _, sheet := range sheets {
		text, found, err := plain(book, sheet)
		if err != nil {
			return nil, fmt.Errorf("read %s, sheet %q: %w", name, sheet, err)
		}
		if found {
			return Read(name, bytes.NewReader(text))
		}
	}
	return nil, Problems{{name, 1, fmt.Sprintf("no sheet has a line with the columns %s; add them above the fixtures", strings.Join(columns[:required], ", "))}}
}

// open guards against what a broken workbook does to its reader.
func open(data []byte) (book *excelize.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			book, err = nil, fmt.Errorf("its parts contradict each other (%v)", p)
		}
	}()
	return excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: unzippedMax, UnzipXMLSizeLimit: unzippedMax, RawCellValue: true,
	})
}

// plain is a sheet as comma-separated values, row by row: what stands above the
// header line becomes empty lines, so that rows keep their numbers.
func plain(book *excelize.File, sheet string) (text []byte, found bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			text, found, err = nil, false, fmt.Errorf("its cells cannot be read (%v); save the workbook again", p)
		}
	}()
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	var buf bytes.Buffer
	out := csv.NewWriter(&buf)
	width := 0
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, false, err
		}
		switch {
		case len(cells) > columnsMax:
			return nil, false, fmt.Errorf("row %d has %d columns, at most %d are read", n, len(cells), columnsMax)
		case n > rowsMax+headerReach:
			return nil, false, fmt.Errorf("more than %d rows; split the store", rowsMax)
		case !found && n > headerReach:
			return nil, false, nil
		case !found && !isHeader(cells):
			cells = nil
		case !found:
			found = true
			for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
				cells = cells[:len(cells)-1]
			}
			width = len(cells)
		}
		for i := range cells {
			cells[i] = strings.NewReplacer("\r", " ", "\n", " ").Replace(cells[i])
		}
		if blank(cells) {
			out.Flush()
			buf.WriteByte('\n')
			continue
		}
		for len(cells) < width { // a sheet leaves off empty cells at the end
			cells = append(cells, "")
		}
		for len(cells) > width && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		if err := out.Write(cells); err != nil {
			return nil, false, err
		}
	}
	out.Flush()
	return buf.Bytes(), found, rows.Error()
}

func isHeader(cells []string) bool {
	have := map[string]bool{}
	for _, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if known, ok := alsoCalled[c]; ok {
			c = known
		}
		have[c] = true
	}
	return !slices.ContainsFunc(columns[:required], func(c string) bool { return !have[c] })
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}
