package series

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Open reads all .csv files of a folder and the folders in it, or of a .tar.gz;
// the name of a series is its path therein, and they come sorted by it. label and
// drop are as in Read.
func Open(file, label string, drop ...string) ([]*Series, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("open series: %w", err)
	}
	var out []*Series
	if info.IsDir() {
		out, err = folder(os.DirFS(file), label, drop)
	} else {
		out, err = archive(file, label, drop)
	}
	if err != nil {
		return nil, fmt.Errorf("open series in %s: %w", file, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("open series in %s: it holds no .csv file", file)
	}
	slices.SortFunc(out, func(a, b *Series) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func folder(files fs.FS, label string, drop []string) ([]*Series, error) {
	var out []*Series
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".csv" {
			return err
		}
		if len(out) >= filesMax {
			return fmt.Errorf("more than %d files", filesMax)
		}
		f, err := files.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		s, err := Read(f, name, label, drop...)
		out = append(out, s)
		return err
	})
	return out, err
}

func archive(file, label string, drop []string) ([]*Series, error) {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("it is neither a folder nor a .tar.gz: %w", err)
	}
	defer packed.Close()
	var out []*Series
	for members := tar.NewReader(packed); ; {
		h, err := members.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg || path.Ext(h.Name) != ".csv" {
			continue
		}
		if len(out) >= filesMax {
			return nil, fmt.Errorf("more than %d files", filesMax)
		}
		s, err := Read(members, h.Name, label, drop...)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
}
