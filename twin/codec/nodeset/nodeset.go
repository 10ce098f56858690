// Package nodeset reads address spaces of plants from OPC UA NodeSet2 files (OPC
// 10000-6, annex F): what stands below the Objects folder, with the names of its
// types, as browsing the live plant would tell it. Types may stand in companion
// files of other namespaces, so several files are joined. It opens no file and no
// connection. Start reading at Read, then Join.
package nodeset

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/glasstwin/glasstwin/markup"
	"github.com/glasstwin/glasstwin/twin"
)

// Limits on a file.
const (
	fileMax  = 128 << 20
	nodesMax = 500_000
	depthMax = 32 // of objects below Objects
	outMax   = 200_000
	xmlDepth = 100
)

// Set is one file.
type Set struct {
	Name  string
	nodes []node
}

// id is a node's id with its namespace by URI, so that files agree on it.
type id string

type node struct {
	id             id
	name           string
	class          string // "UAObject", …
	typeOf, parent id
	children       []id
	property       bool // by the reference from its parent
	data           string
	rank           int
	access         int
	note           string
	value          string
	low, high      float64
	unit           string
	hasRange       bool
}

const (
	objectsFolder = id("nsu=http://opcfoundation.org/UA/;i=85")
	base          = "http://opcfoundation.org/UA/"
)

// xml forms.
type form struct {
	XMLName    xml.Name
	Namespaces []string `xml:"NamespaceUris>Uri"`
	Aliases    []struct {
		Alias string `xml:"Alias,attr"`
		ID    string `xml:",chardata"`
	} `xml:"Aliases>Alias"`
	Nodes []nodeForm `xml:",any"`
}

type nodeForm struct {
	XMLName     xml.Name
	ID          string `xml:"NodeId,attr"`
	Name        string `xml:"BrowseName,attr"`
	Parent      string `xml:"ParentNodeId,attr"`
	DataType    string `xml:"DataType,attr"`
	Rank        string `xml:"ValueRank,attr"`
	Access      string `xml:"AccessLevel,attr"`
	Description []struct {
		Text string `xml:",chardata"`
	} `xml:"Description"`
	References []struct {
		Type    string `xml:"ReferenceType,attr"`
		Forward string `xml:"IsForward,attr"`
		To      string `xml:",chardata"`
	} `xml:"References>Reference"`
	Value struct {
		Inner []byte `xml:",innerxml"`
	} `xml:"Value"`
}

// hierarchical are the references that nodes hang on each other by.
var hierarchical = map[string]bool{
	"Organizes": true, "HasComponent": true, "HasProperty": true, "HasOrderedComponent": true, "HasAddIn": true, "i=35": true, "i=47": true, "i=46": true, "i=49": true, "i=17604": true,
}

// Read reads a file; name is for messages.
func Read(name string, data []byte) (*Set, error) {
	if len(data) > fileMax {
		return nil, fmt.Errorf("%s: larger than %d MB; split it", name, fileMax>>20)
	}
	data, err := markup.Text(context.Background(), data, markup.Limits{Depth: xmlDepth, Elements: 20 * nodesMax})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var f form
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = markup.Charset
	if err := d.Decode(&f); err != nil {
		var form *xml.SyntaxError
		if errors.As(err, &form) {
			return nil, fmt.Errorf("%s: line %d: not XML: %s; export it again", name, form.Line, form.Msg)
		}
		return nil, fmt.Errorf("%s: not a NodeSet2 file: %w", name, err)
	}
	if f.XMLName.Local != "UANodeSet" {
		return nil, fmt.Errorf("%s: the root is <%s>, not <UANodeSet>; give an OPC UA NodeSet2 file", name, f.XMLName.Local)
	}
	if len(f.Nodes) > nodesMax {
		return nil, fmt.Errorf("%s: more than %d nodes; split it", name, nodesMax)
	}
	alias := map[string]string{}
	for _, a := range f.Aliases {
		alias[a.Alias] = strings.TrimSpace(a.ID)
	}
	s := &Set{Name: name}
	for _, n := range f.Nodes {
		if !strings.HasPrefix(n.XMLName.Local, "UA") || n.ID == "" {
			continue
		}
		s.nodes = append(s.nodes, n.node(f.Namespaces, alias))
	}
	return s, nil
}

func (n nodeForm) node(uris []string, alias map[string]string) node {
	resolve := func(text string) id {
		text = strings.TrimSpace(text)
		if to, ok := alias[text]; ok {
			text = to
		}
		return absolute(text, uris)
	}
	out := node{id: resolve(n.ID), name: n.Name, class: n.XMLName.Local, parent: resolve(n.Parent), data: n.DataType, rank: -1, access: 1}
	if _, after, ok := strings.Cut(n.Name, ":"); ok {
		out.name = after
	}
	if v, err := strconv.Atoi(n.Rank); err == nil {
		out.rank = v
	}
	if v, err := strconv.Atoi(n.Access); err == nil {
		out.access = v
	}
	if len(n.Description) > 0 {
		out.note = clip(strings.TrimSpace(n.Description[0].Text))
	}
	if out.parent == "nsu="+base+";" {
		out.parent = ""
	}
	for _, r := range n.References {
		kind, to := strings.TrimSpace(r.Type), resolve(r.To)
		if named, ok := alias[kind]; ok && !hierarchical[kind] && kind != "HasTypeDefinition" {
			kind = named
		}
		switch {
		case kind == "HasTypeDefinition" || kind == "i=40":
			out.typeOf = to
		case !hierarchical[kind]:
		case r.Forward == "false":
			out.parent = to
			out.property = kind == "HasProperty" || kind == "i=46"
		default:
			out.children = append(out.children, to)
		}
	}
	out.readValue(n.Value.Inner)
	return out
}

// absolute writes a node id with its namespace's URI.
func absolute(text string, uris []string) id {
	space := base
	if rest, ok := strings.CutPrefix(text, "ns="); ok {
		number, tail, _ := strings.Cut(rest, ";")
		i, err := strconv.Atoi(number)
		if text = tail; err == nil && i > 0 {
			space = fmt.Sprintf("urn:unknown:%d", i)
			if i <= len(uris) {
				space = strings.TrimSpace(uris[i-1])
			}
		}
	}
	return id("nsu=" + space + ";" + text)
}

// readValue takes what is needed of a property's value: a range, a unit, a text.
func (n *node) readValue(inner []byte) {
	if len(inner) == 0 || len(inner) > 1<<16 {
		return
	}
	d := xml.NewDecoder(bytes.NewReader(append(append([]byte("<v>"), inner...), "</v>"...)))
	var path []string
	for {
		t, err := d.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
		case xml.EndElement:
			path = path[:max(0, len(path)-1)]
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			if text == "" || len(path) == 0 {
				continue
			}
			switch last := path[len(path)-1]; {
			case last == "Low":
				n.low, _ = strconv.ParseFloat(text, 64)
			case last == "High":
				n.high, _ = strconv.ParseFloat(text, 64)
				n.hasRange = true
			case last == "Text" && slices.Contains(path, "DisplayName"):
				n.unit = clip(text)
			case n.value == "":
				n.value = clip(text)
			}
		}
	}
}

func clip(s string) string {
	const most = 1024
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// numbers names the data types of namespace 0 that ids stand for.
var numbers = map[string]string{
	"i=1": "Boolean", "i=2": "SByte", "i=3": "Byte", "i=4": "Int16", "i=5": "UInt16", "i=6": "Int32", "i=7": "UInt32", "i=8": "Int64",
	"i=9": "UInt64", "i=10": "Float", "i=11": "Double", "i=12": "String", "i=13": "DateTime", "i=21": "LocalizedText", "i=26": "Double", "i=27": "Int32", "i=28": "UInt32", "i=29": "Int32", "i=290": "Double",
	"Number": "Double", "Integer": "Int32", "UInteger": "UInt32", "Duration": "Double", "Enumeration": "Int32",
}

// standard names the types of namespace 0 that instances have most.
var standard = map[string]string{
	"i=61": "FolderType", "i=58": "BaseObjectType", "i=63": "BaseDataVariableType", "i=68": "PropertyType", "i=2368": "AnalogItemType",
	"i=2365": "DataItemType", "i=2373": "TwoStateDiscreteType", "i=2376": "MultiStateDiscreteType", "i=17497": "AnalogUnitType", "i=17570": "AnalogUnitRangeType",
}

// Join lists what stands below the Objects folder in some files together. A type
// that is in none of them keeps its id as its name.
func Join(sets ...*Set) []twin.PlantNode {
	byID, children := map[id]*node{}, map[id][]id{}
	for _, s := range sets {
		for i := range s.nodes {
			n := &s.nodes[i]
			byID[n.id] = n
			children[n.id] = append(children[n.id], n.children...)
		}
	}
	for _, s := range sets {
		for _, n := range s.nodes {
			if n.parent != "" && !slices.Contains(children[n.parent], n.id) {
				children[n.parent] = append(children[n.parent], n.id)
			}
		}
	}
	// What hangs below a folder of a specification whose file was not given, as
	// Machines of OPC 40001-1, hangs below Objects instead.
	for _, s := range sets {
		for _, n := range s.nodes {
			if n.class == "UAObject" && n.parent != "" && byID[n.parent] == nil && !strings.HasPrefix(string(n.parent), "nsu="+base+";") {
				children[objectsFolder] = append(children[objectsFolder], n.id)
			}
		}
	}
	var out []twin.PlantNode
	seen := map[id]bool{objectsFolder: true}
	var walk func(from id, path []string)
	walk = func(from id, path []string) {
		if len(path) >= depthMax {
			return
		}
		for _, c := range children[from] {
			n := byID[c]
			if n == nil || seen[c] || n.class != "UAObject" && n.class != "UAVariable" || len(out) == outMax {
				continue
			}
			seen[c] = true
			here := append(slices.Clip(path), n.name)
			out = append(out, n.plant(here, byID, children[c]))
			walk(c, here)
		}
	}
	walk(objectsFolder, nil)
	return out
}

func (n *node) plant(path []string, byID map[id]*node, children []id) twin.PlantNode {
	p := twin.PlantNode{Address: string(n.id), Path: path, Note: n.note, Writable: n.access&2 != 0, Type: typeName(n.typeOf, byID)}
	if n.class != "UAVariable" {
		p.Writable = false
		return p
	}
	p.Data = n.data
	if named, ok := numbers[n.data]; ok {
		p.Data = named
	}
	if p.Data == "" || strings.Contains(p.Data, "=") {
		p.Data = "Variant"
	}
	if n.rank >= 0 {
		p.Data += "[]"
	}
	if p.Type == "PropertyType" || n.property {
		p.Type, p.Value = "PropertyType", n.value
	}
	for _, c := range children {
		switch q := byID[c]; {
		case q == nil:
		case (q.name == "EURange" || q.name == "InstrumentRange") && q.hasRange:
			p.Range = [2]float64{q.low, q.high}
		case q.name == "EngineeringUnits":
			p.Unit = q.unit
		}
	}
	return p
}

func typeName(of id, byID map[id]*node) string {
	if n := byID[of]; n != nil {
		return n.name
	}
	local := string(of)
	if i := strings.LastIndexByte(local, ';'); i >= 0 {
		local = local[i+1:]
	}
	if strings.HasPrefix(string(of), "nsu="+base+";") {
		if name, ok := standard[local]; ok {
			return name
		}
	}
	return local
}
