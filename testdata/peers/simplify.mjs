// Tells how fast meshoptimizer simplifies the land of scene/mesh's benchmark.
//
//   node simplify.mjs [CELLS] [BOUND]
//
// Prints {triangles, left, ms, error} with the bound and error in metres.
import { MeshoptSimplifier } from "meshoptimizer";
import { performance } from "node:perf_hooks";

await MeshoptSimplifier.ready;
const n = Number(process.argv[2] ?? 300);
const bound = Number(process.argv[3] ?? 0.02);
const positions = new Float32Array(3 * (n + 1) * (n + 1));
for (let j = 0, k = 0; j <= n; j++) {
  for (let i = 0; i <= n; i++) {
    const x = (100 * i) / n, z = (100 * j) / n;
    positions[k++] = x;
    positions[k++] = Math.sin(x / 7) + Math.cos(z / 5);
    positions[k++] = z;
  }
}
const indices = new Uint32Array(6 * n * n);
for (let j = 0, k = 0; j < n; j++) {
  for (let i = 0; i < n; i++) {
    const a = j * (n + 1) + i, b = a + n + 1;
    for (const v of [a, b, a + 1, a + 1, b, b + 1]) indices[k++] = v;
  }
}
let ms = Infinity, left, error;
for (let run = 0; run < 3; run++) {
  const began = performance.now();
  [left, error] = MeshoptSimplifier.simplify(indices, positions, 3, 0, bound, ["ErrorAbsolute", "LockBorder"]);
  ms = Math.min(ms, performance.now() - began);
}
console.log(JSON.stringify({ triangles: indices.length / 3, left: left.length / 3, ms: Math.round(ms * 10) / 10, error }));
