// The card of what is selected: what it is, where it stands, what it measures,
// and how it moves.
import { $, el, icon } from './dom.js';
import { inLanguage, number, quantity, say } from './words.js';

const PLAY = 'M8 5v14l11-7z';
const STOP = 'M7 7h10v10H7z';

export class Card {
  /** @param {{joints: Joints, stage: Stage, close: () => void}} parts */
  constructor(twin, { joints, stage, close }) {
    Object.assign(this, { twin, joints, stage, close, playing: new Map() });
    this.zones = new Map(twin.zones.map((z) => [z.id, z]));
    this.node = $('#card');
  }

  hide() {
    this.node.hidden = true;
  }

  show(a) {
    const kind = this.twin.classes[a.class];
    const title = inLanguage(kind?.title) || a.class;
    const zone = this.zones.get(a.zone);
    this.node.setAttribute('aria-label', a.name);
    this.node.replaceChildren(
      el('div', { class: 'head' },
        el('div', {}, el('h2', {}, a.name), el('p', {}, title)),
        el('button', { type: 'button', class: 'icon', 'aria-label': say('close'), title: say('close'), onclick: this.close }, icon('M6 6l12 12M18 6 6 18'))),
      a.inferred ? el('span', { class: 'guess' }, say('inferred')) : '',
      ...this.moves(a, kind),
      el('dl', {},
        ...(zone ? [el('dt', {}, say('zone')), el('dd', {}, zone.name)] : []),
        el('dt', {}, say('size')), el('dd', { title: say('dims') }, `${a.size.map((v) => number(v, 2)).join(' × ')}\u202fm`),
        ...(a.products ? [el('dt', {}, say('products')), el('dd', {}, number(a.products))] : [])),
      ...this.signals(a, kind));
    this.node.hidden = false;
    this.node.scrollTop = 0;
  }

  signals(a, kind) {
    if (!a.signals?.length) return [];
    const rows = a.signals.map((s) => el('tr', {}, el('td', {}, inLanguage(kind?.signals?.[s.name]) || s.name), el('td', {}, ...value(s))));
    return [el('h3', {}, say('signals')), el('table', {}, el('tbody', {}, ...rows))];
  }

  moves(a, kind) {
    const list = this.joints.of(a.id);
    if (list.length === 0) return [];
    const names = list.map((m) => nameOf(m, kind));
    const numbered = names.map((n, i) => (names.indexOf(n) === names.lastIndexOf(n) ? n : `${n} ${names.slice(0, i + 1).filter((x) => x === n).length}`));
    return [el('h3', {}, say('moves')), ...list.map((m, i) => this.slider(a, m, numbered[i], i))];
  }

  slider(a, motion, name, i) {
    const signal = a.signals?.find((s) => s.name === motion.name);
    const unit = motion.endless || !motion.drive ? (motion.kind === 'prismatic' ? 'cm' : '°') : (signal?.unit ?? '');
    const factor = motion.endless || !motion.drive ? (motion.kind === 'prismatic' ? 100 : 180 / Math.PI) : 1;
    const id = `joint-${i}`;
    const out = el('output', { for: id });
    const range = el('input', { type: 'range', id, min: 0, max: 1000, step: 1 });
    const button = el('button', { type: 'button' });
    const show = () => {
      const share = (motion.value - motion.low) / (motion.high - motion.low || 1);
      range.value = String(Math.round(1000 * share));
      range.style.setProperty('--at', `${100 * share}%`);
      out.textContent = unit ? quantity(motion.value * factor, unit, 0) : quantity(100 * share, '%', 0);
      range.setAttribute('aria-valuetext', out.textContent);
      const on = this.playing.has(motion);
      button.setAttribute('aria-pressed', String(on));
      button.setAttribute('aria-label', `${say(on ? 'stop' : 'play')}: ${name}`);
      button.title = say(on ? 'stop' : 'play');
      button.replaceChildren(icon(on ? STOP : PLAY));
    };
    motion.show = show;
    range.addEventListener('input', () => {
      const share = Number(range.value) / 1000;
      this.stop(motion);
      this.put(motion, motion.low + share * (motion.high - motion.low));
    });
    button.addEventListener('click', () => (this.playing.has(motion) ? this.stop(motion) : this.play(motion)));
    show();
    return el('div', { class: 'joint' }, el('label', { for: id }, name), out, el('div', { class: 'row' }, button, range));
  }

  put(motion, value) {
    this.joints.put(motion, value);
    motion.show?.();
    this.stage.shade();
  }

  /** Moves to and fro, or round and round, until stopped. */
  play(motion) {
    const span = motion.high - motion.low;
    let at = (motion.value - motion.low) / span;
    let way = at > 0.99 ? -1 : 1;
    this.playing.set(motion, true);
    motion.show?.();
    this.stage.run((dt) => {
      if (!this.playing.has(motion)) return false;
      at += (way * dt) / motion.seconds;
      if (motion.endless) at %= 1;
      else if (at >= 1 || at <= 0) {
        at = Math.min(1, Math.max(0, at));
        way = -way;
      }
      const soft = motion.endless ? at : at * at * (3 - 2 * at);
      this.put(motion, motion.low + soft * span);
      return true;
    });
  }

  stop(motion) {
    this.playing.delete(motion);
    motion.show?.();
  }
}

/** What a motion is called: as its signal, else as its part. */
function nameOf(motion, kind) {
  const title = inLanguage(kind?.signals?.[motion.name]);
  if (title) return title;
  const part = motion.name.replaceAll('-', ' ') || say(motion.kind === 'prismatic' ? 'travel' : 'angle');
  const said = say(`part_${motion.name}`);
  return said.startsWith('part_') ? part[0].toUpperCase() + part.slice(1) : said;
}

/** A signal's last value, else the range that its instrument shows. */
function value(s) {
  if (s.last !== undefined) {
    return [el('b', {}, s.kind === 'boolean' ? say(s.last ? 'on' : 'off') : quantity(s.last, s.unit))];
  }
  if (s.kind === 'boolean') return [`${say('off')} / ${say('on')}`];
  if (!s.range) return [s.unit || '—'];
  return [`${number(s.range[0])} … ${quantity(s.range[1], s.unit)}`];
}
