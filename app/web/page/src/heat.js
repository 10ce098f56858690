// The heat map: a quantity of the things, as colours over the floor and on what
// stands there. A density is spread over the footprint of each thing and softly
// around it, so that its integral over the floor is the sum of the values; a
// value colours its thing.
import { Color, DataTexture, LinearFilter, SRGBColorSpace, Vector4 } from 'three';

const CELL = 0.1; // metres
const SPREAD = 0.6; // metres, standard deviation
const CELLS = 1024; // along a side, at most

const srgb = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** The colour path of the desktop: lightness rises from a dark blue to yellow. */
function path(t) {
  const hue = ((268 - 160 * t - 8 * Math.sin(2 * Math.PI * t)) * Math.PI) / 180;
  const chroma = 0.1 + 0.045 * t;
  return [0.3 + 0.6 * t, chroma * Math.cos(hue), chroma * Math.sin(hue)];
}

/** The diverging path of the desktop: blue over a light neutral to red. */
function sides(t) {
  const a = Math.abs(2 * t - 1);
  const hue = ((t > 0.5 ? 32 : 250) * Math.PI) / 180;
  return [0.93 - 0.45 * a, 0.165 * a * Math.cos(hue), 0.165 * a * Math.sin(hue)];
}

/** OKLab (Ottosson 2020) to sRGB, 0 to 255. */
function rgb([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  return linear.map((v) => Math.round(255 * Math.min(1, Math.max(0, srgb(Math.min(1, Math.max(0, v)))))));
}

/** 256 colours along a path, each as far from the next in OKLab. */
const along = (path) => {
  const dense = 1024;
  const length = [0];
  for (let i = 1; i <= dense; i++) length.push(length[i - 1] + Math.hypot(...path(i / dense).map((v, k) => v - path((i - 1) / dense)[k])));
  let k = 0;
  return Array.from({ length: 256 }, (_, i) => {
    while (k < dense && length[k] < (length[dense] * i) / 255) k++;
    return rgb(path(k / dense));
  });
};
export const palette = along(path);
export const twoSided = along(sides);

const gradient = (list) => `linear-gradient(to right, ${[0, 32, 64, 96, 128, 160, 192, 224, 255].map((i) => `rgb(${list[i]})`).join(', ')})`;
export const css = gradient(palette);
export const twoSidedCSS = gradient(twoSided);

/** The colour of a value. */
const at = (v, { low, high }) => palette[Math.round(255 * Math.min(1, Math.max(0, (v - low) / (high - low))))];

/** Round numbers from low to high, about count of them. */
export function ticks(low, high, count = 4) {
  const raw = (high - low) / count;
  const ten = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * ten).find((s) => s >= raw * 0.99);
  const out = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step) out.push(Math.abs(v) < step * 1e-6 ? 0 : v);
  return out;
}

/**
 * Works out a heat.
 * @returns {{texture: DataTexture, rect: Vector4, colours: Map, low: number, high: number, above: boolean, sum: number}}
 * colours are those of the things, linear, where each has one
 */
export function heatOf(heat, twin) {
  const [low, high] = twin.bounds;
  const pad = 2;
  const cell = Math.max(CELL, (high[0] - low[0] + 2 * pad) / CELLS, (high[2] - low[2] + 2 * pad) / CELLS);
  const grid = { x: low[0] - pad, z: low[2] - pad, w: Math.ceil((high[0] - low[0] + 2 * pad) / cell), h: Math.ceil((high[2] - low[2] + 2 * pad) / cell), cell };
  const density = heat.kind === 'density';
  const field = new Float32Array(grid.w * grid.h).fill(density ? 0 : NaN);
  const shown = rooms(twin.zones, grid); // elsewhere nothing is said
  let sum = 0;
  for (const a of twin.assets) {
    const v = heat.values[a.id];
    if (v === undefined) continue;
    const cells = footprint(a, grid);
    if (cells.length === 0) continue;
    sum += v;
    for (const c of cells) shown[c] = 1;
    for (const c of cells) field[c] = density ? field[c] + v / (cells.length * cell * cell) : v;
  }
  if (density) blur(field, grid, SPREAD / cell);
  const range = rangeOf(field, density, heat.values);
  const colours = new Map(density ? [] : Object.entries(heat.values).map(([id, v]) => [id, new Color().setRGB(...at(v, range).map((x) => x / 255), SRGBColorSpace).toArray()]));
  if (!density) shown.fill(0); // the colours stand on the things themselves
  return { ...range, sum, colours, texture: paint(field, grid, range, shown), rect: new Vector4(grid.x, grid.z, 1 / (grid.w * cell), 1 / (grid.h * cell)), field, grid };
}

/** The cells that a thing stands on; at least the one of its middle. */
function footprint(a, { x, z, w, h, cell }) {
  const [s, c] = [Math.sin(a.yaw ?? 0), Math.cos(a.yaw ?? 0)];
  const [hw, hd] = [Math.max(a.size[0] / 2, cell / 2), Math.max(a.size[2] / 2, cell / 2)];
  const reach = Math.hypot(hw, hd);
  const out = [];
  for (let j = Math.max(0, Math.floor((a.at[2] - reach - z) / cell)); j <= Math.min(h - 1, (a.at[2] + reach - z) / cell); j++) {
    for (let i = Math.max(0, Math.floor((a.at[0] - reach - x) / cell)); i <= Math.min(w - 1, (a.at[0] + reach - x) / cell); i++) {
      const [dx, dz] = [x + (i + 0.5) * cell - a.at[0], z + (j + 0.5) * cell - a.at[2]];
      if (Math.abs(c * dx - s * dz) <= hw && Math.abs(s * dx + c * dz) <= hd) out.push(j * w + i);
    }
  }
  return out;
}

/** A Gaussian, as three boxes along each axis. */
function blur(field, { w, h }, sigma) {
  const n = Math.max(0, Math.round(Math.sqrt((sigma * sigma * 12) / 3 + 1) / 2 - 0.5));
  const line = new Float32Array(Math.max(w, h));
  const pass = (from, step, count) => {
    let sum = 0;
    for (let i = 0; i < Math.min(n, count); i++) sum += field[from + i * step];
    for (let i = 0; i < count; i++) {
      if (i + n < count) sum += field[from + (i + n) * step];
      line[i] = sum / (2 * n + 1);
      if (i - n >= 0) sum -= field[from + (i - n) * step];
    }
    for (let i = 0; i < count; i++) field[from + i * step] = line[i];
  };
  for (let k = 0; k < 3; k++) {
    for (let j = 0; j < h; j++) pass(j * w, 1, w);
    for (let i = 0; i < w; i++) pass(i, w, h);
  }
}

/** The values at the ends of the palette: of a density, the 99th percentile of
 * where there is some, so that one strong thing leaves the rest its colours. */
function rangeOf(field, density, values) {
  if (!density) {
    const list = Object.values(values);
    let [low, high] = [Math.min(...list), Math.max(...list)];
    if (high - low < 4) [low, high] = [(low + high) / 2 - 2, (low + high) / 2 + 2];
    return { low, high, above: false };
  }
  const sorted = field.filter((v) => v > 1e-6).sort();
  const most = sorted.at(-1) || 1;
  const high = sorted[Math.floor(0.99 * (sorted.length - 1))] || 1;
  return { low: 0, high, above: most > high * 1.001 };
}

function paint(field, { w, h }, range, shown) {
  const data = new Uint8Array(4 * w * h);
  for (let i = 0; i < field.length; i++) {
    const said = shown[i] && !Number.isNaN(field[i]);
    data.set(said ? at(field[i], range) : [184, 186, 190], 4 * i);
    data[4 * i + 3] = said ? 240 : 0;
  }
  const texture = new DataTexture(data, w, h);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

/** Marks the cells whose middle lies in a room; all, when there is no room. */
function rooms(zones, { x, z, w, h, cell }) {
  const list = zones.filter((r) => r.kind === 'room' && r.outline.length > 2);
  const out = new Uint8Array(w * h).fill(list.length === 0 ? 1 : 0);
  for (const { outline } of list) {
    for (let j = 0; j < h; j++) {
      const at = z + (j + 0.5) * cell;
      const cuts = [];
      outline.forEach((a, k) => {
        const b = outline[(k + 1) % outline.length];
        if (a[1] > at !== b[1] > at) cuts.push(a[0] + ((at - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
      });
      cuts.sort((p, q) => p - q);
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        const from = Math.max(0, Math.ceil((cuts[k] - x) / cell - 0.5));
        const to = Math.min(w - 1, Math.floor((cuts[k + 1] - x) / cell - 0.5));
        if (from <= to) out.fill(1, j * w + from, j * w + to + 1);
      }
    }
  }
  return out;
}
