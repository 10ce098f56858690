package plan

import (
	"strings"
	"unicode"
)

// class is what a layer or a block holds.
type class string

const (
	unknown   class = "unknown"
	walls     class = "wall"
	doors     class = "door"
	windows   class = "window"
	furniture class = "furniture"
	stairs    class = "stairs"
	columns   class = "column"
	space     class = "room"
	ignored   class = "ignored"
)

// classes are the choices for a layer.
var classes = []string{string(walls), string(doors), string(windows), string(furniture), string(stairs), string(columns), string(space), string(ignored)}

// words tell a class in several languages. The first class with a word in the
// name wins, so what is only beside a wall stands before the walls. A short word
// must stand alone, one of four letters may end another, a longer one may be any
// part of it.
var words = []struct {
	class class
	list  string
}{
	{ignored, `demo demolish demolition démolition demolizione demolición abbruch abriss sloop
		dim dims dimension bemassung bemaßung cote cotes cota cotas quote quota maat maten 치수 寸法 尺寸 размер
		defpoints anno annotation note notes notiz hatching symb symbol legend legende titleblock frame rahmen cadre cartouche title schriftfeld
		viewport vport grid axis achse achsen axes eje ejes assi raster 그리드 通り芯 轴线 оси
		elec electrical elektro sanitär sanitary plumb plumbing hvac mech mechanical light lighting beleuchtung sprinkler
		ceiling ceil decke plafond techo soffitto 천장 天井 roof dach toit tetto
		site topo landscape garten parking survey vermessung gelände
		journey journeys distribution distributions waypoint waypoints exit exits parameter parameters goal goals measurement background xref image
		sanitaer clng lite plnt ovhd detl ttlb`},
	{walls, `porteur porteurs portante portanti portantes`}, // that bear, before the doors of the same letters
	{windows, `window windows win wind glaz glazing fenster fenetre fenêtre fenetres fenêtres ventana ventanas finestra finestre janela janelas raam ramen
		kozijn vindue vindu fönster fonster okno okna окно окна 창 창문 창호 窓 窗 glas glass vitre vitrage
		fen infisso infissi serramenti menuiserie menuiseries carpinteria carpintería`},
	{doors, `door doors tür türen tuer tueren tur porte portes puerta puertas porta porte portas deur deuren dør dörr dorr drzwi dveře dvere дверь двери 문 도어 ドア 扉 门 門
		gate tor portail tue türblatt türschwenk tuerblatt`},
	{stairs, `stair stairs steps treppe treppen escalier escaliers escalera escaleras scala scale escada trap trappe trappa schody лестница 계단 階段 楼梯 ramp rampe elevator lift aufzug ascenseur ascensor 엘리베이터 strs evtr`},
	{columns, `column columns cols col stütze stützen stuetze stuetzen pfeiler säule poteau poteaux pilar pilares columna columnas pilastro pilastri kolom kolonne колонна 기둥 柱`},
	{walls, `wall walls wand wände waende mauer mauern mauerwerk mur murs muro muros pared paredes parete pareti parede paredes muur muren væg vegg vägg vagg seinä
		ściana ściany sciana stěna stena стена стены 벽 벽체 壁 墙 牆 partition partitions cloison cloisons trennwand tabique tabiques obstacle obstacles
		muratura murature tramezzo tramezzi wanden facade façade fassade
		walkablearea walkable betonwand tragwand rohbau masonry brick drywall`},
	{space, `room rooms raum räume raeume pièce piece pieces salle habitacion habitación sala local locali zone zones area areas fläche flaeche 실 방 部屋 房间 помещение space spaces`},
	{furniture, `furn furniture möbel moebel mobel mobilier meuble meubles mueble muebles mobiliario möblierung moeblierung arredo arredi mobili mobília meubel meubilair inventar equip equipment eqpm fixt pfix
		fixture fixtures ausstattung einrichtung shelf shelves shelving regal regale rack gondola checkout kasse 가구 집기 家具 什器 мебель`},
}

// classOf guesses what a layer or block of this name holds.
func classOf(name string) class {
	parts := strings.FieldsFunc(strings.ToLower(worded(name)), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		for _, word := range strings.Fields(w.list) {
			letters := len([]rune(word))
			for _, p := range parts {
				compound := strings.HasSuffix(p, word) && (letters >= 4 || word == "tür")
				if p == word || compound || letters >= 5 && strings.Contains(p, word) || word[0] >= 0xe0 && strings.Contains(p, word) && !latin(word) {
					return w.class
				}
			}
		}
	}
	return unknown
}

// worded divides words that are told apart by a capital only: "WallExt".
func worded(name string) string {
	var b strings.Builder
	small := false
	for _, r := range name {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// latin tells whether a word is in Latin letters.
func latin(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return true
}

// slides tells whether a name speaks of a sliding door.
func slides(name string) bool {
	low := strings.ToLower(name)
	for _, w := range []string{"slid", "schieb", "couliss", "corred", "scorrev", "schuif", "skyde", "przesuw", "раздвиж", "미닫이", "슬라이딩", "引き戸", "引戸", "推拉"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
