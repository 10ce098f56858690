package desktop

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"

	"github.com/glasstwin/glasstwin/app/phrase"
)

// toolkitTexts are the texts of the toolkit's own dialogs and menus, by their names
// there, each with its phrase.
var toolkitTexts = map[string]string{
	"Advanced": "toolkit.advanced", "Cancel": "toolkit.cancel", "Confirm": "toolkit.confirm", "Copy": "toolkit.copy",
	"Create Folder": "toolkit.create-folder", "Cut": "toolkit.cut", "Enter filename": "toolkit.enter-filename", "Error": "toolkit.error",
	"Favourites": "toolkit.favourites", "File": "toolkit.file", "Folder": "toolkit.folder", "New Folder": "toolkit.new-folder",
	"No": "toolkit.no", "OK": "toolkit.ok", "Open": "toolkit.open", "Paste": "toolkit.paste", "Quit": "toolkit.quit", "Redo": "toolkit.redo",
	"Save": "toolkit.save", "Select all": "toolkit.select-all", "Show Hidden Files": "toolkit.show-hidden", "Undo": "toolkit.undo",
	"Yes": "toolkit.yes", "file.name": "toolkit.name", "file.parent": "toolkit.parent",
}

// speakToolkit lets the toolkit speak the window's language. It follows the system's
// and cannot be told another one, so the texts are put in the place of the system's.
func speakToolkit(speak *phrase.Speaker) error {
	type plural struct {
		Other string `json:"other"`
	}
	texts := map[string]plural{}
	for name, key := range toolkitTexts {
		texts[name] = plural{speak.Say(key)}
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	system := fyne.Locale(lang.SystemLocale().LanguageString())
	if tag, err := language.Parse(system.String()); err != nil || tag == language.Und {
		system = "en" // what the toolkit falls back to
	}
	return lang.AddTranslationsForLocale(data, system)
}
