// Unpacks what it is given with the reference implementation, and packs the
// raw bytes with it: a list of {Mode, Filter, Count, Stride, Raw, Packed} in
// base64 on standard input, the same with the reference's answers on output.
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import { readFileSync } from 'node:fs';

await MeshoptDecoder.ready;
await MeshoptEncoder.ready;
const out = JSON.parse(readFileSync(0, 'utf8')).map((e) => {
  const raw = new Uint8Array(Buffer.from(e.Raw, 'base64'));
  const packed = new Uint8Array(Buffer.from(e.Packed, 'base64'));
  const read = new Uint8Array(e.Count * e.Stride);
  MeshoptDecoder.decodeGltfBuffer(read, e.Count, e.Stride, packed, e.Mode, e.Filter);
  const written = MeshoptEncoder.encodeGltfBuffer(raw, e.Count, e.Stride, e.Mode, 0);
  return { ...e, Raw: Buffer.from(read).toString('base64'), Packed: Buffer.from(written).toString('base64') };
});
process.stdout.write(JSON.stringify(out));
