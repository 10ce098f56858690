package server

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"reflect"
	"sync"
	"time"
	"unsafe"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"
)

// handleConnection is the library's own handler of one connection. Its public
// ListenAndServe opens the port on every interface, which a plant without
// bounds on hostile bytes must not; so the door is ours and the rest theirs.
//
//go:linkname handleConnection github.com/awcullen/opcua/server.(*Server).handleConnection
func handleConnection(srv *uaserver.Server, conn net.Conn, done *sync.WaitGroup)

// connectionsMax bounds open connections: a twin uses two, a person a few.
const connectionsMax = 64

// offerOnly leaves one endpoint: Basic256Sha256 with signing and encryption.
// The library always offers its deprecated policies too and has no option to
// leave them out; it looks at this list both when asked and when a channel opens.
func offerOnly(srv *uaserver.Server) error {
	var kept []ua.EndpointDescription
	for _, e := range srv.Endpoints() {
		if e.SecurityPolicyURI == ua.SecurityPolicyURIBasic256Sha256 && e.SecurityMode == ua.MessageSecurityModeSignAndEncrypt {
			kept = append(kept, e)
		}
	}
	if len(kept) != 1 {
		return fmt.Errorf("the OPC UA library offers %d Basic256Sha256 endpoints instead of one", len(kept))
	}
	field := reflect.ValueOf(srv).Elem().FieldByName("endpoints")
	if !field.IsValid() || field.Type() != reflect.TypeOf(kept) {
		return errors.New("the OPC UA library keeps its endpoints elsewhere than version 1.4.0 does")
	}
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(reflect.ValueOf(kept))
	return nil
}

// accept takes connections until the context ends and waits for them to finish.
func accept(ctx context.Context, srv *uaserver.Server, ln net.Listener, logger *log.Logger) error {
	var open sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	defer open.Wait()
	seats := make(chan struct{}, connectionsMax)
	for {
		conn, err := ln.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case err != nil:
			var later net.Error
			if errors.As(err, &later) && later.Timeout() {
				time.Sleep(10 * time.Millisecond) // out of descriptors: they come back
				continue
			}
			return fmt.Errorf("accept a connection: %w", err)
		}
		select {
		case seats <- struct{}{}:
		default:
			logger.Printf("connection from %s refused: %d are open", conn.RemoteAddr(), connectionsMax)
			_ = conn.Close()
			continue
		}
		open.Add(1)
		go func() {
			defer open.Done()
			defer func() { <-seats }()
			attend(srv, conn, logger)
		}()
	}
}

// attend handles one connection; bytes that make the library panic end it alone.
func attend(srv *uaserver.Server, conn net.Conn, logger *log.Logger) {
	defer func() {
		if why := recover(); why != nil {
			logger.Printf("connection from %s ended, it sent what cannot be read: %v", conn.RemoteAddr(), why)
		}
	}()
	defer func() { _ = conn.Close() }()
	var own sync.WaitGroup
	own.Add(1)
	handleConnection(srv, conn, &own)
}
