package server

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// User is the one account of the plant.
const User = "glasstwin"

// ApplicationURI names the server application in its certificate.
const ApplicationURI = "urn:glasstwin:corner-market:server"

const (
	secretMode  = 0o600
	keyBits     = 2048 // the most that every client of Basic256Sha256 handles quickly
	certYears   = 10
	passwordLen = 18 // bytes, 24 characters
)

// identity is what the server proves itself by, and the password it asks for.
type identity struct {
	certFile, keyFile string
	passwordSum       [sha256.Size]byte
}

// loadIdentity reads certificate, key and password from dir and makes what is
// missing, readable by the owner only.
func loadIdentity(dir string) (identity, error) {
	own := filepath.Join(dir, "own")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return identity{}, fmt.Errorf("make the configuration folder: %w", err)
	}
	certDER, keyFile := filepath.Join(own, "cert.der"), filepath.Join(own, "key.pem")
	id := identity{certFile: filepath.Join(own, "cert.pem"), keyFile: keyFile}
	der, certErr := os.ReadFile(certDER)
	_, keyErr := os.Stat(keyFile)
	switch {
	case errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist):
		if err := makePair(own); err != nil {
			return id, err
		}
		if der, certErr = os.ReadFile(certDER); certErr != nil {
			return id, fmt.Errorf("read the certificate: %w", certErr)
		}
	case certErr != nil:
		return id, fmt.Errorf("read the certificate: %w (delete %s to have a new pair made)", certErr, own)
	case keyErr != nil:
		return id, fmt.Errorf("read the private key: %w (delete %s to have a new pair made)", keyErr, own)
	}
	pemBytes := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return id, fmt.Errorf("read the private key: %w", err)
	}
	pair, err := tls.X509KeyPair(pemBytes, key)
	if err != nil {
		return id, fmt.Errorf("%s and %s do not belong together: %w (delete both to have a new pair made)", certDER, keyFile, err)
	}
	if private, ok := pair.PrivateKey.(*rsa.PrivateKey); !ok || !letsIn(private) {
		return id, fmt.Errorf("%s is a key with which nobody could log in (delete %s to have a new pair made)", keyFile, own)
	}
	if err := writeWhole(id.certFile, pemBytes, secretMode); err != nil { // the library reads PEM
		return id, fmt.Errorf("write the certificate: %w", err)
	}
	id.passwordSum, err = loadPassword(filepath.Join(dir, "password"))
	return id, err
}

// makePair makes a key and its certificate in a folder, both or none: of several
// plants that start at once in one configuration folder the first one's are taken.
func makePair(own string) error {
	made, err := os.MkdirTemp(filepath.Dir(own), ".own-*")
	if err != nil {
		return fmt.Errorf("make a folder for the key: %w", err)
	}
	defer func() { _ = os.RemoveAll(made) }()
	der, err := makeCertificate(filepath.Join(made, "key.pem"))
	if err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(made, "cert.der"), der, secretMode); err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	if err := os.Rename(made, own); err != nil {
		if _, there := os.Stat(filepath.Join(own, "cert.der")); there != nil {
			return fmt.Errorf("put the key into its folder: %w", err)
		}
	}
	return nil
}

func makeCertificate(keyFile string) ([]byte, error) {
	key, err := makeKey()
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	uri, err := url.Parse(ApplicationURI)
	if err != nil {
		return nil, fmt.Errorf("name the application: %w", err)
	}
	now := time.Now().Add(-time.Hour) // clocks differ a little
	names := []string{"localhost"}
	if host, err := os.Hostname(); err == nil {
		names = append(names, host)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Corner Market plant", Organization: []string{"GlassTwin"}},
		NotBefore: now, NotAfter: now.AddDate(certYears, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		URIs:                  []*url.URL{uri}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	if err := writeWhole(keyFile, pem.EncodeToMemory(block), secretMode); err != nil {
		return nil, fmt.Errorf("write the private key: %w", err)
	}
	return der, nil
}

// letsIn tells whether the library can decrypt passwords with the key: it takes
// the length of the private exponent for the length of a block, and the exponent
// of one key in some twenty is a byte shorter.
func letsIn(key *rsa.PrivateKey) bool { return len(key.D.Bytes()) == key.Size() }

func makeKey() (*rsa.PrivateKey, error) {
	for {
		key, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil || letsIn(key) {
			return key, err
		}
	}
}

func loadPassword(file string) (sum [sha256.Size]byte, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		raw := make([]byte, passwordLen)
		if _, err := rand.Read(raw); err != nil {
			return sum, fmt.Errorf("draw a password: %w", err)
		}
		drawn := []byte(base64.RawURLEncoding.EncodeToString(raw) + "\n")
		if err := writeFirst(file, drawn, secretMode); err != nil {
			return sum, fmt.Errorf("password file: %w", err)
		}
		text, err = os.ReadFile(file) // another plant that starts may have been the first
	}
	if err != nil {
		return sum, fmt.Errorf("password file: %w", err)
	}
	password := strings.TrimSpace(string(text))
	if password == "" {
		return sum, fmt.Errorf("password file %s is empty: delete it to have a password drawn", file)
	}
	return sha256.Sum256([]byte(password)), nil
}

// admits checks a name and password in constant time.
func (id identity) admits(user, password string) bool {
	sum := sha256.Sum256([]byte(password))
	return subtle.ConstantTimeCompare(sum[:], id.passwordSum[:]) == 1 && user == User
}

// writeFirst writes a file that is there wholly or not at all, and leaves one alone
// that is there already.
func writeFirst(path string, data []byte, mode fs.FileMode) error {
	made := path + ".drawn-" + rand.Text()
	if err := writeWhole(made, data, mode); err != nil {
		return err
	}
	defer func() { _ = os.Remove(made) }()
	if err := os.Link(made, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// writeWhole writes a file that is there wholly or not at all, also after a
// power cut.
func writeWhole(path string, data []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	if dir, openErr := os.Open(filepath.Dir(path)); openErr == nil { // some systems cannot sync a folder
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}
