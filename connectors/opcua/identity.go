package opcua

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// applicationURI names the twin to plants; it stands in its certificate.
const applicationURI = "urn:glasstwin:twin"

const (
	ownKeyBits   = 2048 // what every plant handles
	ownCertYears = 10
)

// identity is what the twin proves itself by.
type identity struct {
	cert []byte // DER
	key  *rsa.PrivateKey
	uri  string
}

// ownIdentity reads the twin's certificate and key from own/ in dir, and makes
// both when neither is there.
func ownIdentity(dir string) (identity, error) {
	own := filepath.Join(dir, "own")
	if err := os.MkdirAll(own, 0o700); err != nil {
		return identity{}, fmt.Errorf("make the folder of certificates: %w", err)
	}
	certFile, keyFile := filepath.Join(own, "cert.der"), filepath.Join(own, "key.pem")
	cert, certErr := os.ReadFile(certFile)
	key, keyErr := os.ReadFile(keyFile)
	if errors.Is(certErr, fs.ErrNotExist) && (keyErr == nil || errors.Is(keyErr, fs.ErrNotExist)) {
		// A key alone is what a start leaves that was cut short.
		var err error
		if cert, key, err = makeIdentity(); err != nil {
			return identity{}, err
		}
		if err := writeWhole(keyFile, key); err != nil {
			return identity{}, fmt.Errorf("write the private key: %w", err)
		}
		if err := writeWhole(certFile, cert); err != nil {
			return identity{}, fmt.Errorf("write the certificate: %w", err)
		}
	} else if err := errors.Join(certErr, keyErr); err != nil {
		return identity{}, fmt.Errorf("read the certificate and its key: %w (delete %s to have a new pair made; plants must then accept it anew)", err, own)
	}
	pair, err := tls.X509KeyPair(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), key)
	if err != nil {
		return identity{}, fmt.Errorf("%s and %s do not belong together: %w (delete %s to have a new pair made; plants must then accept it anew)", certFile, keyFile, err, own)
	}
	private, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return identity{}, fmt.Errorf("%s is no RSA key, which OPC UA asks for (delete %s to have a new pair made)", keyFile, own)
	}
	id := identity{cert: cert, key: private, uri: applicationURI}
	if leaf, err := x509.ParseCertificate(cert); err == nil && len(leaf.URIs) > 0 {
		id.uri = leaf.URIs[0].String()
	}
	return id, nil
}

func makeIdentity() (certDER, keyPEM []byte, err error) {
	key, err := rsa.GenerateKey(rand.Reader, ownKeyBits)
	if err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, nil, fmt.Errorf("make a serial number: %w", err)
	}
	uri, err := url.Parse(applicationURI)
	if err != nil {
		return nil, nil, fmt.Errorf("name the application: %w", err)
	}
	names := []string{"localhost"}
	if host, err := os.Hostname(); err == nil && host != "localhost" {
		names = append(names, host)
	}
	from := time.Now().Add(-time.Hour) // clocks differ a little
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "GlassTwin", Organization: []string{"GlassTwin"}},
		NotBefore: from, NotAfter: from.AddDate(ownCertYears, 0, 0),
		// OPC 10000-6, 6.2.2: the uses that an application instance certificate must allow.
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		URIs:                  []*url.URL{uri}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	certDER, err = x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, fmt.Errorf("make a certificate: %w", err)
	}
	return certDER, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
}

// writeWhole writes a file, readable by its owner only, that is there wholly or
// not at all.
func writeWhole(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
