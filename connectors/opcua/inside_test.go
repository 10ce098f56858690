package opcua

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

func TestValuesBecomeSamples(t *testing.T) {
	analog, truth, choice, people := twin.Signal{ID: "a", Kind: twin.Analog}, twin.Signal{ID: "b", Kind: twin.Boolean},
		twin.Signal{ID: "c", Kind: twin.Enum}, twin.Signal{ID: "p", Kind: twin.Positions}
	for _, row := range []struct {
		name    string
		signal  twin.Signal
		value   any
		status  ua.StatusCode
		want    float64
		quality twin.Quality
		odd     bool
	}{
		{"a Double", analog, 4.5, ua.StatusOK, 4.5, twin.Good, false},
		{"a Float", analog, float32(0.5), ua.StatusOK, 0.5, twin.Good, false},
		{"an Int16", analog, int16(-3), ua.StatusOK, -3, twin.Good, false},
		{"a UInt64", analog, uint64(7), ua.StatusOK, 7, twin.Good, false},
		{"uncertain", analog, 4.5, ua.StatusUncertain, 4.5, twin.Uncertain, false},
		{"bad", analog, 4.5, ua.StatusBadSensorFailure, 4.5, twin.Bad, false},
		{"no number", analog, math.NaN(), ua.StatusOK, math.NaN(), twin.Bad, false},
		{"infinite", analog, math.Inf(1), ua.StatusOK, math.NaN(), twin.Bad, false},
		{"nothing", analog, nil, ua.StatusOK, math.NaN(), twin.Bad, false},
		{"a text", analog, "4.5", ua.StatusOK, math.NaN(), twin.Bad, true},
		{"a Boolean for a number", analog, true, ua.StatusOK, math.NaN(), twin.Bad, true},
		{"a list for a number", analog, []float64{1}, ua.StatusOK, math.NaN(), twin.Bad, true},
		{"true", truth, true, ua.StatusOK, 1, twin.Good, false},
		{"a number for a Boolean", truth, 1.0, ua.StatusOK, math.NaN(), twin.Bad, true},
		{"a choice", choice, int32(2), ua.StatusOK, 2, twin.Good, false},
		{"half a choice", choice, 2.5, ua.StatusOK, math.NaN(), twin.Bad, true},
		{"two people", people, []float32{1, 2, 3, 4}, ua.StatusOK, 2, twin.Good, false},
		{"nobody", people, []float32{}, ua.StatusOK, 0, twin.Good, false},
		{"half a person", people, []float32{1, 2, 3}, ua.StatusOK, math.NaN(), twin.Bad, true},
		{"a lost person", people, []float64{1, math.NaN()}, ua.StatusOK, math.NaN(), twin.Bad, false},
		{"a crowd", people, make([]float64, positionsMax+2), ua.StatusOK, math.NaN(), twin.Bad, true},
	} {
		v := &ua.DataValue{Status: row.status}
		if row.value != nil {
			v.Value = ua.MustVariant(row.value)
		}
		x, odd := sampleOf(row.signal, v)
		if x.Quality != row.quality || x.Value != row.want && !(math.IsNaN(x.Value) && math.IsNaN(row.want)) || (odd != "") != row.odd {
			t.Errorf("%s: %+v (%q), want %g %s", row.name, x, odd, row.want, row.quality)
		}
	}
}

func TestNumbersBecomeTheNodesType(t *testing.T) {
	for _, row := range []struct {
		value float64
		kind  ua.TypeID
		want  any // nil: refused
	}{
		{1, ua.TypeIDBoolean, true}, {0, ua.TypeIDBoolean, false}, {2, ua.TypeIDBoolean, nil}, {0.5, ua.TypeIDBoolean, nil},
		{-128, ua.TypeIDSByte, int8(-128)}, {-129, ua.TypeIDSByte, nil}, {255, ua.TypeIDByte, uint8(255)}, {256, ua.TypeIDByte, nil},
		{-3, ua.TypeIDInt16, int16(-3)}, {65535, ua.TypeIDUint16, uint16(65535)}, {1e9, ua.TypeIDInt32, int32(1e9)}, {3e9, ua.TypeIDInt32, nil},
		{3e9, ua.TypeIDUint32, uint32(3e9)}, {-1, ua.TypeIDUint64, nil}, {1 << 60, ua.TypeIDInt64, nil}, {7, ua.TypeIDInt64, int64(7)},
		{0.1, ua.TypeIDFloat, float32(0.1)}, {0.1, ua.TypeIDDouble, 0.1}, {1, ua.TypeIDString, nil}, {1, ua.TypeIDNull, nil},
	} {
		got, err := variantOf(row.value, row.kind)
		switch {
		case row.want == nil && err == nil:
			t.Errorf("%g as %s gave %v", row.value, row.kind, got.Value())
		case row.want != nil && (err != nil || got.Value() != row.want):
			t.Errorf("%g as %s gave %v (%v)", row.value, row.kind, got, err)
		}
	}
}

func TestAddressesSurviveANewIndex(t *testing.T) {
	before := []string{"http://opcfoundation.org/UA/", "urn:a", "urn:b;100%"}
	after := []string{"http://opcfoundation.org/UA/", "urn:b;100%", "urn:c", "urn:a"}
	for text, moved := range map[string]string{"ns=1;s=a;b=c": "ns=3;s=a;b=c", "ns=2;i=7": "ns=1;i=7", "i=85": "i=85"} {
		id, err := ua.ParseNodeID(text)
		if err != nil {
			t.Fatal(err)
		}
		address := addressOf(id, before)
		got, err := nodeOf(address, after)
		if err != nil || got.String() != moved {
			t.Errorf("%s became %s and then %v (%v), want %s", text, address, got, err, moved)
		}
	}
	for _, bad := range []string{"", "nsu=urn:a", "nsu=urn:unknown;s=x", "freezer-2", "nsu=urn:a;q=1", strings.Repeat("x", addressMax+1)} {
		if id, err := nodeOf(bad, before); err == nil {
			t.Errorf("%.40q is node %v", bad, id)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("nsu=urn:a;s=x", "urn:a")
	f.Add("ns=1;i=7", "urn:%3B;")
	f.Fuzz(func(t *testing.T, address, uri string) {
		spaces := []string{"", uri}
		id, err := nodeOf(address, spaces)
		if err != nil {
			return
		}
		again, err := nodeOf(addressOf(id, spaces), spaces)
		if err != nil || again.String() != id.String() {
			t.Errorf("%q is %s, and that is %v (%v)", address, id, again, err)
		}
	})
}

func TestTheStrongestSafeEndpointIsChosen(t *testing.T) {
	user := []*ua.UserTokenPolicy{{TokenType: ua.UserTokenTypeUserName}}
	offer := func(policy string, mode ua.MessageSecurityMode, tokens []*ua.UserTokenPolicy) *ua.EndpointDescription {
		return &ua.EndpointDescription{SecurityPolicyURI: policy, SecurityMode: mode, UserIdentityTokens: tokens}
	}
	none := offer(ua.SecurityPolicyURINone, ua.MessageSecurityModeNone, user)
	signed := offer(ua.SecurityPolicyURIBasic256Sha256, ua.MessageSecurityModeSign, user)
	old := offer(ua.SecurityPolicyURIBasic256, ua.MessageSecurityModeSignAndEncrypt, user)
	basic := offer(ua.SecurityPolicyURIBasic256Sha256, ua.MessageSecurityModeSignAndEncrypt, user)
	best := offer(ua.SecurityPolicyURIAes256Sha256RsaPss, ua.MessageSecurityModeSignAndEncrypt, user)
	anonymous := offer(ua.SecurityPolicyURIAes256Sha256RsaPss, ua.MessageSecurityModeSignAndEncrypt, nil)
	for _, row := range []struct {
		offered []*ua.EndpointDescription
		want    *ua.EndpointDescription
		says    string
	}{
		{[]*ua.EndpointDescription{none, basic, best, nil}, best, ""},
		{[]*ua.EndpointDescription{anonymous, basic}, basic, ""},
		{[]*ua.EndpointDescription{none, signed, old}, nil, "SignAndEncrypt"},
		{[]*ua.EndpointDescription{anonymous}, nil, "user name"},
		{nil, nil, "SignAndEncrypt"},
	} {
		got, err := choose(row.offered)
		if got != row.want || (err == nil) != (row.want != nil) || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("chose %v (%v)", got, err)
		}
	}
}

func TestOurCertificateIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	first, err := ownIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ownIdentity(dir)
	if err != nil || string(again.cert) != string(first.cert) {
		t.Errorf("a second start made another certificate (%v)", err)
	}
	for _, name := range []string{"cert.der", "key.pem"} {
		if info, err := os.Stat(filepath.Join(dir, "own", name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v (%v)", name, info.Mode(), err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "own", "key.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := ownIdentity(dir); err == nil || !strings.Contains(err.Error(), "delete") {
		t.Errorf("a certificate without its key: %v", err)
	}
}

func TestCertificatesAreVetted(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	const name = "urn:a:plant"
	shown := func(from, to time.Time) []byte {
		uri, err := url.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "plant"}, NotBefore: from, NotAfter: to, URIs: []*url.URL{uri},
		}, &x509.Certificate{SerialNumber: big.NewInt(1)}, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	year := 365 * 24 * time.Hour
	good := shown(now.Add(-year), now.Add(year))
	for _, row := range []struct {
		what, calls string
		shown, pin  []byte
		says        string // "" when it is trusted
	}{
		{"pinned", name, good, good, ""},
		{"unknown", name, good, nil, "plant trust"},
		{"another than pinned", name, good, shown(now, now.Add(year)), "instead of"},
		{"ended", name, shown(now.Add(-year), now.Add(-time.Hour)), nil, "ended"},
		{"not begun", name, shown(now.Add(time.Hour), now.Add(year)), nil, "valid from"},
		{"under another name", "urn:another", good, good, "urn:another"},
		{"garbage", name, []byte("garbage"), []byte("garbage"), "cannot be read"},
	} {
		c := Config{Endpoint: "opc.tcp://somewhere:4840", SecurityDir: t.TempDir(), Pinned: row.pin, Now: func() time.Time { return now }, Log: func(string, ...any) {}}
		if row.says == "ended" || row.says == "valid from" {
			c.Pinned = row.shown
		}
		err := c.vet(&ua.EndpointDescription{ServerCertificate: row.shown, Server: &ua.ApplicationDescription{ApplicationURI: row.calls}})
		if row.says == "" && err != nil || row.says != "" && (!errors.Is(err, ErrUntrusted) || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: %v", row.what, err)
		}
	}
}
