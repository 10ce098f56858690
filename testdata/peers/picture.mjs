// Draws glTF files with three.js in Chromium, one after another from the same
// place, and tells how far each picture is from the first.
//
//   node picture.mjs URL OUT NAME...
//
// URL serves NAME.glb, and three.js below three/. Keeps NAME.png in OUT and prints
// one JSON object {name: {draws, triangles, joints, differ, farthest}}: draw calls,
// clips, the share of pixels that differ from the first picture by more than 8 of
// 255, and the largest difference.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, out, ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
  const trouble = [];
  page.on('pageerror', (e) => trouble.push(String(e)));
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver Message/.test(m.text()) && trouble.push(m.text()));
  await page.goto(new URL('picture.html', url).href);
  await page.waitForFunction(() => window.draw || window.failed, null, { timeout: 60_000 });
  const told = {};
  for (const name of names) {
    const { png, ...seen } = await page.evaluate((name) => window.draw(name), name);
    writeFileSync(join(out, `${name}.png`), Buffer.from(png.split(',')[1], 'base64'));
    told[name] = seen;
  }
  if (trouble.length) throw new Error(trouble.join('\n'));
  console.log(JSON.stringify(told));
} finally {
  await browser.close();
}
