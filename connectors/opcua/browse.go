package opcua

import (
	"context"
	"fmt"
	"strings"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	browseDepthMax = 16      // of folders below Objects
	browseNodesMax = 200_000 // a large plant has a tenth
	browseBatch    = 100     // nodes asked about in one request
	browseAnswer   = 1000    // references of a node in one answer; the rest comes by continuation points
	textMax        = 1024    // characters kept of a name, a description or a property
)

// Browse lists the objects and variables of a plant below its Objects folder,
// without those of the server itself. It connects, looks and disconnects.
func Browse(ctx context.Context, c Config) ([]twin.PlantNode, error) {
	if err := c.complete(); err != nil {
		return nil, fmt.Errorf("browse %s: %w", c.Endpoint, err)
	}
	own, err := ownIdentity(c.SecurityDir)
	if err != nil {
		return nil, fmt.Errorf("browse %s: %w", c.Endpoint, err)
	}
	s, err := c.open(ctx, own)
	if err != nil {
		return nil, err
	}
	defer s.close()
	b := &browser{session: s, seen: map[string]bool{}, types: map[string]string{}}
	if err := b.walk(ctx); err != nil {
		return nil, c.explain("browse", err)
	}
	if err := b.describe(ctx); err != nil {
		return nil, c.explain("browse", err)
	}
	return b.finish(), nil
}

// browser walks one address space, breadth first.
type browser struct {
	*session
	outer bool            // what hangs below variables is left out
	seen  map[string]bool // by node id
	found []found
	types map[string]string // browse names of type definitions, by node id
}

// found is a node and where it hangs.
type found struct {
	node     *ua.NodeID
	parent   int // index in browser.found; -1 below Objects
	name     string
	kind     *ua.NodeID // its type definition, nil for none
	variable bool
	property bool
	out      twin.PlantNode
}

func (b *browser) walk(ctx context.Context) error {
	from := []*ua.NodeID{ua.NewNumericNodeID(0, id.ObjectsFolder)}
	parents := []int{-1}
	b.seen[from[0].String()] = true
	for depth := 0; len(from) > 0; depth++ {
		if depth == browseDepthMax {
			return fmt.Errorf("the address space is more than %d levels deep below %q", browseDepthMax, strings.Join(b.path(parents[0]), "/"))
		}
		first := len(b.found)
		for len(from) > 0 {
			n := min(browseBatch, len(from))
			if err := b.children(ctx, from[:n], parents[:n]); err != nil {
				return err
			}
			from, parents = from[n:], parents[n:]
		}
		from, parents = nil, nil
		for i := first; i < len(b.found); i++ {
			if b.outer && b.found[i].variable {
				continue
			}
			from, parents = append(from, b.found[i].node), append(parents, i)
		}
	}
	return nil
}

// children takes in what hangs below some nodes.
func (b *browser) children(ctx context.Context, nodes []*ua.NodeID, parents []int) error {
	ask := make([]*ua.BrowseDescription, len(nodes))
	for i, n := range nodes {
		ask[i] = &ua.BrowseDescription{
			NodeID: n, BrowseDirection: ua.BrowseDirectionForward,
			ReferenceTypeID: ua.NewNumericNodeID(0, id.HierarchicalReferences), IncludeSubtypes: true,
			NodeClassMask: uint32(ua.NodeClassObject | ua.NodeClassVariable), ResultMask: uint32(ua.BrowseResultMaskAll),
		}
	}
	var results []*ua.BrowseResult
	err := b.limited(ctx, func(ctx context.Context) error {
		answer, err := b.client.Browse(ctx, &ua.BrowseRequest{NodesToBrowse: ask, RequestedMaxReferencesPerNode: browseAnswer, View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}})
		if err == nil {
			results = answer.Results
		}
		return err
	})
	for {
		if err != nil {
			return fmt.Errorf("browse %d nodes: %w", len(nodes), err)
		}
		if len(results) != len(parents) {
			return fmt.Errorf("browse %d nodes: the plant answered for %d", len(parents), len(results))
		}
		var points [][]byte
		var rest []int
		for i, r := range results {
			if r == nil {
				continue
			}
			for _, ref := range r.References {
				if err := b.take(ref, parents[i]); err != nil {
					return err
				}
			}
			if len(r.ContinuationPoint) > 0 {
				points, rest = append(points, r.ContinuationPoint), append(rest, parents[i])
			}
		}
		if len(points) == 0 {
			return nil
		}
		parents = rest
		err = b.limited(ctx, func(ctx context.Context) error {
			answer, err := b.client.BrowseNext(ctx, &ua.BrowseNextRequest{ContinuationPoints: points})
			if err == nil {
				results = answer.Results
			}
			return err
		})
	}
}

func (b *browser) take(ref *ua.ReferenceDescription, parent int) error {
	if ref == nil || ref.NodeID == nil || ref.NodeID.NodeID == nil || ref.BrowseName == nil || ref.NodeID.HasServerIndex() && ref.NodeID.ServerIndex != 0 {
		return nil // of another server, or nothing
	}
	node := ref.NodeID.NodeID
	key := node.String()
	if b.seen[key] || node.Namespace() == 0 && node.IntID() == id.Server {
		return nil
	}
	b.seen[key] = true
	if len(b.found) == browseNodesMax {
		return fmt.Errorf("the address space has more than %d nodes", browseNodesMax)
	}
	f := found{node: node, parent: parent, name: cut(ref.BrowseName.Name), variable: ref.NodeClass == ua.NodeClassVariable}
	if ref.TypeDefinition != nil && ref.TypeDefinition.NodeID != nil {
		f.kind = ref.TypeDefinition.NodeID
	}
	f.property = ref.ReferenceTypeID != nil && ref.ReferenceTypeID.Namespace() == 0 && ref.ReferenceTypeID.IntID() == id.HasProperty
	b.found = append(b.found, f)
	return nil
}

// path lists the browse names down to a found node.
func (b *browser) path(i int) []string {
	var up []string
	for ; i >= 0; i = b.found[i].parent {
		up = append(up, b.found[i].name)
	}
	for lo, hi := 0, len(up)-1; lo < hi; lo, hi = lo+1, hi-1 {
		up[lo], up[hi] = up[hi], up[lo]
	}
	return up
}

// attributesOf are what is read of each variable, in this order.
var attributesOf = []ua.AttributeID{ua.AttributeIDDataType, ua.AttributeIDValueRank, ua.AttributeIDUserAccessLevel, ua.AttributeIDDescription}

// describe reads the attributes of every variable and the values of properties.
func (b *browser) describe(ctx context.Context) error {
	if err := b.nameTypes(ctx); err != nil {
		return err
	}
	var ask []*ua.ReadValueID
	var of []int
	for i, f := range b.found {
		if f.variable {
			of = append(of, i)
			for _, a := range attributesOf {
				ask = append(ask, attribute(f.node, a))
			}
		}
	}
	values, err := b.read(ctx, ask)
	if err != nil {
		return err
	}
	ask, valued := nil, []int(nil)
	for k, i := range of {
		f := &b.found[i]
		f.describe(values[k*len(attributesOf):])
		if f.property || f.out.Data == "" {
			ask, valued = append(ask, attribute(f.node, ua.AttributeIDValue)), append(valued, i)
		}
	}
	if values, err = b.read(ctx, ask); err != nil {
		return err
	}
	for k, i := range valued {
		b.fill(i, values[k])
	}
	return nil
}

func (b *browser) nameTypes(ctx context.Context) error {
	var ask []*ua.ReadValueID
	var keys []string
	for _, f := range b.found {
		if f.kind == nil {
			continue
		}
		if key := f.kind.String(); b.types[key] == "" {
			b.types[key] = "?"
			keys, ask = append(keys, key), append(ask, attribute(f.kind, ua.AttributeIDBrowseName))
		}
	}
	values, err := b.read(ctx, ask)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v.Value != nil {
			if name := v.Value.QualifiedName(); name != nil {
				b.types[keys[i]] = cut(name.Name)
			}
		}
	}
	return nil
}

func (f *found) describe(v []*ua.DataValue) {
	rank := int64(-1)
	if v[1].Value != nil {
		rank = v[1].Value.Int()
	}
	if v[0].Value != nil {
		if kind := v[0].Value.NodeID(); kind != nil && kind.Namespace() == 0 {
			f.out.Data = builtin[kind.IntID()]
		}
	}
	if f.out.Data != "" && rank >= 0 {
		f.out.Data += "[]"
	}
	if v[2].Value != nil {
		f.out.Writable = ua.AccessLevelType(v[2].Value.Uint())&ua.AccessLevelTypeCurrentWrite != 0
	}
	if v[3].Value != nil {
		if text := v[3].Value.LocalizedText(); text != nil {
			f.out.Note = cut(text.Text)
		}
	}
}

// builtin names the types of values by their node in namespace 0 (OPC 10000-6,
// table 1). Enumerations travel as Int32; abstract number types are told by
// their value.
var builtin = map[uint32]string{
	id.Boolean: "Boolean", id.SByte: "SByte", id.Byte: "Byte", id.Int16: "Int16", id.UInt16: "UInt16", id.Int32: "Int32",
	id.UInt32: "UInt32", id.Int64: "Int64", id.UInt64: "UInt64", id.Float: "Float", id.Double: "Double", id.String: "String",
	id.DateTime: "DateTime", id.GUID: "Guid", id.ByteString: "ByteString", id.XMLElement: "XmlElement", id.NodeID: "NodeId",
	id.ExpandedNodeID: "ExpandedNodeId", id.StatusCode: "StatusCode", id.QualifiedName: "QualifiedName",
	id.LocalizedText: "LocalizedText", id.Enumeration: "Int32", id.Duration: "Double", id.UtcTime: "DateTime",
	id.Range: "Range", id.EUInformation: "EUInformation", id.Argument: "Argument",
}

// fill takes in the value of a property, or of a variable whose type is not
// told otherwise.
func (b *browser) fill(i int, v *ua.DataValue) {
	f := &b.found[i]
	if f.out.Data == "" {
		f.out.Data = "Variant"
		if v.Value != nil && v.Value.Value() != nil {
			f.out.Data = strings.TrimPrefix(v.Value.Type().String(), "TypeID")
			if v.Value.Has(ua.VariantArrayValues) {
				f.out.Data += "[]"
			}
		}
	}
	if !f.property || v.Value == nil || isBad(v.Status) {
		return
	}
	raw := v.Value.Value()
	if x, ok := raw.(*ua.ExtensionObject); ok && x != nil {
		raw = x.Value
	}
	switch x := raw.(type) {
	case *ua.Range:
		if f.name == "EURange" && f.parent >= 0 && x != nil {
			b.found[f.parent].out.Range = [2]float64{x.Low, x.High}
		}
	case *ua.EUInformation:
		if f.name == "EngineeringUnits" && f.parent >= 0 && x != nil && x.DisplayName != nil {
			b.found[f.parent].out.Unit = cut(x.DisplayName.Text)
		}
	case *ua.LocalizedText:
		f.out.Value = cut(x.Text)
	case string, bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64:
		f.out.Value = cut(fmt.Sprint(x))
	}
}

func (b *browser) finish() []twin.PlantNode {
	out := make([]twin.PlantNode, len(b.found))
	for i, f := range b.found {
		out[i] = f.out
		out[i].Address, out[i].Path = addressOf(f.node, b.namespaces), b.path(i)
		if f.kind != nil {
			out[i].Type = b.types[f.kind.String()]
		}
	}
	return out
}

func cut(s string) string {
	if len(s) <= textMax {
		return s
	}
	return strings.ToValidUTF8(s[:textMax], "")
}
