// Package ports finds free ports on this machine and tells when one is taken.
package ports

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Free ports are drawn from below the range that operating systems give to outgoing connections: a port from that range,
// found free now, may be the local end of some connection a moment later.
const lowest, highest = 20000, 32000

// Free returns a port of 127.0.0.1 that nobody listens on.
func Free() (int, error) {
	for range 1000 {
		port := lowest + rand.IntN(highest-lowest)
		if Check(Local(port)) == nil {
			return port, nil
		}
	}
	return 0, errors.New("no free port on 127.0.0.1")
}

// Local is the address of a port of this machine.
func Local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Check fails when address cannot be listened on. The error is the operating system's: address in use, or not an address
// of this machine.
func Check(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		if op, ok := errors.AsType[*net.OpError](err); ok {
			return op.Err
		}
		return err
	}
	return listener.Close()
}

// Split cuts host:port; an empty host is this machine.
func Split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not host:port", address)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("%q has no port between 1 and 65535", address)
	}
	return host, port, nil
}

// Reachable is the address at which a client of this machine reaches a server that listens on address: a server that
// listens on every interface is reached at 127.0.0.1.
func Reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
