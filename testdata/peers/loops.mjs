// Opens the page of a twin in Chromium and moves the first joint of a thing whose
// chain of joints is closed.
//
//   node loops.mjs URL ID OUT VALUE...
//
// prints a JSON object for each value: {value, sliders, gaps in metres, poses}, poses
// being the matrix of each joint's node by the joint's id; keeps a picture of
// the last in OUT.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, id, out, ...values] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 }, reducedMotion: 'reduce', locale: 'en-GB' });
  page.setDefaultTimeout(300_000);
  page.on('pageerror', (e) => { throw e; });
  await page.goto(url);
  await page.waitForFunction(() => window.twin?.loaded);
  await page.evaluate((id) => window.twin.select(id), id);
  const slider = page.locator('#card input[type=range]');
  await slider.first().waitFor();
  for (const value of values) {
    const { low, high } = await page.evaluate((id) => window.twin.joints(id)[0], id);
    await slider.first().evaluate((e, v) => {
      e.value = String(v);
      e.dispatchEvent(new Event('input', { bubbles: true }));
    }, (1000 * (value - low)) / (high - low));
    await page.waitForFunction(() => window.twin.still);
    const seen = await page.evaluate((id) => ({ value: window.twin.joints(id)[0].value, gaps: window.twin.gaps(id), poses: window.twin.poses(id) }), id);
    console.log(JSON.stringify({ ...seen, sliders: await slider.count() }));
  }
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(out, 'loop.png') });
} finally {
  await browser.close();
}
