package sitefolder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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

// adaptedDir holds a site that could not be saved over what somebody wrote.
const adaptedDir = "adapted"

// Revise changes the site in dir, all or nothing: revise is given the site as it
// stands there now and returns what is to stand there. Somebody who writes into
// the folder meanwhile is not written over: revise is asked anew. Comments stay
// with what they stand at, files whose content stays the same are not touched,
// and so are sources. An error of revise leaves the folder as it was. Only one
// Revise of a folder may run at a time. It returns the site as it reads then.
func Revise(dir string, revise func(now *twin.Site) (*twin.Site, error)) (*twin.Site, error) {
	for range revisions {
		s, err := reviseOnce(dir, revise, os.Rename)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errOvertaken) {
			return nil, fmt.Errorf("save site %s: %w", dir, err)
		}
	}
	return nil, fmt.Errorf("save site %s: somebody else writes it all the time; close the other program", dir)
}

// revisions is how often a site that is written by others is revised anew.
const revisions = 20

var errOvertaken = errors.New("somebody else wrote it meanwhile")

// SetAside writes a site into the folder adapted/ of dir, beside the one that
// stands there, for a person to compare. The next Revise or Renew that goes
// through removes it.
func SetAside(dir string, s *twin.Site) error {
	site, layout, err := Format(s)
	if err == nil {
		err = os.MkdirAll(filepath.Join(dir, adaptedDir), 0o755)
	}
	for name, data := range map[string][]byte{siteFile: site, layoutFile: layout} {
		if err == nil {
			err = replace(filepath.Join(dir, adaptedDir, name), data)
		}
	}
	if err != nil {
		return fmt.Errorf("save site %s beside what stands there: %w", dir, err)
	}
	return nil
}

// PutMade writes one file below made/, in the place of the one of that name.
func PutMade(dir, name string, data []byte) error {
	if !plainName(name) {
		return fmt.Errorf("write %s/%.80s: it is not a plain file name", madeDir, name)
	}
	file := filepath.Join(dir, madeDir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = replace(file, data)
	}
	if err != nil {
		return fmt.Errorf("write %s/%s: %w", madeDir, name, err)
	}
	return nil
}

// replace writes a file so that it is seen whole or not at all.
func replace(path string, data []byte) error {
	part := path + ".part"
	if err := writeFile(part, data); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return syncDir(filepath.Dir(path))
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
	before, err := texts(dir)
	if err != nil {
		return err
	}
	if err := fill(saving, s, contents, before); err != nil {
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
	if err := settle(dir, rename); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(dir, adaptedDir))
}

// reviseOnce takes the renaming as an argument, since it is the only step at
// which an unfinished save can be seen.
func reviseOnce(dir string, revise func(now *twin.Site) (*twin.Site, error), rename func(from, to string) error) (*twin.Site, error) {
	if _, err := os.Stat(current(dir, siteFile)); err != nil {
		return nil, fmt.Errorf("it is not a site (no %s); create it first", siteFile)
	}
	if err := settle(dir, rename); err != nil {
		return nil, err
	}
	before, err := texts(dir)
	if err != nil {
		return nil, err
	}
	now, err := Parse(before[siteFile], before[layoutFile])
	if err != nil {
		return nil, err
	}
	s, err := revise(now)
	if err != nil {
		return nil, err
	}
	after, err := formatOver(before, s)
	if err != nil {
		return nil, err
	}
	saving := filepath.Join(dir, savingDir)
	if err := os.RemoveAll(saving); err != nil {
		return nil, err
	}
	changed := map[string][]byte{}
	for name, data := range after {
		if !bytes.Equal(before[name], data) {
			changed[name] = data
		}
	}
	if s, err = Parse(after[siteFile], after[layoutFile]); err != nil {
		return nil, err
	}
	if len(changed) == 0 {
		return s, os.RemoveAll(filepath.Join(dir, adaptedDir))
	}
	defer os.RemoveAll(saving) // nothing is left when it was moved
	if err := os.Mkdir(saving, 0o755); err != nil {
		return nil, err
	}
	for name, data := range changed {
		if err := writeFile(filepath.Join(saving, name), data); err != nil {
			return nil, err
		}
	}
	if seen, err := texts(dir); err != nil || !maps.EqualFunc(seen, before, bytes.Equal) {
		return nil, errors.Join(errOvertaken, err)
	}
	return s, commit(dir, saving, rename)
}

// texts are the two files of a site as they stand in its folder.
func texts(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, name := range []string{siteFile, layoutFile} {
		data, err := readFile(current(dir, name))
		if err != nil {
			return nil, err
		}
		out[name] = data
	}
	return out, nil
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
