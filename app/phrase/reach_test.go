package phrase

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// Whatever the twin can name has a text: a new feature, signal, fault or
// action fails here until it has one in every language.
func TestWhateverCanShowHasAText(t *testing.T) {
	var keys []string
	add := func(group string, ids ...string) {
		for _, id := range ids {
			keys = append(keys, group+"."+id)
		}
	}
	for _, c := range diagnose.Columns() {
		add("feature", c.Name)
		add("signal", c.Source)
	}
	add("fault", diagnose.Classes...)
	for _, r := range operate.DefaultRemedies() {
		add("fault", r.Fault)
		add("action", string(r.Class))
		add("doing", string(r.Class))
		for _, name := range r.Effects {
			add("signal", name[strings.Index(name, ":")+1:])
		}
	}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range cat.Classes() {
		for _, g := range class.Signals {
			add("signal", g.Name)
		}
		for _, f := range class.Failures {
			add("fault", f.Name)
		}
		for _, r := range class.Remedies {
			add("action", string(r.Name))
			add("doing", string(r.Name))
		}
	}
	for _, s := range []app.Stage{app.Detected, app.Diagnosed, app.Proposed, app.Acting, app.Closed, app.Abandoned} {
		add("stage", string(s))
	}
	for _, r := range []twin.Result{twin.Verified, twin.NoEffect, twin.Worse, twin.Failed, twin.Interrupted, twin.Refused, twin.Expired} {
		add("result", string(r))
		add("outcome", string(r))
		if r != twin.Verified {
			add("case", string(r))
		}
	}
	for _, m := range twin.Modes {
		add("mode", string(m))
	}
	for _, q := range []twin.Quality{twin.Good, twin.Uncertain, twin.Stale, twin.Bad, twin.Missing} {
		add("quality", string(q))
	}
	add("ask", string(twin.AssetRemoved), string(twin.AssetUnbound))
	for _, k := range twin.ChangeKinds {
		add("changed", string(k))
	}
	add("material", cat.Materials()...)
	demo, err := generate.Demo(t.Context(), cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range demo.Site.Guards {
		add("guard", g.ID)
	}
	for _, name := range literals(t, `Guard:\s*"([a-z-]+)"`, "../../twin/operate/guard.go") {
		add("guard", name)
	}
	for _, l := range Languages {
		s := speaker(t, l)
		for _, key := range keys {
			if s.texts[key] == "" {
				t.Errorf("%s has no text for %q", l, key)
			}
		}
		called := map[string]string{} // a list of materials is chosen from by name
		for _, id := range cat.Materials() {
			name := s.MaterialName(id)
			if other, taken := called[name]; taken {
				t.Errorf("%s calls both %s and %s %q", l, other, id, name)
			}
			called[name] = id
		}
	}
}

// Every pattern of told.json is a sentence that the code of the twin writes,
// so that a sentence that was put otherwise is noticed here.
func TestTheTwinStillSaysWhatIsRetold(t *testing.T) {
	verb := regexp.MustCompile(`%[-+.0-9]*[a-zA-Z]`)
	named := regexp.MustCompile(`\{[a-z]+\}`)
	var said []string
	for _, text := range literals(t, `("(?:[^"\\]|\\.)*")`, "../*.go", "../../twin/operate/*.go", "../../twin/operate/diagnose/*.go", "../../twin/operate/retrain/*.go", "../../twin/operate/perceive/*.go", "../../xai/drift/*.go", "../../xai/faith/*.go", "../../cmd/glasstwin/trainjournal.go",
		"../../twin/generate/rules.go", "../../twin/flow/cause/*.go", "../../twin/flow/propose/*.go", "../../xai/ebm/*.go", "../../xai/causal/*.go", "../../study/plantfaults/*.go", "../../connectors/opcua/*.go", "../../twin/codec/credential/*.go", "../../cmd/glasstwin/password.go") {
		plain, err := strconv.Unquote(text)
		if err != nil {
			continue // a rune or a part of a raw string
		}
		said = append(said, strings.ReplaceAll(verb.ReplaceAllString(plain, "§"), "%%", "%"))
	}
	// Put together from parts that are constants.
	said = append(said, operate.ErrDecided.Error()+" by §", operate.ErrDecided.Error()+": the case is §", "it was valid until §")
	all := strings.Join(said, "\n")
	for _, p := range patternForms(t) {
		form := named.ReplaceAllString(p, "§")
		found := strings.Contains(all, form)
		for _, part := range strings.FieldsFunc(form, func(r rune) bool { return r == '§' }) {
			if part = strings.Trim(part, " :%"); !found && part != "" && !strings.Contains(all, part) {
				t.Errorf("nothing in the twin says %q any more (%q)", p, part)
			}
		}
	}
}

func patternForms(t *testing.T) []string {
	t.Helper()
	raw, err := catalogues.ReadFile("told.json")
	if err != nil {
		t.Fatal(err)
	}
	var forms []string
	for _, m := range regexp.MustCompile(`"told\.[a-z.]+": ("[^"]*")`).FindAllStringSubmatch(string(raw), -1) {
		text, err := strconv.Unquote(m[1])
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, text)
	}
	return forms
}

// literals returns what the first group of an expression finds in files.
func literals(t *testing.T, expr string, globs ...string) []string {
	t.Helper()
	find := regexp.MustCompile(expr)
	var out []string
	for _, glob := range globs {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("find %s: %v", glob, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range find.FindAllStringSubmatch(string(code), -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}
