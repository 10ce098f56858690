package opcua

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uacp"
)

// errRefused marks errors that a person must mend before trying again helps.
var errRefused = errors.New("refused")

type refusal struct{ error }

func (r refusal) Is(target error) bool { return target == errRefused }
func (r refusal) Unwrap() error        { return r.error }

// policies are those held to be safe, the strongest first (OPC 10000-7).
var policies = []string{
	ua.SecurityPolicyURIAes256Sha256RsaPss,
	ua.SecurityPolicyURIAes128Sha256RsaOaep,
	ua.SecurityPolicyURIBasic256Sha256,
}

const (
	answerMax = 16 << 20 // bytes of one answer; a batch of ours needs under one
	chunksMax = 1024
)

// dial opens a channel and a session. lost is called once when they end.
func (c Config) dial(ctx context.Context, own identity, lost func()) (client *opcua.Client, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectMax)
	defer cancel()
	limits := []opcua.Option{
		opcua.AutoReconnect(false), opcua.RequestTimeout(requestMax),
		opcua.Dialer(&uacp.Dialer{ // of our own: the library's options would change the defaults of every client
			Dialer: &net.Dialer{Timeout: requestMax},
			ClientACK: &uacp.Acknowledge{
				ReceiveBufSize: uacp.DefaultReceiveBufSize, SendBufSize: uacp.DefaultSendBufSize,
				MaxMessageSize: answerMax, MaxChunkCount: chunksMax,
			},
		}),
	}
	offered, err := discover(ctx, c.Endpoint, limits)
	if err != nil {
		return nil, c.explain("reach", err)
	}
	e, err := choose(offered)
	if err != nil {
		return nil, refusal{fmt.Errorf("plant at %s: %w", c.Endpoint, err)}
	}
	if err := c.vet(e); err != nil {
		return nil, refusal{fmt.Errorf("plant at %s: %w", c.Endpoint, err)}
	}
	client, err = opcua.NewClient(c.Endpoint, append(limits,
		opcua.SecurityFromEndpoint(e, ua.UserTokenTypeUserName), opcua.AuthUsername(c.User, c.Password),
		opcua.Certificate(own.cert), opcua.PrivateKey(own.key),
		opcua.ApplicationURI(own.uri), opcua.ProductURI("urn:glasstwin"), opcua.ApplicationName("GlassTwin"),
		opcua.SessionTimeout(time.Minute),
		opcua.StateChangedFunc(func(s opcua.ConnState) {
			if s == opcua.Disconnected || s == opcua.Closed {
				lost()
			}
		}),
	)...)
	if err != nil {
		return nil, fmt.Errorf("prepare to connect to %s: %w", c.Endpoint, err)
	}
	if err := shielded(func() error { return client.Connect(ctx) }); err != nil {
		_ = shielded(func() error { return client.Close(ctx) })
		return nil, c.explain("log in to", err)
	}
	return client, nil
}

func discover(ctx context.Context, endpoint string, limits []opcua.Option) (out []*ua.EndpointDescription, err error) {
	err = shielded(func() error {
		out, err = opcua.GetEndpoints(ctx, endpoint, limits...)
		return err
	})
	return out, err
}

// shielded runs a call of the library, which panics on an answer that lacks
// what it expects.
func shielded(call func() error) (err error) {
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("the plant's answer cannot be read: %v", why)
		}
	}()
	return call()
}

// choose picks the endpoint with the strongest security that takes a user name.
func choose(offered []*ua.EndpointDescription) (*ua.EndpointDescription, error) {
	named := false
	for _, policy := range policies {
		for _, e := range offered {
			if e == nil || e.SecurityPolicyURI != policy || e.SecurityMode != ua.MessageSecurityModeSignAndEncrypt {
				continue
			}
			for _, t := range e.UserIdentityTokens {
				if t.TokenType == ua.UserTokenTypeUserName {
					return e, nil
				}
			}
			named = true
		}
	}
	if named {
		return nil, errors.New("it takes no user name with password: have one set up there")
	}
	var texts []string
	for _, e := range offered {
		if e != nil {
			texts = append(texts, fmt.Sprintf("%s %s", e.SecurityPolicyURI[max(0, len(e.SecurityPolicyURI)-40):], e.SecurityMode))
		}
	}
	slices.Sort(texts)
	return nil, fmt.Errorf("it offers no signed and encrypted connection that is held to be safe (it offers %q): switch on Basic256Sha256 with SignAndEncrypt, or a stronger one, there", slices.Compact(texts))
}

// explain says what an error of the connection means and what mends it.
func (c Config) explain(doing string, err error) error {
	var dialled *net.OpError
	switch {
	case errors.Is(err, ua.StatusBadUserAccessDenied), errors.Is(err, ua.StatusBadIdentityTokenRejected), errors.Is(err, ua.StatusBadIdentityTokenInvalid):
		return refusal{fmt.Errorf("plant at %s does not let user %s in with this password: correct one of them (%w)", c.Endpoint, c.User, err)}
	case errors.Is(err, ua.StatusBadSecurityChecksFailed), errors.Is(err, ua.StatusBadCertificateUntrusted), errors.Is(err, ua.StatusBadCertificateInvalid):
		return refusal{fmt.Errorf("plant at %s does not trust the twin: accept the certificate of %s there (%w)", c.Endpoint, applicationURI, err)}
	case errors.Is(err, ua.StatusBadTooManySessions), errors.Is(err, ua.StatusBadTCPServerTooBusy):
		return fmt.Errorf("plant at %s takes no more connections: close another client of it (%w)", c.Endpoint, err)
	case errors.As(err, &dialled):
		return fmt.Errorf("plant at %s cannot be reached: is it running, and is the address right? (%w)", c.Endpoint, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, ua.StatusBadTimeout):
		return fmt.Errorf("plant at %s does not answer: is it running? (%w)", c.Endpoint, err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("plant at %s ended the connection: is it an OPC UA server, and is it running? (%w)", c.Endpoint, err)
	}
	return fmt.Errorf("%s the plant at %s: %w", doing, c.Endpoint, err)
}
