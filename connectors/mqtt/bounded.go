package mqtt

import (
	"fmt"
	"net"
)

// packetMax bounds one packet of a broker, bytes: 2,048 people with names are less.
const packetMax = 1 << 20

// bounded reads a broker's packets and ends the connection before one that is
// too long is taken in: the client's library makes room for what a packet says
// that it holds, up to 256 MB.
type bounded struct {
	net.Conn
	left   int  // bytes of the packet in hand
	header int  // bytes of its fixed header seen
	length int  // as read so far
	failed bool // it was too long
}

// Read is called from one goroutine.
func (b *bounded) Read(to []byte) (int, error) {
	if b.failed {
		return 0, b.tooLong()
	}
	n, err := b.Conn.Read(to)
	for i := 0; i < n; {
		if b.left > 0 {
			step := min(b.left, n-i)
			b.left -= step
			i += step
			continue
		}
		if b.header > 0 { // MQTT 3.1.1, 2.2.3: seven bits a byte, the least first
			b.length |= int(to[i]&0x7f) << (7 * (b.header - 1))
			if more := to[i]&0x80 != 0; more && b.header < 4 {
				b.header++
			} else if more || b.length > packetMax {
				b.failed = true
				return 0, b.tooLong()
			} else {
				b.left, b.header, b.length = b.length, 0, 0
			}
		} else {
			b.header = 1
		}
		i++
	}
	return n, err
}

func (b *bounded) tooLong() error {
	return fmt.Errorf("the broker sent a packet of over %d bytes", packetMax)
}
