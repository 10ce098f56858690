package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

const (
	nearLeast  = 0.45   // share of letter pairs that two names must have in common for one to be suggested for the other
	nearSought = 300    // things for which a near name is looked for; more are listed without
	nearAmong  = 20_000 // names among which it is looked for
	knownLeast = 0.34   // share of a device's points that a class must know to be suggested
)

// Unexplained lists what is bound to nothing and what no asset explains, each
// with the nearest there is: assets and devices first, then signals, then nodes.
func Unexplained(site *twin.Site, nodes []twin.PlantNode, plant string, cat *catalogue.Catalogue) []twin.Suggestion {
	b := newBinder(plant, nodes, cat, &Report{})
	bound, tied := map[string]bool{}, map[twin.SignalID]bool{}
	for _, x := range site.Bindings {
		tied[x.Signal] = true
		if x.Plant == plant {
			bound[x.Address] = true
		}
	}
	class, plain := map[string]string{}, map[string]bool{} // of assets, by key
	for _, a := range site.Assets {
		class[key(string(a.ID))] = a.Class
		plain[key(string(a.ID))] = a.Class == plainClass
	}
	// Which devices nobody explains, and which points of the others.
	var free, unknown []device
	var spare []twin.PlantNode
	for _, d := range b.devices {
		rest := slices.DeleteFunc(slices.Clone(d.points), func(n twin.PlantNode) bool { return bound[n.Address] })
		if _, known := class[key(d.id)]; !known && len(rest) == len(d.points) {
			free = append(free, d)
			continue
		}
		if plain[key(d.id)] {
			unknown = append(unknown, d)
			continue
		}
		spare = append(spare, rest...)
	}
	var out []twin.Suggestion
	out = append(out, silentAssets(site, tied, free)...)
	for _, d := range free {
		out = append(out, b.unexplained(d))
	}
	for _, d := range unknown {
		s := twin.Suggestion{Lack: twin.LackAsset, What: d.id, Where: d.points[0].Address, Near: b.likeliest(d)}
		s.Text = fmt.Sprintf("%s stands as a plain device, since nothing tells what it is%s", d.id, b.advice(d))
		out = append(out, s)
	}
	loose := looseSignals(site, tied)
	names := make([]string, len(spare))
	for i, n := range spare {
		names[i] = tail(n)
	}
	near := newNearest(names)
	for _, g := range loose {
		s := twin.Suggestion{Lack: twin.LackNode, What: string(g.ID), Text: fmt.Sprintf("%s is bound to no node of the plant", g.ID)}
		if i := near.to(string(g.ID)); i >= 0 {
			s.Near = strings.Join(spare[i].Path, "/")
			s.Text += fmt.Sprintf("; %s comes nearest: bind it in site.yaml to %s", s.Near, spare[i].Address)
		}
		out = append(out, s)
	}
	signals := make([]string, len(loose))
	for i, g := range loose {
		signals[i] = string(g.ID)
	}
	near = newNearest(signals)
	for i, n := range spare {
		s := twin.Suggestion{Lack: twin.LackSignal, What: strings.Join(n.Path, "/"), Where: n.Address}
		s.Text = fmt.Sprintf("no signal explains %s", s.What)
		if k := near.to(names[i]); k >= 0 {
			s.Near = signals[k]
			s.Text += fmt.Sprintf("; signal %s comes nearest", s.Near)
		} else if c := class[key(n.Path[len(n.Path)-2])]; c != "" {
			s.Text += fmt.Sprintf("; add %q to the signals of class %s to use it", kebab(n.Path[len(n.Path)-1]), c)
		}
		out = append(out, s)
	}
	return out
}

// tail is what tells a node from others: its device and its name.
func tail(n twin.PlantNode) string { return strings.Join(n.Path[max(0, len(n.Path)-2):], "/") }

// silentAssets are those with signals of which none is bound.
func silentAssets(site *twin.Site, tied map[twin.SignalID]bool, free []device) []twin.Suggestion {
	sensed, heard := map[twin.AssetID]bool{}, map[twin.AssetID]bool{}
	for _, g := range site.Signals {
		sensed[g.Asset] = true
		heard[g.Asset] = heard[g.Asset] || tied[g.ID]
	}
	names := make([]string, len(free))
	for i, d := range free {
		names[i] = d.id
	}
	near := newNearest(names)
	var out []twin.Suggestion
	for _, a := range site.Assets {
		if !sensed[a.ID] || heard[a.ID] {
			continue
		}
		s := twin.Suggestion{Lack: twin.LackDevice, What: string(a.ID), Text: fmt.Sprintf("the plant has no device %s; its signals stay without a value", a.ID)}
		if i := near.to(string(a.ID)); i >= 0 {
			s.Near = names[i]
			s.Text += fmt.Sprintf("; %s comes nearest: rename one of them so that they agree", s.Near)
		}
		out = append(out, s)
	}
	return out
}

// looseSignals are those that are bound to nothing though others of their asset
// are.
func looseSignals(site *twin.Site, tied map[twin.SignalID]bool) []twin.Signal {
	heard := map[twin.AssetID]bool{}
	for _, g := range site.Signals {
		heard[g.Asset] = heard[g.Asset] || tied[g.ID]
	}
	return slices.DeleteFunc(slices.Clone(site.Signals), func(g twin.Signal) bool { return tied[g.ID] || !heard[g.Asset] })
}

// unexplained suggests a class for a device: the one that it names, else the one
// whose signals have most of the names of its points.
func (b *binder) unexplained(d device) twin.Suggestion {
	s := twin.Suggestion{Lack: twin.LackAsset, What: d.id, Where: d.points[0].Address, Text: fmt.Sprintf("no asset explains device %s with its %d values", d.id, len(d.points))}
	name, _ := b.classOf(d)
	if name == "" {
		name = b.likeliest(d)
	}
	if name != "" {
		s.Near = name
		s.Text += fmt.Sprintf("; it is probably a %s: add a line for it to the device list", name)
	} else {
		s.Text += "; add a class for it to the catalogue"
	}
	return s
}

func (b *binder) likeliest(d device) string {
	best, most := "", knownLeast
	for _, c := range b.catalogue.Classes() {
		used := map[int]bool{}
		for _, spec := range c.Signals {
			if i := match(spec, d.points, used); i >= 0 && refuse(spec, d.points[i]) == "" {
				used[i] = true
			}
		}
		// Of two classes that know as many points, the one with fewer others.
		share := float64(len(used)) / float64(len(d.points)+max(0, len(c.Signals)-len(used)))
		if share > most {
			best, most = c.Name, share
		}
	}
	return best
}

// nearest finds the name of a list that has most letter pairs in common with
// another (Dice's coefficient). Of names like device/signal the signal's must
// come near by itself, and the device's decides between several.
type nearest struct {
	names  []lettered
	sought int
}

// lettered is a name in letter pairs: of its last part, and of what stands
// before that.
type lettered struct{ last, before []string }

func newNearest(names []string) *nearest {
	n := &nearest{}
	for _, s := range names[:min(len(names), nearAmong)] {
		n.names = append(n.names, letteredOf(s))
	}
	return n
}

// to is the index of the nearest name, -1 when none comes near.
func (n *nearest) to(name string) int {
	if n.sought++; n.sought > nearSought {
		return -1
	}
	want := letteredOf(name)
	best, most := -1, 0.0
	for i, have := range n.names {
		if last := dice(want.last, have.last); last > nearLeast {
			if share := last + dice(want.before, have.before); share > most {
				best, most = i, share
			}
		}
	}
	return best
}

func letteredOf(name string) lettered {
	i := strings.LastIndexByte(name, '/')
	return lettered{pairsOf(name[i+1:]), pairsOf(name[:max(0, i)])}
}

func pairsOf(name string) []string {
	runes := []rune("^" + key(name) + "$")
	out := make([]string, 0, len(runes))
	for i := range len(runes) - 1 {
		out = append(out, string(runes[i:i+2]))
	}
	slices.Sort(out)
	return out
}

func dice(a, b []string) float64 {
	common := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			common, i, k = common+1, i+1, k+1
		case a[i] < b[k]:
			i++
		default:
			k++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
