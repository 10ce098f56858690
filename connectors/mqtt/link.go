package mqtt

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// Config says which broker a link is to, and where its samples go.
type Config struct {
	Plant    string // name; bindings of other plants are left alone
	Endpoint string // mqtt://host:1883 or mqtts://host:8883, with ?status=TOPIC where the device's last will is told
	User     string // "": the broker asks for none
	Password string
	Roots    []byte // PEM of the authorities that may sign the broker's certificate; nil: those of this machine

	Signals  []twin.Signal
	Bindings []twin.Binding

	// Receive takes samples in the order of the plant's time for each signal. It
	// is called from one goroutine at a time.
	Receive func([]twin.Sample) error
	// Changed tells that the link came up or was lost, with the reason for a
	// person. It is called at the first attempt and whenever up or reason
	// changes, from one goroutine at a time.
	Changed func(ctx context.Context, up bool, reason string) error
	// Gone delivers a bad sample of every signal when the link is lost: who has a
	// link to another plant besides cannot tell the loss of one by SetLinked.
	Gone bool

	Now func() time.Time     // this machine's clock; nil: time.Now
	Log func(string, ...any) // one line for each thing worth telling; nil: nobody listens
}

const (
	connectMax   = 10 * time.Second // dialling, the broker's greeting and the subscriptions
	requestMax   = 3 * time.Second  // one message and what comes of it
	beat         = 2 * time.Second  // between pings of a silent line
	retryFirst   = 250 * time.Millisecond
	retryMax     = 2 * time.Second
	refusedRetry = 10 * time.Second // after a wrong password: a person must act
	// backMax is how far a device's clock may go back before its values are placed
	// by this machine's clock.
	backMax = time.Minute
)

// Schemes are those of an endpoint that a link can be to.
var Schemes = []string{"mqtt", "mqtts"}

// ErrNotLinked is returned for what needs a broker while there is none.
var ErrNotLinked = errors.New("the link to the broker is down")

// Link is a live link to the devices behind one broker. Its methods are safe for
// concurrent use.
type Link struct {
	config  Config
	server  *url.URL
	roots   *x509.CertPool // nil: those of this machine
	status  string         // topic of the device's last will; "": none
	signals map[twin.SignalID]twin.Signal
	address map[twin.SignalID]string
	parsed  map[twin.SignalID]address
	bound   map[string][]twin.Signal // by topic
	writes  *deeds.Ledger

	mu      sync.Mutex
	session *session                      // nil while the link is down or the device is gone
	latest  map[twin.SignalID]twin.Sample // of the session
	news    chan struct{}                 // closed and made anew with each message

	// Of the goroutine that delivers.
	last map[twin.SignalID]time.Time
	odd  map[twin.SignalID]bool // told once to be of a wrong form
	born map[string]born        // by the topic of data, of Sparkplug B
}

// New returns a link that waits for Run. An error names what the configuration
// lacks, or which binding cannot be read.
func New(c Config) (*Link, error) {
	l := &Link{
		config: c, signals: map[twin.SignalID]twin.Signal{}, address: map[twin.SignalID]string{}, parsed: map[twin.SignalID]address{},
		bound: map[string][]twin.Signal{}, writes: deeds.NewLedger(), news: make(chan struct{}),
		last: map[twin.SignalID]time.Time{}, odd: map[twin.SignalID]bool{},
		born: map[string]born{},
	}
	if err := l.complete(); err != nil {
		return nil, fmt.Errorf("set up the link to %s: %w", c.Endpoint, err)
	}
	for _, g := range c.Signals {
		l.signals[g.ID] = g
	}
	for _, b := range c.Bindings {
		if c.Plant != "" && b.Plant != c.Plant {
			continue
		}
		if err := l.bind(b); err != nil {
			return nil, fmt.Errorf("set up the link to %s: signal %s, node %.80q: %w", c.Endpoint, b.Signal, b.Address, err)
		}
	}
	return l, nil
}

func (l *Link) bind(b twin.Binding) error {
	g, ok := l.signals[b.Signal]
	if !ok {
		return errors.New("there is no such signal")
	}
	if _, twice := l.address[g.ID]; twice {
		return errors.New("it is bound twice")
	}
	a, err := parse(b.Address)
	if err != nil {
		return err
	}
	l.address[g.ID], l.parsed[g.ID] = b.Address, a
	l.bound[a.topic] = append(l.bound[a.topic], g)
	return nil
}

// complete checks a configuration and fills in what is usual.
func (l *Link) complete() error {
	c := &l.config
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Hostname() == "" || u.Scheme != "mqtt" && u.Scheme != "mqtts" {
		return errors.New("no broker was given: give an address like mqtt://host:1883, or mqtts://host:8883")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), map[string]string{"mqtt": "1883", "mqtts": "8883"}[u.Scheme])
	}
	if l.status = u.Query().Get("status"); l.status != "" {
		if err := goodTopic(l.status); err != nil {
			return fmt.Errorf("status: %w", err)
		}
	}
	l.server = u
	if c.Roots != nil {
		l.roots = x509.NewCertPool()
		if !l.roots.AppendCertsFromPEM(c.Roots) {
			return errors.New("who may sign the broker's certificate is not told: give PEM certificates, or remove the file")
		}
	}
	if c.Receive == nil {
		return errors.New("nobody receives its samples")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = func(string, ...any) {}
	}
	return nil
}

// Run keeps the link up until ctx ends, however often it is lost, and returns
// when everything it started has ended.
func (l *Link) Run(ctx context.Context) error {
	told := telling{config: l.config}
	wait := retryFirst
	if u := l.server; u.Scheme == "mqtt" && l.config.Password != "" && !loopback(u.Hostname()) {
		l.config.Log("the password for %s goes over the network as it is: use mqtts where others can listen", u.Host)
	}
	for ctx.Err() == nil {
		up, why := l.once(ctx, &told)
		if ctx.Err() != nil {
			break
		}
		told.tell(ctx, false, why.Error())
		if up {
			wait = retryFirst
			l.forsake()
		}
		pause := wait
		if errors.Is(why, errRefused) {
			pause = refusedRetry
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		wait = min(2*wait, retryMax)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// once connects, delivers until the link is lost, and says why it was.
func (l *Link) once(ctx context.Context, told *telling) (up bool, why error) {
	s, err := l.connect(ctx, l.topics())
	if err != nil {
		return false, err
	}
	defer s.close()
	clear(l.born) // whose births were missed may call its metrics otherwise by now
	l.mu.Lock()
	l.latest = map[twin.SignalID]twin.Sample{}
	l.session = s
	l.mu.Unlock()
	defer l.withdraw()
	told.tell(ctx, true, fmt.Sprintf("connected to the broker at %s", l.server.Host))
	for {
		select {
		case <-ctx.Done():
			return true, ctx.Err()
		case why := <-s.lost:
			return true, fmt.Errorf("the broker at %s ended the connection or answers no more (%w): is it running?", l.server.Host, why)
		case m := <-s.heard:
			if m.topic == l.status {
				l.presence(ctx, s, m.payload, told)
			}
			l.deliver(m)
		}
	}
}

// withdraw takes the session from those who would write or read.
func (l *Link) withdraw() {
	l.mu.Lock()
	l.session = nil
	l.mu.Unlock()
}

// forsake delivers that no value is known any more, if that is asked for.
func (l *Link) forsake() {
	if !l.config.Gone {
		return
	}
	var samples []twin.Sample
	for id, last := range l.last {
		x := twin.Sample{Signal: id, At: last.Add(time.Nanosecond), Value: math.NaN(), Quality: twin.Bad}
		l.last[id] = x.At
		samples = append(samples, x)
	}
	if len(samples) == 0 {
		return
	}
	if err := l.config.Receive(samples); err != nil {
		l.config.Log("hand on %d samples: %v", len(samples), err)
	}
}

// presence takes in what the device's last will, or its greeting, says.
func (l *Link) presence(ctx context.Context, s *session, payload []byte, told *telling) {
	here, odd := scalar(twin.Boolean, string(payload))
	switch string(payload) {
	case "online":
		here, odd = 1, ""
	case "offline":
		here, odd = 0, ""
	}
	switch {
	case odd != "":
		l.config.Log("%s: %s: online or offline is expected", l.status, odd)
	case here == 0:
		l.withdraw()
		l.forsake()
		told.tell(ctx, false, fmt.Sprintf("the device behind the broker at %s is gone: its last will says so", l.server.Host))
	default:
		l.mu.Lock()
		l.session = s
		l.mu.Unlock()
		told.tell(ctx, true, fmt.Sprintf("connected to the broker at %s", l.server.Host))
	}
}

// deliver hands on what one message tells that is new.
func (l *Link) deliver(m message) {
	if s, ok := sparkplugTopic(m.topic); ok {
		l.hearSparkplug(m, s)
		return
	}
	bound := l.bound[m.topic]
	if len(bound) == 0 {
		return
	}
	arrived, p := l.config.Now(), readPayload(m.payload)
	l.handOn(m, arrived, bound, func(g twin.Signal) (x twin.Sample, odd string, told bool) {
		x, odd = p.sample(g, l.parsed[g.ID])
		return x, odd, true
	})
}

// handOn delivers what a message tells of some signals: told is false where it
// tells nothing of one.
func (l *Link) handOn(m message, arrived time.Time, bound []twin.Signal, read func(twin.Signal) (x twin.Sample, odd string, told bool)) {
	samples, present := make([]twin.Sample, 0, len(bound)), make([]twin.Sample, 0, len(bound))
	for _, g := range bound {
		x, odd, told := read(g)
		if !told {
			continue
		}
		x.Signal = g.ID
		if odd != "" && !l.odd[g.ID] {
			l.odd[g.ID] = true
			l.config.Log("%s (%s) is taken as bad: %s: correct the binding, or the device", g.ID, l.address[g.ID], odd)
		}
		if x.At.IsZero() && m.retained && x.Quality == twin.Good {
			x.Quality = twin.Uncertain // nobody knows how old it is
		}
		last := l.last[g.ID]
		if x.At.IsZero() || last.Sub(x.At) > backMax {
			x.At = arrived
		}
		present = append(present, x)
		if !x.At.After(last) {
			continue // told before
		}
		l.last[g.ID] = x.At
		samples = append(samples, x)
	}
	if len(samples) > 0 {
		if err := l.config.Receive(samples); err != nil {
			l.config.Log("hand on %d samples: %v", len(samples), err)
		}
	}
	l.mu.Lock()
	for _, x := range present {
		l.latest[x.Signal] = x
	}
	close(l.news)
	l.news = make(chan struct{})
	l.mu.Unlock()
}

// linked returns the session of the moment.
func (l *Link) linked() (*session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil {
		return nil, fmt.Errorf("%s at %s: %w: wait until it is back", l.config.Plant, l.config.Endpoint, ErrNotLinked)
	}
	return l.session, nil
}

// telling passes on changes of the link, each once.
type telling struct {
	config Config
	any    bool
	up     bool
	reason string
}

func (t *telling) tell(ctx context.Context, up bool, reason string) {
	if t.any && t.up == up && t.reason == reason {
		return
	}
	t.any, t.up, t.reason = true, up, reason
	t.config.Log("link to %s: up=%t: %s", t.config.Endpoint, up, reason)
	if t.config.Changed == nil {
		return
	}
	if err := t.config.Changed(ctx, up, reason); err != nil {
		t.config.Log("tell that the link changed: %v", err)
	}
}
