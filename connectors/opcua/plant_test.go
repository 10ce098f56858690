package opcua_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/conntest"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// program is the emulated store, built once.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sitesim-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	program = filepath.Join(dir, "sitesim")
	build := exec.Command("go", "build", "-o", program, "../../cmd/sitesim")
	build.Stderr = os.Stderr
	code := 1
	if err := build.Run(); err == nil {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// plant is the emulated store as a process of its own.
type plant struct {
	endpoint, config, state, log string
	args                         []string
	cmd                          *exec.Cmd
}

// told is how often the plant has said part. It writes its log itself, into a
// file, before it answers a write; so what was answered is counted.
func (p *plant) told(t testing.TB, part string) int {
	t.Helper()
	text, err := os.ReadFile(p.log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), part)
}

// start runs a plant that keeps its identity and its state below dir.
func start(t testing.TB, dir string, args ...string) *plant {
	t.Helper()
	p := &plant{config: filepath.Join(dir, "config"), state: filepath.Join(dir, "state"), log: filepath.Join(dir, "log"), args: args}
	p.run(t, "127.0.0.1:0")
	t.Cleanup(p.kill)
	return p
}

func (p *plant) run(t testing.TB, listen string) {
	t.Helper()
	p.cmd = exec.Command(program, append([]string{"serve", "--listen", listen, "--config", p.config}, p.args...)...)
	if p.state != "" {
		p.cmd.Args = append(p.cmd.Args, "--state", p.state)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p.cmd.Stderr = log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.kill()
		said, _ := os.ReadFile(p.log)
		t.Fatalf("the plant did not start: %v\n%s", err, said)
	}
	p.endpoint = strings.TrimSpace(strings.TrimPrefix(line, "ready "))
}

// again starts a plant that was killed, at the address where it was.
func (p *plant) again(t testing.TB) { p.run(t, strings.TrimPrefix(p.endpoint, "opc.tcp://")) }

func (p *plant) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// rest waits until every thread of a plant that was stopped stands still.
func (p *plant) rest(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		if len(threads) == 0 { // a system without /proc
			time.Sleep(time.Second)
			return
		}
		if !slices.ContainsFunc(threads, func(file string) bool {
			text, err := os.ReadFile(file)
			_, state, _ := strings.Cut(string(text), ") ") // proc_pid_stat(5): pid (name) state
			return err == nil && !strings.HasPrefix(state, "T")
		}) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the plant does not stop")
		}
	}
}

func (p *plant) password(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.config, "password"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (p *plant) certificate(t testing.TB) []byte {
	t.Helper()
	der, err := os.ReadFile(filepath.Join(p.config, "own", "cert.der"))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (p *plant) reach(t testing.TB) opcua.Config {
	t.Helper()
	return opcua.Config{
		Plant: "store", Endpoint: p.endpoint, User: "glasstwin", Password: p.password(t), Pinned: p.certificate(t),
		SecurityDir: t.TempDir(), Log: func(f string, a ...any) { t.Logf(f, a...) },
	}
}

// demo is the demo store, bound to a plant.
func demo(t testing.TB, c opcua.Config) *generate.Result {
	t.Helper()
	nodes, err := opcua.Browse(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := generate.Demo(context.Background(), catalogue, &generate.Plant{Name: c.Plant, Endpoint: c.Endpoint, User: c.User, Nodes: nodes})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// ear hears what a link delivers.
type ear struct {
	mu      sync.Mutex
	samples []twin.Sample
	changes []change
	news    chan struct{}
}

type change struct {
	up     bool
	reason string
	at     time.Time
}

func (e *ear) attach(c *opcua.Config) {
	e.news = make(chan struct{}, 1)
	c.Receive = func(s []twin.Sample) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.samples = append(e.samples, s...)
		e.tell()
		return nil
	}
	c.Changed = func(_ context.Context, up bool, reason string) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.changes = append(e.changes, change{up, reason, time.Now()})
		e.tell()
		return nil
	}
}

func (e *ear) tell() {
	select {
	case e.news <- struct{}{}:
	default:
	}
}

// await waits until ok says so of what was heard, as long as a busy machine may
// take for what is promised within limit.
func (e *ear) await(t testing.TB, what string, limit time.Duration, ok func(*ear) bool) {
	t.Helper()
	limit = conntest.Patience(limit)
	end := time.After(limit)
	for {
		e.mu.Lock()
		done := ok(e)
		e.mu.Unlock()
		if done {
			return
		}
		select {
		case <-e.news:
		case <-end:
			e.mu.Lock()
			defer e.mu.Unlock()
			t.Fatalf("waited %s for %s; heard %d samples and %v", limit, what, len(e.samples), e.changes)
		}
	}
}

func isUp(e *ear) bool { return len(e.changes) > 0 && e.changes[len(e.changes)-1].up }

// run starts a link that ends with the test.
func run(t testing.TB, c opcua.Config) *opcua.Link {
	t.Helper()
	link, err := opcua.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- link.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the link ended with %v", err)
			}
		case <-time.After(conntest.Patience(10 * time.Second)):
			t.Error("the link does not end")
		}
	})
	return link
}
