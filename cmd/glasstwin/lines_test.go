package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// TestWhoMaySignForABroker: a file that is empty, of another kind or too long is
// named, and none is no error.
func TestWhoMaySignForABroker(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	folder, err := configFolder()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "mqtt", "roots.pem")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	broker := twin.Plant{Name: "sensors", Endpoint: "mqtts://host"}
	if _, err := brokerConfig(broker, "", &twin.Site{}); err != nil {
		t.Errorf("no file: %v", err)
	}
	for text, want := range map[string]string{"": "no PEM", "\x89PNG": "no PEM", "-----BEGIN CERTIFICATE-----\nMII": "no PEM", strings.Repeat("x", rootsMax+1): "too many"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := brokerConfig(broker, "", &twin.Site{}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "roots.pem") {
			t.Errorf("%.12q: %v", text, err)
		}
	}
}
