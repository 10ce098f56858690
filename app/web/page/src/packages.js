// Finds the single packages in a block of goods, so that each gets a shade and a
// label of its own: they are the connected pieces of its mesh.
import { Vector3 } from 'three';

const known = new WeakMap();

/**
 * The packages of a geometry.
 * @returns {{piece: Uint32Array, low: Float32Array, size: Float32Array}} the
 * piece of each vertex, and x, y, z of each piece's box in the geometry's frame
 */
export function packagesOf(geometry) {
  if (!known.has(geometry)) known.set(geometry, find(geometry));
  return known.get(geometry);
}

function find({ attributes: { position }, index }) {
  const parent = Uint32Array.from({ length: position.count }, (_, i) => i);
  const top = (i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const tie = (a, b) => {
    parent[top(a)] = top(b);
  };
  const first = new Map(); // vertices of one place belong together, whatever their normals
  for (let i = 0; i < position.count; i++) {
    const key = `${position.getX(i)} ${position.getY(i)} ${position.getZ(i)}`;
    if (first.has(key)) tie(i, first.get(key));
    else first.set(key, i);
  }
  for (let i = 0; i < index.count; i += 3) {
    tie(index.getX(i), index.getX(i + 1));
    tie(index.getX(i), index.getX(i + 2));
  }
  const number = new Map();
  const piece = new Uint32Array(position.count);
  const low = [];
  const high = [];
  const v = new Vector3();
  for (let i = 0; i < position.count; i++) {
    const t = top(i);
    if (!number.has(t)) {
      number.set(t, number.size);
      low.push(Infinity, Infinity, Infinity);
      high.push(-Infinity, -Infinity, -Infinity);
    }
    const k = (piece[i] = number.get(t));
    v.fromBufferAttribute(position, i).toArray().forEach((x, axis) => {
      low[3 * k + axis] = Math.min(low[3 * k + axis], x);
      high[3 * k + axis] = Math.max(high[3 * k + axis], x);
    });
  }
  return { piece, low: Float32Array.from(low), size: Float32Array.from(high, (h, i) => Math.max(1e-6, h - low[i])) };
}

/**
 * Where a vertex lies on its package: u along the side that faces the way of
 * normal and v from foot to top, each 0 to 255; on tops, u and v are 255 each.
 */
export function onPackage({ piece, low, size }, i, at, normal, out) {
  const k = 3 * piece[i];
  const [x, y, z] = [0, 1, 2].map((axis) => (at.getComponent(axis) - low[k + axis]) / size[k + axis]);
  if (Math.abs(normal.y) > 0.6) {
    out[0] = out[1] = 255;
    return;
  }
  out[0] = Math.round(254 * (Math.abs(normal.x) > Math.abs(normal.z) ? z : x));
  out[1] = Math.round(254 * y);
}
