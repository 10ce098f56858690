package desktop

import (
	"testing"

	"fyne.io/fyne/v2/lang"

	"github.com/glasstwin/glasstwin/app/phrase"
)

// The toolkit's own dialogs speak the window's language, whatever the system's is,
// and change it with the window.
func TestTheToolkitSpeaksTheWindowsLanguage(t *testing.T) {
	for _, want := range []struct {
		language phrase.Language
		open     string
		parent   string
	}{{phrase.Korean, "열기", "상위 폴더"}, {phrase.English, "Open", "Parent"}, {phrase.Korean, "열기", "상위 폴더"}, {phrase.English, "Open", "Parent"}} {
		speak, err := phrase.New(want.language)
		if err != nil {
			t.Fatal(err)
		}
		if err := speakToolkit(speak); err != nil {
			t.Fatal(err)
		}
		if got := lang.L("Open"); got != want.open {
			t.Errorf("%s: Open is %q", want.language, got)
		}
		if got := lang.X("file.parent", "Parent"); got != want.parent {
			t.Errorf("%s: the parent is %q", want.language, got)
		}
	}
}
