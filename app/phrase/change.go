package phrase

import "github.com/glasstwin/glasstwin/twin"

// SiteChange tells a change by which a site followed its plant.
func (s *Speaker) SiteChange(c twin.SiteChange) string {
	var name string
	switch c.Kind {
	case twin.DeviceUnexplained:
		name = string(c.Asset)
	case twin.SiteUnsaved:
		name = c.Name
	default:
		name = s.AssetName(twin.Asset{ID: c.Asset, Class: c.Class, Name: c.Name})
	}
	key := "changed." + string(c.Kind)
	return s.Say(key, "name", name, "class", s.ClassName(c.Class))
}

// Asked asks about a change that the site does not follow without a word.
func (s *Speaker) Asked(c twin.SiteChange) string {
	key := "ask." + string(c.Kind)
	return s.Say(key, "name", s.AssetName(twin.Asset{ID: c.Asset, Class: c.Class, Name: c.Name}))
}

// Unexplained tells what of a site and its plant is unexplained, with what comes
// nearest.
func (s *Speaker) Unexplained(x twin.Suggestion) string {
	near := x.Near
	if x.Lack == twin.LackAsset && near != "" {
		near = s.ClassName(near)
	}
	key := "unexplained." + string(x.Lack)
	text := s.Say(key, "what", x.What)
	if near != "" {
		key += ".near"
		text += " " + s.Say(key, "near", near)
	}
	return text
}

// MaterialName names what something is made of.
func (s *Speaker) MaterialName(id string) string { return capital(s.named("material", id)) }

// ClassName names a class of things.
func (s *Speaker) ClassName(class string) string { return s.named("class", class) }
