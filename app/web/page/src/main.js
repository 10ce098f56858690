// The page of a twin. Start reading at start.
import { Vector3 } from 'three';
import { bake } from './bake.js';
import { Card } from './card.js';
import { Cases } from './cases.js';
import { $, el } from './dom.js';
import { load, loadScene } from './fetch.js';
import { css, heatOf, ticks, twoSidedCSS } from './heat.js';
import { Joints } from './joints.js';
import { List } from './list.js';
import { Scan } from './scan.js';
import { Stage, still } from './stage.js';
import { shared, valued } from './surface.js';
import { language, number, quantity, say } from './words.js';

const phone = matchMedia('(max-width: 760px)');

class Page {
  constructor(twin, stage, baked) {
    this.twin = twin;
    this.stage = stage;
    this.joints = new Joints(baked);
    this.assets = new Map(twin.assets.map((a) => [a.id, a]));
    this.list = new List(twin, (id) => this.select(id, true));
    this.card = new Card(twin, { joints: this.joints, stage, close: () => this.select(null) });
    this.cases = new Cases((id) => this.select(id, true));
    this.heats = new Map();
    if (twin.scan) stage.scan = new Scan(twin.scan, stage);
    this.bar();
    this.pointer();
    this.keys();
    this.legend();
    stage.listeners.add(() => this.pin());
    new ResizeObserver(() => this.layout()).observe(stage.canvas);
    new ResizeObserver(() => this.cover()).observe($('#card'));
    phone.addEventListener('change', () => this.layout());
    this.layout();
    stage.fit(false);
  }

  layout() {
    this.cover();
    this.stage.resize();
  }

  /** Tells the stage what of the picture the panels cover. */
  cover() {
    const card = $('#card');
    const low = phone.matches && !card.hidden ? card.getBoundingClientRect() : null;
    const sheet = low && low.width > 0.9 * innerWidth ? low.height : 0;
    this.stage.cover(
      phone.matches
        ? { left: 0, right: 0, top: $('#bar').getBoundingClientRect().bottom, bottom: Math.max(74, sheet) }
        : { left: $('#things').getBoundingClientRect().right, right: card.hidden ? 0 : 332, top: 12, bottom: 12 },
    );
  }

  bar() {
    const stage = this.stage;
    $('#bar h1').textContent = this.twin.site.name;
    $('#count').textContent = say('things_n', this.twin.assets.length);
    const menu = $('#menu');
    const name = (id, text, does) => {
      const b = $(id);
      b.setAttribute('aria-label', text);
      b.title = text;
      b.addEventListener('click', does);
    };
    name('#menu', say('list'), () => this.drawer(menu.getAttribute('aria-expanded') !== 'true'));
    name('#fit', say('fit'), () => stage.fit());
    name('#top', say('top'), () => stage.top());
    name('#in', say('zoomIn'), () => stage.zoom(0.7));
    name('#out', say('zoomOut'), () => stage.zoom(1.4));
    name('#heat', say('heat'), () => this.heat(!this.hot));
    $('#heat span').textContent = say('heat');
    $('#things').setAttribute('aria-label', say('list'));
    $('#tools').setAttribute('aria-label', say('show'));
    stage.canvas.setAttribute('aria-label', say('scene'));
  }

  drawer(open) {
    $('#menu').setAttribute('aria-expanded', String(open));
    $('#things').classList.toggle('open', open);
  }

  pointer() {
    const { canvas } = this.stage;
    let down = null;
    let fingers = 0;
    canvas.addEventListener('pointerdown', (e) => {
      fingers++;
      down = fingers === 1 && e.button === 0 ? { x: e.clientX, y: e.clientY, at: e.timeStamp } : null;
      this.drawer(false);
    });
    const up = () => (fingers = Math.max(0, fingers - 1));
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('pointerup', (e) => {
      up();
      if (!down || Math.hypot(e.clientX - down.x, e.clientY - down.y) > (e.pointerType === 'mouse' ? 5 : 10) || e.timeStamp - down.at > 600) return;
      const box = canvas.getBoundingClientRect();
      const entity = this.stage.pick(e.clientX - box.left, e.clientY - box.top);
      this.select(this.assets.has(entity) ? entity : null);
    });
    canvas.addEventListener('webglcontextrestored', () => this.stage.shade());
  }

  keys() {
    addEventListener('keydown', (e) => {
      const typing = e.target.closest?.('input, select, textarea');
      if ((e.key === 'f' || e.key === 'F') && (e.ctrlKey || e.metaKey) && !e.shiftKey) {
        e.preventDefault();
        if (phone.matches) this.drawer(true);
        $('#search').focus();
        return;
      }
      if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
      const { stage } = this;
      const own = document.activeElement === stage.canvas;
      const does = {
        Escape: () => (this.selected ? this.select(null) : this.drawer(false)),
        f: () => stage.fit(), t: () => stage.top(), h: () => this.heat(!this.hot), '+': () => stage.zoom(0.8), '=': () => stage.zoom(0.8), '-': () => stage.zoom(1.25),
        '/': () => { $('#search').focus(); },
        ...(own && { ArrowLeft: () => stage.turn(-0.12, 0), ArrowRight: () => stage.turn(0.12, 0), ArrowUp: () => stage.turn(0, -0.08), ArrowDown: () => stage.turn(0, 0.08) }),
      }[e.key];
      if (!does) return;
      e.preventDefault();
      does();
    });
  }

  /** Selects a thing by its id, or nothing; fly moves there. */
  select(id, fly = false) {
    const a = this.assets.get(id);
    this.selected = a?.id ?? null;
    this.stage.outline.select(a ? (this.stage.entities.get(a.id) ?? []) : []);
    this.list.mark(id);
    if (a) this.card.show(a);
    else this.card.hide();
    document.body.classList.toggle('selected', !!a);
    this.cover();
    const box = a && this.stage.boxOf(a.id);
    this.anchor = a && (box.isEmpty() ? new Vector3(...a.at) : new Vector3((box.min.x + box.max.x) / 2, box.max.y, (box.min.z + box.max.z) / 2));
    $('#pin b').textContent = a?.name ?? '';
    if (a && fly) {
      this.drawer(false);
      if (!box.isEmpty()) this.stage.look(box, a.yaw !== undefined || a.signals ? (a.yaw ?? 0) + 0.5 : undefined);
    }
    this.stage.draw();
  }

  /** Puts the name at what is selected. */
  pin() {
    const pin = $('#pin');
    const at = this.anchor && this.stage.project(this.anchor);
    pin.hidden = !at || !at.ahead;
    if (!pin.hidden) pin.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px)`;
  }

  legend() {
    const choice = $('#quantity');
    choice.setAttribute('aria-label', say('quantity'));
    for (const h of this.twin.heat) choice.append(el('option', { value: h.id }, titleOf(h)));
    if (this.twin.scan) for (const how of ['deviation', 'scan']) choice.append(el('option', { value: how }, say(how)));
    choice.addEventListener('change', () => this.heat(true));
    $('#legend').setAttribute('aria-label', say('heat'));
    $('#heat').hidden = choice.options.length === 0;
  }

  /** Gives things a colour of their own in the heat map, and all others none. */
  colour(colours) {
    for (const [id, list] of this.stage.entities) {
      for (const m of list) {
        const plain = (m.userData.plain ??= m.material);
        if (m.material !== plain) m.material.dispose();
        m.material = colours.has(id) ? valued(plain, colours.get(id)) : plain;
      }
    }
  }

  /** Shows or hides the chosen quantity. */
  heat(on) {
    const how = $('#quantity').value;
    const scan = this.twin.scan && (how === 'scan' || how === 'deviation') ? how : null;
    const h = scan ? null : (this.twin.heat.find((x) => x.id === how) ?? this.twin.heat[0]);
    this.hot = on && !!(h || scan);
    $('#heat').setAttribute('aria-pressed', String(this.hot));
    $('#legend').hidden = !this.hot;
    document.body.classList.toggle('heat', this.hot);
    this.stage.scan?.show(this.hot ? scan : null).catch((e) => {
      console.error(e);
      $('#legend .quiet').textContent = `${say('scanFailed')}: ${e.message}`;
    });
    if (this.hot && scan) this.scanned(scan);
    if (this.hot && h) {
      if (!this.heats.has(h.id)) this.heats.set(h.id, heatOf(h, this.twin));
      const { low, high, above, texture, rect, colours } = this.heats.get(h.id);
      this.colour(colours);
      shared.heatMap.value = texture;
      shared.heatRect.value.copy(rect);
      this.scale(css, low, high, ticks(low, high), h.unit);
      $('#legend .quiet').textContent = say(howOf(h)) + (above ? `. ${say('above', quantity(high, h.unit, high < 10 ? 1 : 0))}` : '');
    }
    this.warm(this.hot && !!h);
  }

  /** The legend of the scan. */
  scanned(how) {
    const { full, median, within } = this.twin.scan;
    const measured = how === 'deviation';
    $('#legend .scale').hidden = !measured;
    if (measured) this.scale(twoSidedCSS, -full, full, [-full, 0, full], 'mm');
    $('#legend .quiet').textContent = measured ? say('deviationHow', number(median, 0), number(100 * within, 0)) : say('scanHow');
  }

  /** A scale of colours with its marks. */
  scale(background, low, high, marks, unit) {
    $('#legend .scale').hidden = false;
    $('.ramp').style.background = background;
    $('.ticks').replaceChildren(...marks.map((v, i) => {
      const at = (v - low) / (high - low);
      const last = i === marks.length - 1 ? `\u202f${unit}` : '';
      const share = Math.min(1, Math.max(0, at));
      return el('span', { style: `left:${(100 * share).toFixed(2)}%`, class: share < 0.04 ? 'first' : share > 0.86 ? 'last' : undefined }, number(v) + last);
    }));
  }

  /** Fades the heat map in or out. */
  warm(on) {
    const from = shared.heat.value;
    const to = on ? 1 : 0;
    let at = still.matches ? 1 : 0;
    const fade = (this.fade = {});
    this.stage.run((dt) => {
      if (this.fade !== fade) return false;
      at = Math.min(1, at + dt / 0.3);
      shared.heat.value = from + (to - from) * at;
      return at < 1;
    });
  }
}

const titleOf = (h) => `${say(h.id === 'products' ? 'productsHeat' : h.id)}, ${h.unit}`;
const howOf = (h) => `${h.id}How`;

async function start() {
  const veil = $('#veil');
  const tell = (text) => ($('#state').textContent = text);
  const done = (share) => {
    $('.progress div').style.width = `${100 * share}%`;
    $('.progress').setAttribute('aria-valuenow', String(Math.round(100 * share)));
  };
  document.documentElement.lang = language;
  $('.progress').setAttribute('aria-label', say('loading'));
  tell(say('loading'));
  try {
    const scene = loadScene((bytes, total) => done(0.05 + 0.65 * (total ? bytes / total : bytes / (bytes + 3e5))));
    scene.catch(() => {}); // told below, after the twin
    const twin = JSON.parse(new TextDecoder().decode(await load('./twin.json', () => {})));
    document.title = `${twin.site.name} · GlassTwin`;
    $('#veil strong').textContent = twin.site.name;
    const data = await scene;
    done(0.75);
    const fetched = performance.now();
    const things = new Set(twin.assets.map((a) => a.id));
    const baked = await bake(data, (e) => things.has(e));
    done(0.95);
    const baking = performance.now() - fetched;
    let stage;
    try {
      stage = new Stage($('#scene'), twin);
    } catch (e) {
      throw new Error(say('nowebgl'), { cause: e });
    }
    stage.show(baked);
    const page = new Page(twin, stage, baked);
    stage.shade();
    const first = () => {
      stage.listeners.delete(first);
      stage.wait();
      done(1);
      veil.classList.add('done');
      window.twin.firstFrame = performance.now();
      window.twin.loaded = true;
    };
    stage.listeners.add(first);
    window.twin = hooks(page, { baking });
  } catch (e) {
    console.error(e);
    tell(`${say('failed')}: ${e.message}`);
    $('.progress').hidden = true;
    const again = $('#veil button');
    again.hidden = false;
    again.textContent = say('retry');
    again.addEventListener('click', () => location.reload());
  }
}

/** What a program that drives the page may ask of it. */
const hooks = (page, times) => ({
  loaded: false,
  firstFrame: 0,
  ...times,
  select: (id) => page.select(id, true),
  get selected() {
    return page.selected;
  },
  /** Pixels of the canvas at which the middle of a thing is. */
  project: (id) => page.stage.project(page.stage.boxOf(id).getCenter(new Vector3())),
  /** The entity that a click there meets. */
  at: (x, y) => page.stage.pick(x, y),
  /** The matrices of the nodes of a thing's joints. */
  joints: (id) => page.joints.of(id).map((m) => ({ name: m.name, value: m.value, low: m.low, high: m.high, matrices: m.movers.map((n) => n.matrixWorld.toArray()) })),
  /** Where each of its joints has brought its node: matrices by the joint's id. */
  poses: (id) => page.joints.poses(id),
  /** How far the ends of its closed chains are apart, metres. */
  gaps: (id) => page.joints.gaps(id),
  /** Where what is shown within a box is on the canvas. */
  framed: (box) => page.stage.framed(box),
  /** How the scan is shown: 'scan', 'deviation' or null. */
  get scanned() {
    const { scan } = page.stage;
    return scan?.points?.visible ? scan.how : null;
  },
  get still() {
    return page.stage.steps.size === 0 && !page.stage.asked;
  },
  get frames() {
    return page.stage.frames;
  },
  get draws() {
    return page.stage.renderer.info.render;
  },
});

start();
