package ifc

import "strings"

// cursor walks over the text.
type cursor struct {
	file   *step
	at     int
	closed bool // no comment ends behind here: what looks like one is none
}

func (c *cursor) end() bool    { return c.at >= len(c.file.text) }
func (c *cursor) text() string { return c.file.text }

// space skips blanks and comments.
func (c *cursor) space() {
	t := c.file.text
	for c.at < len(t) {
		switch b := t[c.at]; {
		case b <= ' ':
			c.at++
		case b == '/' && c.at+1 < len(t) && t[c.at+1] == '*' && !c.closed:
			stop := strings.Index(t[c.at+2:], "*/")
			if stop < 0 {
				c.closed = true
				c.file.flawed(c.at, "a comment is not closed")
				return
			}
			c.at += 2 + stop + 2
		default:
			return
		}
	}
}

// blank skips blanks.
func (c *cursor) blank() {
	for t := c.file.text; c.at < len(t) && t[c.at] <= ' '; {
		c.at++
	}
}

// quoted skips a string whose opening quote is at the cursor; false when it
// does not end, or not before the next instance begins on a line of its own.
func (c *cursor) quoted() bool {
	t := c.file.text
	for {
		stop := strings.IndexByte(t[c.at+1:], '\'')
		if stop < 0 {
			return false
		}
		within := t[c.at+1 : c.at+1+stop]
		for off := 0; ; {
			i := strings.IndexAny(within[off:], "\r\n")
			if i < 0 {
				break
			}
			next := cursor{file: c.file, at: c.at + 1 + off + i}
			next.blank()
			if next.begins() {
				return false
			}
			if off = next.at - c.at - 1; off >= len(within) {
				break
			}
		}
		c.at += 1 + stop
		if c.at+1 < len(t) && t[c.at+1] == '\'' { // a doubled quote stands for one
			c.at++
			continue
		}
		c.at++
		return true
	}
}

// begins tells whether an instance begins at the cursor: "#12 =".
func (c *cursor) begins() bool {
	t, at := c.file.text, c.at
	for at < len(t) && t[at] <= ' ' {
		at++
	}
	if at >= len(t) || t[at] != '#' {
		return false
	}
	at++
	start := at
	for at < len(t) && t[at] >= '0' && t[at] <= '9' {
		at++
	}
	if at == start {
		return false
	}
	for at < len(t) && t[at] <= ' ' {
		at++
	}
	return at < len(t) && t[at] == '='
}

// statement moves to the next semicolon; false when there is none.
func (c *cursor) statement() bool {
	t := c.file.text
	for c.at < len(t) {
		switch t[c.at] {
		case ';':
			return true
		case '\'':
			if !c.quoted() {
				return false
			}
		case '/':
			before := c.at
			c.space()
			if c.at == before {
				c.at++
			}
		default:
			c.at++
		}
	}
	return false
}

// resume moves behind a broken statement to what looks like the next one.
func (c *cursor) resume(start int) {
	t := c.file.text
	for c.at = start + 1; c.at < len(t); c.at++ {
		switch t[c.at] {
		case '\n', '\r', ';':
			c.at++
			c.blank()
			if c.begins() || strings.HasPrefix(t[c.at:], "ENDSEC") {
				return
			}
			c.at-- // what stands here may end a statement itself
		}
	}
}

// instance reads "#12=IFCWALL(…);" or tells what is wrong with it.
func (c *cursor) instance(known map[string]uint16) (in instance, wrong string) {
	s, t := c.file, c.file.text
	if t[c.at] != '#' {
		return in, "no instance begins here"
	}
	for c.at++; c.at < len(t) && t[c.at] >= '0' && t[c.at] <= '9'; c.at++ {
		if in.id = in.id*10 + int(t[c.at]-'0'); in.id > idMax {
			return in, "the number is too large"
		}
	}
	c.space()
	if c.end() || t[c.at] != '=' {
		return in, "= is missing"
	}
	c.at++
	c.space()
	word := c.at
	for c.at < len(t) && isWord(t[c.at]) {
		c.at++
	}
	if c.at == word {
		return in, "the type is missing"
	}
	kind, ok := known[t[word:c.at]]
	if !ok {
		name := strings.Clone(strings.ToUpper(t[word:c.at]))
		if kind, ok = known[name]; !ok {
			if len(s.kinds) == 1<<16 {
				return in, "there are too many types"
			}
			kind = uint16(len(s.kinds))
			s.kinds = append(s.kinds, name)
			known[name] = kind
		}
		known[strings.Clone(t[word:c.at])] = kind
	}
	in.kind = kind
	c.space()
	if c.end() || t[c.at] != '(' {
		return in, "( is missing"
	}
	in.from = uint32(c.at + 1)
	if !c.closing() {
		return in, "a bracket or a quote is not closed"
	}
	in.to = uint32(c.at - 1)
	c.space()
	if c.end() || t[c.at] != ';' {
		return in, "; is missing"
	}
	c.at++
	return in, ""
}

// closing moves behind the bracket that closes the one at the cursor; false when
// there is none before the next instance begins on a line of its own.
func (c *cursor) closing() bool {
	t := c.file.text
	for depth := 0; c.at < len(t); {
		switch t[c.at] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				c.at++
				return true
			}
		case '\'':
			if !c.quoted() {
				return false
			}
			continue
		case ';':
			return false
		case '\n', '\r':
			c.blank()
			if c.begins() {
				return false
			}
			continue
		case '/':
			before := c.at
			if c.space(); c.at > before {
				continue
			}
		}
		c.at++
	}
	return false
}

func isWord(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_'
}
