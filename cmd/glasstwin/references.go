package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// reference is what another format makes of a mesh.
type reference struct {
	Mesh      string  `json:"-"`    // path of the model
	Name      string  `json:"name"` // of the reference file, or of the line that tells of it
	Bytes     int64   `json:"bytes"`
	ErrorMM   float64 `json:"error_mm"`   // 0: not known
	NormalDeg float64 `json:"normal_deg"` // 0: not known
	Decoded   string  `json:"decoded"`    // path of the decoded mesh, or empty
}

// besideModels are endings of files that stand beside models and are no format
// of a model.
var besideModels = map[string]bool{"": true, ".mtl": true, ".bin": true, ".png": true, ".jpg": true, ".jpeg": true, ".webp": true, ".ktx2": true,
	".txt": true, ".md": true, ".csv": true, ".json": true, ".yaml": true, ".pdf": true}

// findReferences pairs the models under a folder with reference files of the
// same stem, or with the lines of a manifest at the top.
func findReferences(dir string) ([]reference, []string, error) {
	meshes, others := map[string][]string{}, map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		ext := strings.ToLower(filepath.Ext(path))
		switch stem := stemOf(path); {
		case modelExts[ext]:
			meshes[stem] = append(meshes[stem], path)
		case !besideModels[ext]:
			others[stem] = append(others[stem], path)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look through %s: %w", dir, err)
	}
	listed, err := manifest(dir)
	if err != nil {
		return nil, nil, err
	}
	var found []reference
	var notes []string
	told := map[string]bool{}
	for _, r := range listed {
		stem := stemOf(r.Name)
		if r.Decoded != "" {
			r.Decoded = filepath.Join(dir, filepath.FromSlash(r.Decoded))
		}
		at := slices.DeleteFunc(slices.Clone(meshes[stem]), func(p string) bool { return p == r.Decoded })
		if len(at) == 0 {
			notes = append(notes, fmt.Sprintf("%s: listed, but no mesh of that name is there", r.Name))
			continue
		}
		if r.Bytes == 0 && len(others[stem]) > 0 {
			info, err := os.Stat(others[stem][0])
			if err != nil {
				return nil, nil, fmt.Errorf("measure the reference: %w", err)
			}
			r.Bytes = info.Size()
		}
		if r.Bytes <= 0 {
			notes = append(notes, fmt.Sprintf("%s: neither bytes nor a reference file; left out", r.Name))
			continue
		}
		r.Mesh, told[stem] = at[0], true
		found = append(found, r)
	}
	for stem, paths := range others {
		if told[stem] || len(meshes[stem]) == 0 {
			continue
		}
		for _, p := range paths {
			info, err := os.Stat(p)
			if err != nil {
				return nil, nil, fmt.Errorf("measure the reference: %w", err)
			}
			found = append(found, reference{Mesh: meshes[stem][0], Name: filepath.Base(p), Bytes: info.Size()})
		}
	}
	if len(found) == 0 {
		return nil, nil, fmt.Errorf("%s: no model with a reference; put NAME.glb beside NAME.jt, or list sizes in reference.csv (see --help)", dir)
	}
	slices.SortFunc(found, func(a, b reference) int { return strings.Compare(a.Mesh+a.Name, b.Mesh+b.Name) })
	return found, notes, nil
}

func stemOf(path string) string {
	base := filepath.Base(path)
	ext := strings.ToLower(filepath.Ext(base))
	if modelExts[ext] || !besideModels[ext] {
		base = base[:len(base)-len(ext)]
	}
	return strings.ToLower(base)
}

// manifest reads reference.json or reference.csv, when there is one.
func manifest(dir string) ([]reference, error) {
	path := filepath.Join(dir, "reference.json")
	data, err := os.ReadFile(path)
	if err == nil {
		var out []reference
		if err := json.Unmarshal(data, &out); err != nil {
			return nil, fmt.Errorf("%s: %w; give a list of objects with name and bytes", path, err)
		}
		return out, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the list of references: %w", err)
	}
	path = filepath.Join(dir, "reference.csv")
	if data, err = os.ReadFile(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the list of references: %w", err)
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(lines) == 0 || !slices.Contains(lines[0], "name") {
		return nil, fmt.Errorf("%s, line 1: no column name; begin with name,bytes,error_mm,normal_deg,decoded", path)
	}
	var out []reference
	for i, line := range lines[1:] {
		var r reference
		for k, cell := range line {
			var err error
			cell = strings.TrimSpace(cell)
			switch lines[0][k] {
			case "name":
				r.Name = cell
			case "decoded":
				r.Decoded = cell
			case "bytes", "error_mm", "normal_deg":
				var v float64
				if cell != "" {
					v, err = strconv.ParseFloat(cell, 64)
				}
				switch lines[0][k] {
				case "bytes":
					r.Bytes = int64(v)
				case "error_mm":
					r.ErrorMM = v
				default:
					r.NormalDeg = v
				}
			}
			if err != nil {
				return nil, fmt.Errorf("%s, line %d, column %s: %q is no number", path, i+2, lines[0][k], cell)
			}
		}
		out = append(out, r)
	}
	return out, nil
}
