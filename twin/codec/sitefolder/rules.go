package sitefolder

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/credential"
)

// guardForm is a guard with its condition in one of several forms.
type guardForm struct {
	ID        string             `yaml:"id"`
	Actions   []twin.ActionClass `yaml:"actions,omitempty,flow"`
	Assets    []string           `yaml:"assets,omitempty,flow"`
	Signal    string             `yaml:"signal,omitempty"`
	Allow     passage            `yaml:"allow,omitempty"`
	Limit     *limitForm         `yaml:"limit,omitempty"`
	Rate      *rateForm          `yaml:"rate,omitempty"`
	Hours     *hoursForm         `yaml:"hours,omitempty"`
	Interlock passage            `yaml:"interlock,omitempty"`
	Exclusive *exclusiveForm     `yaml:"exclusive,omitempty"`
	Budget    *budgetForm        `yaml:"budget,omitempty"`
	Food      *foodForm          `yaml:"food,omitempty"`
	Message   passage            `yaml:"message,omitempty"`
}

type limitForm struct {
	Min  *float64 `yaml:"min,omitempty"`
	Max  *float64 `yaml:"max,omitempty"`
	Step *float64 `yaml:"step,omitempty"`
}

type rateForm struct {
	Writes int    `yaml:"writes"`
	Per    string `yaml:"per"`
}

type hoursForm struct {
	From string   `yaml:"from"`
	To   string   `yaml:"to"`
	Days []string `yaml:"days,omitempty,flow"`
}

type exclusiveForm struct {
	Actions []twin.ActionClass `yaml:"actions,flow"`
	AtOnce  int                `yaml:"at_once"`
}

type budgetForm struct {
	Energy *float64 `yaml:"kwh_a_day,omitempty"`
	Money  *float64 `yaml:"money_a_day,omitempty"`
}

type foodForm struct {
	Warmest *float64 `yaml:"warmest"`
}

type userForm struct {
	Name    string             `yaml:"name"`
	Approve []twin.ActionClass `yaml:"approve,omitempty,flow"`
	Modes   bool               `yaml:"modes,omitempty"`
	Release bool               `yaml:"release,omitempty"`

	Password string `yaml:"password,omitempty"`
}

type earningForm struct {
	Threshold float64 `yaml:"threshold,omitempty"`
	Strict    bool    `yaml:"strict,omitempty"`
}

type pricesForm struct {
	Currency    string  `yaml:"currency,omitempty"`
	Electricity float64 `yaml:"electricity,omitempty"`
	Goods       float64 `yaml:"goods,omitempty"`
}

type hangForm struct {
	From twin.AssetID   `yaml:"from"`
	To   []twin.AssetID `yaml:"to,flow"`
}

// MarshalYAML puts the short forms on one line each.
func (f limitForm) MarshalYAML() (any, error)     { type plain limitForm; return oneLine(plain(f)) }
func (f rateForm) MarshalYAML() (any, error)      { type plain rateForm; return oneLine(plain(f)) }
func (f hoursForm) MarshalYAML() (any, error)     { type plain hoursForm; return oneLine(plain(f)) }
func (f exclusiveForm) MarshalYAML() (any, error) { type plain exclusiveForm; return oneLine(plain(f)) }
func (f budgetForm) MarshalYAML() (any, error)    { type plain budgetForm; return oneLine(plain(f)) }
func (f foodForm) MarshalYAML() (any, error)      { type plain foodForm; return oneLine(plain(f)) }
func (f userForm) MarshalYAML() (any, error)      { type plain userForm; return oneLine(plain(f)) }
func (f earningForm) MarshalYAML() (any, error)   { type plain earningForm; return oneLine(plain(f)) }
func (f pricesForm) MarshalYAML() (any, error)    { type plain pricesForm; return oneLine(plain(f)) }
func (f hangForm) MarshalYAML() (any, error)      { type plain hangForm; return oneLine(plain(f)) }

// ruleForms fills in what the site's rules are written as.
func ruleForms(s *twin.Site, out *siteForm) {
	for _, g := range s.Guards {
		f := guardForm{ID: g.ID, Actions: g.Applies, Assets: g.Assets, Signal: g.Signal, Allow: passage(g.Expr), Interlock: passage(g.Interlock), Message: passage(g.Message)}
		if l := g.Limit; l != nil {
			f.Limit = &limitForm{plain(l.Min), plain(l.Max), plain(l.Step)}
		}
		if r := g.Rate; r != nil {
			f.Rate = &rateForm{r.Writes, r.Per.String()}
		}
		if h := g.Hours; h != nil {
			f.Hours = &hoursForm{clock(h.From), clock(h.To), h.Days}
		}
		if x := g.Exclusive; x != nil {
			f.Exclusive = &exclusiveForm{x.Classes, x.AtOnce}
		}
		if b := g.Budget; b != nil {
			f.Budget = &budgetForm{plain(b.Energy), plain(b.Money)}
		}
		if w := g.Food; w != nil {
			f.Food = &foodForm{plain(&w.Warmest)}
		}
		out.Guards = append(out.Guards, f)
	}
	for _, u := range s.Users {
		out.Users = append(out.Users, userForm(u))
	}
	out.TwoPerson = s.TwoPerson
	if e := s.Earning; e != nil {
		out.Earning = &earningForm{unsigned(e.Threshold), e.Strict}
	}
	if p := s.Prices; p != nil {
		out.Prices = &pricesForm{p.Currency, unsigned(p.Electricity), unsigned(p.Goods)}
	}
	out.Hangs = hangForms(s)
}

// hangForms leave out assets that are no more: they went with their plant.
func hangForms(s *twin.Site) []hangForm {
	known := make(map[twin.AssetID]bool, len(s.Assets))
	for _, a := range s.Assets {
		known[a.ID] = true
	}
	var out []hangForm
	for _, h := range s.Hangs {
		to := slices.DeleteFunc(slices.Clone(h.To), func(id twin.AssetID) bool { return !known[id] })
		if known[h.From] && len(to) > 0 {
			out = append(out, hangForm{h.From, to})
		}
	}
	return out
}

// plain is a copy of a number, without the sign of a negative zero.
func plain(v *float64) *float64 {
	if v == nil {
		return nil
	}
	out := unsigned(*v)
	return &out
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

const (
	guardsMax = 500
	usersMax  = 1000
	hangsMax  = 5000
)

// addGuards takes in the guards.
func (f *siteForm) addGuards(s *twin.Site) error {
	if len(f.Guards) > guardsMax {
		return wrong(siteFile, path("guards"), "%d guards, at most %d are read; join some", len(f.Guards), guardsMax)
	}
	seen := map[string]bool{}
	for i, g := range f.Guards {
		if g.ID == "" || seen[g.ID] {
			return wrong(siteFile, path("guards", i, "id"), "%.60q is empty or stands twice; give every guard a name of its own", g.ID)
		}
		seen[g.ID] = true
		out, err := g.guard(i)
		if err != nil {
			return err
		}
		switch out.Forms() {
		case 0:
			return wrong(siteFile, path("guards", i), "guard %.60q allows nothing; state the condition that must hold, as allow, limit, rate, hours, interlock, exclusive, budget or food", g.ID)
		case 1:
		default:
			return wrong(siteFile, path("guards", i), "guard %.60q has several conditions; make a guard of each", g.ID)
		}
		s.Guards = append(s.Guards, out)
	}
	return nil
}

// guard checks the i-th guard and takes it in.
func (g guardForm) guard(i int) (twin.Guard, error) {
	out := twin.Guard{
		ID: g.ID, Applies: some(g.Actions), Assets: some(g.Assets), Signal: g.Signal,
		Expr: string(g.Allow), Interlock: string(g.Interlock), Message: string(g.Message),
	}
	fail := func(key, format string, args ...any) (twin.Guard, error) {
		return out, wrong(siteFile, path("guards", i, key), "guard %.60q: "+format, append([]any{g.ID}, args...)...)
	}
	if l := g.Limit; l != nil {
		switch {
		case l.Min == nil && l.Max == nil && l.Step == nil:
			return fail("limit", "it limits nothing; give min, max or step")
		case !finite(l.Min, l.Max, l.Step):
			return fail("limit", "it is no number; write it as {min: -30, max: 28, step: 3}")
		case l.Min != nil && l.Max != nil && *l.Min > *l.Max:
			return fail("limit", "min %v is above max %v, so nothing could ever be written; exchange them", *l.Min, *l.Max)
		case l.Step != nil && *l.Step <= 0:
			return fail("limit", "a step of %v moves nothing; give one above 0", *l.Step)
		}
		out.Limit = &twin.Limit{Min: l.Min, Max: l.Max, Step: l.Step}
	}
	if r := g.Rate; r != nil {
		per, err := time.ParseDuration(r.Per)
		if err != nil || per < time.Minute || per > 24*time.Hour || per%time.Minute != 0 || r.Writes < 1 || r.Writes > 10_000 {
			return fail("rate", "it is no number of writes in a time; write it as {writes: 6, per: 1h}, per from 1m to 24h")
		}
		out.Rate = &twin.Rate{Writes: r.Writes, Per: per}
	}
	if h := g.Hours; h != nil {
		from, okFrom := minuteOf(h.From)
		to, okTo := minuteOf(h.To)
		if !okFrom || !okTo || from == to {
			return fail("hours", "from %.20q to %.20q are no hours; write them as {from: \"06:00\", to: \"22:00\"}", h.From, h.To)
		}
		for _, d := range h.Days {
			if !slices.Contains(days[:], d) {
				return fail("hours", "%.20q is no day; the days are %s", d, strings.Join(days[:], ", "))
			}
		}
		out.Hours = &twin.Hours{From: from, To: to, Days: some(h.Days)}
	}
	if x := g.Exclusive; x != nil {
		if len(x.Actions) == 0 || x.AtOnce < 1 || x.AtOnce > 10_000 {
			return fail("exclusive", "it excludes nothing; write it as {actions: [boost-capacity], at_once: 1}")
		}
		out.Exclusive = &twin.Exclusive{Classes: x.Actions, AtOnce: x.AtOnce}
	}
	if b := g.Budget; b != nil {
		if b.Energy == nil && b.Money == nil || !finite(b.Energy, b.Money) || negative(b.Energy) || negative(b.Money) {
			return fail("budget", "it bounds nothing; give kwh_a_day or money_a_day, 0 or more")
		}
		out.Budget = &twin.Budget{Energy: b.Energy, Money: b.Money}
	}
	if w := g.Food; w != nil {
		if w.Warmest == nil || !finite(w.Warmest) || math.Abs(*w.Warmest) > 100 {
			return fail("food", "it has no limit; write it as {warmest: -12}, in °C")
		}
		out.Food = &twin.Food{Warmest: *w.Warmest}
	}
	return out, nil
}

var days = [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func finite(list ...*float64) bool {
	for _, v := range list {
		if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
			return false
		}
	}
	return true
}

func negative(v *float64) bool { return v != nil && *v < 0 }

// minuteOf reads "06:30"; "24:00" is the end of the day.
func minuteOf(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == 5
}

// addPeople takes in users, how autonomy is earned, prices, and what hangs on
// what.
func (f *siteForm) addPeople(s *twin.Site) error {
	if len(f.Users) > usersMax {
		return wrong(siteFile, path("users"), "%d users, at most %d are read", len(f.Users), usersMax)
	}
	seen := map[string]bool{}
	for i, u := range f.Users {
		if strings.TrimSpace(u.Name) == "" || u.Name != strings.TrimSpace(u.Name) || u.Name == "auto" || seen[u.Name] {
			return wrong(siteFile, path("users", i, "name"), "%.60q is empty, stands twice or is no name of a person; give every user a name of his own", u.Name)
		}
		seen[u.Name] = true
		if u.Password != "" {
			if err := credential.Valid(u.Password); err != nil {
				return wrong(siteFile, path("users", i, "password"), "%v", err)
			}
		}
		u.Approve = some(u.Approve)
		s.Users = append(s.Users, twin.User(u))
	}
	s.TwoPerson = some(f.TwoPerson)
	if e := f.Earning; e != nil {
		if !(e.Threshold >= 0 && e.Threshold < 1) {
			return wrong(siteFile, path("autonomy", "threshold"), "%v is no share; give one from 0.5 to 0.99", e.Threshold)
		}
		s.Earning = &twin.Earning{Threshold: e.Threshold, Strict: e.Strict}
	}
	if p := f.Prices; p != nil {
		if !(p.Electricity >= 0 && p.Goods >= 0) || !finite(&p.Electricity, &p.Goods) {
			return wrong(siteFile, path("prices"), "a price is below 0 or no number; give electricity for a kWh and goods for a cabinet")
		}
		s.Prices = &twin.Prices{Currency: p.Currency, Electricity: p.Electricity, Goods: p.Goods}
	}
	return nil
}

// addHangs takes in what is supplied by what; the assets must be known.
func (f *siteForm) addHangs(s *twin.Site) error {
	if len(f.Hangs) > hangsMax {
		return wrong(siteFile, path("hangs"), "%d suppliers, at most %d are read", len(f.Hangs), hangsMax)
	}
	known := make(map[twin.AssetID]bool, len(s.Assets))
	for _, a := range s.Assets {
		known[a.ID] = true
	}
	on := map[twin.AssetID]bool{}
	for i, h := range f.Hangs {
		if !known[h.From] {
			return wrong(siteFile, path("hangs", i, "from"), "%.60q is no asset of this site; name one, or remove the line", h.From)
		}
		for _, to := range h.To {
			if !known[to] || to == h.From || on[to] {
				return wrong(siteFile, path("hangs", i, "to"), "%.60q is no asset of this site, or hangs on two; correct it", to)
			}
			on[to] = true
		}
		s.Hangs = append(s.Hangs, twin.Hanging{From: h.From, To: some(h.To)})
	}
	return nil
}

// At tells where in site.yaml of a site something stands: the value at keys and
// indices from the top, as "guards", 2, "allow", and in it a line and a column,
// both counted from 1. "site.yaml" alone when it cannot be told.
func At(dir string, line, column int, steps ...any) string {
	text, err := os.ReadFile(current(dir, siteFile))
	if err != nil {
		return siteFile
	}
	var n yaml.Node
	if yaml.Unmarshal(text, &n) != nil || len(n.Content) == 0 {
		return siteFile
	}
	at := n.Content[0]
	for _, step := range steps {
		next := child(at, step)
		if next == nil {
			line, column = 1, 1
			break
		}
		at = next
	}
	l, c := at.Line+line-1, at.Column+column-1
	switch {
	case at.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0: // its text begins on the next line
		l++
		c = column + indentOf(text, at.Line+1)
	case at.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		c++
	}
	return fmt.Sprintf("%s:%d:%d", siteFile, l, c)
}

// indentOf counts the blanks that a line begins with.
func indentOf(text []byte, line int) int {
	lines := strings.SplitN(string(text), "\n", line+1)
	if line < 1 || line > len(lines) {
		return 0
	}
	return len(lines[line-1]) - len(strings.TrimLeft(lines[line-1], " "))
}
