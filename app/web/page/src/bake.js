// Takes the light file apart and puts it together again for few draw calls: one
// mesh for all that is solid of a thing and does not move against it, one for
// all that is clear. What a joint moves stays below the node of its joint.
import { BufferAttribute, BufferGeometry, Color, Group, Matrix3, Matrix4, Mesh, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { onPackage, packagesOf } from './packages.js';
import { clear, solid } from './surface.js';

const TILE = 2; // scene.Pattern
const GOODS = 5;

/**
 * Reads a GLB.
 * @param {ArrayBuffer} data
 * @param {(id: string) => boolean} isThing tells things from the building
 * @returns {Promise<{root: Group, movers: Object3D[], entities: Map<string, Mesh[]>, loops: object[], ends: Map<number, {holder: Object3D, matrix: Matrix4}>}>}
 * loops are the closed chains that the file tells of, ends the nodes they name.
 */
export async function bake(data, isThing) {
  const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
  const { scene, parser } = await loader.parseAsync(data, '');
  scene.updateMatrixWorld(true);
  const root = new Group();
  const movers = [];
  const buckets = new Map();
  const loops = scene.userData.loops ?? [];
  const wanted = new Set(loops.flatMap((l) => [l.A, l.B]));
  const ends = new Map();
  const end = (node, holder, matrix) => {
    const at = parser.associations.get(node)?.nodes;
    if (wanted.has(at)) ends.set(at, { holder, matrix: matrix.clone() });
  };
  gather(scene, root, '', new Matrix4(), buckets, movers, end);
  const entities = new Map();
  for (const b of buckets.values()) {
    const mesh = join(b, isThing(b.entity));
    mesh.userData.entity = b.entity;
    b.holder.add(mesh);
    if (!entities.has(b.entity)) entities.set(b.entity, []);
    entities.get(b.entity).push(mesh);
  }
  root.updateMatrixWorld(true);
  return { root, movers, entities, loops, ends };
}

/** Walks the file's tree: m takes the frame of node's parent to that of holder;
 * end is told of each node, with the frame that its own is in. */
function gather(node, holder, entity, m, buckets, movers, end) {
  entity = node.userData.entity ?? entity;
  const local = new Matrix4().multiplyMatrices(m, node.matrix);
  const joint = node.userData.joint;
  if (joint && joint.kind !== 'fixed') {
    const mover = new Group();
    mover.name = node.name;
    mover.userData = { joint, entity, part: node.userData.part };
    local.decompose(mover.position, mover.quaternion, mover.scale);
    holder.add(mover);
    movers.push(mover);
    holder = mover;
    local.identity();
  }
  end(node, holder, local);
  if (node.isMesh && !node.userData.hidden) {
    const transparent = node.material.transparent === true;
    const key = `${holder.id} ${entity} ${transparent}`;
    if (!buckets.has(key)) buckets.set(key, { holder, entity, transparent, list: [] });
    buckets.get(key).list.push({ geometry: node.geometry, material: node.material, matrix: local.clone() });
  }
  for (const c of node.children) gather(c, holder, entity, local, buckets, movers, end);
}

const corner3 = [new Vector3(), new Vector3(), new Vector3()];
const n = new Vector3();
const level = new Vector3();
const edge = new Vector3();
const c = new Color();
const hsl = {};

/** Joins the parts of a bucket into one mesh. */
function join({ list, transparent }, thing) {
  let vertices = 0;
  let corners = 0;
  for (const { geometry: g } of list) {
    vertices += g.attributes.normal ? g.attributes.position.count : g.index.count;
    corners += g.index.count;
  }
  const to = {
    position: new Float32Array(3 * vertices),
    normal: new Int8Array(4 * vertices),
    color: new Uint16Array(4 * vertices),
    surface: new Uint8Array(4 * vertices),
    pack: new Uint8Array(4 * vertices),
    index: vertices > 65535 ? new Uint32Array(corners) : new Uint16Array(corners),
    vertices: 0,
    corners: 0,
  };
  for (const part of list) {
    const from = to.vertices;
    if (part.geometry.attributes.normal) smooth(part, to);
    else flat(part, to);
    paint(to, from, part, thing);
  }
  const out = new BufferGeometry();
  out.setAttribute('position', new BufferAttribute(to.position, 3));
  for (const name of ['normal', 'color', 'surface', 'pack']) out.setAttribute(name, new BufferAttribute(to[name], 4, true));
  out.setIndex(new BufferAttribute(to.index, 1));
  const mesh = new Mesh(out, transparent ? clear : solid);
  mesh.castShadow = !transparent;
  mesh.receiveShadow = true;
  return mesh;
}

/** Adds a part that has normals. */
function smooth({ geometry: g, material, matrix }, to) {
  const { position, normal } = g.attributes;
  const from = to.vertices;
  const goods = material.userData.pattern === GOODS && packagesOf(g);
  const straight = new Matrix3().getNormalMatrix(matrix);
  const [p] = corner3;
  for (let i = 0; i < position.count; i++) {
    const at = to.vertices++;
    p.fromBufferAttribute(position, i);
    n.fromBufferAttribute(normal, i);
    if (goods) label(to.pack, at, goods, i, p, n);
    p.applyMatrix4(matrix).toArray(to.position, 3 * at);
    put(to.normal, at, n.applyMatrix3(straight).normalize());
  }
  const turned = matrix.determinant() < 0;
  for (let i = 0; i < g.index.count; i++) to.index[to.corners + (turned ? reversed(i) : i)] = from + g.index.getX(i);
  to.corners += g.index.count;
}

/** Adds a part without normals: each triangle is as flat as it is. */
function flat({ geometry: g, material, matrix }, to) {
  const { position } = g.attributes;
  const goods = material.userData.pattern === GOODS && packagesOf(g);
  const turned = matrix.determinant() < 0;
  for (let i = 0; i < g.index.count; i += 3) {
    const order = (turned ? [i, i + 2, i + 1] : [i, i + 1, i + 2]).map((k) => g.index.getX(k));
    order.forEach((k, j) => corner3[j].fromBufferAttribute(position, k));
    if (goods) {
      facing(level);
      order.forEach((k, j) => label(to.pack, to.vertices + j, goods, k, corner3[j], level));
    }
    corner3.forEach((v) => v.applyMatrix4(matrix));
    facing(n);
    for (const v of corner3) {
      const at = to.vertices++;
      v.toArray(to.position, 3 * at);
      put(to.normal, at, n);
      to.index[to.corners++] = at;
    }
  }
}

/** The way that the triangle of corner3 looks. */
function facing(out) {
  out.subVectors(corner3[1], corner3[0]).cross(edge.subVectors(corner3[2], corner3[0])).normalize();
}

const uv = [0, 0];

function label(pack, at, goods, i, p, normal) {
  onPackage(goods, i, p, normal, uv);
  pack[4 * at] = uv[0];
  pack[4 * at + 1] = uv[1];
  pack[4 * at + 2] = (goods.piece[i] * 97 + 31) % 251;
  pack[4 * at + 3] = 255;
}

/** The place of corner i when every triangle is turned over. */
const reversed = (i) => (i % 3 === 0 ? i : i % 3 === 1 ? i + 1 : i - 1);

function put(list, i, v) {
  list[4 * i] = Math.round(127 * v.x);
  list[4 * i + 1] = Math.round(127 * v.y);
  list[4 * i + 2] = Math.round(127 * v.z);
}

/** Writes a material to the vertices added since from. Blocks of goods of one
 * colour differ a little each. */
function paint(to, from, { material, matrix }, thing) {
  c.copy(material.color);
  const pattern = material.userData.pattern ?? 0;
  let chance = 0;
  if (pattern === GOODS) {
    const e = matrix.elements;
    chance = Math.abs(Math.sin(e[12] * 12.9898 + e[13] * 78.233 + e[14] * 37.719) * 43758.5453) % 1;
    c.getHSL(hsl);
    c.setHSL((hsl.h + (chance - 0.5) * 0.06 + 1) % 1, hsl.s, Math.min(1, hsl.l * (0.85 + 0.3 * chance)));
  }
  const glow = material.emissive ? Math.max(...material.emissive.toArray()) * material.emissiveIntensity : 0;
  const kind = thing ? 0 : pattern === TILE ? 2 : 1;
  const word = [c.r, c.g, c.b, material.transparent ? material.opacity : 1].map((v) => Math.round(65535 * Math.min(1, v)));
  const byte = [material.roughness ?? 1, material.metalness ?? 0, Math.min(1, glow / 8), kind / 255].map((v) => Math.round(255 * v));
  for (let i = from; i < to.vertices; i++) {
    to.color.set(word, 4 * i);
    to.surface.set(byte, 4 * i);
    if (pattern === GOODS) to.pack[4 * i + 2] = (to.pack[4 * i + 2] + Math.round(251 * chance)) % 251;
  }
}
