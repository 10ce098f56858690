// Opens the page of a twin with one open case in Chromium and looks whether the
// case is told, chosen and gone.
//
//   node cases.mjs URL OUT
//
// prints a line when the case was seen and chosen, upon which whoever runs it
// closes the case; and a line when it is gone. Keeps pictures in OUT; exit status
// 1 and why on standard error when something is not as it should be.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  await visit();
} finally {
  await browser.close();
}

async function visit() {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 }, locale: 'en-GB', reducedMotion: 'reduce' }); // small: it is drawn without a graphics card
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const trouble = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver Message/.test(m.text()) && trouble.push(m.text()));
  page.on('pageerror', (e) => trouble.push(String(e)));
  await page.goto(url);
  await page.waitForFunction(() => window.twin?.loaded && window.twin.still);
  await page.waitForTimeout(400); // the veil fades
  const row = page.locator('#cases article');
  await row.waitFor({ state: 'visible' });
  const told = (await page.evaluate(() => fetch('./cases.json').then((r) => r.json()))).cases[0];
  const t = told.told.en;
  const text = await row.innerText();
  for (const want of [t.asset, t.sentence, t.standing, t.sure, t.badge, t.legend, ...t.bars.map((b) => b.name)]) assert.ok(text.includes(want), `the case does not tell ${want}: ${text}`);
  assert.equal(await row.locator('.why .for, .why .against').count(), t.bars.length);
  assert.equal(await page.locator('#cases button').count(), 1, 'nothing but the thing can be chosen: no decision is taken here');
  assert.match(await page.locator('#cases .decide').innerText(), /Decide in the program/);
  const before = await page.evaluate((id) => window.twin.project(id), told.asset);
  await page.screenshot({ path: join(out, 'cases.png') });
  await row.locator('button').click();
  await page.waitForFunction((id) => window.twin.selected === id && window.twin.still, told.asset);
  const after = await page.evaluate((id) => window.twin.project(id), told.asset);
  assert.ok(Math.hypot(after.x - before.x, after.y - before.y) > 1, 'it is not flown to');
  await page.screenshot({ path: join(out, 'cases-chosen.png') });
  console.log('seen');
  await row.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.querySelector('#menu').dataset.cases), '');
  console.log('gone');
  assert.deepEqual(trouble, [], 'the console');
  await context.close();
}
