// Unpacks LAZ files by laz-perf, an implementation of LASzip of its own.
//
//   node lazperf.mjs FILE...
//
// Prints one JSON object a line: {file, count, size, sha256} of the records as
// they are unpacked, one after the other.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createLazPerf } from "laz-perf";

const lib = await createLazPerf();
for (const file of process.argv.slice(2)) {
  const data = readFileSync(file);
  const at = lib._malloc(data.length);
  lib.HEAPU8.set(data, at);
  const zip = new lib.LASZip();
  zip.open(at, data.length);
  const count = zip.getCount(), size = zip.getPointLength();
  const to = lib._malloc(size);
  const hash = createHash("sha256");
  for (let i = 0; i < count; i++) {
    zip.getPoint(to);
    hash.update(lib.HEAPU8.subarray(to, to + size));
  }
  console.log(JSON.stringify({ file, count, size, sha256: hash.digest("hex") }));
  zip.delete();
  lib._free(to);
  lib._free(at);
}
