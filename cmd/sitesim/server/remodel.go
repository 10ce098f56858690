package server

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	uaserver "github.com/awcullen/opcua/server"
	"github.com/awcullen/opcua/ua"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// What maintenance can do to the address space.
const (
	addDevice    = "add"
	removeDevice = "remove"
	retypeDevice = "retype"
)

// Change is one work of maintenance: a device is put in, taken out, or becomes
// one of another class. Changes are not part of the saved state; planned ones
// that are due are made again after a restart.
type Change struct {
	Do     string // "add", "remove" or "retype"
	Device string
	Class  string        // of add and retype
	Group  string        // of add; "": that of its class
	After  time.Duration // of plant time since the plant's first instant
}

// ParseChange reads add:DEVICE:CLASS[:GROUP]@DURATION, remove:DEVICE@DURATION or
// retype:DEVICE:CLASS@DURATION.
func ParseChange(text string) (Change, error) {
	const form = "write add:freezer-7:upright-freezer@60s, remove:freezer-3@2m or retype:freezer-3:chest-freezer@2m"
	what, when, ok := strings.Cut(text, "@")
	parts := strings.Split(what, ":")
	fits := map[string][2]int{addDevice: {3, 4}, removeDevice: {2, 2}, retypeDevice: {3, 3}}[parts[0]]
	if !ok || len(parts) < fits[0] || len(parts) > fits[1] {
		return Change{}, fmt.Errorf("change %q cannot be read: %s", text, form)
	}
	c := Change{Do: parts[0], Device: parts[1]}
	if len(parts) > 2 {
		c.Class = parts[2]
	}
	if len(parts) > 3 {
		c.Group = parts[3]
	}
	var err error
	if c.After, err = time.ParseDuration(when); err != nil || c.After < 0 {
		return Change{}, fmt.Errorf("change %q: duration %q is not a time like 90s, 20m or 2h: %s", text, when, form)
	}
	return c, nil
}

// badArgument is a refusal that names the argument of a method by its number.
type badArgument struct {
	number int
	why    string
}

func (b badArgument) Error() string { return b.why }

// groupUsual holds devices of classes that the shop was built without.
const groupUsual = "Additions"

// devicesMax bounds the devices, so that a client cannot fill the memory.
const devicesMax = 1000

// nameForm is what a device, a class or a group may be called.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)

// addMaintenance puts AddDevice, RemoveDevice and RetypeDevice on the
// CornerMarket object.
func (l *live) addMaintenance() {
	text := func(name, what string) ua.Argument {
		return ua.Argument{Name: name, DataType: ua.DataTypeIDString, ValueRank: ua.ValueRankScalar, Description: ua.NewLocalizedText(what, "en")}
	}
	device := text("device", "its name, as freezer-7")
	class := text("class", "its DeviceClass, as upright-freezer")
	group := text("group", "the folder that it stands in, as Refrigeration; empty: that of its class")
	for _, m := range []struct {
		name, do string
		args     []ua.Argument
	}{
		{"AddDevice", addDevice, []ua.Argument{device, class, group}},
		{"RemoveDevice", removeDevice, []ua.Argument{device}},
		{"RetypeDevice", retypeDevice, []ua.Argument{device, class}},
	} {
		l.method(m.name, m.args, func(in []ua.Variant) error {
			c := Change{Do: m.do, Device: in[0].(string)}
			if len(in) > 1 {
				c.Class = in[1].(string)
			}
			if len(in) > 2 {
				c.Group = in[2].(string)
			}
			return l.remodel(c)
		})
	}
}

// remodel makes a change. The caller holds the lock.
func (l *live) remodel(c Change) error {
	i := slices.IndexFunc(l.devices, func(d store.Device) bool { return d.ID == c.Device })
	switch {
	case !nameForm.MatchString(c.Device):
		return badArgument{0, fmt.Sprintf("%.40q is no name: give letters, digits and hyphens", c.Device)}
	case c.Do == addDevice && i >= 0:
		return badArgument{0, fmt.Sprintf("there is a device %s already", c.Device)}
	case c.Do != addDevice && i < 0:
		return badArgument{0, fmt.Sprintf("there is no device %s", c.Device)}
	case c.Do != removeDevice && !nameForm.MatchString(c.Class):
		return badArgument{1, fmt.Sprintf("%.40q is no class: give letters, digits and hyphens", c.Class)}
	}
	switch c.Do {
	case addDevice:
		if c.Group == "" {
			c.Group = groupUsual
			if like, ok := plant.Sibling(c.Class); ok {
				c.Group = like.Group
			}
		}
		if !nameForm.MatchString(c.Group) {
			return badArgument{2, fmt.Sprintf("%.40q is no group: give letters, digits and hyphens", c.Group)}
		}
		if len(l.devices) >= devicesMax {
			return badArgument{0, fmt.Sprintf("%d devices are as many as there may be", devicesMax)}
		}
		if err := l.putIn(store.Device{ID: c.Device, Class: c.Class, Group: c.Group}); err != nil {
			return err
		}
		l.space.versions.tell(l.changed(c.Device, nodeAdded))
		return nil
	case removeDevice:
		if err := l.takeOut(i); err != nil {
			return err
		}
		l.space.versions.tell(l.changed(c.Device, nodeDeleted))
		return nil
	case retypeDevice:
		d := l.devices[i]
		if err := l.takeOut(i); err != nil {
			return err
		}
		d.Class = c.Class
		err := l.putIn(d)
		l.space.versions.tell(l.changed(c.Device, nodeDeleted), l.changed(c.Device, nodeAdded))
		return err
	}
	return fmt.Errorf("%q is no change", c.Do)
}

func (l *live) changed(device string, verb uint8) ua.ModelChangeStructureDataType {
	return ua.ModelChangeStructureDataType{Affected: l.space.id(device), AffectedType: ua.ObjectTypeIDBaseObjectType, Verb: verb}
}

// putIn gives a device its nodes, its variables shown at once.
func (l *live) putIn(d store.Device) error {
	s := l.space
	if _, ok := s.srv.NamespaceManager().FindNode(s.id(d.Group)); !ok {
		s.object(d.Group, d.Group, ua.ObjectTypeIDFolderType, s.id(s.root), ua.ReferenceTypeIDOrganizes)
	}
	s.device(d.ID, d.Class, d.Group)
	for _, q := range l.plant.Newcomer(d.ID, d.Class) {
		node := s.point(q)
		if q.Set != nil {
			l.openForWrites(node, q)
		}
		l.points, s.nodes = append(l.points, q), append(s.nodes, node)
		l.show(len(l.points)-1, time.Now())
	}
	err := s.srv.NamespaceManager().AddNodes(s.add...)
	s.add = nil
	if err != nil {
		return fmt.Errorf("put in %s: %w", d.ID, err)
	}
	l.devices = append(l.devices, d)
	return nil
}

// takeOut removes the nodes of a device. Who is subscribed to one hears that it
// is unknown now.
func (l *live) takeOut(i int) error {
	s, d := l.space, l.devices[i]
	object, ok := s.srv.NamespaceManager().FindNode(s.id(d.ID))
	if !ok {
		return fmt.Errorf("take out %s: it has no node", d.ID)
	}
	if err := s.srv.NamespaceManager().DeleteNodes([]uaserver.Node{object}, true); err != nil {
		return fmt.Errorf("take out %s: %w", d.ID, err)
	}
	gone := ua.NewDataValue(nil, ua.BadNodeIDUnknown, l.plant.Now, 0, time.Now(), 0)
	var points []point.Point
	var nodes []*uaserver.VariableNode
	for k, q := range l.points {
		if q.Device == d.ID {
			s.nodes[k].SetValue(gone)
			continue
		}
		points, nodes = append(points, q), append(nodes, s.nodes[k])
	}
	l.points, s.nodes = points, nodes
	l.devices = slices.Delete(l.devices, i, i+1)
	return nil
}

// remodelDue makes the planned changes whose time has come. One that cannot be
// made is said and left. The caller holds the lock.
func (l *live) remodelDue() {
	if l.plant == nil {
		return
	}
	since := l.plant.Now.Sub(l.plant.First)
	for i := 0; i < len(l.changes); {
		c := l.changes[i]
		if since < c.After {
			i++
			continue
		}
		l.changes = slices.Delete(l.changes, i, i+1)
		if err := l.remodel(c); err != nil {
			l.logger.Printf("planned change %s %s: %v", c.Do, c.Device, err)
			continue
		}
		l.logger.Printf("planned change: %s %s %s", c.Do, c.Device, c.Class)
	}
}

// blamed marks the argument that a refusal names.
func blamed(err error, arguments int) ([]ua.StatusCode, bool) {
	var bad badArgument
	if !errors.As(err, &bad) {
		return nil, false
	}
	marks := make([]ua.StatusCode, arguments)
	marks[bad.number] = ua.BadOutOfRange
	return marks, true
}
