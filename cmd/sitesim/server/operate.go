package server

import (
	"math"
	"slices"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// openForWrites lets authenticated users write a point. The library has
// checked session, permission and type before this runs; the range is ours.
func (l *live) openForWrites(node *uaserver.VariableNode, q point.Point) {
	node.SetWriteValueHandler(func(_ *uaserver.Session, req ua.WriteValue) (ua.DataValue, ua.StatusCode) {
		v, ok := asNumber(req.Value.Value, q.Kind)
		switch {
		case req.IndexRange != "":
			return ua.DataValue{}, ua.BadIndexRangeInvalid
		case !ok:
			return ua.DataValue{}, ua.BadTypeMismatch
		case math.IsNaN(v) || v < q.Low || v > q.High:
			return ua.DataValue{}, ua.BadOutOfRange
		}
		l.Lock()
		defer l.Unlock()
		if l.way != nil && !l.way.Reachable(q.Device) {
			return ua.DataValue{}, ua.BadCommunicationError
		}
		q.Set(v)
		l.logger.Printf("%s written: %v", q.ID(), req.Value.Value)
		return ua.NewDataValue(req.Value.Value, ua.Good, l.now(), 0, time.Now(), 0), ua.Good
	})
}

func asNumber(value ua.Variant, kind point.Kind) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, kind == point.Double
	case int32:
		return float64(v), kind == point.Int
	case bool:
		if v {
			return 1, kind == point.Bool
		}
		return 0, kind == point.Bool
	}
	return 0, false
}

// addMethods puts InjectFault, ClearFault and the methods of maintenance on the
// CornerMarket object.
func (l *live) addMethods() error {
	s := l.space
	text := func(name, what string) ua.Argument {
		return ua.Argument{Name: name, DataType: ua.DataTypeIDString, ValueRank: ua.ValueRankScalar, Description: ua.NewLocalizedText(what, "en")}
	}
	device := text("device", "a device, as freezer-2")
	fault := text("fault", "door-ajar, compressor-degradation, sensor-bias, fan-failure, blocked-condenser, or what else the site knows")
	severity := ua.Argument{Name: "severity", DataType: ua.DataTypeIDDouble, ValueRank: ua.ValueRankScalar,
		Description: ua.NewLocalizedText("from 0 (subtle) to 1 (severe)", "en")}
	l.method("InjectFault", []ua.Argument{device, fault, severity}, func(in []ua.Variant) error {
		return l.site.Inject(in[0].(string), in[1].(string), in[2].(float64))
	})
	l.method("ClearFault", []ua.Argument{device, fault}, func(in []ua.Variant) error {
		return l.site.Clear(in[0].(string), in[1].(string))
	})
	if l.plant != nil {
		l.addMaintenance()
	}
	if l.speed == 0 {
		l.addAdvance()
	}
	err := s.srv.NamespaceManager().AddNodes(s.add...)
	s.add = nil
	return err
}

// method makes a method node that answers with nothing but how it went.
func (l *live) method(name string, args []ua.Argument, do func([]ua.Variant) error) {
	l.answering(name, args, nil, func(in []ua.Variant) ([]ua.Variant, error) { return []ua.Variant{}, do(in) })
}

// answering makes a method node whose texts and numbers are checked against their
// declaration before do sees them.
func (l *live) answering(name string, args, answers []ua.Argument, do func([]ua.Variant) ([]ua.Variant, error)) {
	s := l.space
	browse, display := s.name(name)
	node := uaserver.NewMethodNode(s.srv, s.id(name), browse, display, ua.LocalizedText{}, nil,
		[]ua.Reference{ua.NewReference(ua.ReferenceTypeIDHasComponent, true, ua.NewExpandedNodeID(s.id(s.root)))}, true)
	node.SetCallMethodHandler(func(_ *uaserver.Session, req ua.CallMethodRequest) ua.CallMethodResult {
		switch n := len(req.InputArguments); {
		case n < len(args):
			return ua.CallMethodResult{StatusCode: ua.BadArgumentsMissing}
		case n > len(args):
			return ua.CallMethodResult{StatusCode: ua.BadTooManyArguments}
		}
		marks, bad := make([]ua.StatusCode, len(args)), false
		for i, a := range args {
			_, isText := req.InputArguments[i].(string)
			_, isNumber := req.InputArguments[i].(float64)
			if a.DataType == ua.DataTypeIDString && !isText || a.DataType == ua.DataTypeIDDouble && !isNumber {
				marks[i], bad = ua.BadTypeMismatch, true
			}
		}
		if bad {
			return ua.CallMethodResult{StatusCode: ua.BadInvalidArgument, InputArgumentResults: marks}
		}
		l.Lock()
		defer l.Unlock()
		out, err := do(req.InputArguments)
		if err != nil {
			l.logger.Printf("%s refused: %v", name, err)
			marks, told := blamed(err, len(args))
			if !told {
				marks = l.blame(req.InputArguments)
			}
			return ua.CallMethodResult{StatusCode: ua.BadInvalidArgument, InputArgumentResults: marks}
		}
		if name != advance && name != advanceLooking { // they are called every minute of a run
			l.logger.Printf("%s %v", name, req.InputArguments)
		}
		return ua.CallMethodResult{OutputArguments: out}
	})
	s.add = append(s.add, node)
	declare := func(what string, args []ua.Argument) {
		list := make([]ua.ExtensionObject, len(args))
		for i, a := range args {
			list[i] = a
		}
		s.property(s.id(name), name+"."+what, ua.NewQualifiedName(0, what), list, ua.DataTypeIDArgument, ua.ValueRankOneDimension)
	}
	declare("InputArguments", args)
	if len(answers) > 0 {
		declare("OutputArguments", answers)
	}
}

// blame marks the argument that made the plant refuse.
func (l *live) blame(in []ua.Variant) []ua.StatusCode {
	marks := make([]ua.StatusCode, len(in))
	known := slices.ContainsFunc(l.devices, func(d store.Device) bool { return d.ID == in[0] })
	if l.plant != nil { // of which only the cabinets can have faults
		_, err := l.plant.Cabinet(in[0].(string))
		known = err == nil
	}
	if !known {
		marks[0] = ua.BadOutOfRange
		return marks
	}
	if len(in) == 3 {
		if v := in[2].(float64); !(v >= 0 && v <= 1) {
			marks[2] = ua.BadOutOfRange
			return marks
		}
	}
	marks[1] = ua.BadOutOfRange
	return marks
}
