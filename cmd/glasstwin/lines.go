package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// line is a link to one plant.
type line interface {
	Run(ctx context.Context) error
	operate.Plant
}

// lines are the links of a site: to its plant, and to the brokers beside it. A
// write goes where its signal is bound to.
type lines struct {
	links map[string]line // by the plant's name
	site  func() *twin.Site
}

// connect makes the links of a site, which wait for Run: to the plant that at
// leads into, and to each other broker that the site lists.
func (r *runningSite) connect(o *openedSite, at plantAccess, note func(string, ...any)) (*lines, error) {
	all := &lines{links: map[string]line{}, site: func() *twin.Site { return r.session.Site() }}
	var turn sync.Mutex // what several links hear is taken in one after the other
	receive := func(samples []twin.Sample) error {
		turn.Lock()
		defer turn.Unlock()
		return r.session.Receive(samples)
	}
	changed := func(ctx context.Context, up bool, reason string) error {
		return r.session.LinkChanged(ctx, at.name, up, reason)
	}
	if mqtt.IsEndpoint(at.endpoint) {
		p := twin.Plant{Name: at.name, Endpoint: at.endpoint, User: at.user}
		c, err := brokerConfig(p, at.password, o.site)
		if err != nil {
			return nil, err
		}
		c.Receive, c.Changed, c.Log = receive, changed, note
		if all.links[at.name], err = mqtt.New(c); err != nil {
			return nil, err
		}
	} else if err := r.follows(all, o, at, receive, changed, note); err != nil {
		return nil, err
	}
	for _, p := range o.site.Plants {
		if all.links[p.Name] != nil || !mqtt.IsEndpoint(p.Endpoint) {
			continue
		}
		c, err := brokerConfig(p, os.Getenv(passwordVariableOf(p.Name)), o.site)
		if err != nil {
			return nil, err
		}
		c.Receive, c.Log, c.Gone = receive, note, true
		if all.links[p.Name], err = mqtt.New(c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// follows links to a plant that can be looked through, and takes in how it changes.
func (r *runningSite) follows(all *lines, o *openedSite, at plantAccess, receive func([]twin.Sample) error,
	changed func(context.Context, bool, string) error, note func(string, ...any)) error {
	config, err := at.config(o.site)
	if err != nil {
		return err
	}
	follow, err := newFollower(o, at.name, &r.speaker, note)
	if err != nil {
		return err
	}
	config.Receive, config.Changed, config.Log, config.Remodelled = receive, changed, note, follow.take
	link, err := opcua.New(config)
	if err != nil {
		return err
	}
	follow.link, r.follow, all.links[at.name] = link, follow, link
	return nil
}

const rootsMax = 4 << 20 // bytes of PEM: all authorities of a system are a quarter of a megabyte

// brokerConfig is that of a link to a broker. Who may sign its certificate stands
// in mqtt/roots.pem of the user's configuration, else this machine says.
func brokerConfig(p twin.Plant, password string, site *twin.Site) (mqtt.Config, error) {
	c := mqtt.Config{Plant: p.Name, Endpoint: p.Endpoint, User: p.User, Password: password, Signals: site.Signals, Bindings: site.Bindings}
	config, err := configFolder()
	if err != nil {
		return c, err
	}
	roots := filepath.Join(config, "mqtt", "roots.pem")
	info, err := os.Stat(roots)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err == nil && info.Size() > rootsMax:
		err = fmt.Errorf("%d bytes are too many, at most %d are read", info.Size(), rootsMax)
	case err == nil:
		c.Roots, err = os.ReadFile(roots)
	}
	if err == nil && !x509.NewCertPool().AppendCertsFromPEM(c.Roots) {
		err = errors.New("it holds no PEM certificate: correct or remove it")
	}
	if err != nil {
		return c, fmt.Errorf("read who may sign a broker's certificate: %s: %w", roots, err)
	}
	return c, nil
}

// passwordVariableOf holds the password for a broker beside the plant.
func passwordVariableOf(name string) string {
	return passwordVariable + "_" + strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
}

// of is the link to the plant that a signal is bound to.
func (l *lines) of(id twin.SignalID) (line, error) {
	for _, b := range l.site().Bindings {
		if b.Signal != id {
			continue
		}
		if link := l.links[b.Plant]; link != nil {
			return link, nil
		}
		return nil, fmt.Errorf("%s is bound to plant %q, to which there is no link", id, b.Plant)
	}
	return nil, fmt.Errorf("%s: %w", id, deeds.ErrNotBound)
}

// Write carries out a warrant at the plant that its signals are bound to.
func (l *lines) Write(ctx context.Context, w operate.Warrant) error {
	var to line
	for _, x := range w.Writes() {
		link, err := l.of(x.Signal)
		if err == nil && to != nil && link != to {
			err = errors.New("its writes go to two plants, where one cannot be taken back when the other fails: make two remedies of it")
		}
		if err != nil {
			return fmt.Errorf("write for proposal %s: %w", w.Proposal(), err)
		}
		to = link
	}
	if to == nil {
		return operate.ErrNoWarrant
	}
	return to.Write(ctx, w)
}

// Read asks each plant for its signals. The samples stand in the order of these.
func (l *lines) Read(ctx context.Context, ids []twin.SignalID) ([]twin.Sample, error) {
	parts := map[line][]twin.SignalID{}
	for _, id := range ids {
		link, err := l.of(id)
		if err != nil {
			return nil, err
		}
		parts[link] = append(parts[link], id)
	}
	told := map[twin.SignalID]twin.Sample{}
	for link, part := range parts {
		samples, err := link.Read(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, x := range samples {
			told[x.Signal] = x
		}
	}
	out := make([]twin.Sample, len(ids))
	for i, id := range ids {
		out[i] = told[id]
	}
	return out, nil
}
