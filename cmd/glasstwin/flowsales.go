package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/glasstwin/glasstwin/twin"
)

// salesMost bounds a table of sales: more fixtures than any store has.
const salesMost = 100_000

// readSales reads what fixtures sold: CSV with the columns asset and sold.
func readSales(path string, site *twin.Site) (map[twin.AssetID]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(io.LimitReader(f, 16<<20))
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: it has no first line with the columns asset and sold: %w", path, err)
	}
	asset, sold := slices.Index(head, "asset"), slices.Index(head, "sold")
	if asset < 0 || sold < 0 {
		return nil, fmt.Errorf("%s, line 1: the columns are %v; asset and sold are needed", path, head)
	}
	out := map[twin.AssetID]float64{}
	for line := 2; ; line++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if line > salesMost {
			return nil, fmt.Errorf("%s: more than %d lines", path, salesMost)
		}
		n, err := strconv.ParseFloat(row[sold], 64)
		if err != nil || !(n >= 0) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("%s, line %d: %q was sold: give a number that is not negative", path, line, row[sold])
		}
		id := twin.AssetID(row[asset])
		if _, ok := site.Asset(id); !ok {
			return nil, fmt.Errorf("%s, line %d: %s has no asset %q", path, line, site.ID, row[asset])
		}
		out[id] += n
	}
}
