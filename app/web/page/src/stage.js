// The picture: camera, light and what of the building is shown. It draws only
// when something changed.
import {
  Box3, DirectionalLight, HemisphereLight, Mesh, NeutralToneMapping, PCFShadowMap, PerspectiveCamera, PlaneGeometry, PMREMGenerator, Raycaster,
  Scene, ShadowMaterial, Spherical, Vector2, Vector3, WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { Outline } from './outline.js';

const YAW = -0.58; // of the first view, as on the desktop
const PITCH = 0.7;
/** Whether the person asked for less motion. */
export const still = matchMedia('(prefers-reduced-motion: reduce)');

export class Stage {
  /** @param {{bounds: number[][], floor: number[][], hide: object}} twin */
  constructor(canvas, twin) {
    this.canvas = canvas;
    this.hide = twin.hide;
    this.floor = new Box3(new Vector3(...twin.floor[0]), new Vector3(...twin.floor[1]));
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, powerPreference: 'high-performance' });
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.toneMapping = NeutralToneMapping;
    this.renderer.toneMappingExposure = 1;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.shadowMap.autoUpdate = false;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(34, 1, 0.1, 500);
    this.controls = new OrbitControls(this.camera, canvas);
    Object.assign(this.controls, { enableDamping: true, dampingFactor: 0.12, maxPolarAngle: Math.PI / 2 - 0.03, zoomToCursor: true, screenSpacePanning: false });
    this.controls.addEventListener('change', () => this.updating || this.draw());
    this.controls.addEventListener('start', () => {
      this.flight = null;
      this.coasting = true; // what is let go runs out by itself
    });
    this.outline = new Outline();
    this.steps = new Set(); // what moves by itself: called with seconds, false ends it
    this.listeners = new Set(); // told after each picture
    this.inset = { left: 0, right: 0, top: 0, bottom: 0 }; // of the canvas that panels cover, pixels
    this.frames = 0;
    this.scan = null; // lies over the twin
    this.light();
  }

  light() {
    const pmrem = new PMREMGenerator(this.renderer);
    const room = new RoomEnvironment();
    this.scene.environment = pmrem.fromScene(room, 0.04).texture;
    this.scene.environmentIntensity = 0.5;
    pmrem.dispose();
    this.scene.add(new HemisphereLight(0xffffff, 0xcfc8bd, 0.75));
    const sun = new DirectionalLight(0xfff4e4, 2.1);
    const middle = this.floor.getCenter(new Vector3());
    const reach = this.floor.getSize(new Vector3()).length() / 2 + 3;
    sun.position.copy(middle).add(new Vector3(-0.45, 1.25, 0.5).normalize().multiplyScalar(2 * reach));
    sun.target.position.copy(middle);
    sun.castShadow = true;
    sun.shadow.mapSize.setScalar(Math.min(innerWidth > 760 ? 2048 : 1024, this.renderer.capabilities.maxTextureSize));
    Object.assign(sun.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: 0.5, far: 4 * reach });
    Object.assign(sun.shadow, { bias: -0.0004, normalBias: 0.03, radius: 3, intensity: 0.7 });
    this.scene.add(sun, sun.target);
    this.reach = reach;
  }

  /** Shows what bake made. */
  show({ root, entities }) {
    this.root = root;
    this.entities = entities;
    this.sides = this.hide.skin.map((s) => ({ meshes: entities.get(s.entity) ?? [], out: new Vector3(...s.out) }));
    this.roof = this.hide.roof.flatMap((e) => entities.get(e) ?? []);
    for (const m of this.roof) m.visible = false;
    this.scene.add(root);
    const box = new Box3().setFromObject(root);
    const ground = new Mesh(new PlaneGeometry(6 * this.reach, 6 * this.reach).rotateX(-Math.PI / 2), new ShadowMaterial({ opacity: 0.22 }));
    ground.position.set((box.min.x + box.max.x) / 2, box.min.y - 0.01, (box.min.z + box.max.z) / 2);
    ground.receiveShadow = true;
    ground.name = 'ground';
    this.scene.add(ground);
    const size = box.getSize(new Vector3()).length();
    this.controls.maxDistance = 3 * size;
    this.controls.minDistance = 0.6;
    this.camera.far = 8 * size;
    this.resize();
    this.fit(false);
  }

  resize() {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const size = `${w} ${h} ${devicePixelRatio}`;
    if (w === 0 || h === 0 || size === this.size) return;
    this.size = size;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(w, h, false);
    this.camera.aspect = w / h;
    this.frame();
    this.draw();
  }

  /** Moves the middle of the picture to the middle of what no panel covers. */
  frame() {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const { left, right, top, bottom } = this.inset;
    this.camera.setViewOffset(w, h, (right - left) / 2, (bottom - top) / 2, w, h);
    this.camera.updateProjectionMatrix();
  }

  cover(inset) {
    if (Object.entries(inset).every(([side, v]) => this.inset[side] === v)) return;
    Object.assign(this.inset, inset);
    this.frame();
    this.draw();
  }

  /** The place from which a box fills the picture, looked at along yaw, pitch. */
  standFor(box, yaw, pitch, air = 1.1) {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const { left, right, top, bottom } = this.inset;
    const tall = Math.tan((this.camera.fov * Math.PI) / 360);
    const free = { x: (tall * this.camera.aspect * Math.max(0.3, (w - left - right) / w)) / air, y: (tall * Math.max(0.3, (h - top - bottom) / h)) / air };
    const back = new Vector3().setFromSpherical(new Spherical(1, Math.PI / 2 - pitch, yaw));
    const right3 = new Vector3(Math.cos(yaw), 0, -Math.sin(yaw));
    const up = new Vector3().crossVectors(back, right3);
    const target = box.getCenter(new Vector3());
    const eye = new Vector3();
    for (let round = 0; round < 4; round++) { // a picture in perspective has its middle elsewhere
      let distance = 0;
      const corners = [];
      for (let i = 0; i < 8; i++) {
        const v = new Vector3(i & 1 ? box.max.x : box.min.x, i & 2 ? box.max.y : box.min.y, i & 4 ? box.max.z : box.min.z).sub(target);
        const at = { x: v.dot(right3), y: v.dot(up), z: v.dot(back) };
        corners.push(at);
        distance = Math.max(distance, at.z + Math.abs(at.x) / free.x, at.z + Math.abs(at.y) / free.y);
      }
      distance = Math.max(distance, 1);
      eye.copy(target).addScaledVector(back, distance);
      const seen = corners.map((c) => c.y / (distance - c.z));
      const drift = ((Math.min(...seen) + Math.max(...seen)) / 2) * distance;
      if (round < 3) target.addScaledVector(up, drift * 0.9);
    }
    return { eye, target };
  }

  /** Looks at the whole; a tall picture is filled by looking along the floor. */
  fit(fly = true) {
    const { x, z } = this.floor.getSize(new Vector3());
    const tall = this.canvas.clientWidth < 0.8 * this.canvas.clientHeight;
    const yaw = !tall ? YAW : x > z ? -Math.PI / 2 + 0.32 : -0.32;
    this.go(this.standFor(this.floor, yaw, tall ? 0.85 : PITCH, tall ? 1.02 : 1.1), fly);
  }

  top() {
    this.go(this.standFor(this.floor, 0, Math.PI / 2 - 0.001, 1.1), true);
  }

  /** Flies to a thing, keeping the way that it is looked at. */
  look(box, yaw) {
    const now = new Spherical().setFromVector3(new Vector3().subVectors(this.camera.position, this.controls.target));
    const wide = box.clone().expandByScalar(0.7);
    this.go(this.standFor(wide, yaw ?? now.theta, Math.min(0.9, Math.max(0.35, Math.PI / 2 - now.phi)), 1.1), true);
  }

  go({ eye, target }, fly) {
    this.flight = null;
    const from = { target: this.controls.target.clone(), way: new Spherical().setFromVector3(new Vector3().subVectors(this.camera.position, this.controls.target)) };
    const to = { target, way: new Spherical().setFromVector3(new Vector3().subVectors(eye, target)) };
    let turn = to.way.theta - from.way.theta;
    turn -= 2 * Math.PI * Math.round(turn / (2 * Math.PI));
    const set = (s) => {
      this.controls.target.lerpVectors(from.target, to.target, s);
      const way = new Spherical(from.way.radius ** (1 - s) * to.way.radius ** s, from.way.phi + s * (to.way.phi - from.way.phi), from.way.theta + s * turn);
      this.camera.position.setFromSpherical(way).add(this.controls.target);
      this.camera.lookAt(this.controls.target);
    };
    if (!fly || still.matches || !(from.way.radius > 0)) {
      this.controls.target.copy(target);
      this.camera.position.copy(eye);
      this.controls.update();
      this.draw();
      return;
    }
    let at = 0;
    const flight = (this.flight = {});
    this.run((dt) => {
      if (this.flight !== flight) return false;
      at = Math.min(1, at + dt / 0.7);
      set(at < 0.5 ? 4 * at ** 3 : 1 - (2 - 2 * at) ** 3 / 2);
      if (at === 1) this.flight = null;
      return at < 1;
    });
  }

  turn(yaw, pitch) {
    const way = new Spherical().setFromVector3(new Vector3().subVectors(this.camera.position, this.controls.target));
    way.theta += yaw;
    way.phi = Math.min(this.controls.maxPolarAngle, Math.max(0.01, way.phi + pitch));
    this.go({ target: this.controls.target.clone(), eye: new Vector3().setFromSpherical(way).add(this.controls.target) }, false);
  }

  zoom(by) {
    const way = new Vector3().subVectors(this.camera.position, this.controls.target);
    way.setLength(Math.min(this.controls.maxDistance, Math.max(this.controls.minDistance, way.length() * by)));
    this.go({ target: this.controls.target.clone(), eye: way.add(this.controls.target) }, true);
  }

  /** Calls step in each picture until it answers false. */
  run(step) {
    this.steps.add(step);
    this.draw();
  }

  /** Asks for a picture. */
  draw() {
    this.asked ??= requestAnimationFrame((now) => this.picture(now));
  }

  /** What casts shadows changed. */
  shade() {
    this.renderer.shadowMap.needsUpdate = true;
    this.draw();
  }

  picture(now) {
    this.asked = null;
    const dt = Math.min(0.1, (now - (this.before ?? now)) / 1000);
    this.before = now;
    for (const step of [...this.steps]) if (step(dt) === false) this.steps.delete(step);
    if (!this.flight) {
      this.updating = true;
      const moved = this.controls.update(dt);
      this.updating = false;
      if (!moved) this.coasting = false;
      else if (this.coasting) this.draw();
    }
    this.open();
    this.renderer.render(this.scene, this.camera);
    this.outline.draw(this.renderer, this.scene, this.camera);
    this.frames++;
    for (const tell of this.listeners) tell();
    if (this.steps.size > 0) this.draw();
    else if (!this.asked) this.before = undefined;
  }

  /** Returns when the picture is drawn and not only asked for. */
  wait() {
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  /** Hides the walls that face the viewer. */
  open() {
    const ahead = new Vector3();
    this.camera.getWorldDirection(ahead);
    for (const { meshes, out } of this.sides ?? []) {
      const visible = !(out.dot(ahead) < 0);
      for (const m of meshes) {
        if (m.visible === visible) continue;
        m.visible = visible;
        this.renderer.shadowMap.needsUpdate = true;
      }
    }
    this.scan?.follow();
  }

  /** The entity at a place of the canvas; undefined where there is none. */
  pick(x, y) {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2((2 * x) / w - 1, 1 - (2 * y) / h), this.camera);
    const shown = [];
    for (const list of this.entities.values()) for (const m of list) if (m.visible) shown.push(m);
    return ray.intersectObjects(shown, false)[0]?.object.userData.entity;
  }

  boxOf(entity) {
    const box = new Box3();
    for (const m of this.entities.get(entity) ?? []) box.expandByObject(m);
    return box;
  }

  /** Where on the canvas is what is shown within a box of the scene, and the part
   * of the canvas that no panel covers: [left, top, right, bottom], pixels. */
  framed([low, high]) {
    const box = new Box3(new Vector3(...low), new Vector3(...high));
    const seen = [Infinity, Infinity, -Infinity, -Infinity];
    const p = new Vector3();
    for (const list of this.entities.values()) {
      for (const m of list) {
        if (!m.visible) continue;
        const at = m.geometry.attributes.position;
        for (let i = 0; i < at.count; i++) {
          p.fromBufferAttribute(at, i).applyMatrix4(m.matrixWorld);
          if (!box.containsPoint(p)) continue;
          const { x, y } = this.project(p);
          seen[0] = Math.min(seen[0], x);
          seen[1] = Math.min(seen[1], y);
          seen[2] = Math.max(seen[2], x);
          seen[3] = Math.max(seen[3], y);
        }
      }
    }
    const { left, right, top, bottom } = this.inset;
    return { seen, free: [left, top, this.canvas.clientWidth - right, this.canvas.clientHeight - bottom] };
  }

  /** Where a point of the scene is on the canvas, pixels; ahead: in front of the viewer. */
  project(point) {
    const v = point.clone().project(this.camera);
    return { x: ((v.x + 1) / 2) * this.canvas.clientWidth, y: ((1 - v.y) / 2) * this.canvas.clientHeight, ahead: v.z < 1 && v.z > -1 };
  }
}
