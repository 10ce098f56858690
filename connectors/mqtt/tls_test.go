package mqtt_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/twin"
)

// TestABrokerIsWhoItsCertificateSays: over TLS a broker is heard when a known
// authority signed for it, and else not.
func TestABrokerIsWhoItsCertificateSays(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	d, site := newDevice(t), cabinet()
	d.Kill(t)
	d.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	d.Start(t)
	c := to(d, site, conntest.Sinks{})
	c.Endpoint = "mqtts://" + d.Address
	h := run(t, c)
	h.await(t, "the refusal", func() bool { return strings.Contains(h.reason, "authority") && !h.up })
	c.Roots = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	h = run(t, c)
	h.await(t, "the link", func() bool { return h.up })
	c.Roots, c.Receive = []byte("no certificate"), func([]twin.Sample) error { return nil }
	if _, err := mqtt.New(c); err == nil || !strings.Contains(err.Error(), "PEM") {
		t.Errorf("a wrong file: %v", err)
	}
}
