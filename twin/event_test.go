package twin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func eventGen(t *rapid.T) Event {
	e, err := NewEvent(
		rapid.SampledFrom([]EventKind{SituationRaised, ProposalMade, OutcomeRecorded}).Draw(t, "kind"),
		time.Unix(0, rapid.Int64Range(0, 4e18).Draw(t, "at")).In(time.FixedZone("KST", 9*3600)),
		map[string]string{rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value")},
	)
	if err != nil {
		t.Fatal(err)
	}
	e.Case, e.Asset = CaseID(rapid.String().Draw(t, "case")), AssetID(rapid.StringN(0, 5, 20).Draw(t, "asset"))
	e.Actor = rapid.SampledFrom([]string{"", "kim", "auto"}).Draw(t, "actor")
	return e
}

func chainGen(t *rapid.T) []Event {
	var chain Chain
	var out []Event
	for range rapid.IntRange(2, 12).Draw(t, "events") {
		out = append(out, chain.Seal(eventGen(t), noon))
	}
	return out
}

func checkAll(all []Event) error {
	var chain Chain
	for _, e := range all {
		if err := chain.Check(e); err != nil {
			return err
		}
	}
	return nil
}

func TestASealedChainChecks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := chainGen(t)
		if err := checkAll(all); err != nil {
			t.Fatal(err)
		}
		k := rapid.IntRange(0, len(all)-1).Draw(t, "k")
		rest, err := Continue(all[k])
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all[k+1:] {
			if err := rest.Check(e); err != nil {
				t.Fatal(err)
			}
		}
		if seq, hash := rest.Last(); seq != uint64(len(all)) || hash != all[len(all)-1].Hash {
			t.Fatalf("it ends at %d", seq)
		}
	})
}

// Any change, drop, exchange or insertion is found, but for a cut at the end,
// which no chain can tell.
func TestTamperingIsFound(t *testing.T) {
	changes := map[string]func(*Event){
		"seq":    func(e *Event) { e.Seq++ },
		"at":     func(e *Event) { e.At = e.At.Add(1) },
		"logged": func(e *Event) { e.Logged = e.Logged.Add(-1) },
		"kind":   func(e *Event) { e.Kind += "x" },
		"case":   func(e *Event) { e.Case += "x" },
		"asset":  func(e *Event) { e.Asset += "\n" },
		"actor":  func(e *Event) { e.Actor += "x" },
		"body":   func(e *Event) { e.Body = append(json.RawMessage(" "), e.Body...) },
		"prev":   func(e *Event) { e.Prev += "0" },
		"hash":   func(e *Event) { e.Hash = strings.ToUpper(e.Hash) + "0" },
		// A text that moves from one field into the next must not give the same digest.
		"shift": func(e *Event) { e.Asset, e.Actor = AssetID(string(e.Asset)+e.Actor+"x"), "" },
	}
	var names []string
	for name := range changes {
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		all := chainGen(t)
		i := rapid.IntRange(0, len(all)-1).Draw(t, "i")
		name := rapid.SampledFrom(append(names, "drop", "exchange", "double", "insert")).Draw(t, "how")
		switch name {
		case "drop":
			i = min(i, len(all)-2)
			all = append(all[:i:i], all[i+1:]...)
		case "exchange":
			i = min(i, len(all)-2)
			all[i], all[i+1] = all[i+1], all[i]
		case "double":
			all = append(all[:i+1:i+1], all[i:]...)
		case "insert":
			var chain Chain
			if i > 0 {
				chain, _ = Continue(all[i-1])
			}
			forged := chain.Seal(eventGen(t), noon.Add(time.Second))
			all = append(append(all[:i:i], forged), all[i:]...)
		default:
			changes[name](&all[i])
		}
		if err := checkAll(all); err == nil {
			t.Fatalf("%s of event %d was not found", name, i+1)
		}
	})
}

// The digest tells two events apart wherever their fields begin and end.
func TestTheDigestSeparatesItsFields(t *testing.T) {
	var chain Chain
	a := chain.Seal(Event{Kind: "k", Case: "a\"\n\"b", Body: json.RawMessage("1")}, noon)
	chain = Chain{}
	b := chain.Seal(Event{Kind: "k", Case: "a", Asset: "b", Body: json.RawMessage("1")}, noon)
	chain = Chain{}
	c := chain.Seal(Event{Kind: "k\n\"\"", Body: json.RawMessage("1")}, noon)
	chain = Chain{}
	d := chain.Seal(Event{Kind: "k", Body: json.RawMessage("1")}, noon)
	if a.Hash == b.Hash || c.Hash == d.Hash {
		t.Error("different events have the same hash")
	}
}

func TestAnEventComesBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var chain Chain
		e := chain.Seal(eventGen(t), noon)
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var got Event
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		got.Body = bytes.Clone(got.Body)
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("got  %+v\nwant %+v", got, e)
		}
		var again Chain
		if err := again.Check(got); err != nil {
			t.Fatal(err)
		}
	})
}

func TestContinueRefusesWhatIsNoEnd(t *testing.T) {
	var chain Chain
	e := chain.Seal(Event{Kind: LinkUp, Body: json.RawMessage("null")}, noon)
	e.Actor = "lee"
	for _, bad := range []Event{{}, e} {
		if _, err := Continue(bad); err == nil {
			t.Errorf("%+v was continued", bad)
		}
	}
	if _, err := NewEvent(LinkUp, noon, func() {}); err == nil || !strings.Contains(err.Error(), string(LinkUp)) {
		t.Errorf("a body that is no data: %v", err)
	}
}

func ExampleChain() {
	var journal Chain
	at := time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)
	var stored []Event
	for _, by := range []string{"kim", "lee"} {
		e, err := NewEvent(DecisionMade, at, Decision{Approved: true, By: by})
		if err != nil {
			fmt.Println(err)
			return
		}
		stored = append(stored, journal.Seal(e, at))
	}
	stored[0].Body = bytes.Replace(stored[0].Body, []byte("kim"), []byte("lee"), 1)
	var check Chain
	fmt.Println(check.Check(stored[0]))
	// Output: event 1 (decision.made) was changed after it was written: its hash does not match
}
