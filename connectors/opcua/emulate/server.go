package emulate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"sync"
	"time"
	"unsafe"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"
)

// Options of a server.
type Options struct {
	Listen    string // host:port on the loopback interface; port 0 takes any
	ConfigDir string // certificate, key and password
	Name      string // of the plant, as browsed
	Log       func(format string, args ...any)
}

// Server is an emulated plant on the network.
type Server struct {
	options Options
	ln      net.Listener
	srv     *uaserver.Server
	space   *space
}

// handleConnection is the library's own handler of one connection. Its public
// ListenAndServe opens the port on every interface, which a server without
// bounds on hostile bytes must not; so the door is ours and the rest theirs.
//
//go:linkname handleConnection github.com/awcullen/opcua/server.(*Server).handleConnection
func handleConnection(srv *uaserver.Server, conn net.Conn, done *sync.WaitGroup)

const connectionsMax = 64 // a twin uses two, a person a few

// New makes a server of points and opens its port. Values wait for Publish.
func New(o Options, points []Point) (*Server, error) {
	id, err := loadIdentity(o.ConfigDir)
	if err != nil {
		return nil, err
	}
	ln, err := listen(o.Listen)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, ln: ln}
	if err := s.build(id, points); err != nil {
		ln.Close()
		return nil, err
	}
	return s, nil
}

// Endpoint is where clients connect.
func (s *Server) Endpoint() string { return "opc.tcp://" + s.ln.Addr().String() }

func listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w (give an address like 127.0.0.1:48400)", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %q: an emulated plant serves its own machine only: give 127.0.0.1, ::1 or localhost", address)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (is another plant running? port 0 takes any free one)", address, err)
	}
	return ln, nil
}

func (s *Server) build(id identity, points []Point) error {
	abilities := ua.NewServerCapabilities()
	abilities.MinSupportedSampleRate = sampling
	var err error
	s.srv, err = uaserver.New(
		ua.ApplicationDescription{
			ApplicationURI: id.uri, ProductURI: "urn:glasstwin:emulate", ApplicationName: ua.NewLocalizedText(s.options.Name, "en"),
			ApplicationType: ua.ApplicationTypeServer, DiscoveryURLs: []string{s.Endpoint()},
		},
		id.certFile, id.keyFile, s.Endpoint(),
		uaserver.WithServerCapabilities(abilities),
		uaserver.WithBuildInfo(ua.BuildInfo{ProductURI: "urn:glasstwin:emulate", ManufacturerName: "GlassTwin", ProductName: s.options.Name}),
		uaserver.WithAnonymousIdentity(false), uaserver.WithSecurityPolicyNone(false),
		uaserver.WithInsecureSkipVerify(), // the password decides who may come in
		uaserver.WithServerDiagnostics(false),
		uaserver.WithAuthenticateUserNameIdentityFunc(func(user ua.UserNameIdentity, _, _ string) error {
			if !id.admits(user.UserName, user.Password) {
				s.options.Log("login of user %.40q refused", user.UserName)
				return ua.BadUserAccessDenied
			}
			return nil
		}),
	)
	if err != nil {
		return fmt.Errorf("make the OPC UA server: %w", err)
	}
	if err := offerOnly(s.srv); err != nil {
		return err
	}
	if s.space, err = newSpace(s.srv, s.options, points); err != nil {
		return fmt.Errorf("build the address space: %w", err)
	}
	tellRunning(s.srv)
	return nil
}

// offerOnly leaves one endpoint: Basic256Sha256, signed and encrypted. The
// library always offers its deprecated policies too, and has no option for it.
func offerOnly(srv *uaserver.Server) error {
	var kept []ua.EndpointDescription
	for _, e := range srv.Endpoints() {
		if e.SecurityPolicyURI == ua.SecurityPolicyURIBasic256Sha256 && e.SecurityMode == ua.MessageSecurityModeSignAndEncrypt {
			kept = append(kept, e)
		}
	}
	field := reflect.ValueOf(srv).Elem().FieldByName("endpoints")
	if len(kept) != 1 || !field.IsValid() || field.Type() != reflect.TypeOf(kept) {
		return errors.New("the OPC UA library keeps its endpoints elsewhere than version 1.4.0 does")
	}
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(reflect.ValueOf(kept))
	return nil
}

// tellRunning answers for the library's own state, which only its own listener
// would have set.
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

// Serve takes connections until the context ends, and waits for them to end.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var accepted error
	var work sync.WaitGroup
	work.Go(func() {
		defer cancel() // a plant that nobody can reach need not run
		accepted = s.accept(ctx)
	})
	<-ctx.Done()
	closed := s.srv.Close()
	work.Wait()
	s.srv.WorkerPool().StopWait()
	return errors.Join(accepted, closed)
}

func (s *Server) accept(ctx context.Context) error {
	var open sync.WaitGroup
	defer open.Wait()
	stop := context.AfterFunc(ctx, func() { _ = s.ln.Close() })
	defer stop()
	seats := make(chan struct{}, connectionsMax)
	for {
		conn, err := s.ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close()
			}
			return nil
		}
		var later net.Error
		switch {
		case errors.As(err, &later) && later.Timeout():
			time.Sleep(10 * time.Millisecond) // out of descriptors: they come back
			continue
		case err != nil:
			return fmt.Errorf("accept a connection: %w", err)
		}
		select {
		case seats <- struct{}{}:
		default:
			s.options.Log("connection from %s refused: %d are open", conn.RemoteAddr(), connectionsMax)
			_ = conn.Close()
			continue
		}
		open.Go(func() {
			defer func() { <-seats }()
			s.attend(ctx, conn)
		})
	}
}

// attend handles one connection; bytes that make the library panic end it alone.
func (s *Server) attend(ctx context.Context, conn net.Conn) {
	defer func() {
		if why := recover(); why != nil {
			s.options.Log("connection from %s ended, it sent what cannot be read: %v", conn.RemoteAddr(), why)
		}
	}()
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	var own sync.WaitGroup
	own.Add(1)
	handleConnection(s.srv, conn, &own)
}
