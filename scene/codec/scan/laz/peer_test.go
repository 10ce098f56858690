package laz

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What the encoder of these tests packs, laz-perf unpacks to the same bytes: so
// the decoder, to which they come back too, follows LASzip and not itself. It
// knows formats 0 to 3 in their second version and 6 to 8 in layers.
func TestLazPerfUnpacksTheSame(t *testing.T) {
	const peers = "../../../../testdata/peers"
	miss := func(why string) {
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	if _, err := exec.LookPath("node"); err != nil {
		miss("node is not installed; it runs laz-perf, which the test compares with")
	}
	if _, err := os.Stat(filepath.Join(peers, "node_modules/laz-perf")); err != nil {
		miss("laz-perf is missing; npm ci --prefix testdata/peers installs it")
	}
	dir := t.TempDir()
	args, want := []string{filepath.Join(peers, "lazperf.mjs")}, map[string]string{}
	for i, k := range kinds() {
		version := k.h.Items[0].Version
		if !(k.format <= 3 && version == 2 && k.h.Compressor == 2 || k.format >= 6 && k.format <= 8 && version == 3) {
			continue
		}
		records := flight(k.h, k.format, 700, uint64(k.format))
		file, _ := writeFile(k.h, byte(k.format), records)
		name := filepath.Join(dir, fmt.Sprintf("%d-format%d-any%v.laz", i, k.format, k.h.ChunkSize == math.MaxUint32))
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(bytes.Join(records, nil))
		args, want[name] = append(args, name), hex.EncodeToString(sum[:])
	}
	cmd := exec.Command("node", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("laz-perf: %v", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var got struct {
			File, SHA256 string
		}
		if err := d.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if want[got.File] != got.SHA256 {
			t.Errorf("%s: laz-perf unpacks other points", filepath.Base(got.File))
		}
		delete(want, got.File)
	}
	if len(want) > 0 {
		t.Errorf("laz-perf left out %d files", len(want))
	}
}
