// Package hand calls the methods of a served plant over OPC UA, as somebody who
// does maintenance beside the twin would. It knows nothing of the plant but its
// folder of certificate and password. Start reading at Call.
package hand

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/server"
)

// Call calls a method of the plant at an endpoint, whose configuration folder is
// config, with arguments of text.
func Call(ctx context.Context, endpoint, config, method string, args ...string) error {
	pair, err := tls.LoadX509KeyPair(filepath.Join(config, "own", "cert.pem"), filepath.Join(config, "own", "key.pem"))
	if err != nil {
		return fmt.Errorf("call %s: %w", method, err)
	}
	key, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return fmt.Errorf("call %s: the key in %s is none of RSA", method, config)
	}
	password, err := os.ReadFile(filepath.Join(config, "password"))
	if err != nil {
		return fmt.Errorf("call %s: %w", method, err)
	}
	offered, err := opcua.GetEndpoints(ctx, endpoint)
	if err != nil || len(offered) == 0 {
		return fmt.Errorf("call %s: find the plant at %s: %w", method, endpoint, err)
	}
	c, err := opcua.NewClient(endpoint, opcua.SecurityFromEndpoint(offered[0], ua.UserTokenTypeUserName), opcua.AutoReconnect(false),
		opcua.Certificate(pair.Certificate[0]), opcua.PrivateKey(key), opcua.ApplicationURI(server.ApplicationURI),
		opcua.AuthUsername(server.User, strings.TrimSpace(string(password))))
	if err == nil {
		err = c.Connect(ctx)
	}
	if err != nil {
		return fmt.Errorf("call %s at %s: %w", method, endpoint, err)
	}
	defer func() { _ = c.Close(ctx) }()
	ns, err := c.FindNamespace(ctx, server.Namespace)
	if err != nil {
		return fmt.Errorf("call %s: %w", method, err)
	}
	ask := &ua.CallMethodRequest{ObjectID: ua.NewStringNodeID(ns, "CornerMarket"), MethodID: ua.NewStringNodeID(ns, method)}
	for _, a := range args {
		ask.InputArguments = append(ask.InputArguments, ua.MustVariant(a))
	}
	got, err := c.Call(ctx, ask)
	if err == nil && got.StatusCode != ua.StatusOK {
		err = got.StatusCode
	}
	if err != nil {
		return fmt.Errorf("call %s%q: %w", method, args, err)
	}
	return nil
}
