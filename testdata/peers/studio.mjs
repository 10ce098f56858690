// Draws glTF files with three.js in Chromium, in the light of a studio.
//
//   node studio.mjs URL OUT
//
// URL serves NAME.glb and studio.hdr, and three.js below three/. Standard input is
// {Width, Height, Ground, List: [{name, eye, target, field}]}: pixels, linear red,
// green and blue, metres and degrees. Keeps NAME.three.png in OUT.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

const [url, out] = process.argv.slice(2);
const { Width: width, Height: height, Ground: ground, List: list } = JSON.parse(await text(process.stdin));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  const page = await browser.newPage({ viewport: { width, height } });
  const trouble = [];
  page.on('pageerror', (e) => trouble.push(String(e)));
  page.on('console', (m) => m.type() === 'error' && trouble.push(m.text()));
  await page.goto(new URL('studio.html', url).href);
  await page.waitForFunction(() => window.ready, null, { timeout: 60_000 });
  await page.evaluate(([w, h]) => window.prepare(w, h), [width, height]);
  for (const seen of list) {
    const png = await page.evaluate(([seen, ground, aspect]) => window.draw(seen, ground, aspect), [seen, ground, width / height]);
    writeFileSync(join(out, `${seen.name}.three.png`), Buffer.from(png.split(',')[1], 'base64'));
  }
  if (trouble.length) throw new Error(trouble.join('\n'));
} finally {
  await browser.close();
}
