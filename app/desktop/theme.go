package desktop

import (
	"image/color"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// look is the window's theme: quiet surfaces, one accent, and severities in the
// palette of Okabe and Ito (2008), which stays apart for colour-blind eyes.
type look struct {
	fyne.Theme
	dark    bool
	regular fyne.Resource // nil: Fyne's own
	bold    fyne.Resource
}

func newLook(dark bool, regular, bold fyne.Resource) *look {
	return &look{Theme: theme.DefaultTheme(), dark: dark, regular: regular, bold: bold}
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xFF}
}

// shades of one role: in a light and in a dark window.
type shades struct{ light, dark uint32 }

var palette = map[fyne.ThemeColorName]shades{
	theme.ColorNameBackground:          {0xF6F7F9, 0x15181C},
	theme.ColorNameForeground:          {0x1B2430, 0xE4E8ED},
	theme.ColorNamePrimary:             {0x0B6BB8, 0x4FA6E8},
	theme.ColorNameForegroundOnPrimary: {0xFFFFFF, 0x0B1116},
	theme.ColorNameButton:              {0xE6EAEF, 0x272D35},
	theme.ColorNameDisabledButton:      {0xEDF0F3, 0x1E2329},
	theme.ColorNameDisabled:            {0x98A2AE, 0x66717D},
	theme.ColorNamePlaceHolder:         {0x6B7683, 0x8894A1},
	theme.ColorNameInputBackground:     {0xFFFFFF, 0x1E2329},
	theme.ColorNameInputBorder:         {0xCFD6DE, 0x343C46},
	theme.ColorNameSeparator:           {0xDDE2E8, 0x2A3038},
	theme.ColorNameOverlayBackground:   {0xFFFFFF, 0x1E2329},
	theme.ColorNameMenuBackground:      {0xFFFFFF, 0x1E2329},
	theme.ColorNameHeaderBackground:    {0xECEFF3, 0x1B1F24},
	theme.ColorNameHyperlink:           {0x0B6BB8, 0x4FA6E8},
	theme.ColorNameSuccess:             {0x00795A, 0x2DBE94},
	theme.ColorNameWarning:             {0xB86E00, 0xF0A63A},
	theme.ColorNameError:               {0xC03A12, 0xFF7A4D},
	colorPanel:                         {0xFFFFFF, 0x1A1E23},
	colorFor:                           {0xC9501C, 0xE8743B},
	colorAgainst:                       {0x2B78B5, 0x5AAAE6},
	colorPast:                          {0x6B4FA0, 0xA98BE0},
	colorMuted:                         {0x5C6875, 0x93A0AD},
}

// Roles of our own beside Fyne's.
const (
	colorPanel   fyne.ThemeColorName = "glasstwin.panel"   // card and panel surface
	colorFor     fyne.ThemeColorName = "glasstwin.for"     // speaks for the claim
	colorAgainst fyne.ThemeColorName = "glasstwin.against" // speaks against it
	colorPast    fyne.ThemeColorName = "glasstwin.past"    // this is not the present
	colorMuted   fyne.ThemeColorName = "glasstwin.muted"   // second-rank text
)

// Color implements fyne.Theme.
func (l *look) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if name == theme.ColorNameShadow { // lies over the window while a dialog is open: what it is about stays in sight
		if l.dark {
			return color.NRGBA{A: 0x80}
		}
		return color.NRGBA{A: 0x26}
	}
	if s, ok := palette[name]; ok {
		if l.dark {
			return rgb(s.dark)
		}
		return rgb(s.light)
	}
	variant := theme.VariantLight
	if l.dark {
		variant = theme.VariantDark
	}
	return l.Theme.Color(name, variant)
}

// Size implements fyne.Theme.
func (l *look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 13
	case theme.SizeNameCaptionText:
		return 11
	case theme.SizeNameSubHeadingText:
		return 15
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 6
	}
	return l.Theme.Size(name)
}

// Font implements fyne.Theme.
func (l *look) Font(style fyne.TextStyle) fyne.Resource {
	if l.regular != nil && !style.Monospace && !style.Symbol {
		if style.Bold && l.bold != nil {
			return l.bold
		}
		return l.regular
	}
	return l.Theme.Font(style)
}

// paint returns a colour of the theme in force.
func paint(name fyne.ThemeColorName) color.Color {
	return theme.Color(name)
}

// hangulFonts are where systems keep a Hangul font, regular and bold, in the
// order of preference.
var hangulFonts = [...][2]string{
	{"truetype/nanum/NanumGothic.ttf", "truetype/nanum/NanumGothicBold.ttf"},
	{"truetype/nanum/NanumBarunGothic.ttf", "truetype/nanum/NanumBarunGothicBold.ttf"},
	{"nanum/NanumGothic.ttf", "nanum/NanumGothicBold.ttf"},
	{"AppleGothic.ttf", "AppleGothic.ttf"},
	{"malgun.ttf", "malgunbd.ttf"},
}

var fontFolders = [...]string{"/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts/Supplemental", `C:\Windows\Fonts`}

// hangul finds a system font whose Latin and Hangul were drawn together; nil
// leaves it to Fyne's rune-by-rune search.
func hangul() (regular, bold fyne.Resource) {
	for _, folder := range fontFolders {
		for _, pair := range hangulFonts {
			r, err := os.ReadFile(filepath.Join(folder, pair[0]))
			if err != nil {
				continue
			}
			regular = fyne.NewStaticResource(filepath.Base(pair[0]), r)
			if b, err := os.ReadFile(filepath.Join(folder, pair[1])); err == nil {
				bold = fyne.NewStaticResource(filepath.Base(pair[1]), b)
			}
			return regular, bold
		}
	}
	return nil, nil
}
