// Package mqtttest runs a real MQTT broker inside a test, which can die and come
// back. It must never know a site. Start reading at Broker.
package mqtttest

import (
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Broker listens on an address of this machine that stays the same. Its methods
// are safe for concurrent use.
type Broker struct {
	Address        string      // host:port
	User, Password string      // "": it asks for none
	TLS            *tls.Config // nil: it talks as it is
	// Devices are what hears a topic. One is called from one goroutine at a time and
	// may Publish.
	Devices map[string]func(payload []byte)

	mu     sync.Mutex
	server *mochi.Server
	taken  map[string]int
}

// ErrDead is returned by what needs a broker that lives.
var ErrDead = errors.New("the broker is dead")

// Start makes it live. It dies with the test.
func (b *Broker) Start(t testing.TB) {
	t.Helper()
	if b.Address == "" {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		b.Address = ln.Addr().String()
		if err := ln.Close(); err != nil {
			t.Fatal(err)
		}
		b.taken = map[string]int{}
		t.Cleanup(func() { b.Kill(t) })
	}
	s := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := errors.Join(b.admit(s), s.AddHook(&counter{of: b}, nil), s.AddListener(listeners.NewTCP(listeners.Config{ID: "tcp", Address: b.Address, TLSConfig: b.TLS}))); err != nil {
		t.Fatal(err)
	}
	n := 0
	for topic, take := range b.Devices {
		n++
		if err := s.Subscribe(topic, n, func(_ *mochi.Client, _ packets.Subscription, p packets.Packet) { take(p.Payload) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.server = s
	b.mu.Unlock()
}

func (b *Broker) admit(s *mochi.Server) error {
	if b.User == "" {
		return s.AddHook(new(auth.AllowHook), nil)
	}
	return s.AddHook(new(auth.Hook), &auth.Options{Ledger: &auth.Ledger{Auth: auth.AuthRules{
		{Username: auth.RString(b.User), Password: auth.RString(b.Password), Allow: true},
	}}})
}

// Kill ends it and every connection at once.
func (b *Broker) Kill(t testing.TB) {
	b.mu.Lock()
	s := b.server
	b.server = nil
	b.mu.Unlock()
	if s == nil {
		return
	}
	if err := s.Close(); err != nil {
		t.Errorf("close the broker: %v", err)
	}
}

// Publish tells what a device tells, and keeps it for who subscribes later.
func (b *Broker) Publish(topic string, payload []byte) error {
	b.mu.Lock()
	s := b.server
	b.mu.Unlock()
	if s == nil {
		return ErrDead
	}
	return s.Publish(topic, payload, true, 1)
}

// Taken is how many messages the broker took of a topic.
func (b *Broker) Taken(topic string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.taken[topic]
}

// counter counts what the broker takes, before it says so.
type counter struct {
	mochi.HookBase
	of *Broker
}

func (*counter) ID() string           { return "counter" }
func (*counter) Provides(b byte) bool { return b == mochi.OnPublish }
func (c *counter) OnPublish(_ *mochi.Client, p packets.Packet) (packets.Packet, error) {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.of.taken[p.TopicName]++
	return p, nil
}
