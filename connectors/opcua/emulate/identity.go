package emulate

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

// User is the one account of an emulated plant.
const User = "glasstwin"

const applicationURI = "urn:glasstwin:emulated-plant"

const (
	keyBits        = 2048
	certYears      = 10
	passwordRandom = 18 // bytes
	passwordMax    = 4096
)

// identity is what the server proves itself by, and the password it asks for.
type identity struct {
	certFile, keyFile, uri string
	password               [sha256.Size]byte
}

// loadIdentity reads own/cert.der, own/key.pem and password from dir, and makes
// what is missing. It is the same folder that the emulated store uses, so that
// the other commands find the way into both.
func loadIdentity(dir string) (identity, error) {
	own := filepath.Join(dir, "own")
	if err := os.MkdirAll(own, 0o700); err != nil {
		return identity{}, fmt.Errorf("make the configuration folder: %w", err)
	}
	derFile := filepath.Join(own, "cert.der")
	id := identity{certFile: filepath.Join(own, "cert.pem"), keyFile: filepath.Join(own, "key.pem")}
	der, err := os.ReadFile(derFile)
	if errors.Is(err, fs.ErrNotExist) {
		if der, err = makeCertificate(id.keyFile); err == nil {
			err = write(derFile, der)
		}
	}
	if err != nil {
		return id, fmt.Errorf("the plant's certificate: %w (delete %s to have a new pair made)", err, own)
	}
	leaf, err := x509.ParseCertificate(der)
	if err == nil && len(leaf.URIs) == 0 {
		err = errors.New("it names no application")
	}
	if err != nil {
		return id, fmt.Errorf("the plant's certificate: %w (delete %s to have a new pair made)", err, own)
	}
	id.uri = leaf.URIs[0].String()
	if err := write(id.certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return id, fmt.Errorf("write the certificate: %w", err)
	}
	if _, err := tls.LoadX509KeyPair(id.certFile, id.keyFile); err != nil {
		return id, fmt.Errorf("the plant's key: %w (delete %s to have a new pair made)", err, own)
	}
	id.password, err = loadPassword(filepath.Join(dir, "password"))
	return id, err
}

func makeCertificate(keyFile string) ([]byte, error) {
	var key *rsa.PrivateKey
	for {
		var err error
		if key, err = rsa.GenerateKey(rand.Reader, keyBits); err != nil {
			return nil, err
		}
		// The library takes the length of the private exponent for that of a block.
		if len(key.D.Bytes()) == key.Size() {
			break
		}
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, err
	}
	uri, err := url.Parse(applicationURI)
	if err != nil {
		return nil, err
	}
	from := time.Now().Add(-time.Hour) // clocks differ a little
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "GlassTwin emulated plant"}, NotBefore: from, NotAfter: from.AddDate(certYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
		URIs: []*url.URL{uri}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return der, write(keyFile, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func loadPassword(file string) (sum [sha256.Size]byte, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		raw := make([]byte, passwordRandom)
		if _, err := rand.Read(raw); err != nil {
			return sum, fmt.Errorf("draw a password: %w", err)
		}
		text = []byte(base64.RawURLEncoding.EncodeToString(raw) + "\n")
		err = write(file, text)
	}
	password := strings.TrimSpace(string(text))
	if err == nil && (password == "" || len(password) > passwordMax) {
		err = fmt.Errorf("%s holds no password: delete it to have one drawn", file)
	}
	if err != nil {
		return sum, fmt.Errorf("password file: %w", err)
	}
	return sha256.Sum256([]byte(password)), nil
}

// admits checks a name and a password in constant time.
func (id identity) admits(user, password string) bool {
	sum := sha256.Sum256([]byte(password))
	return subtle.ConstantTimeCompare(sum[:], id.password[:]) == 1 && user == User
}

// write writes a file that is there wholly or not at all, readable by its owner.
func write(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
