package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// passwordVariable holds the plant's password where no file does.
const passwordVariable = "GLASSTWIN_PLANT_PASSWORD"

// plantName is what a site calls the plant that it was generated from.
const plantName = "plant"

// plantFlags say how to come into a plant.
type plantFlags struct {
	User         string `help:"User name at the plant; the site's when not given."`
	Address      string `placeholder:"opc.tcp://HOST:PORT" help:"Where the plant is, when it has moved."`
	PasswordFile string `type:"path" placeholder:"FILE" help:"File that holds the password; else the environment's GLASSTWIN_PLANT_PASSWORD."`
}

// plantAccess is all that is needed to come into a plant.
type plantAccess struct {
	name, endpoint, user, password string
	security                       string // folder of our certificate and of the trust lists
	pinned                         string // file of the one certificate to trust; "": the trust lists decide
}

// config of a link to the plant of a site.
func (a plantAccess) config(site *twin.Site) (opcua.Config, error) {
	c := opcua.Config{
		Plant: a.name, Endpoint: a.endpoint, User: a.user, Password: a.password,
		SecurityDir: a.security, Signals: site.Signals, Bindings: site.Bindings,
	}
	if a.pinned == "" {
		return c, nil
	}
	var err error
	if c.Pinned, err = os.ReadFile(a.pinned); err != nil {
		return c, fmt.Errorf("read the certificate of the emulated plant: %w", err)
	}
	return c, nil
}

func (a plantAccess) browse(ctx context.Context) ([]twin.PlantNode, error) {
	c, err := a.config(&twin.Site{})
	if err != nil {
		return nil, err
	}
	return opcua.Browse(ctx, c)
}

// access to the plant of a site.
func (f *plantFlags) access(site *twin.Site) (plantAccess, error) {
	p, err := plantOf(site)
	if err != nil {
		return plantAccess{}, err
	}
	if f.Address != "" {
		p.Endpoint = f.Address
	}
	return f.accessAt(p)
}

func (f *plantFlags) accessAt(p twin.Plant) (plantAccess, error) {
	config, err := configFolder()
	if err != nil {
		return plantAccess{}, err
	}
	a := plantAccess{name: p.Name, endpoint: p.Endpoint, user: p.User, security: filepath.Join(config, "opcua")}
	if f.User != "" {
		a.user = f.User
	}
	switch {
	case f.PasswordFile != "":
		a.password, err = passwordIn(f.PasswordFile)
		return a, err
	case os.Getenv(passwordVariable) != "":
		a.password = os.Getenv(passwordVariable)
		return a, nil
	case mqtt.IsEndpoint(p.Endpoint):
		return a, nil // many brokers in a house ask for none
	}
	own := emulatedAccess(filepath.Join(config, "plant"), p.Endpoint)
	if own.password == "" || !onThisMachine(p.Endpoint) || a.user != "" && a.user != own.user {
		return a, usageError{fmt.Errorf("no password for %s: give --password-file, or set %s", p.Endpoint, passwordVariable)}
	}
	own.name = p.Name
	return own, nil
}

// emulatedAccess is that to the emulated plant of this user: its password and
// certificate lie in its folder, which nobody else can read.
func emulatedAccess(folder, endpoint string) plantAccess {
	password, _ := passwordIn(filepath.Join(folder, "password")) // "" is refused at login
	return plantAccess{
		name: plantName, endpoint: endpoint, user: "glasstwin", password: password,
		security: filepath.Join(filepath.Dir(folder), "opcua"), pinned: filepath.Join(folder, "own", "cert.der"),
	}
}

const passwordMax = 4096 // bytes of a password file

func passwordIn(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > passwordMax {
		err = fmt.Errorf("%d bytes are no password", info.Size())
	}
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func onThisMachine(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// browsePlant looks through the address space of a plant.
func (f *plantFlags) browsePlant(ctx context.Context, endpoint string) (*generate.Plant, error) {
	a, err := f.accessAt(twin.Plant{Name: plantName, Endpoint: endpoint, User: f.User})
	if err != nil {
		return nil, err
	}
	nodes, err := a.browse(ctx)
	if err != nil {
		return nil, err
	}
	return &generate.Plant{Name: a.name, Endpoint: a.endpoint, User: a.user, Nodes: nodes}, nil
}

// plantCommand is about plants and who is trusted to be one.
type plantCommand struct {
	Serve   plantServe   `cmd:"" default:"withargs" help:"Serve an FMU as a plant over OPC UA (what happens with --fmu alone)."`
	FMUInfo fmuInfo      `cmd:"" name:"fmu-info" help:"List the variables of an FMU."`
	Browse  plantBrowse  `cmd:"" help:"List the variables of a plant, or what a broker passes on."`
	Explain plantExplain `cmd:"" help:"List what a site and its plant do not agree on, with what comes nearest."`
	List    plantList    `cmd:"" help:"List certificates: trusted, rejected, and those that wait for a word."`
	Trust   plantTrust   `cmd:"" help:"Trust a certificate that waits."`
	Reject  plantReject  `cmd:"" help:"Reject a certificate."`
}

type plantBrowse struct {
	Endpoint string        `arg:"" help:"opc.tcp://host:port, or a broker: mqtt://host:port"`
	Listen   time.Duration `default:"10s" help:"How long a broker is listened to: it tells nothing by itself."`

	plantFlags
}

// Run is called by kong.
func (p *plantBrowse) Run(ctx context.Context, out *output) error {
	if mqtt.IsEndpoint(p.Endpoint) {
		return p.listen(ctx, out)
	}
	found, err := p.browsePlant(ctx, p.Endpoint)
	if err != nil {
		return err
	}
	for _, n := range found.Nodes {
		access := "r "
		if n.Writable {
			access = "rw"
		}
		out.printf("%s %-8s %-48s %-8s %s\n", access, n.Data, strings.Join(n.Path, "/"), n.Unit, n.Address)
	}
	return nil
}

// listen lists what a broker passes on.
func (p *plantBrowse) listen(ctx context.Context, out *output) error {
	at, err := p.accessAt(twin.Plant{Name: plantName, Endpoint: p.Endpoint, User: p.User})
	if err != nil {
		return err
	}
	c, err := brokerConfig(twin.Plant{Endpoint: at.endpoint, User: at.user}, at.password, &twin.Site{})
	if err != nil {
		return err
	}
	found, err := mqtt.Listen(ctx, c, p.Listen)
	if err != nil {
		return err
	}
	for _, f := range found {
		out.printf("%-9s %-56s %s\n", f.Kind, f.Address, f.Value)
	}
	if len(found) == 0 {
		out.printf("nothing was told within %s: give --listen a longer time\n", p.Listen)
	}
	return nil
}

type plantExplain struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`

	plantFlags
}

// Run is called by kong.
func (p *plantExplain) Run(ctx context.Context, out *output) error {
	site, err := sitefolder.Read(p.Site)
	if err != nil {
		return err
	}
	at, err := p.access(site)
	if err != nil {
		return err
	}
	nodes, err := at.browse(ctx)
	if err != nil {
		return err
	}
	cat, err := generate.Catalogue(classesOf(p.Site)...)
	if err != nil {
		return err
	}
	lacks := generate.Unexplained(site, nodes, at.name, cat)
	for _, s := range lacks {
		out.printf("%-6s  %s\n", s.Lack, s.Text)
	}
	if len(lacks) == 0 {
		out.printf("every signal is bound, and every device is explained\n")
	}
	return nil
}

func securityFolder() (string, error) {
	config, err := configFolder()
	return filepath.Join(config, "opcua"), err
}

type plantList struct{}

// Run is called by kong.
func (plantList) Run(out *output) error {
	dir, err := securityFolder()
	if err != nil {
		return err
	}
	peers, err := opcua.Peers(dir)
	if err != nil {
		return err
	}
	for _, p := range peers {
		out.printf("%-8s  %s  %s, valid until %s\n", p.Standing, p.Fingerprint, p.Name, p.To.Format("2006-01-02"))
	}
	if len(peers) == 0 {
		out.printf("no certificate of any plant is known yet\n")
	}
	return nil
}

type plantTrust struct {
	Fingerprint string `arg:"" help:"As glasstwin plant list shows it; its first eight digits are enough."`
}

// Run is called by kong.
func (p *plantTrust) Run(out *output) error {
	dir, err := securityFolder()
	if err != nil {
		return err
	}
	peer, err := opcua.Accept(dir, p.Fingerprint)
	if err != nil {
		return err
	}
	out.printf("trusted: %s, %s\n", peer.Name, peer.Fingerprint)
	return nil
}

type plantReject struct {
	Fingerprint string `arg:"" help:"As glasstwin plant list shows it; its first eight digits are enough."`
}

// Run is called by kong.
func (p *plantReject) Run(out *output) error {
	dir, err := securityFolder()
	if err != nil {
		return err
	}
	peer, err := opcua.Reject(dir, p.Fingerprint)
	if err != nil {
		return err
	}
	out.printf("rejected: %s, %s\n", peer.Name, peer.Fingerprint)
	return nil
}
