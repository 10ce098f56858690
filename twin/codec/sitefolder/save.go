package sitefolder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/glasstwin/glasstwin/twin"
)

// A save that changes both files must not be seen half done, whenever it stops:
// they are written into savingDir, which then becomes savedDir in one step. From
// that moment the save holds: a reader takes the files that stand there before
// those of the folder. Then they are moved to their places one by one, and what
// a stopped save has left there is moved by the next one.
const (
	savingDir = ".saving"
	savedDir  = ".saved"
)

// Save writes a changed site over the one in dir, all or nothing. Files whose
// content is the same are not touched, and sources stay as they are. Only one
// Save of a folder may run at a time.
func Save(dir string, s *twin.Site) error {
	if err := save(dir, s, os.Rename); err != nil {
		return fmt.Errorf("save site %s: %w", dir, err)
	}
	return nil
}

// Renew writes a site that was made anew over the one in dir, with its sources
// and what was worked out from them, all or nothing. The journal, the models and
// whatever else stands in the folder stay.
func Renew(dir string, s *twin.Site, contents Contents) error {
	if err := renew(dir, s, contents, os.Rename); err != nil {
		return fmt.Errorf("renew site %s: %w", dir, err)
	}
	return nil
}

func renew(dir string, s *twin.Site, contents Contents, rename func(from, to string) error) error {
	if _, err := os.Stat(current(dir, siteFile)); err != nil {
		return fmt.Errorf("it is not a site (no %s); create it first", siteFile)
	}
	if err := settle(dir, rename); err != nil {
		return err
	}
	saving := filepath.Join(dir, savingDir)
	if err := os.RemoveAll(saving); err != nil {
		return err
	}
	defer os.RemoveAll(saving) // nothing is left when it was moved
	if err := os.Mkdir(saving, 0o755); err != nil {
		return err
	}
	if err := fill(saving, s, contents); err != nil {
		return err
	}
	return commit(dir, saving, rename)
}

// commit makes a filled savingDir hold, and moves its files to their places.
func commit(dir, saving string, rename func(from, to string) error) error {
	if err := syncDir(saving); err != nil {
		return err
	}
	if err := rename(saving, filepath.Join(dir, savedDir)); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return settle(dir, rename)
}

// save takes the renaming as an argument, since it is the only step at which an
// unfinished save can be seen.
func save(dir string, s *twin.Site, rename func(from, to string) error) error {
	site, layout, err := Format(s)
	if err != nil {
		return err
	}
	if _, err := os.Stat(current(dir, siteFile)); err != nil {
		return fmt.Errorf("it is not a site (no %s); create it first", siteFile)
	}
	if err := settle(dir, rename); err != nil {
		return err
	}
	saving := filepath.Join(dir, savingDir)
	if err := os.RemoveAll(saving); err != nil {
		return err
	}
	changed := map[string][]byte{}
	for name, data := range map[string][]byte{layoutFile: layout, siteFile: site} {
		if have, err := readFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(have, data) {
			changed[name] = data
		}
	}
	if len(changed) == 0 {
		return nil
	}
	defer os.RemoveAll(saving) // nothing is left when it was moved
	if err := os.Mkdir(saving, 0o755); err != nil {
		return err
	}
	for name, data := range changed {
		if err := writeFile(filepath.Join(saving, name), data); err != nil {
			return err
		}
	}
	return commit(dir, saving, rename)
}

// settle moves saved files and folders to their places.
func settle(dir string, rename func(from, to string) error) error {
	saved := filepath.Join(dir, savedDir)
	for _, name := range []string{sourcesDir, madeDir} {
		if !exists(filepath.Join(saved, name)) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil { // readers take the saved one by now
			return err
		}
		if err := rename(filepath.Join(saved, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{layoutFile, siteFile} {
		if err := rename(filepath.Join(saved, name), filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(saved); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(dir)
}

// current is where the valid content of a file stands.
func current(dir, name string) string {
	if saved := filepath.Join(dir, savedDir, name); exists(saved) {
		return saved
	}
	return filepath.Join(dir, name)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// writeFile writes a file and waits until the disk has it.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// syncDir waits until the disk has the names in a folder.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there; NTFS journals its names
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
