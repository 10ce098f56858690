package plan_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate/plan"
)

// Layers as offices name them are guessed: by the National CAD Standard, BS 1192
// and SfB, and in the words of several languages.
func TestLayersAreGuessedByName(t *testing.T) {
	for class, names := range map[string][]string{
		"wall": {"A-WALL", "A-WALL-FULL", "A-WALL-PRHT", "01_WAND_TRAGEND", "AR_Waende", "Aussenwand", "Leichtbauwand", "MURS_PORTEURS", "CLOISONS", "TABIQUERIA",
			"MURATURE", "Muri portanti", "TRAMEZZI", "21-buitenwanden", "A-Ss_25_10-M_Wall", "A-G25-M-Walls", "WallExt", "Fassade", "ext wall"},
		"door":      {"A-DOOR", "A-DOOR-IDEN", "TUE", "TUEREN", "Türblatt", "PORTES", "deuren", "Ss_25_30_20-Doors", "DoorSwing", "Innentür"},
		"window":    {"A-GLAZ", "A-GLAZ-CURT", "FEN", "Fensterbank", "MENUISERIES EXT", "INFISSI", "kozijnen", "Glass", "windows-header"},
		"stairs":    {"A-FLOR-STRS", "A-FLOR-EVTR", "Treppenlauf", "ESCALIERS"},
		"column":    {"S-COLS", "A-COLS", "Stuetzen"},
		"furniture": {"I-FURN", "A-EQPM-FIXD", "A-FLOR-PFIX", "Moeblierung", "ARREDI"},
		"ignored":   {"A-WALL-DEMO", "Abbruch", "A-ANNO-DIMS", "A-CLNG", "E-LITE", "S-GRID", "Defpoints", "A-FLOR-OVHD", "Sanitaer", "Bemassung"},
	} {
		for _, name := range names {
			var p pen
			hut(&p, "Wand")
			p.loop(name, 1, 1, 2, 1, 2, 2, 1, 2)
			got := ""
			for _, q := range understand(t, p.read(t, ""), plan.Options{}).Questions {
				if q.ID == "layer:"+name {
					got = q.Guess
				}
			}
			if got != class {
				t.Errorf("%s: guessed %q, want %q", name, got, class)
			}
		}
	}
}
