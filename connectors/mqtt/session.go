package mqtt

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
)

// session is one connection with its subscriptions.
type session struct {
	client paho.Client
	heard  chan message
	lost   chan error // holds why
	ended  chan struct{}
}

type message struct {
	topic    string
	payload  []byte
	retained bool
}

// waiting bounds the messages that wait to be delivered; the broker waits then.
const waiting = 1024

var errRefused = errors.New("the broker refused")

// topics are those that a link hears.
func (l *Link) topics() map[string]byte {
	all := map[string]byte{}
	for topic := range l.bound {
		all[topic] = 1
		if s, ok := sparkplugTopic(topic); ok {
			for _, t := range s.beside() {
				all[t] = 1
			}
		}
	}
	if l.status != "" {
		all[l.status] = 1
	}
	return all
}

// connect dials and subscribes to topics, each with the quality that is asked for.
func (l *Link) connect(ctx context.Context, topics map[string]byte) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	s := &session{heard: make(chan message, waiting), lost: make(chan error, 1), ended: make(chan struct{})}
	o := paho.NewClientOptions().AddBroker(l.server.String()).SetClientID("glasstwin-" + rand.Text()[:12]).
		SetUsername(l.config.User).SetPassword(l.config.Password).SetProtocolVersion(4).SetCleanSession(true).
		SetAutoReconnect(false).SetConnectRetry(false).SetConnectTimeout(connectMax).SetWriteTimeout(requestMax).
		SetKeepAlive(beat).SetPingTimeout(beat).SetOrderMatters(true).
		SetConnectionLostHandler(func(_ paho.Client, why error) {
			select {
			case s.lost <- why:
			default:
			}
		}).
		SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return l.dial(ctx) })
	s.client = paho.NewClient(o)
	if err := wait(ctx, s.client.Connect()); err != nil {
		s.close()
		return nil, l.explain(err)
	}
	if err := s.subscribe(ctx, topics); err != nil {
		s.close()
		return nil, fmt.Errorf("subscribe at the broker %s: %w", l.server.Host, err)
	}
	return s, nil
}

// subscribedAtOnce bounds the topics of one request.
const subscribedAtOnce = 100

func (s *session) subscribe(ctx context.Context, topics map[string]byte) error {
	hear := func(_ paho.Client, m paho.Message) {
		select {
		case s.heard <- message{m.Topic(), m.Payload(), m.Retained()}:
		case <-s.ended:
		}
	}
	some := map[string]byte{}
	flush := func() error {
		if len(some) == 0 {
			return nil
		}
		token := s.client.SubscribeMultiple(some, hear)
		if err := wait(ctx, token); err != nil {
			return err
		}
		if t, ok := token.(*paho.SubscribeToken); ok {
			for topic, code := range t.Result() {
				if code > 2 { // MQTT 3.1.1, 3.9.3
					return fmt.Errorf("topic %.80q: %w: this user may not read it", topic, errRefused)
				}
			}
		}
		clear(some)
		return nil
	}
	for topic, qos := range topics {
		if some[topic] = qos; len(some) == subscribedAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (l *Link) dial(ctx context.Context) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.server.Host)
	if err != nil {
		return nil, err
	}
	if l.server.Scheme == "mqtt" {
		return &bounded{Conn: conn}, nil
	}
	c := &tls.Config{ServerName: l.server.Hostname(), RootCAs: l.roots, MinVersion: tls.VersionTLS12}
	secure := tls.Client(conn, c)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &bounded{Conn: secure}, nil
}

// explain says what a person can do about a connection that did not come about.
func (l *Link) explain(err error) error {
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword), errors.Is(err, packets.ErrorRefusedNotAuthorised):
		return fmt.Errorf("%w the user %q or the password at %s: correct them", errRefused, l.config.User, l.server.Host)
	case errors.As(err, &unknown):
		return fmt.Errorf("connect to the broker at %s: %w: give the authority's certificate", l.server.Host, err)
	}
	return fmt.Errorf("connect to the broker at %s: %w: is it running, and is the address right?", l.server.Host, err)
}

// close ends the connection and all that belongs to it.
func (s *session) close() {
	close(s.ended)
	s.client.Disconnect(uint((100 * time.Millisecond).Milliseconds()))
}

// wait waits for what the broker answers.
func wait(ctx context.Context, t paho.Token) error {
	select {
	case <-t.Done():
		return t.Error()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// IsEndpoint tells whether an address is one of a broker.
func IsEndpoint(address string) bool {
	scheme, _, found := strings.Cut(address, "://")
	return found && slices.Contains(Schemes, scheme)
}
