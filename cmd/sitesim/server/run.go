package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"math"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// Options of a served plant.
type Options struct {
	Listen    string // host:port on the loopback interface; port 0 takes any
	ConfigDir string // certificate, key and password
	StateDir  string // the plant's clock and state; empty: none is kept
	Seed      uint64
	Site      trial.Site // what is served; nil: Corner Market, of the seed
	Speed     float64    // plant seconds in one second; 0: it moves by calls of Advance alone
	Start     time.Time  // plant time of a first start
	Since     time.Time  // when it stood there, on this machine's clock; zero: when it serves
	Faults    []plant.Planned
	Changes   []Change // of the address space, planned
	Fresh     bool     // forget the state
	Extra     int      // synthetic variables for load tests
	Mute      bool     // changes of the address space are not told
	Log       *log.Logger
	Ready     func(endpoint string) // called once when clients can connect
}

const (
	tick      = 100 * time.Millisecond // values change at most ten times a second
	saveEvery = time.Second
)

// channel is what the samples of a site come through; a site without one shows
// each value at once.
type channel interface {
	// Arrive is the sample that comes of the i-th point now, if one does.
	Arrive(i int, q *point.Point) (point.Sample, bool)
	// Reachable tells whether what is written to a device gets there.
	Reachable(device string) bool
}

// live is a plant on the network. The mutex guards the plant.
type live struct {
	sync.Mutex
	site   trial.Site
	plant  *plant.Plant // Corner Market; nil for another site
	way    channel      // nil: none
	points []point.Point
	plan   []plant.Planned
	space  *space
	speed  float64
	ahead  float64 // plant seconds owed
	beat   int
	logger *log.Logger

	devices []store.Device // that have nodes now
	changes []Change       // still to come
}

// Run serves until the context ends, then saves the state and returns.
func Run(ctx context.Context, o Options) error {
	id, err := loadIdentity(o.ConfigDir)
	if err != nil {
		return err
	}
	l := &live{site: o.Site, plan: slices.Clone(o.Faults), speed: o.Speed, logger: o.Log, changes: slices.Clone(o.Changes)}
	if l.site == nil {
		if l.plant, err = openPlant(o); err != nil {
			return err
		}
		l.site = corner{l.plant}
	}
	l.way, _ = l.site.(channel)
	l.points, l.devices = l.site.Points(), l.site.Devices()
	ln, err := listen(o.Listen)
	if err != nil {
		return err
	}
	endpoint := "opc.tcp://" + ln.Addr().String()
	srv, err := l.newServer(id, endpoint, o.Extra, o.Mute)
	if err != nil {
		_ = ln.Close()
		return err
	}
	l.publish()

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var accepted error
	var work sync.WaitGroup
	work.Go(func() {
		defer stop() // a plant nobody can reach need not run
		accepted = accept(ctx, srv, ln, o.Log)
	})
	if l.now().Equal(o.Start) && !o.Since.IsZero() {
		l.ahead = time.Since(o.Since).Seconds() * o.Speed // what starting took
	}
	o.Ready(endpoint)
	ran := l.run(ctx, o.StateDir)
	stop()
	closed := srv.Close()
	work.Wait()
	srv.WorkerPool().StopWait()
	return errors.Join(ran, accepted, closed)
}

func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w (give an address like 127.0.0.1:48400)", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %q: the plant serves its own machine only: give 127.0.0.1, ::1 or localhost", address)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (is another plant running? port 0 takes any free one)", address, err)
	}
	return ln, nil
}

func (l *live) newServer(id identity, endpoint string, extra int, mute bool) (*uaserver.Server, error) {
	abilities := ua.NewServerCapabilities()
	abilities.MinSupportedSampleRate = sampling
	srv, err := uaserver.New(
		ua.ApplicationDescription{
			ApplicationURI: ApplicationURI, ProductURI: "urn:glasstwin:sitesim",
			ApplicationName: ua.NewLocalizedText("Corner Market plant", "en"),
			ApplicationType: ua.ApplicationTypeServer, DiscoveryURLs: []string{endpoint},
		},
		id.certFile, id.keyFile, endpoint,
		uaserver.WithServerCapabilities(abilities),
		uaserver.WithBuildInfo(ua.BuildInfo{ProductURI: "urn:glasstwin:sitesim", ManufacturerName: "GlassTwin", ProductName: "sitesim"}),
		uaserver.WithAnonymousIdentity(false),
		uaserver.WithSecurityPolicyNone(false),
		uaserver.WithRolesProvider(newRoles()),
		uaserver.WithInsecureSkipVerify(), // the password decides who may come in
		uaserver.WithServerDiagnostics(false),
		uaserver.WithAuthenticateUserNameIdentityFunc(func(user ua.UserNameIdentity, _, _ string) error {
			if !id.admits(user.UserName, user.Password) {
				l.logger.Printf("login of user %.40q refused", user.UserName)
				return ua.BadUserAccessDenied
			}
			return nil
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("make the OPC UA server: %w", err)
	}
	if err := offerOnly(srv); err != nil {
		return nil, err
	}
	if l.space, err = buildSpace(srv, l.site.Name(), l.devices, l.points, extra, mute); err != nil {
		return nil, err
	}
	for i, q := range l.points {
		if q.Set != nil {
			l.openForWrites(l.space.nodes[i], q)
		}
	}
	if err := l.addMethods(); err != nil {
		return nil, fmt.Errorf("add the methods: %w", err)
	}
	tellRunning(srv)
	return srv, nil
}

// tellRunning answers for the library's own state, which only its own
// listener would have set.
func tellRunning(srv *uaserver.Server) {
	nm, began := srv.NamespaceManager(), time.Now()
	if n, ok := nm.FindVariable(ua.VariableIDServerServerStatusState); ok {
		n.SetReadValueHandler(func(*uaserver.Session, ua.ReadValueID) ua.DataValue {
			return ua.NewDataValue(int32(ua.ServerStateRunning), ua.Good, time.Now(), 0, time.Now(), 0)
		})
	}
	if n, ok := nm.FindVariable(ua.VariableIDServerServerStatus); ok {
		n.SetReadValueHandler(func(*uaserver.Session, ua.ReadValueID) ua.DataValue {
			return ua.NewDataValue(ua.ServerStatusDataType{StartTime: began, CurrentTime: time.Now(), State: ua.ServerStateRunning},
				ua.Good, time.Now(), 0, time.Now(), 0)
		})
	}
}

// run moves the plant's clock and saves it, until the context ends.
func (l *live) run(ctx context.Context, stateDir string) error {
	beat := time.NewTicker(tick)
	defer beat.Stop()
	last, saved := time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return l.save(stateDir)
		case <-beat.C:
		}
		now := time.Now()
		if l.speed > 0 {
			if err := l.advance(now.Sub(last)); err != nil {
				return errors.Join(err, l.save(stateDir))
			}
			l.publish()
		}
		last = now
		if now.Sub(saved) >= saveEvery {
			saved = now
			if err := l.save(stateDir); err != nil {
				return err
			}
		}
	}
}

// advance moves the plant by a stretch of wall time times its speed, but at most
// by what two beats are worth: on a machine that is too busy its clock lags, and
// a plant that steps less often than it is shown leaves no step out.
func (l *live) advance(wall time.Duration) error {
	l.Lock()
	defer l.Unlock()
	l.ahead += wall.Seconds() * l.speed
	stride := l.site.Stride().Seconds()
	most := max(1, int(math.Ceil(2*tick.Seconds()*l.speed/stride)))
	for n := 0; l.ahead >= stride; l.ahead -= stride {
		if n++; n > most {
			l.ahead = 0 // a stall: the plant goes on from where it was
			break
		}
		if err := l.step(); err != nil {
			return err
		}
	}
	l.remodelDue()
	return nil
}

// step moves the plant by one stride. The caller holds the lock.
func (l *live) step() (err error) {
	if l.plant != nil {
		if l.plan, err = l.plant.Due(l.plan); err != nil {
			return fmt.Errorf("inject a planned fault: %w", err)
		}
	}
	l.site.Step()
	return nil
}

func (l *live) now() time.Time { _, now := l.site.Times(); return now }

// publish shows every value with the plant's time.
func (l *live) publish() {
	l.Lock()
	defer l.Unlock()
	l.publishHeld()
}

// publishHeld is publish for who holds the lock.
func (l *live) publishHeld() {
	told := time.Now() // asked for once: it is a tenth of what showing costs
	for i := range l.points {
		l.show(i, told)
	}
	l.wave(told)
}

// wave moves the variables of a load test.
func (l *live) wave(told time.Time) {
	l.beat++
	now := l.now().Add(time.Duration(l.ahead * float64(time.Second)))
	for i, n := range l.space.load {
		wave := math.Sin(float64(l.beat)/10 + float64(i))
		n.SetValue(ua.NewDataValue(wave, ua.Good, now, 0, told, 0))
	}
}

const stateFile = "plant.json"

func (l *live) save(dir string) error {
	if dir == "" || l.plant == nil {
		return nil
	}
	l.Lock()
	state, err := l.plant.Save()
	l.Unlock()
	if err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(dir, stateFile), state, secretMode); err != nil {
		return fmt.Errorf("save the plant's state: %w", err)
	}
	return nil
}

// stateMax bounds what is read as a state: the largest real one is under 100 kB.
const stateMax = 16 << 20

// openPlant resumes the plant of the state folder or builds a new one.
func openPlant(o Options) (*plant.Plant, error) {
	fresh := plant.Options{Seed: o.Seed, Start: o.Start}
	if o.StateDir == "" {
		return plant.New(fresh), nil
	}
	if err := os.MkdirAll(o.StateDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	if o.Fresh {
		return plant.New(fresh), nil
	}
	file := filepath.Join(o.StateDir, stateFile)
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return plant.New(fresh), nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at the plant's state: %w", err)
	}
	if info.Size() > stateMax {
		return nil, fmt.Errorf("state file %s has %d bytes, at most %d can be a plant's: start with --fresh to forget it", file, info.Size(), stateMax)
	}
	state, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the plant's state: %w", err)
	}
	p, err := plant.Resume(state)
	if err != nil {
		return nil, fmt.Errorf("state file %s: %w: start with --fresh to forget it", file, err)
	}
	if p.Seed != o.Seed {
		return nil, fmt.Errorf("state file %s is of seed %d, asked for is seed %d: give --seed %d, or --fresh to forget it", file, p.Seed, o.Seed, p.Seed)
	}
	return p, nil
}
