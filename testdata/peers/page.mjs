// Opens the page of a twin in Chromium as a person would, on a desk and on a
// phone, and looks whether it does what it says.
//
//   node page.mjs URL ID OUT
//
// clicks the thing ID, finds it by its name, moves its first joint, shows the
// heat map and the scan if there is one, and keeps pictures in OUT. Prints one JSON object a size, {size,
// firstFrame and baking in ms, requests, draws, triangles}; exit status 1 and
// why on standard error when something is not as it should be.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, id, out] = process.argv.slice(2);
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
  for (const size of sizes) console.log(JSON.stringify(await visit(size)));
} finally {
  await browser.close();
}

async function visit({ name, ...options }) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(300_000); // each picture takes a second without a graphics card, and more beside other tests
  const trouble = [];
  const requests = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver Message/.test(m.text()) && trouble.push(m.text()));
  page.on('pageerror', (e) => trouble.push(String(e)));
  page.on('request', (r) => requests.push(r.url()));
  page.on('requestfailed', (r) => trouble.push(`${r.url()}: ${r.failure()?.errorText}`));
  const shot = (what) => page.screenshot({ path: join(out, `${name}-${what}.png`) });
  const still = () => page.waitForFunction(() => window.twin.still);

  await page.goto(url);
  await page.waitForFunction(() => window.twin?.loaded);
  await still();
  await page.waitForTimeout(400); // the veil fades
  const firstFrame = await page.evaluate(() => Math.round(window.twin.firstFrame));
  const baking = await page.evaluate(() => Math.round(window.twin.baking));
  const twin = await page.evaluate(() => fetch('./twin.json').then((r) => r.json()));
  const thing = twin.assets.find((a) => a.id === id);
  const korean = options.locale.startsWith('ko');
  await shot('1-open');
  const drawn = await page.evaluate(() => window.twin.draws);

  // A click where the thing is meets it.
  const spot = await page.evaluate((id) => {
    const middle = window.twin.project(id);
    for (let r = 0; r < 60; r += 2) { // something may stand before its middle
      for (let a = 0; a < 12; a++) {
        const p = { x: middle.x + r * Math.cos(a / 2), y: middle.y + r * Math.sin(a / 2) };
        if (window.twin.at(p.x, p.y) === id) return p;
      }
    }
    return null;
  }, id);
  assert.ok(spot, `${id} is seen nowhere`);
  assert.ok(spot.x > 0 && spot.y > 0 && spot.x < options.viewport.width && spot.y < options.viewport.height, `${id} is outside the picture`);
  await (options.hasTouch ? page.touchscreen.tap(spot.x, spot.y) : page.mouse.click(spot.x, spot.y));
  const card = page.locator('#card');
  await card.waitFor({ state: 'visible' });
  assert.equal(await card.locator('h2').textContent(), thing.name);
  const text = await card.innerText();
  const title = twin.classes[thing.class].title[korean ? 'ko' : 'en'];
  const zone = twin.zones.find((z) => z.id === thing.zone).name;
  for (const want of [title, zone]) assert.ok(text.includes(want), `the card does not tell ${want}: ${text}`);
  assert.equal(await card.locator('table tr').count(), thing.signals.length, 'signals on the card');

  // Chosen from the list or by its name, it is flown to.
  if (options.hasTouch) {
    await page.locator('#card button').first().tap();
    await page.locator('#menu').tap();
  }
  await page.locator('#search').fill(thing.name);
  await page.locator('#list button:visible').first().waitFor();
  if (options.hasTouch) {
    await page.waitForTimeout(300); // the drawer slides
    await shot('2-search');
  }
  await page.keyboard.press('Enter');
  await page.waitForFunction((id) => window.twin.selected === id, id);
  assert.equal(await page.locator('#search').inputValue(), '');
  await still();

  // The slider moves the node of the joint, and the picture.
  const before = await page.evaluate((id) => window.twin.joints(id), id);
  const pixels = await page.screenshot();
  const slider = card.locator('input[type=range]').first();
  await slider.evaluate((e) => {
    e.value = '700';
    e.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await still();
  const after = await page.evaluate((id) => window.twin.joints(id), id);
  assert.notDeepEqual(after[0].matrices, before[0].matrices, 'the joint does not move');
  const want = after[0].low + 0.7 * (after[0].high - after[0].low);
  assert.ok(Math.abs(after[0].value - want) < 1e-6, `the joint is at ${after[0].value}, not ${want}`);
  assert.ok(!pixels.equals(await page.screenshot()), 'the picture stays the same');
  await shot('3-moved');

  // Play moves it by itself, until stopped. Without a graphics card each picture
  // takes a second, so that one size has to do.
  if (!options.hasTouch) {
    const play = card.locator('.joint button').first();
    await play.click();
    await page.waitForFunction(([id, v]) => window.twin.joints(id)[0].value !== v, [id, after[0].value]);
    assert.equal(await play.getAttribute('aria-pressed'), 'true');
    await play.click();
    await still();
  }

  // Nothing is drawn while nothing happens.
  const frames = await page.evaluate(() => window.twin.frames);
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.twin.frames), frames, 'it draws without a reason');

  // The heat map has a legend with a unit.
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'hidden' });
  await page.locator('#fit').click();
  await still();
  const cool = await page.screenshot();
  await page.locator('#heat').click();
  const legend = page.locator('#legend');
  await legend.waitFor({ state: 'visible' });
  for (const h of options.hasTouch ? twin.heat.slice(0, 1) : twin.heat) {
    await page.locator('#quantity').selectOption(h.id);
    await still();
    assert.ok((await legend.locator('.ticks').textContent()).includes(h.unit), `the legend of ${h.id} tells no unit`);
    assert.ok((await legend.locator('.ticks span').count()) >= 3, `the legend of ${h.id} has too few numbers`);
    await shot(`4-heat-${h.id}`);
  }
  assert.ok(!cool.equals(await page.screenshot()), 'the heat map is not seen');
  if (!options.hasTouch) {
    await page.locator('#top').click();
    await still();
    await shot('5-top');
    await page.locator('#fit').click();
    await still();
  }

  // The scan lies over the twin; how far it is off has a scale in mm.
  if (twin.scan) {
    assert.ok(!requests.some((r) => r.endsWith('scan.bin')), 'the scan is fetched before anyone asks for it');
    let other = await page.screenshot();
    for (const how of ['scan', 'deviation']) {
      await page.locator('#quantity').selectOption(how);
      await page.waitForFunction((how) => window.twin.scanned === how, how);
      await still();
      const now = await page.screenshot();
      assert.ok(!now.equals(other), `${how} is not seen`);
      other = now;
      await shot(`6-${how}`);
    }
    const scale = await legend.locator('.ticks').textContent();
    assert.ok(scale.includes('mm') && scale.includes('−'), `the scale of the deviation reads ${scale}`);
  }
  await page.locator('#heat').click();
  await legend.waitFor({ state: 'hidden' });

  // Everything that is pressed has a name and, on a phone, room for a finger.
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, input, select')].filter((e) => e.offsetParent && !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).map((e) => e.outerHTML));
  assert.deepEqual(unnamed, []);
  if (options.hasTouch) {
    const small = await page.evaluate(() => [...document.querySelectorAll('#bar button, #tools button')].filter((e) => e.offsetParent && (e.offsetWidth < 40 || e.offsetHeight < 40)).map((e) => e.id));
    assert.deepEqual(small, []);
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'the page scrolls sideways');
  assert.equal(await page.evaluate(() => document.documentElement.lang), korean ? 'ko' : 'en');
  assert.deepEqual(trouble, [], 'the console');
  const origin = new URL(url).origin;
  assert.deepEqual(requests.filter((r) => !r.startsWith(origin) && !/^(data|blob):/.test(r)), [], 'requests elsewhere');
  await context.close();
  return { size: name, firstFrame, baking, requests: requests.length, draws: drawn.calls, triangles: drawn.triangles };
}
