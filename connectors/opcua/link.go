package opcua

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/deeds"
)

// Config says which plant a link is to, and where its samples go.
type Config struct {
	Plant    string // name; bindings of other plants are left alone
	Endpoint string // opc.tcp://host:port
	User     string
	Password string

	SecurityDir string // folder of our certificate and of the trust lists; made when missing
	Pinned      []byte // DER certificate that is trusted without a person, as of the emulated plant that we started; nil: none

	Signals  []twin.Signal
	Bindings []twin.Binding
	Interval time.Duration // between samples, and between deliveries; 0: 100 ms
	Polled   bool          // nothing is subscribed to: whoever moves the plant reads it himself

	// Receive takes samples in the order of the plant's time for each signal. It
	// is called from one goroutine at a time.
	Receive func([]twin.Sample) error
	// Changed tells that the link came up or was lost, with the reason for a
	// person. It is called at the first attempt and whenever up or reason
	// changes, from one goroutine at a time.
	Changed func(ctx context.Context, up bool, reason string) error
	// Remodelled is given the nodes of the plant, as Browse gives them, once the
	// link is up, and again whenever objects or variables have come, gone, or
	// changed their name, their type or their DeviceClass since, also while the
	// link was down. It is called from one goroutine at a time and may Rebind; nil:
	// the plant is not looked through.
	Remodelled func(ctx context.Context, nodes []twin.PlantNode) error

	Now func() time.Time     // this machine's clock; nil: time.Now
	Log func(string, ...any) // one line for each thing worth telling; nil: nobody listens
}

const (
	intervalUsual = 100 * time.Millisecond
	requestMax    = 3 * time.Second  // one request and its answer
	connectMax    = 10 * time.Second // discovery, channel, session and subscriptions
	silentBeats   = 3                // keep-alives missed before a subscription counts as lost
	retryFirst    = 250 * time.Millisecond
	retryMax      = 2 * time.Second
	refusedRetry  = 10 * time.Second // after a wrong password or certificate: a person must act, and plants lock accounts
)

// Link is a live link to one plant. Its methods are safe for concurrent use.
type Link struct {
	config   Config
	delivery *delivery
	writes   *deeds.Ledger
	rebound  chan struct{} // carries a token when the bindings were replaced
	model    model         // of the plant, as it was last looked through

	mu      sync.Mutex
	ties    *ties
	session *session // nil while the link is down
	notes   []string
}

// ties are the signals and what they are bound to. They are replaced as a whole
// and never changed.
type ties struct {
	signals map[twin.SignalID]twin.Signal
	bound   []point
	address map[twin.SignalID]string
}

// point is a signal and the node it is bound to.
type point struct {
	signal  twin.Signal
	address string
}

// ErrNotLinked is returned for what needs a plant while there is none.
var ErrNotLinked = errors.New("the link to the plant is down")

// New returns a link that waits for Run. An error names what the configuration
// lacks.
func New(c Config) (*Link, error) {
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("set up the link to %s: %w", c.Endpoint, err)
	}
	if c.Receive == nil {
		return nil, fmt.Errorf("set up the link to %s: nobody receives its samples", c.Endpoint)
	}
	t, err := tie(c.Plant, c.Signals, c.Bindings)
	if err != nil {
		return nil, fmt.Errorf("set up the link to %s: %w", c.Endpoint, err)
	}
	return &Link{config: c, ties: t, writes: deeds.NewLedger(), delivery: newDelivery(c), rebound: make(chan struct{}, 1), model: model{news: make(chan struct{}, 1)}}, nil
}

// tie binds signals to the nodes of one plant.
func tie(plant string, signals []twin.Signal, bindings []twin.Binding) (*ties, error) {
	t := &ties{signals: map[twin.SignalID]twin.Signal{}, address: map[twin.SignalID]string{}}
	for _, g := range signals {
		t.signals[g.ID] = g
	}
	for _, b := range bindings {
		if plant != "" && b.Plant != plant {
			continue
		}
		g, ok := t.signals[b.Signal]
		if !ok {
			return nil, fmt.Errorf("binding of %s: there is no such signal", b.Signal)
		}
		if _, twice := t.address[g.ID]; twice {
			return nil, fmt.Errorf("signal %s is bound twice", g.ID)
		}
		t.address[g.ID] = b.Address
		t.bound = append(t.bound, point{g, b.Address})
	}
	return t, nil
}

// complete checks a configuration and fills in what is usual.
func (c *Config) complete() error {
	switch {
	case c.Endpoint == "":
		return errors.New("no endpoint was given: give an address like opc.tcp://host:4840")
	case c.SecurityDir == "":
		return errors.New("no folder for certificates was given")
	case c.User == "":
		return errors.New("no user was given: plants are written to in somebody's name")
	case c.Interval < 0:
		return fmt.Errorf("an interval of %s: give more than 0", c.Interval)
	}
	if c.Interval == 0 {
		c.Interval = intervalUsual
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
// when everything it started has ended. It returns an error only when the
// folder of certificates cannot be used.
func (l *Link) Run(ctx context.Context) error {
	own, err := ownIdentity(l.config.SecurityDir)
	if err != nil {
		return fmt.Errorf("link to %s: %w", l.config.Endpoint, err)
	}
	var closing sync.WaitGroup
	defer closing.Wait()
	told := telling{config: l.config}
	wait := retryFirst
	for ctx.Err() == nil {
		up, why := l.once(ctx, own, &told, &closing)
		if ctx.Err() != nil {
			break
		}
		told.tell(ctx, false, why.Error())
		if up {
			wait = retryFirst
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

// once connects, delivers until the link is lost, and says why it was.
func (l *Link) once(ctx context.Context, own identity, told *telling, closing *sync.WaitGroup) (up bool, why error) {
	s, err := l.connect(ctx, own)
	if err != nil {
		return false, err
	}
	defer closing.Go(s.close) // a frozen plant makes closing slow, and reconnecting need not wait
	l.mu.Lock()
	l.session, l.notes = s, s.texts()
	l.mu.Unlock()
	ctx, stop := context.WithCancel(ctx)
	defer func() {
		stop()
		l.mu.Lock()
		l.session = nil
		l.mu.Unlock()
	}()
	if l.config.Remodelled != nil {
		closing.Go(func() { l.keepModel(ctx, s) })
	}
	return true, l.listen(ctx, s, told)
}

// Notes tells what is not as the site says: nodes that are missing or cannot be
// subscribed to. Empty while the link is down.
func (l *Link) Notes() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil {
		return nil
	}
	return append([]string(nil), l.notes...)
}

// bound are the ties of the moment.
func (l *Link) bound() *ties {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ties
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
