package opcua

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

// session is one connection to the plant with its subscriptions. It is built,
// listened to until it is lost, and never mended.
type session struct {
	client     *opcua.Client
	namespaces []string
	nodes      sync.Map // address → *ua.NodeID that was looked up
	heard      chan *opcua.PublishNotificationData
	tells      bool          // when its address space changes
	events     uint32        // handle under which it does
	lost       chan struct{} // closed when the connection ends
	beat       time.Duration // the longest time between two messages of a healthy subscription
	clock      *plantClock   // nil: not looked for yet; guarded by the link

	// The rest belongs to the goroutine that listens.
	sub    *opcua.Subscription
	points map[uint32]point  // that are subscribed to, by handle
	items  map[uint32]uint32 // their numbers at the plant, by handle; none for one that is not delivered
	dead   map[uint32]bool   // handles of nodes that the plant said to have no more
	next   uint32            // handle
	notes  []note
}

// note tells why a signal is not delivered.
type note struct {
	signal twin.SignalID
	text   string
}

const (
	batchMax   = 500 // nodes in one request: about 50 kB, within the first chunk
	beatUsual  = 500 * time.Millisecond
	queueDepth = 10             // samples of a node that the plant keeps between two deliveries
	looks      = 4              // of the plant at a node in one interval: how stale a value is when it is sent; each costs the plant work
	polledBeat = 24 * time.Hour // of a session that hears nothing by itself: who asks learns of its loss
	heardMax   = 256            // deliveries that wait for us; then the plant waits
)

// connect builds a session that is subscribed to everything that is bound. A
// node that is missing is a note, not an error.
func (l *Link) connect(ctx context.Context, own identity) (*session, error) {
	s, err := l.config.open(ctx, own)
	if err != nil {
		return nil, err
	}
	if err := l.subscribe(ctx, s); err != nil {
		s.close()
		return nil, l.config.explain("subscribe at", err)
	}
	return s, nil
}

// open builds a session without subscriptions.
func (c Config) open(ctx context.Context, own identity) (*session, error) {
	s := &session{
		lost: make(chan struct{}), heard: make(chan *opcua.PublishNotificationData, heardMax),
		points: map[uint32]point{}, items: map[uint32]uint32{}, dead: map[uint32]bool{},
	}
	var once sync.Once
	client, err := c.dial(ctx, own, func() { once.Do(func() { close(s.lost) }) })
	if err != nil {
		return nil, err
	}
	s.client, s.namespaces = client, client.Namespaces()
	return s, nil
}

// close ends the connection. It takes up to requestMax when the plant does not
// answer.
func (s *session) close() {
	ctx, cancel := context.WithTimeout(context.Background(), requestMax)
	defer cancel()
	_ = shielded(func() error { return s.client.Close(ctx) }) // the plant forgets us by itself
}

// subscribe asks for every bound node.
func (l *Link) subscribe(ctx context.Context, s *session) error {
	if l.config.Polled {
		s.beat = polledBeat
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	interval := l.config.Interval
	beats := uint32(max(1, beatUsual/interval))
	sub, err := s.client.Subscribe(ctx, &opcua.SubscriptionParameters{
		Interval: interval, MaxKeepAliveCount: beats, LifetimeCount: 20 * beats,
	}, s.heard)
	if err != nil {
		return fmt.Errorf("create a subscription: %w", err)
	}
	s.beat, s.sub = max(sub.RevisedPublishingInterval*time.Duration(sub.RevisedMaxKeepAliveCount), interval), sub
	if err := l.add(ctx, s, l.bound().bound); err != nil {
		return err
	}
	if l.config.Remodelled != nil {
		l.listenForModel(ctx, s)
	}
	return nil
}

// add subscribes to points.
func (l *Link) add(ctx context.Context, s *session, points []point) error {
	var items []*ua.MonitoredItemCreateRequest
	told := len(s.notes)
	for _, p := range points {
		handle := s.next
		s.next++
		s.points[handle] = p
		node, err := nodeOf(p.address, s.namespaces)
		if err != nil {
			s.note(p, "%s is not delivered: %v: generate the site anew", p.signal.ID, err)
			continue
		}
		items = append(items, l.item(node, handle))
	}
	for len(items) > 0 {
		batch := items[:min(batchMax, len(items))]
		items = items[len(batch):]
		if err := l.monitor(ctx, s, batch); err != nil {
			return err
		}
	}
	for _, n := range s.notes[told:] {
		l.config.Log("%s", n.text)
	}
	return nil
}

// item asks for a node's value whenever its value, status or time changes: a
// contact that stays shut is news each time the plant looks at it, and only so
// can silence be told from rest.
func (l *Link) item(node *ua.NodeID, handle uint32) *ua.MonitoredItemCreateRequest {
	item := opcua.NewMonitoredItemCreateRequestWithDefaults(node, ua.AttributeIDValue, handle)
	item.RequestedParameters.SamplingInterval = float64(l.config.Interval/looks) / float64(time.Millisecond)
	item.RequestedParameters.QueueSize = queueDepth
	item.RequestedParameters.Filter = ua.NewExtensionObject(&ua.DataChangeFilter{Trigger: ua.DataChangeTriggerStatusValueTimestamp})
	return item
}

func (l *Link) monitor(ctx context.Context, s *session, batch []*ua.MonitoredItemCreateRequest) error {
	results, err := create(ctx, s.sub, batch)
	if err != nil {
		return err
	}
	var plain []*ua.MonitoredItemCreateRequest
	for i, r := range results {
		switch r.StatusCode {
		case ua.StatusBadMonitoredItemFilterUnsupported, ua.StatusBadFilterNotAllowed, ua.StatusBadMonitoredItemFilterInvalid:
			batch[i].RequestedParameters.Filter = nil
			plain = append(plain, batch[i])
		default:
			l.keepItem(s, batch[i], r)
		}
	}
	if len(plain) == 0 {
		return nil
	}
	if results, err = create(ctx, s.sub, plain); err != nil {
		return err
	}
	for i, r := range results {
		l.keepItem(s, plain[i], r)
	}
	return nil
}

func create(ctx context.Context, sub *opcua.Subscription, batch []*ua.MonitoredItemCreateRequest) ([]*ua.MonitoredItemCreateResult, error) {
	var answer *ua.CreateMonitoredItemsResponse
	err := shielded(func() (err error) {
		answer, err = sub.Monitor(ctx, ua.TimestampsToReturnBoth, batch...)
		return err
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("subscribe to %d nodes: %w", len(batch), err)
	case len(answer.Results) != len(batch):
		return nil, fmt.Errorf("subscribe to %d nodes: the plant answered for %d", len(batch), len(answer.Results))
	}
	return answer.Results, nil
}

// keepItem takes what the plant said of one point.
func (l *Link) keepItem(s *session, item *ua.MonitoredItemCreateRequest, r *ua.MonitoredItemCreateResult) {
	handle, status := item.RequestedParameters.ClientHandle, r.StatusCode
	p := s.points[handle]
	switch {
	case !isBad(status):
		s.items[handle] = r.MonitoredItemID
	case isGone(status):
		s.note(p, "%s is not delivered: the plant has no node %s: generate the site anew, or correct the binding", p.signal.ID, p.address)
	case status == ua.StatusBadUserAccessDenied, status == ua.StatusBadNotReadable:
		s.note(p, "%s is not delivered: user %s may not read %s: give the right to at the plant", p.signal.ID, l.config.User, p.address)
	default:
		s.note(p, "%s is not delivered: the plant does not let %s be subscribed to: %v", p.signal.ID, p.address, status)
	}
}

// notesMax bounds what is told of one session; a site generated for another
// plant misses everything.
const notesMax = 1000

func (s *session) note(p point, format string, args ...any) {
	if len(s.notes) < notesMax {
		s.notes = append(s.notes, note{p.signal.ID, fmt.Sprintf(format, args...)})
	}
}

func (s *session) texts() []string {
	out := make([]string, len(s.notes))
	for i, n := range s.notes {
		out[i] = n.text
	}
	return out
}

var errSilent = errors.New("no message")

// listen delivers what the session hears until it is lost, and says why it was.
func (l *Link) listen(ctx context.Context, s *session, told *telling) error {
	limit := silentBeats * s.beat
	silence := time.NewTimer(limit)
	defer silence.Stop()
	l.delivery.begin()
	if l.config.Polled {
		told.tell(ctx, true, "connected; its values are asked for") // nothing will come by itself
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.lost:
			return fmt.Errorf("the plant at %s ended the connection: is it running?", l.config.Endpoint)
		case <-silence.C:
			return fmt.Errorf("the plant at %s sent nothing for %s (%w): does it hang, or is the network cut?", l.config.Endpoint, limit, errSilent)
		case <-l.rebound:
			if err := l.rebind(ctx, s); err != nil {
				return l.config.explain("subscribe at", err)
			}
			silence.Reset(limit)
		case n := <-s.heard:
			if err := l.hear(ctx, n, s, told); err != nil {
				return err
			}
			silence.Reset(limit) // from when we could listen again, however long delivering took
		}
	}
}

func (l *Link) hear(ctx context.Context, n *opcua.PublishNotificationData, s *session, told *telling) error {
	if n.Error != nil {
		return l.config.explain("hear", n.Error)
	}
	switch v := n.Value.(type) {
	case *ua.StatusChangeNotification:
		return fmt.Errorf("the plant at %s ended the subscription: %v", l.config.Endpoint, v.Status)
	case *ua.EventNotificationList:
		l.hearEvents(s, v.Events)
	case *ua.DataChangeNotification:
		s.mourn(v.MonitoredItems)
		ok, why := l.delivery.take(s.points, v.MonitoredItems)
		if why != "" {
			told.tell(ctx, false, why)
		} else if ok {
			told.tell(ctx, true, l.standing(s))
		}
	}
	return nil
}

// mourn notes the nodes that went from the plant while they were subscribed to:
// such a subscription stays silent when a node of that name comes again.
func (s *session) mourn(items []*ua.MonitoredItemNotification) {
	for _, it := range items {
		if it != nil && it.Value != nil && isGone(it.Value.Status) {
			s.dead[it.ClientHandle] = true
		}
	}
}

// standing says for a person how a link that is up stands.
func (l *Link) standing(s *session) string {
	if n := len(s.notes); n > 0 {
		return fmt.Sprintf("connected; %d of %d signals are not delivered, first: %s", n, len(s.points), s.notes[0].text)
	}
	return fmt.Sprintf("connected; %d signals", len(s.points))
}
