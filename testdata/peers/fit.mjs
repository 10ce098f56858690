// Opens the page of a twin in Chromium on a desk and on a phone and tells how
// much of the picture the building takes.
//
//   node fit.mjs URL OUT NAME BOX
//
// keeps the pictures in OUT and prints a JSON object a size: {size, seen, free},
// both boxes [left, top, right, bottom] in pixels: seen around what is drawn
// within BOX, [[x,y,z],[x,y,z]] in metres, free what no panel covers.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, out, name, box] = process.argv.slice(2);
const sizes = [
  { name: 'desktop', viewport: { width: 1440, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce' },
  { name: 'phone', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, locale: 'ko-KR', reducedMotion: 'reduce' },
];
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  for (const { name: size, ...options } of sizes) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(300_000);
    page.on('pageerror', (e) => { throw e; });
    await page.goto(url);
    await page.waitForFunction(() => window.twin?.loaded && window.twin.still);
    await page.waitForTimeout(400); // the veil fades
    await page.screenshot({ path: join(out, `fit-${name}-${size}.png`) });
    console.log(JSON.stringify({ size, ...(await page.evaluate((b) => window.twin.framed(b), JSON.parse(box))) }));
    await context.close();
  }
} finally {
  await browser.close();
}
