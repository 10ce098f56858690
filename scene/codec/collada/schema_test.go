package collada_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/collada"
)

// schema15 is Khronos's schema as Debian's opencollada-tools brings it.
const schema15 = "/usr/lib/opencollada/collada_schema_1_5.xsd"

func TestWhatIsWrittenFollowsTheSchema(t *testing.T) {
	data, err := collada.Write(lidded())
	if err != nil {
		t.Fatal(err)
	}
	follows(t, data)
}

func TestSamplesFollowTheSchema(t *testing.T) { follows(t, sample(t, "solids.dae")) }

// follows checks a document against the schema.
func follows(t *testing.T, data []byte) {
	t.Helper()
	for what, missing := range map[string]bool{
		"xmllint (libxml2-utils)":         !have("xmllint"),
		schema15 + " (opencollada-tools)": !exists(schema15),
	} {
		if missing && os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: .ci/prepare test installs it", what)
		} else if missing {
			t.Skipf("%s is missing: make prepare-test installs it", what)
		}
	}
	dir := t.TempDir()
	schema := localSchema(t, dir)
	file := filepath.Join(dir, "box.dae")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("xmllint", "--nonet", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
		t.Errorf("%s\n%s", out, data)
	}
}

// localSchema is the schema with what it fetches from the web (that of MathML,
// and one attribute of XML itself) replaced by as much as it takes to compile.
func localSchema(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(schema15)
	if err != nil {
		t.Fatal(err)
	}
	const head, tail = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="`, `</xs:schema>`
	for name, content := range map[string]string{
		"collada.xsd": strings.NewReplacer("http://www.w3.org/Math/XMLSchema/mathml2/mathml2.xsd", "mathml.xsd", "http://www.w3.org/2001/xml.xsd", "xml.xsd").Replace(string(text)),
		"mathml.xsd":  head + `http://www.w3.org/1998/Math/MathML"><xs:element name="math"/>` + tail,
		"xml.xsd":     head + `http://www.w3.org/XML/1998/namespace"><xs:attribute name="base" type="xs:anyURI"/>` + tail,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "collada.xsd")
}

func have(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
