// What moves: the joints that stand in the extras of the file's nodes, gathered
// by what drives them. A joint moves its node about, or along, its axis through
// the node's own origin, from where the node rests.
import { Quaternion, Vector3 } from 'three';
import { loopsOf } from './loops.js';

const turn = new Quaternion();
const move = new Vector3();
const axis = new Vector3();

/** Sets the node of a joint to a position in radians, or metres. */
function set(mover, at) {
  const { joint, rest } = mover.userData;
  axis.fromArray(joint.axis);
  if (joint.kind === 'prismatic') {
    move.copy(axis).multiplyScalar(at).multiply(mover.scale).applyQuaternion(rest.quaternion);
    mover.position.copy(rest.position).add(move);
  } else {
    mover.quaternion.copy(rest.quaternion).multiply(turn.setFromAxisAngle(axis, at));
  }
  mover.userData.at = at;
}

const limit = (j, at) => (j.max > j.min ? Math.min(j.max, Math.max(j.min, at)) : at);

/** What a person moves as one: all joints of a thing that one signal drives. */
export class Motion {
  constructor(entity, first) {
    const j = first.userData.joint;
    this.entity = entity;
    this.drive = j.drive ?? '';
    this.name = this.drive ? this.drive.slice(this.drive.indexOf('/') + 1) : (j.name ?? first.userData.part ?? '').split('/').pop();
    this.kind = j.kind;
    this.endless = j.kind === 'continuous';
    this.movers = [];
    this.low = Infinity;
    this.high = -Infinity;
    this.value = 0;
  }

  add(mover) {
    this.movers.push(mover);
    const { min = 0, max = 0 } = mover.userData.joint;
    const ends = this.endless ? [0, 2 * Math.PI] : [min, max];
    for (const e of ends) {
      const v = this.signal(mover, e);
      this.low = Math.min(this.low, v);
      this.high = Math.max(this.high, v);
    }
  }

  /** The value that puts mover at a position. A shaft's signal is its speed, so
   * it is moved by its angle. */
  signal(mover, at) {
    const { scale, offset = 0 } = mover.userData.joint;
    return this.endless || !this.drive ? at : (at - offset) / (scale || 1);
  }

  position(mover, v) {
    const j = mover.userData.joint;
    return this.endless ? v : limit({ min: j.min ?? 0, max: j.max ?? 0 }, this.drive ? v * (j.scale || 1) + (j.offset ?? 0) : v);
  }

  /** Seconds from one end to the other. */
  get seconds() {
    const j = this.movers[0].userData.joint;
    const way = this.endless ? 2 * Math.PI : Math.abs((j.max ?? 0) - (j.min ?? 0));
    const speed = j.speedMax || (j.kind === 'prismatic' ? 0.3 : 1.2);
    return Math.min(8, Math.max(0.8, way / speed));
  }
}

/** All joints of a twin. */
export class Joints {
  constructor({ movers, loops = [], ends = new Map() }) {
    this.byEntity = new Map();
    this.byID = new Map();
    this.followers = [];
    for (const m of movers) {
      const j = m.userData.joint;
      m.userData.rest = { position: m.position.clone(), quaternion: m.quaternion.clone() };
      m.userData.at = 0;
      if (!this.byID.has(j.id)) this.byID.set(j.id, []);
      this.byID.get(j.id).push(m);
    }
    this.loops = loopsOf(loops, ends, movers, set);
    const passive = new Set(this.loops.flatMap((l) => l.passive.flat()));
    for (const m of movers) {
      const j = m.userData.joint;
      if (passive.has(m)) continue; // it goes where its loop makes it go
      if (j.mimic) this.followers.push(m);
      else if (!(j.kind === 'continuous' && (j.max ?? 0) > (j.min ?? 0))) this.lead(m); // a belt stays where it is
    }
    for (const list of this.byEntity.values()) for (const motion of list) motion.value = this.rest(motion);
  }

  lead(m) {
    const { joint: j, entity } = m.userData;
    if (!this.byEntity.has(entity)) this.byEntity.set(entity, []);
    const list = this.byEntity.get(entity);
    const key = j.drive || `#${j.id}`;
    let motion = list.find((x) => x.key === key);
    if (!motion) {
      motion = new Motion(entity, m);
      motion.key = key;
      list.push(motion);
    }
    motion.add(m);
  }

  /** The value at which everything of a motion rests. */
  rest(motion) {
    return Math.min(motion.high, Math.max(motion.low, motion.signal(motion.movers[0], 0)));
  }

  of(entity) {
    return this.byEntity.get(entity) ?? [];
  }

  /** Moves a motion to a value, and everything that follows it. */
  put(motion, value) {
    motion.value = value;
    const moved = new Map();
    for (const m of motion.movers) {
      const at = motion.position(m, value);
      set(m, at);
      moved.set(m.userData.joint.id, at);
    }
    let more = true;
    for (let deep = 0; deep < 8 && more; deep++) { // followers of followers
      more = false;
      for (const m of this.followers) {
        const j = m.userData.joint;
        if (moved.has(j.id) || !moved.has(j.mimic.of)) continue;
        const at = limit({ min: j.min ?? 0, max: j.max ?? 0 }, j.mimic.ratio * moved.get(j.mimic.of) + (j.mimic.shift ?? 0));
        for (const same of this.byID.get(j.id)) set(same, at);
        moved.set(j.id, at);
        more = true;
      }
    }
    const all = [...moved.keys()].flatMap((id) => this.byID.get(id));
    for (const l of this.loops) if (all.some((m) => l.has(m))) l.close();
    for (const m of all) m.updateMatrixWorld(true);
    for (const l of this.loops) for (const m of l.passive.flat()) m.updateMatrixWorld(true);
  }

  /** The matrices of a thing's nodes that move, by their joint. */
  poses(entity) {
    const out = {};
    for (const [id, movers] of this.byID) if (movers[0].userData.entity === entity) out[id] = movers[0].matrixWorld.toArray();
    return out;
  }

  /** How far the ends of the loops of a thing are apart, metres. */
  gaps(entity) {
    return this.loops.filter((l) => l.passive[0][0].userData.entity === entity).map((l) => l.gap().length());
  }
}
