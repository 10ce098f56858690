// Validates glTF files with the Khronos validator: paths as arguments, one JSON
// object {path: {errors, warnings, infos, messages}} on standard output.
import validator from 'gltf-validator';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const out = {};
for (const path of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(path)), {
    maxIssues: 50,
    externalResourceFunction: async (uri) => new Uint8Array(readFileSync(join(dirname(path), decodeURIComponent(uri)))),
  });
  const { numErrors, numWarnings, numInfos, messages } = report.issues;
  out[path] = { errors: numErrors, warnings: numWarnings, infos: numInfos,
    messages: messages.filter((m) => m.severity < 2).map((m) => `${m.code} ${m.pointer ?? ''} ${m.message}`) };
}
process.stdout.write(JSON.stringify(out));
