package collada

import (
	"fmt"
	"math"

	"github.com/beevik/etree"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Ids of the parts of the kinematics. Each level hands the axes of the one below
// on under a name of its own, as the specification's chapter 8 has it and as
// the robots of OpenRAVE come: model, its kinematics, its motion, the scene.
const (
	modelID  = "model"
	systemID = "system"
	motionID = "motion"
	usedID   = "kinematics"
)

// NodeID is the id of a node of a written scene.
func NodeID(id scene.NodeID) string { return fmt.Sprintf("node%d", id) }

// JointID is the id of a joint of a written scene.
func JointID(id scene.JointID) string { return fmt.Sprintf("joint%d", id) }

// moves tells whether a node is moved by a joint that a document can have: a
// belt runs without moving its node.
func (w *writer) moves(n scene.Node) bool {
	return n.Joint != scene.None && w.sc.Joints[n.Joint].Kind != scene.Fixed && !w.sc.Joints[n.Joint].Belt()
}

// moved writes the transform of a joint: about its origin, at rest.
func (w *writer) moved(e *etree.Element, id scene.JointID) {
	j := w.sc.Joints[id]
	a := j.Axis
	if j.Kind == scene.Prismatic {
		put(e, "translate", "0 0 0").CreateAttr("sid", "axis")
		return
	}
	put(e, "translate", numbers(j.Origin[:]...))
	put(e, "rotate", numbers(a[0], a[1], a[2], 0)).CreateAttr("sid", "axis")
	back := j.Origin.Mul(-1)
	put(e, "translate", numbers(back[:]...))
}

// kinematics writes one joint for each joint that moves a node, and binds it.
func (w *writer) kinematics(root *etree.Element) {
	var movers []int
	shown := make([]bool, len(w.sc.Nodes))
	for i, n := range w.sc.Nodes {
		shown[i] = !n.Hidden && (n.Parent == scene.None || shown[n.Parent])
		if shown[i] && w.moves(n) {
			movers = append(movers, i)
		}
	}
	if len(movers) > 0 {
		k := w.levels(root)
		links := w.model(k.model, movers)
		for _, id := range links {
			k.hand(id, w.sc.Joints[id])
		}
		k.frames(movers[0])
	}
	use := root.CreateElement("scene")
	use.CreateElement("instance_visual_scene").CreateAttr("url", "#scene")
	if len(movers) == 0 {
		return
	}
	bound := use.CreateElement("instance_kinematics_scene")
	bound.CreateAttr("url", "#"+usedID)
	for _, i := range movers {
		bind := bound.CreateElement("bind_joint_axis")
		bind.CreateAttr("target", NodeID(scene.NodeID(i))+"/axis")
		put(bind.CreateElement("axis"), "param", usedID+"_"+JointID(w.sc.Nodes[i].Joint))
		put(bind.CreateElement("value"), "float", "0")
	}
}

// levels are the elements that axes are handed on through.
type levels struct {
	model                           *etree.Element // common technique of the model
	instance, infos, moving, speeds *etree.Element
	used                            *etree.Element
}

func (w *writer) levels(root *etree.Element) *levels {
	k := &levels{}
	model := root.CreateElement("library_kinematics_models").CreateElement("kinematics_model")
	model.CreateAttr("id", modelID)
	k.model = model.CreateElement("technique_common")
	systems := root.CreateElement("library_articulated_systems")
	system := systems.CreateElement("articulated_system")
	system.CreateAttr("id", systemID)
	kinematics := system.CreateElement("kinematics")
	k.instance = kinematics.CreateElement("instance_kinematics_model")
	k.instance.CreateAttr("url", "#"+modelID)
	k.instance.CreateAttr("sid", modelID+"_inst")
	k.infos = kinematics.CreateElement("technique_common")
	motion := systems.CreateElement("articulated_system")
	motion.CreateAttr("id", motionID)
	moves := motion.CreateElement("motion")
	k.moving = moves.CreateElement("instance_articulated_system")
	k.moving.CreateAttr("url", "#"+systemID)
	k.speeds = moves.CreateElement("technique_common")
	scenes := root.CreateElement("library_kinematics_scenes").CreateElement("kinematics_scene")
	scenes.CreateAttr("id", usedID)
	k.used = scenes.CreateElement("instance_articulated_system")
	k.used.CreateAttr("url", "#"+motionID)
	k.used.CreateAttr("sid", motionID+"_inst")
	return k
}

// hand passes the axis of a joint up through the levels.
func (k *levels) hand(id scene.JointID, j scene.Joint) {
	sid := JointID(id)
	pass := func(at *etree.Element, own, to string) {
		param := at.CreateElement("newparam")
		param.CreateAttr("sid", own)
		put(param, "SIDREF", to)
	}
	pass(k.instance, systemID+"_"+sid, systemID+"/"+modelID+"_inst/"+sid+"/axis0")
	pass(k.moving, motionID+"_"+sid, systemID+"/"+systemID+"_"+sid)
	pass(k.used, usedID+"_"+sid, motionID+"/"+motionID+"_"+sid)
	info := k.infos.CreateElement("axis_info")
	info.CreateAttr("sid", "info"+sid)
	info.CreateAttr("axis", modelID+"/"+sid+"/axis0")
	put(info.CreateElement("active"), "bool", "true")
	put(info.CreateElement("locked"), "bool", "false")
	if j.SpeedMax > 0 {
		speed := k.speeds.CreateElement("axis_info")
		speed.CreateAttr("axis", systemID+"/info"+sid)
		put(speed.CreateElement("speed"), "float", number(j.SpeedMax/unitOf(j)))
	}
}

// frames names the links that the chain begins and ends with, which the schema
// asks for.
func (k *levels) frames(tip int) {
	k.infos.CreateElement("frame_origin").CreateAttr("link", modelID+"/base")
	k.infos.CreateElement("frame_tip").CreateAttr("link", fmt.Sprintf("%s/link%d", modelID, tip))
}

// model writes joints, then the links that they tie to each other, then what
// makes joints follow others, and returns the joints.
func (w *writer) model(common *etree.Element, movers []int) []scene.JointID {
	var joints []scene.JointID
	written := map[scene.JointID]bool{}
	for _, i := range movers {
		if id := w.sc.Nodes[i].Joint; !written[id] {
			written[id] = true
			joints = append(joints, id)
			w.joint(common, id)
		}
	}
	w.links(common, movers)
	for _, id := range joints {
		if j := w.sc.Joints[id]; j.Mimic.Ratio != 0 && written[j.Mimic.Of] {
			w.formula(common, int(id), j)
		}
	}
	return joints
}

// links writes the rigid bodies between joints, each below the one that carries
// it. A joint that moves several nodes ties the first: the others are bound to it
// in the scene.
func (w *writer) links(common *etree.Element, movers []int) {
	base := common.CreateElement("link")
	base.CreateAttr("sid", "base")
	world := w.sc.World(nil, nil)
	link := make([]*etree.Element, len(w.sc.Nodes))
	frame := make([]geom.Mat4, len(w.sc.Nodes)) // of the link that a node belongs to
	moving := make([]bool, len(w.sc.Nodes))
	for _, i := range movers {
		moving[i] = true
	}
	tied := map[scene.JointID]bool{}
	for i, n := range w.sc.Nodes {
		link[i], frame[i] = base, geom.Identity()
		if n.Parent != scene.None {
			link[i], frame[i] = link[n.Parent], frame[n.Parent]
		}
		if !moving[i] || tied[n.Joint] {
			continue
		}
		tied[n.Joint] = true
		o := w.sc.Joints[n.Joint].Origin
		at := link[i].CreateElement("attachment_full")
		at.CreateAttr("joint", modelID+"/"+JointID(n.Joint))
		rigid(at, frame[i].Inv().Mul4(world[i]).Mul4(mgl64.Translate3D(o[0], o[1], o[2])))
		link[i] = at.CreateElement("link")
		link[i].CreateAttr("sid", fmt.Sprintf("link%d", i))
		link[i].CreateAttr("name", n.Name)
		if o.Len() > 0 {
			put(link[i], "translate", numbers(-o[0], -o[1], -o[2]))
		}
		frame[i] = world[i]
	}
}

// rigid writes a transform as a move and a turn. What stretches is left to the
// visual scene.
func rigid(e *etree.Element, m geom.Mat4) {
	put(e, "translate", numbers(m[12], m[13], m[14]))
	for k := range 3 {
		c := geom.Vec3{m[4*k], m[4*k+1], m[4*k+2]}
		if l := c.Len(); l > 1e-12 {
			c = c.Mul(1 / l)
		}
		m[4*k], m[4*k+1], m[4*k+2] = c[0], c[1], c[2]
	}
	q := mgl64.Mat4ToQuat(m).Normalize()
	if l := q.V.Len(); l > 1e-9 {
		axis := q.V.Mul(1 / l)
		put(e, "rotate", numbers(axis[0], axis[1], axis[2], 2*math.Atan2(l, q.W)*180/math.Pi))
	}
}

// unitOf is radians or metres for one unit of COLLADA's.
func unitOf(j scene.Joint) float64 {
	if j.Kind == scene.Prismatic {
		return 1
	}
	return math.Pi / 180
}

func (w *writer) joint(model *etree.Element, id scene.JointID) {
	j := w.sc.Joints[id]
	e := model.CreateElement("joint")
	e.CreateAttr("id", JointID(id))
	e.CreateAttr("sid", JointID(id))
	e.CreateAttr("name", j.Name)
	kind := "revolute"
	if j.Kind == scene.Prismatic {
		kind = "prismatic"
	}
	a := e.CreateElement(kind)
	a.CreateAttr("sid", "axis0")
	put(a, "axis", numbers(j.Axis[:]...))
	if j.Kind != scene.Continuous {
		limits := a.CreateElement("limits")
		put(limits, "min", number(j.Min/unitOf(j)))
		put(limits, "max", number(j.Max/unitOf(j)))
	}
}

// formula writes a mimic joint: ratio times the other plus shift.
func (w *writer) formula(model *etree.Element, id int, j scene.Joint) {
	of := w.sc.Joints[j.Mimic.Of]
	f := model.CreateElement("formula")
	f.CreateAttr("sid", fmt.Sprintf("formula%d", id))
	put(f.CreateElement("target"), "param", fmt.Sprintf("model/joint%d", id))
	math := f.CreateElement("technique_common").CreateElement("math")
	math.CreateAttr("xmlns", "http://www.w3.org/1998/Math/MathML")
	plus := math.CreateElement("apply")
	plus.CreateElement("plus")
	times := plus.CreateElement("apply")
	times.CreateElement("times")
	put(times, "cn", number(j.Mimic.Ratio*unitOf(of)/unitOf(j)))
	symbol := put(times, "csymbol", fmt.Sprintf("model/joint%d", j.Mimic.Of))
	symbol.CreateAttr("encoding", "COLLADA")
	put(plus, "cn", number(j.Mimic.Shift/unitOf(j)))
}
