package soaktest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// cluster is the nodes, and the addresses of those that are alive.
type cluster struct {
	t     *testing.T
	setup setup
	http  *http.Client

	mu        sync.Mutex
	nodes     []*process
	addresses []string // "" for who is dead; the first node never is
}

func newCluster(t *testing.T, nodes int, s setup) *cluster {
	t.Helper()
	c := &cluster{t: t, setup: s, http: &http.Client{Transport: &http.Transport{}}}
	for range nodes {
		node := launch(t, s)
		c.nodes = append(c.nodes, node)
		c.addresses = append(c.addresses, node.address)
	}
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// kill has a node die in the midst of everything.
func (c *cluster) kill(node int) {
	c.mu.Lock()
	c.addresses[node] = ""
	c.mu.Unlock()
	c.nodes[node].kill()
}

func (c *cluster) restart(node int) {
	c.t.Helper()
	started := launch(c.t, c.setup)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nodes[node], c.addresses[node] = started, started.address
}

// leave has all nodes end by themselves.
func (c *cluster) leave() {
	c.t.Helper()
	for _, node := range c.nodes {
		node.leave()
	}
}

// home returns the address of a node, or of the first while that one is dead.
func (c *cluster) home(node int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if address := c.addresses[node%len(c.addresses)]; address != "" {
		return address
	}
	return c.addresses[0]
}

// either returns the address of a node at random.
func (c *cluster) either(random *rand.Rand) string { return c.home(random.IntN(len(c.nodes))) }

// socket is one connection of a client.
type socket struct {
	*websocket.Conn
	address string
}

func (c *cluster) dial(ctx context.Context, address, client string) (*socket, error) {
	conn, _, err := websocket.Dial(ctx, "ws://"+address, &websocket.DialOptions{
		HTTPClient: c.http, HTTPHeader: http.Header{"X-Actor": {client}},
	})
	return &socket{conn, address}, err
}

// frame is any frame of a node.
type frame struct {
	Type, ID, Topic, Code, Message string
	Topics                         []string
	Seq, Position                  int64
	Action                         struct{ Said said }
	Data                           int
}

func (s *socket) send(ctx context.Context, frame map[string]any) error {
	return wsjson.Write(ctx, s.Conn, frame)
}

// read returns the next frame that is no ping, which it answers.
func (s *socket) read(ctx context.Context) (f frame, err error) {
	for {
		f = frame{}
		if err := wsjson.Read(ctx, s.Conn, &f); err != nil || f.Type != "ping" {
			return f, err
		}
		if err := s.send(ctx, map[string]any{"type": "pong"}); err != nil {
			return f, err
		}
	}
}
