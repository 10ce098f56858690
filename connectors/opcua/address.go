package opcua

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gopcua/opcua/ua"
)

// addressMax bounds the text of a node's address; the standard allows 4096
// characters of an identifier.
const addressMax = 4500

// addressOf writes a node's id so that it survives a change of the plant's
// namespace indexes: with the namespace's URI (OPC 10000-6, 5.1.12).
func addressOf(id *ua.NodeID, namespaces []string) string {
	text := id.String()
	ns := int(id.Namespace())
	if ns == 0 || ns >= len(namespaces) || slices.Index(namespaces, namespaces[ns]) != ns {
		return text // an index that no URI stands for alone
	}
	_, rest, ok := strings.Cut(text, ";")
	if !ok {
		return text
	}
	uri := strings.NewReplacer("%", "%25", ";", "%3B").Replace(namespaces[ns])
	return "nsu=" + uri + ";" + rest
}

// nodeOf finds the node of an address on a plant with these namespaces.
func nodeOf(address string, namespaces []string) (*ua.NodeID, error) {
	if len(address) > addressMax {
		return nil, fmt.Errorf("an address of %d characters", len(address))
	}
	prefix, rest := "", address
	if uri, ok := strings.CutPrefix(address, "nsu="); ok {
		uri, rest, _ = strings.Cut(uri, ";")
		if strings.Contains(uri, "%") { // hardly any has one, and every reading looks its node up
			uri = strings.NewReplacer("%3B", ";", "%3b", ";", "%25", "%").Replace(uri)
		}
		ns := slices.Index(namespaces, uri)
		if ns < 0 {
			return nil, fmt.Errorf("the plant has no namespace %s", uri)
		}
		prefix = fmt.Sprintf("ns=%d;", ns)
	} else if strings.HasPrefix(address, "ns=") {
		var ok bool
		if prefix, rest, ok = strings.Cut(address, ";"); ok {
			prefix += ";"
		}
	}
	var id *ua.NodeID
	err := errors.New("no identifier")
	if len(rest) > 2 && rest[1] == '=' && strings.ContainsRune("isgb", rune(rest[0])) { // the library takes anything else for a name
		id, err = ua.ParseNodeID(prefix + rest)
	}
	if err != nil {
		return nil, fmt.Errorf("%.80q is no address of a node: write nsu=URI;s=NAME or ns=2;s=NAME", address)
	}
	return id, nil
}
