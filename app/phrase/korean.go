package phrase

import "strings"

// pairs of Korean particles: the first follows a final consonant, the second a
// vowel. After a digit or a foreign word its usual Korean reading decides.
var particlePairs = [...][2]string{{"은", "는"}, {"이", "가"}, {"을", "를"}, {"과", "와"}, {"으로", "로"}}

// particles resolves "(은/는)" and its kin by the sound before them.
func particles(text string) string {
	for _, p := range particlePairs {
		mark := "(" + p[0] + "/" + p[1] + ")"
		for {
			i := strings.Index(text, mark)
			if i < 0 {
				break
			}
			choice := p[1]
			if closed, rieul := finalSound(text[:i]); closed && !(rieul && p[0] == "으로") {
				choice = p[0]
			}
			text = text[:i] + choice + text[i+len(mark):]
		}
	}
	return text
}

// finalSound tells whether a text ends in a consonant, and whether that is ㄹ.
func finalSound(text string) (closed, rieul bool) {
	runes := []rune(strings.TrimRight(text, ")]\"' "))
	if len(runes) == 0 {
		return false, false
	}
	r := runes[len(runes)-1]
	const first, last, finals, finalRieul = 0xAC00, 0xD7A3, 28, 8 // Unicode 15, section 3.12
	switch {
	case r >= first && r <= last:
		f := (int(r) - first) % finals
		return f != 0, f == finalRieul
	case strings.ContainsRune("178lrLR", r): // il, chil, pal, and words in l
		return true, true
	case strings.ContainsRune("036mnMN", r): // yeong, sam, yuk
		return true, false
	}
	return false, false
}
