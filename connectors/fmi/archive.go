package fmi

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Bounds of an archive. Building models come with a year of weather, as text.
const (
	entriesMax     = 20_000
	descriptionMax = 256 << 20 // bytes of modelDescription.xml
	unpackedMax    = 2 << 30   // bytes of all that is unpacked
	ratioMax       = 200       // unpacked to packed; deflate reaches 1032 on zeros
	ratioFrom      = 64 << 20  // bytes from which the ratio counts
)

// FMU is an opened archive. Its files lie in a folder of its own until Close.
type FMU struct {
	*Description

	Path string // of the archive
	dir  string
}

// Platform is the folder of binaries that this program can load.
const Platform = "linux64"

// Open unpacks what is needed of an FMU into a folder of its own below the
// system's temporary one, and reads its description. Errors name the file in the
// archive, what is wrong with it and what mends it.
func Open(ctx context.Context, path string) (*FMU, error) {
	z, err := zip.OpenReader(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("open the FMU: %w", err)
	case err != nil:
		return nil, fmt.Errorf("%s is no FMU, which is a zip archive: %w; copy or export it again", path, err)
	}
	defer z.Close()
	dir, err := plainFolder()
	if err != nil {
		return nil, fmt.Errorf("make a folder for the FMU: %w", err)
	}
	u := &FMU{Path: path, dir: dir}
	if err := u.unpack(ctx, &z.Reader); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if u.Description, err = ReadDir(ctx, dir); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return u, nil
}

// plainFolder makes a folder whose path is the same as an URI, if there is a place
// for it: FMUs get their resources as file:///…, and many an export reads a space
// or an umlaut in it as %20 or %C3%BC.
func plainFolder() (string, error) {
	places := []string{os.TempDir(), "/tmp", "/var/tmp"}
	for _, place := range places {
		if (&url.URL{Path: place}).EscapedPath() != place {
			continue
		}
		if dir, err := os.MkdirTemp(place, "glasstwin-fmu-*"); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "glasstwin-fmu-*")
}

// Close removes the folder. Runs must have ended before.
func (u *FMU) Close() error { return os.RemoveAll(u.dir) }

// ReadDir reads the description of an unpacked FMU.
func ReadDir(ctx context.Context, dir string) (*Description, error) {
	const name = "modelDescription.xml"
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("%s is missing: this is no FMU; export it again", name)
	}
	d, err := Parse(ctx, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// needed tells whether a file of an archive is unpacked. Sources and binaries of
// other systems are not.
func needed(name string) bool {
	return name == "modelDescription.xml" || strings.HasPrefix(name, "binaries/"+Platform+"/") || strings.HasPrefix(name, "resources/")
}

func (u *FMU) unpack(ctx context.Context, z *zip.Reader) error {
	if len(z.File) > entriesMax {
		return fmt.Errorf("the archive holds %d files, more than %d; export the FMU again", len(z.File), entriesMax)
	}
	room := int64(unpackedMax)
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := strings.TrimPrefix(f.Name, "./")
		if strings.HasSuffix(name, "/") {
			continue
		}
		if !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00") {
			return fmt.Errorf("the archive holds %q, which would leave its folder; do not trust this FMU", f.Name)
		}
		if !needed(name) {
			continue
		}
		if !f.Mode().IsRegular() {
			return fmt.Errorf("%s in the archive is no plain file (%s); do not trust this FMU", f.Name, f.Mode())
		}
		limit := room
		if name == "modelDescription.xml" {
			limit = min(limit, descriptionMax)
		}
		n, err := u.write(f, filepath.Join(u.dir, filepath.FromSlash(name)), limit)
		if err != nil {
			return err
		}
		room -= n
	}
	return nil
}

func (u *FMU) write(f *zip.File, path string, limit int64) (int64, error) {
	in, err := f.Open()
	if err != nil {
		return 0, fmt.Errorf("%s in the archive cannot be read: %w; copy or export it again", f.Name, err)
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return 0, fmt.Errorf("the archive holds %s twice; export it again", f.Name)
	case err != nil:
		return 0, fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	defer out.Close()
	// A packed size that lies is as good as a bomb: what comes out counts.
	if bomb := max(ratioFrom, ratioMax*int64(min(f.CompressedSize64, unpackedMax))); bomb < limit {
		limit = bomb
	}
	n, err := io.Copy(out, io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return n, fmt.Errorf("%s in the archive cannot be read: %w; copy or export it again", f.Name, err)
	case n > limit:
		return n, fmt.Errorf("%s in the archive unpacks to more than %d MB from %d bytes; do not trust this FMU", f.Name, limit>>20, f.CompressedSize64)
	}
	if err := out.Close(); err != nil {
		return n, fmt.Errorf("unpack %s: %w", f.Name, err)
	}
	return n, nil
}

// Binary is where an interface's machine code lies, checked as far as can be
// without loading it.
func Binary(dir string, d *Description, i *Interface) (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("FMUs run on 64-bit Linux (%s) only, and this is %s on %s", Platform, runtime.GOOS, runtime.GOARCH)
	}
	path := filepath.Join(dir, "binaries", Platform, i.Identifier+".so")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("binaries/%s/%s.so is missing: %s was exported for another system; export it on 64-bit Linux", Platform, i.Identifier, d.Model)
	}
	return path, nil
}
