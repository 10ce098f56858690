// Makes tangents with MikkTSpace: {Positions, Normals, UVs} of unindexed triangles
// on standard input, four numbers a corner on output.
import { generateTangents } from 'three/examples/jsm/libs/mikktspace.module.js';
import { readFileSync } from 'node:fs';

const { Positions, Normals, UVs } = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify([...generateTangents(Float32Array.from(Positions), Float32Array.from(Normals), Float32Array.from(UVs))]));
