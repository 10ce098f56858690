package opcua

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gopcua/opcua/ua"
)

// Standing is what a person has said of a plant's certificate.
type Standing string

const (
	Pending  Standing = "pending" // seen, and nobody has said anything yet
	Trusted  Standing = "trusted"
	Rejected Standing = "rejected"
)

// Peer is a certificate that a plant has shown.
type Peer struct {
	Fingerprint    string // SHA-256 of the certificate, hex
	Name           string // subject
	ApplicationURI string
	From, To       time.Time // of its validity
	Standing       Standing
}

const (
	pendingMax     = 64      // anybody can show certificates
	certificateMax = 1 << 16 // bytes
	fingerprintMin = 8       // characters that must be given of one
)

// ErrUntrusted is returned for a plant whose certificate nobody has accepted.
var ErrUntrusted = errors.New("the plant's certificate is not trusted")

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// Peers lists the certificates in the trust lists of a folder.
func Peers(dir string) ([]Peer, error) {
	var out []Peer
	for _, standing := range []Standing{Pending, Trusted, Rejected} {
		files, err := os.ReadDir(filepath.Join(dir, string(standing)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list certificates: %w", err)
		}
		for _, f := range files {
			path := filepath.Join(dir, string(standing), f.Name())
			if filepath.Ext(path) != ".der" {
				continue
			}
			if info, err := f.Info(); err != nil || info.Size() > certificateMax {
				continue
			}
			der, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("read a certificate: %w", err)
			}
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				continue
			}
			out = append(out, Peer{fingerprint(der), cert.Subject.String(), uriOf(cert), cert.NotBefore, cert.NotAfter, standing})
		}
	}
	return out, nil
}

// Accept trusts the plant of that fingerprint, of which the beginning is enough.
func Accept(dir, beginning string) (Peer, error) { return move(dir, beginning, Trusted) }

// Reject refuses the plant of that fingerprint from now on.
func Reject(dir, beginning string) (Peer, error) { return move(dir, beginning, Rejected) }

func move(dir, beginning string, to Standing) (Peer, error) {
	beginning = strings.ToLower(strings.ReplaceAll(beginning, ":", ""))
	if len(beginning) < fingerprintMin {
		return Peer{}, fmt.Errorf("fingerprint %q: give at least %d characters", beginning, fingerprintMin)
	}
	peers, err := Peers(dir)
	if err != nil {
		return Peer{}, err
	}
	peers = slices.DeleteFunc(peers, func(p Peer) bool { return !strings.HasPrefix(p.Fingerprint, beginning) })
	switch len(peers) {
	case 0:
		return Peer{}, fmt.Errorf("no plant has shown a certificate of fingerprint %s: connect to it first", beginning)
	case 1:
	default:
		return Peer{}, fmt.Errorf("fingerprint %s stands for %d certificates: give more of it", beginning, len(peers))
	}
	p := peers[0]
	if p.Standing == to {
		return p, nil
	}
	from := filepath.Join(dir, string(p.Standing), p.Fingerprint+".der")
	if err := os.MkdirAll(filepath.Join(dir, string(to)), 0o700); err != nil {
		return p, fmt.Errorf("make the folder of %s certificates: %w", to, err)
	}
	if err := os.Rename(from, filepath.Join(dir, string(to), p.Fingerprint+".der")); err != nil {
		return p, fmt.Errorf("move the certificate: %w", err)
	}
	p.Standing = to
	return p, nil
}

// vet tells whether to talk to the plant behind an endpoint.
func (c Config) vet(e *ua.EndpointDescription) error {
	certs, err := x509.ParseCertificates(e.ServerCertificate)
	if err != nil || len(certs) == 0 || len(e.ServerCertificate) > certificateMax {
		return fmt.Errorf("%w: it cannot be read: have the plant make a new one", ErrUntrusted)
	}
	leaf, print := certs[0], fingerprint(certs[0].Raw)
	has := func(s Standing) bool {
		der, err := os.ReadFile(filepath.Join(c.SecurityDir, string(s), print+".der"))
		return err == nil && bytes.Equal(der, leaf.Raw)
	}
	switch {
	case has(Rejected):
		return fmt.Errorf("%w: %s (%s) was rejected before; to take that back: glasstwin plant trust %s", ErrUntrusted, leaf.Subject, c.Endpoint, print[:16])
	case len(c.Pinned) > 0 && bytes.Equal(c.Pinned, leaf.Raw), has(Trusted):
	case len(c.Pinned) > 0:
		return fmt.Errorf("%w: %s shows %s instead of the certificate of the plant that was started: another program answers there, or the plant was given a new certificate; %s", ErrUntrusted, c.Endpoint, print[:16], c.hold(leaf.Raw, print))
	default:
		return fmt.Errorf("%w: %s calls itself %s and has been asked for nothing yet; %s", ErrUntrusted, c.Endpoint, leaf.Subject, c.hold(leaf.Raw, print))
	}
	now := c.Now()
	switch said := e.Server; {
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("%w: it is valid from %s only: set the clock of this machine or of the plant", ErrUntrusted, leaf.NotBefore.Format(time.RFC3339))
	case now.After(leaf.NotAfter):
		return fmt.Errorf("%w: it ended at %s: give the plant a new one", ErrUntrusted, leaf.NotAfter.Format(time.RFC3339))
	case said != nil && said.ApplicationURI != uriOf(leaf):
		return fmt.Errorf("%w: the plant calls itself %q and its certificate %q: have the plant make a new one", ErrUntrusted, said.ApplicationURI, uriOf(leaf))
	}
	if host := hostOf(c.Endpoint); leaf.VerifyHostname(host) != nil {
		c.Log("the certificate of %s does not name %s; it is trusted by itself, so this is told only", c.Endpoint, host)
	}
	return nil
}

// hold keeps a certificate until a person says something, and tells how to.
func (c Config) hold(der []byte, print string) string {
	dir := filepath.Join(c.SecurityDir, string(Pending))
	accept := fmt.Sprintf("compare the fingerprint at the plant and accept it with: glasstwin plant trust %s", print[:16])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Sprintf("it cannot be kept either: %v", err)
	}
	file := filepath.Join(dir, print+".der")
	if _, err := os.Stat(file); err == nil {
		return accept
	}
	if files, err := os.ReadDir(dir); err == nil && len(files) >= pendingMax {
		return fmt.Sprintf("%d certificates wait already: accept or reject some first (%s)", len(files), dir)
	}
	if err := writeWhole(file, der); err != nil {
		return fmt.Sprintf("it cannot be kept either: %v", err)
	}
	return accept
}

func uriOf(cert *x509.Certificate) string {
	if len(cert.URIs) == 0 {
		return ""
	}
	return cert.URIs[0].String()
}

func hostOf(endpoint string) string {
	rest := strings.TrimPrefix(endpoint, "opc.tcp://")
	rest, _, _ = strings.Cut(rest, "/")
	if host, _, err := net.SplitHostPort(rest); err == nil {
		return host
	}
	return rest
}
