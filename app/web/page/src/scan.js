// The scan that the site was made of, over its twin: in its own colours, or by
// how far each point lies from the nearest surface. Its points are fetched when
// they are first asked for.
import { BufferAttribute, BufferGeometry, DataTexture, NearestFilter, Points, RedFormat, ShaderMaterial } from 'three';
import { load } from './fetch.js';
import { twoSided } from './heat.js';

const REACH = 0.08; // metres: how far behind a surface a point still shows
const WIDE = 256; // of the texture of flags

const vertex = /* glsl */ `
  attribute vec3 own;
  attribute float nearest;
  attribute float deviation;
  uniform sampler2D hidden, ramp;
  uniform float pixels, diameter, reach, measured, coloured;
  varying vec3 paint;
  varying float size;
  void main() {
    vec4 world = modelMatrix * vec4(position, 1.0);
    gl_Position = projectionMatrix * viewMatrix * world;
    size = clamp(diameter * pixels / max(gl_Position.w, 1e-3), 2.2, 40.0);
    gl_PointSize = size;
    // Its depth is that of a point so much nearer to the eye.
    float part = min(reach / max(distance(cameraPosition, world.xyz), 1e-3), 0.5);
    vec4 nearer = mix(gl_Position, projectionMatrix * viewMatrix * vec4(cameraPosition, 1.0), part);
    if (nearer.w > 1e-3) gl_Position.z = nearer.z / nearer.w * gl_Position.w;
    vec2 flag = vec2(mod(nearest, ${WIDE}.0), floor(nearest / ${WIDE}.0));
    if (texelFetch(hidden, ivec2(flag + 0.5), 0).r > 0.5) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    vec3 plain = mix(vec3(0.11, 0.33, 0.41), vec3(0.24, 0.66, 0.83), position.y);
    paint = measured > 0.5 ? texture2D(ramp, vec2(deviation * 0.498 + 0.5, 0.5)).rgb : coloured > 0.5 ? own : plain;
  }`;

const fragment = /* glsl */ `
  varying vec3 paint;
  varying float size;
  void main() {
    float r = length(gl_PointCoord * 2.0 - 1.0);
    if (r > 1.0) discard;
    gl_FragColor = vec4(paint * (1.0 - 0.14 * r * r * smoothstep(3.0, 8.0, size)), 1.0);
  }`;

export class Scan {
  /** @param {object} told what twin.json says of the scan */
  constructor(told, stage) {
    this.told = told;
    this.stage = stage;
  }

  /** Shows the points, 'scan' or by their 'deviation', or null for none. */
  async show(how) {
    this.how = how;
    if (how && !this.points) {
      this.fetching ??= load('./scan.bin', () => {});
      try {
        this.make(await this.fetching);
      } catch (e) {
        this.fetching = null; // asked for again, it is tried again
        throw e;
      }
    }
    if (!this.points) return;
    this.points.visible = !!this.how; // it may have changed meanwhile
    this.points.material.uniforms.measured.value = this.how === 'deviation' ? 1 : 0;
    this.stage.draw();
  }

  make(data) {
    if (this.points) return;
    const { points: n, coloured, min, step, diameter, entities } = this.told;
    if (data.byteLength !== n * (coloured ? 12 : 9)) throw new Error(`scan.bin: ${data.byteLength} bytes are not ${n} points`);
    const shape = new BufferGeometry();
    shape.setAttribute('position', new BufferAttribute(new Uint16Array(data, 0, 3 * n), 3, true));
    shape.setAttribute('nearest', new BufferAttribute(new Uint16Array(data, 6 * n, n), 1));
    shape.setAttribute('deviation', new BufferAttribute(new Int8Array(data, 8 * n, n), 1, true));
    shape.setAttribute('own', new BufferAttribute(coloured ? new Uint8Array(data, 9 * n, 3 * n) : new Uint8Array(3 * n), 3, true));
    const tall = Math.ceil((entities.length + 1) / WIDE);
    this.flags = new DataTexture(new Uint8Array(WIDE * tall), WIDE, tall, RedFormat);
    this.flags.minFilter = this.flags.magFilter = NearestFilter;
    this.flags.needsUpdate = true;
    const ramp = new DataTexture(new Uint8Array(twoSided.flatMap((c) => [...c, 255])), 256, 1);
    ramp.needsUpdate = true;
    const uniforms = Object.fromEntries(Object.entries({ hidden: this.flags, ramp, pixels: 1, diameter, reach: REACH, measured: 0, coloured: coloured ? 1 : 0 })
      .map(([name, value]) => [name, { value }]));
    this.points = new Points(shape, new ShaderMaterial({ vertexShader: vertex, fragmentShader: fragment, uniforms }));
    this.points.position.set(...min);
    this.points.scale.setScalar(step * 65535);
    this.points.frustumCulled = false;
    const { renderer } = this.stage;
    this.points.onBeforeRender = (_, __, camera) => {
      uniforms.pixels.value = (renderer.domElement.height / 2) * camera.projectionMatrix.elements[5];
    };
    this.stage.scene.add(this.points);
    this.follow();
  }

  /** Hides the points of what is hidden. */
  follow() {
    if (!this.points) return;
    this.told.entities.forEach((e, i) => {
      const meshes = this.stage.entities.get(e);
      const flag = meshes?.length && meshes.every((m) => !m.visible) ? 255 : 0;
      if (this.flags.image.data[i + 1] !== flag) {
        this.flags.image.data[i + 1] = flag;
        this.flags.needsUpdate = true;
      }
    });
  }
}
