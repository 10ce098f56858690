package collada

import (
	"math"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// axis is one degree of freedom of a joint and the transform that it moves.
type axis struct {
	element *etree.Element // <revolute> or <prismatic>
	joint   scene.Joint
}

// direction is the axis as the transform has it: the joint's own axis is in
// another frame, and tools agree on the transform's.
func (a *axis) direction(transform *etree.Element) geom.Vec3 {
	if v := floats(transform.Text()); len(v) >= 3 && (transform.Tag == "rotate" || transform.Tag == "translate") {
		if n := (geom.Vec3{v[0], v[1], v[2]}); n.Len() > 1e-12 {
			return n.Normalize()
		}
	}
	if v := floats(text(a.element, "axis")); len(v) == 3 {
		if n := (geom.Vec3{v[0], v[1], v[2]}); n.Len() > 1e-12 {
			return n.Normalize()
		}
	}
	return geom.Vec3{0, 0, 1}
}

// bindJoints follows each <bind_joint_axis> from the transform that it targets
// to the joint that its axis names.
func (d *document) bindJoints(visual *etree.Element) {
	s := d.root.SelectElement("scene")
	if s == nil {
		return
	}
	params := d.params()
	for _, instance := range s.SelectElements("instance_kinematics_scene") {
		for _, bind := range instance.SelectElements("bind_joint_axis") {
			target := bind.SelectAttrValue("target", "")
			transform := d.path(target)
			if transform == nil {
				d.note("joint "+target, "no transform of the visual scene has this address; the joint does not move")
				continue
			}
			e := d.axisOf(d.resolve(bind.SelectElement("axis"), params))
			if e == nil {
				d.note("joint "+target, "its axis leads to no joint; it does not move")
				continue
			}
			a := &axis{element: e, joint: d.joint(e)}
			if twice := d.axes[transform]; twice != nil {
				d.note("joint "+target, "a second joint moves this transform; the first is kept")
				continue
			}
			a.rest(transform, d.meter)
			d.axes[transform] = a
		}
	}
	if len(d.axes) == 0 {
		if joints := d.root.FindElements("//kinematics_model//joint"); len(joints) > 0 {
			d.note("kinematics", "%d joints are bound to no transform of the visual scene, so nothing moves; export with bind_joint_axis", len(joints))
		}
	}
}

// rest counts the joint from the pose in which the document draws it: limits
// move by the transform's own value.
func (a *axis) rest(transform *etree.Element, meter float64) {
	v := floats(transform.Text())
	value := 0.0
	switch {
	case transform.Tag == "rotate" && len(v) == 4 && a.joint.Kind != scene.Prismatic:
		value = v[3] * math.Pi / 180
	case transform.Tag == "translate" && len(v) == 3 && a.joint.Kind == scene.Prismatic:
		if along := floats(text(a.element, "axis")); len(along) == 3 {
			value = meter * (v[0]*along[0] + v[1]*along[1] + v[2]*along[2])
		}
	}
	if a.joint.Kind != scene.Continuous {
		a.joint.Min, a.joint.Max = a.joint.Min-value, a.joint.Max-value
	}
	a.joint.Offset = -value
}

// params gathers what parameters of kinematics stand for: their sid to a
// reference or a number.
func (d *document) params() map[string]string {
	out := map[string]string{}
	for _, library := range []string{"library_kinematics_scenes", "library_articulated_systems", "library_kinematics_models"} {
		for _, l := range d.root.SelectElements(library) {
			walk(l, func(e *etree.Element) {
				if e.Tag != "newparam" && e.Tag != "setparam" && e.Tag != "bind" {
					return
				}
				key := e.SelectAttrValue("sid", e.SelectAttrValue("symbol", e.SelectAttrValue("ref", "")))
				for _, kind := range []string{"SIDREF", "float", "int"} {
					if v := text(e, kind); v != "" {
						if _, have := out[key]; !have {
							out[key] = v
						}
					}
				}
				if p := e.SelectElement("param"); p != nil {
					if _, have := out[key]; !have {
						out[key] = p.SelectAttrValue("ref", strings.TrimSpace(p.Text()))
					}
				}
			})
		}
	}
	return out
}

// resolve follows parameters to an address like "kmodel1/joint0/axis0".
func (d *document) resolve(e *etree.Element, params map[string]string) string {
	if e == nil {
		return ""
	}
	at := text(e, "SIDREF")
	if p := e.SelectElement("param"); p != nil {
		at = p.SelectAttrValue("ref", strings.TrimSpace(p.Text()))
	}
	for range 16 {
		last := at[strings.LastIndexByte(at, '/')+1:]
		next, ok := params[last]
		if !ok || next == at {
			return at
		}
		at = next
	}
	return at
}

// axisOf finds the <revolute> or <prismatic> at the end of an address.
func (d *document) axisOf(address string) *etree.Element {
	segments := strings.Split(address, "/")
	for from := range segments {
		var e *etree.Element
		if e = d.byID[segments[from]]; e == nil {
			for _, l := range []string{"library_kinematics_models", "library_joints"} {
				if lib := d.root.SelectElement(l); lib != nil && e == nil {
					e = d.findSID(lib, segments[from])
				}
			}
		}
		for _, s := range segments[from+1:] {
			if e == nil {
				break
			}
			next := d.findSID(e, s)
			if next == nil && e.Tag == "instance_joint" {
				if j := d.ref(e.SelectAttrValue("url", "")); j != nil {
					next = d.findSID(j, s)
				}
			}
			e = next
		}
		if e != nil && e.Tag == "instance_joint" {
			e = d.ref(e.SelectAttrValue("url", ""))
		}
		if e != nil && e.Tag == "joint" {
			if c := e.ChildElements(); len(c) > 0 {
				e = c[0]
			}
		}
		if e != nil && (e.Tag == "revolute" || e.Tag == "prismatic") {
			return e
		}
	}
	return nil
}

// joint reads kind, limits and speed. COLLADA's angles are degrees.
func (d *document) joint(e *etree.Element) scene.Joint {
	j := scene.Joint{Kind: scene.Revolute, Name: called(e.Parent())}
	scale := math.Pi / 180
	if e.Tag == "prismatic" {
		j.Kind, scale = scene.Prismatic, d.meter
	}
	lo, hi := e.FindElement("limits/min"), e.FindElement("limits/max")
	switch {
	case lo != nil && hi != nil:
		a, b := floats(lo.Text()), floats(hi.Text())
		if len(a) == 1 && len(b) == 1 {
			j.Min, j.Max = scale*min(a[0], b[0]), scale*max(a[0], b[0])
		}
	case j.Kind == scene.Revolute: // without limits it turns for ever
		j.Kind = scene.Continuous
	default:
		j.Min, j.Max = -10, 10
		d.note("joint "+j.Name, "a slide without limits; 10 m either way are taken")
	}
	j.Scale = scale
	if speed := d.speed(e); speed > 0 {
		j.SpeedMax = scale * speed
	}
	return j
}

// speed finds the motion's <axis_info> of a joint axis, and its speed in the
// joint's unit per second; 0 when none is told.
func (d *document) speed(e *etree.Element) float64 {
	joint, own := e.Parent().SelectAttrValue("sid", ""), e.SelectAttrValue("sid", "")
	if joint == "" {
		return 0
	}
	for _, system := range d.root.FindElements("//articulated_system/kinematics/technique_common/axis_info") {
		if !strings.HasSuffix(system.SelectAttrValue("axis", ""), joint+"/"+own) {
			continue
		}
		sid := system.SelectAttrValue("sid", "")
		for _, motion := range d.root.FindElements("//articulated_system/motion/technique_common/axis_info") {
			if strings.HasSuffix(motion.SelectAttrValue("axis", ""), "/"+sid) {
				told := text(motion.SelectElement("speed"), "float")
				if p := text(motion.SelectElement("speed"), "param"); p != "" {
					for _, n := range motion.SelectElements("newparam") {
						if n.SelectAttrValue("sid", "") == p {
							told = text(n, "float")
						}
					}
				}
				if v := floats(told); len(v) == 1 {
					return v[0]
				}
			}
		}
	}
	return 0
}

// tieFormulas makes joints follow others where a formula is linear.
func (d *document) tieFormulas() {
	for _, f := range d.root.FindElements("//kinematics_model//formula") {
		target := d.axisOf(d.resolve(f.SelectElement("target"), nil))
		id, ok := d.joints[target]
		if target == nil || !ok {
			d.note("formula "+called(f), "its target is no joint that moves")
			continue
		}
		math := f.FindElement("technique_common/math")
		if math == nil || len(math.ChildElements()) == 0 {
			continue
		}
		l, ok := d.linear(math.ChildElements()[0], 0)
		source, known := d.joints[l.of]
		if !ok || l.of == nil || !known || source == id || l.ratio == 0 {
			d.note("formula "+called(f), "it is not linear in one other joint, and is left out")
			continue
		}
		j, s := &d.out.Joints[id], d.out.Joints[source]
		// The formula counts in degrees or units from the joints' zero, ours in
		// radians or metres from the pose at rest.
		ratio := l.ratio * j.Scale / s.Scale
		j.Mimic = scene.Mimic{Of: source, Ratio: ratio, Shift: l.shift*j.Scale - ratio*s.Offset + j.Offset}
	}
}

// line is ratio times a joint plus shift.
type line struct {
	of           *etree.Element
	ratio, shift float64
}

// linear reads content MathML; false when it is not linear in one joint.
func (d *document) linear(e *etree.Element, depth int) (line, bool) {
	if depth > 32 {
		return line{}, false
	}
	switch e.Tag {
	case "cn":
		v := floats(e.Text())
		return line{shift: append(v, 0)[0]}, len(v) == 1
	case "csymbol":
		of := d.axisOf(strings.TrimSpace(e.Text()))
		return line{of: of, ratio: 1}, of != nil
	case "pi":
		return line{shift: math.Pi}, true
	case "apply":
	default:
		return line{}, false
	}
	args := e.ChildElements()
	if len(args) < 2 {
		return line{}, false
	}
	out, ok := d.linear(args[1], depth+1)
	if !ok {
		return line{}, false
	}
	if args[0].Tag == "minus" && len(args) == 2 {
		return line{out.of, -out.ratio, -out.shift}, true
	}
	for _, a := range args[2:] {
		next, ok := d.linear(a, depth+1)
		if !ok || next.of != nil && out.of != nil && next.of != out.of {
			return line{}, false
		}
		switch args[0].Tag {
		case "minus":
			next.ratio, next.shift = -next.ratio, -next.shift
			fallthrough
		case "plus":
			out.ratio, out.shift = out.ratio+next.ratio, out.shift+next.shift
		case "times":
			if next.of != nil && out.of != nil {
				return line{}, false
			}
			if next.of != nil {
				out, next = next, out
			}
			out.ratio, out.shift = out.ratio*next.shift, out.shift*next.shift
			next.of = nil
		case "divide":
			if next.of != nil || next.shift == 0 {
				return line{}, false
			}
			out.ratio, out.shift = out.ratio/next.shift, out.shift/next.shift
		default:
			return line{}, false
		}
		if next.of != nil {
			out.of = next.of
		}
	}
	return out, true
}
