// Closed chains of joints, as in a four-bar hinge: two points that stay
// together. The joints that nothing drives are moved to make it so, by the same
// damped steps as in the window (scene.Resolve).
import { Matrix4, Vector3 } from 'three';

const CLOSED = 1e-7; // metres
const STEPS = 40;
const STAGES = 12; // in which a loop is opened from rest
const LEAST = 1e-9; // damping
const MOST = 1e6;
const NUDGE = 1e-6; // rad or m, of numerical derivatives

const frame = new Matrix4();

/** One loop: its ends, each {holder, at} with a point in the frame of a group,
 * and the movers of its passive joints, those of one joint together. */
export class Loop {
  constructor(ends, passive, set) {
    this.ends = ends;
    this.passive = passive;
    this.set = set; // sets a mover to a position
    this.chain = new Set();
    for (const { holder } of ends) for (let h = holder; h; h = h.parent) if (h.userData.joint) this.chain.add(h);
    const own = new Set(passive.flat());
    this.driven = [...this.chain].filter((m) => !own.has(m));
  }

  /** Whether the loop sees that a mover moves. */
  has(mover) {
    return this.chain.has(mover);
  }

  /** From one end to the other, metres. */
  gap() {
    const [a, b] = this.ends.map(({ holder, at }) => {
      const p = at.clone();
      for (let h = holder; h; h = h.parent) p.applyMatrix4(frame.compose(h.position, h.quaternion, h.scale));
      return p;
    });
    return a.sub(b);
  }

  position(k) {
    return this.passive[k][0].userData.at;
  }

  move(k, to) {
    for (const m of this.passive[k]) this.set(m, within(m.userData.joint, to));
  }

  /** Moves the passive joints until the ends meet or limits hold them. A four-bar
   * hinge closes in two ways: from rest, what drives it comes to its place in
   * stages, so that it stays in the way that the rest is in. */
  close() {
    const { passive } = this;
    const kept = passive.map((_, k) => this.position(k));
    if (kept.some((q) => q !== 0)) {
      if (this.search() <= CLOSED) return;
      kept.forEach((_, k) => this.move(k, 0)); // a wide step: start over
    }
    const driven = this.driven.map((m) => m.userData.at);
    for (let stage = 1; stage <= STAGES; stage++) {
      this.driven.forEach((m, i) => this.set(m, (driven[i] * stage) / STAGES));
      this.search();
    }
  }

  /** The steps of Levenberg and Marquardt; returns the gap that is left. */
  search() {
    const n = this.passive.length;
    let gap = this.gap();
    let damping = LEAST;
    for (let step = 0; step < STEPS && gap.length() > CLOSED / 100 && damping <= MOST; step++) {
      const kept = this.passive.map((_, k) => this.position(k));
      const slope = kept.map((q, k) => {
        const at = (d) => {
          for (const m of this.passive[k]) this.set(m, q + d);
          return this.gap();
        };
        const s = at(NUDGE).sub(at(-NUDGE)).multiplyScalar(0.5 / NUDGE);
        at(0);
        return s;
      });
      const normal = slope.map((s, k) => slope.map((t, m) => s.dot(t) * (k === m ? 1 + damping : 1) + (k === m ? damping : 0)));
      const way = solve(normal, slope.map((s) => -s.dot(gap)));
      for (let k = 0; k < n; k++) this.move(k, kept[k] + way[k]);
      const next = this.gap();
      if (next.length() < gap.length()) {
        gap = next;
        damping = Math.max(damping / 10, LEAST);
        continue;
      }
      for (let k = 0; k < n; k++) this.move(k, kept[k]);
      damping *= 10;
    }
    return gap.length();
  }
}

const within = (j, q) => (j.kind === 'continuous' ? q : Math.max(j.min ?? 0, Math.min(j.max ?? 0, q)));

/** Solves a symmetric, positive definite system (Gauss, no pivot needed). */
function solve(a, b) {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    const pivot = a[k][k] || 1e-18;
    for (let i = k + 1; i < n; i++) {
      const f = a[i][k] / pivot;
      for (let m = k; m < n; m++) a[i][m] -= f * a[k][m];
      b[i] -= f * b[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let m = k + 1; m < n; m++) b[k] -= a[k][m] * b[m];
    b[k] /= a[k][k] || 1e-18;
  }
  return b;
}

/** The loops of a file: told are those of its scene's extras, ends the groups
 * and frames of the nodes that they name, movers all joints. */
export function loopsOf(told, ends, movers, set) {
  const out = [];
  for (const l of told) {
    const pair = [[l.A, l.AtA], [l.B, l.AtB]].map(([node, at]) => {
      const e = ends.get(node);
      return e && { holder: e.holder, at: new Vector3().fromArray(at).applyMatrix4(e.matrix) };
    });
    const passive = (l.Passive ?? []).map((id) => movers.filter((m) => m.userData.joint.id === id)).filter((list) => list.length > 0);
    if (pair[0] && pair[1] && passive.length > 0) out.push(new Loop(pair, passive, set));
  }
  return out;
}
