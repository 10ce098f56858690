// Tells what web-ifc, an independent reader of IFC, makes of files.
//
//   node webifc.mjs [--segments 12] [--time N] FILE...
//
// Prints one JSON object a line: {file, ms, products: [{id, type, min, max,
// volume, turned, open, triangles}]} with boxes in metres, +Y up; {file, error}
// where web-ifc gives up. volume is the signed sum over the triangles as they
// are; turned is that after the triangles of each connected part were turned
// alike, and open counts the edges that have not two triangles. With --time each file is read N times and ms are the times of each
// reading, the first one cold; peak_mb is the process's largest resident size.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import * as WebIFC from "web-ifc";

const files = [];
let segments = 12;
let times = 1;
for (let i = 2; i < process.argv.length; i++) {
  if (process.argv[i] === "--segments") segments = Number(process.argv[++i]);
  else if (process.argv[i] === "--time") times = Number(process.argv[++i]);
  else files.push(process.argv[i]);
}

async function start() {
  const api = new WebIFC.IfcAPI();
  await api.Init();
  api.SetLogLevel(WebIFC.LogLevel.LOG_LEVEL_OFF);
  return api;
}

// measure sums the box, the enclosed volume and the triangles of one product.
function measure(api, model, mesh) {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  let volume = 0;
  let turned = 0;
  let open = 0;
  let triangles = 0;
  const placed = mesh.geometries;
  for (let g = 0; g < placed.size(); g++) {
    const p = placed.get(g);
    const m = p.flatTransformation;
    const geometry = api.GetGeometry(model, p.geometryExpressID);
    const v = api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
    const index = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
    const at = (k) => {
      const x = v[6 * k], y = v[6 * k + 1], z = v[6 * k + 2];
      const q = [
        m[0] * x + m[4] * y + m[8] * z + m[12],
        m[1] * x + m[5] * y + m[9] * z + m[13],
        m[2] * x + m[6] * y + m[10] * z + m[14],
      ];
      for (let c = 0; c < 3; c++) {
        min[c] = Math.min(min[c], q[c]);
        max[c] = Math.max(max[c], q[c]);
      }
      return q;
    };
    let o = null;
    const corners = [];
    for (let i = 0; i + 2 < index.length; i += 3) {
      const a = at(index[i]), b = at(index[i + 1]), c = at(index[i + 2]);
      o ??= a;
      corners.push([a, b, c]);
      const u = a.map((n, k) => n - o[k]), w = b.map((n, k) => n - o[k]), s = c.map((n, k) => n - o[k]);
      volume += (u[0] * (w[1] * s[2] - w[2] * s[1]) + u[1] * (w[2] * s[0] - w[0] * s[2]) + u[2] * (w[0] * s[1] - w[1] * s[0])) / 6;
      triangles++;
    }
    geometry.delete();
    const t = corners.length > turnedMax ? { volume: signed(corners), open: 0 } : turn(corners);
    turned += t.volume;
    open += t.open;
  }
  return { min, max, volume, turned, open, triangles };
}

// Larger geometries than this are not turned: it takes long.
const turnedMax = 50000;

function signed(corners) {
  const o = corners[0][0];
  let sum = 0;
  for (const t of corners) {
    const [u, w, s] = t.map((p) => p.map((n, k) => n - o[k]));
    sum += (u[0] * (w[1] * s[2] - w[2] * s[1]) + u[1] * (w[2] * s[0] - w[0] * s[2]) + u[2] * (w[0] * s[1] - w[1] * s[0])) / 6;
  }
  return Math.abs(sum);
}

// turn lets the triangles of each part, connected by edges that two triangles
// share, look the same way, and sums up what the parts enclose.
function turn(corners) {
  const ids = new Map();
  const id = (p) => {
    const key = p.map((n) => Math.round(n * 1e5)).join(",");
    if (!ids.has(key)) ids.set(key, ids.size);
    return ids.get(key);
  };
  const edges = new Map();
  const tri = corners.map((t) => t.map(id)).filter(([a, b, c], i) => {
    corners[i].keep = a !== b && b !== c && c !== a;
    return corners[i].keep;
  });
  const at = corners.filter((t) => t.keep);
  tri.forEach((t, i) => {
    for (let k = 0; k < 3; k++) {
      const a = t[k], b = t[(k + 1) % 3];
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      if (!edges.has(key)) edges.set(key, []);
      edges.get(key).push([i, a < b]);
    }
  });
  let open = 0;
  const next = tri.map(() => []);
  for (const e of edges.values()) {
    if (e.length !== 2) {
      open++;
      continue;
    }
    const same = e[0][1] === e[1][1];
    next[e[0][0]].push([e[1][0], same]);
    next[e[1][0]].push([e[0][0], same]);
  }
  const way = tri.map(() => 0);
  let volume = 0;
  for (let start = 0; start < tri.length; start++) {
    if (way[start]) continue;
    way[start] = 1;
    const queue = [start];
    let part = 0;
    const o = at[start][0];
    while (queue.length) {
      const i = queue.pop();
      const [u, w, s] = at[i].map((p) => p.map((n, k) => n - o[k]));
      part += (way[i] * (u[0] * (w[1] * s[2] - w[2] * s[1]) + u[1] * (w[2] * s[0] - w[0] * s[2]) + u[2] * (w[0] * s[1] - w[1] * s[0]))) / 6;
      for (const [j, same] of next[i]) {
        if (way[j]) continue;
        way[j] = same ? -way[i] : way[i];
        queue.push(j);
      }
    }
    volume += Math.abs(part);
  }
  return { volume, open };
}

let api = await start();
for (const file of files) {
  try {
    const ms = [];
    let products = [];
    for (let k = 0; k < times; k++) {
      const data = readFileSync(file);
      const began = performance.now();
      const model = api.OpenModel(data, { CIRCLE_SEGMENTS: segments, COORDINATE_TO_ORIGIN: false });
      products = [];
      const take = (mesh) => {
        if (times > 1) {
          // What a viewer fetches, without the sums.
          const placed = mesh.geometries;
          for (let g = 0; g < placed.size(); g++) {
            const geometry = api.GetGeometry(model, placed.get(g).geometryExpressID);
            api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
            api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
            geometry.delete();
          }
          products.push({ id: mesh.expressID });
          return;
        }
        const type = api.GetNameFromTypeCode(api.GetLineType(model, mesh.expressID));
        products.push({ id: mesh.expressID, type, ...measure(api, model, mesh) });
      };
      api.StreamAllMeshes(model, take);
      if (times === 1) api.StreamAllMeshesWithTypes(model, [WebIFC.IFCSPACE], take);
      ms.push(Math.round(10 * (performance.now() - began)) / 10);
      api.CloseModel(model);
    }
    console.log(JSON.stringify({ file, ms, peak_mb: Math.round(process.resourceUsage().maxRSS / 1024), products }));
  } catch (e) {
    console.log(JSON.stringify({ file, error: String(e) }));
    api = await start(); // an aborted module answers nothing any more
  }
}
