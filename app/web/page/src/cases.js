// The open cases: what each is about in one sentence, why, how sure the twin is
// and how true its reasons are to its model. They are fetched again and again
// while somebody looks. Nothing is decided here: the page cannot know who looks.
import { $, el } from './dom.js';
import { language, number, say } from './words.js';

const LIVE = 2000; // ms between two looks while a program renews the file
const REST = 30_000; // and while none does
const PATIENCE = 10_000; // ms for an answer
const STALE = 15_000; // ms without a beat, of which there is one at least every 5 s
const MOST = 1 << 20; // characters of an answer: twice what is ever written

export class Cases {
  /** @param {(id: string) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.node = $('#cases');
    this.node.setAttribute('aria-label', say('cases'));
    this.node.append(
      el('h2', {}, say('cases'), (this.count = el('small', { role: 'status' }))),
      (this.rows = el('div', { role: 'list' })),
      (this.when = el('p', { class: 'quiet' })),
      el('p', { class: 'quiet decide' }, say('decideElsewhere')));
    document.addEventListener('visibilitychange', () => this.follow());
    this.follow();
  }

  /** Looks now and, while the page is seen, again later; one look at a time. */
  async follow() {
    clearTimeout(this.next);
    if (document.hidden || this.looking) return;
    this.looking = true;
    try {
      const answer = await fetch('./cases.json', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`cases.json: ${answer.status} ${answer.statusText}`);
      const text = await answer.text();
      if (text.length > MOST) throw new Error(`cases.json: ${text.length} characters, more than ${MOST}`);
      this.take(JSON.parse(text));
    } catch (e) {
      console.info(`the cases are as they were: ${e.message}`);
    }
    this.looking = false;
    this.tell();
    if (!document.hidden) this.next = setTimeout(() => this.follow(), this.told?.live ? LIVE : REST);
  }

  take(told) {
    if (!Array.isArray(told?.cases)) throw new Error('cases.json holds no list of cases');
    if (told.written !== this.told?.written) this.beat = performance.now();
    this.told = told;
    const list = JSON.stringify(told.cases);
    if (list === this.list) return;
    this.list = list;
    const focused = document.activeElement?.closest?.('#cases article')?.dataset.case;
    this.rows.replaceChildren(...told.cases.map((c) => this.row(c)));
    if (focused) [...this.rows.children].find((r) => r.dataset.case === focused)?.querySelector('button').focus();
  }

  /** Tells how many there are and of when. */
  tell() {
    const { told } = this;
    this.node.hidden = !told || (!told.live && told.cases.length === 0 && told.at.startsWith('0001')); // nothing was ever recorded
    if (this.node.hidden) return;
    const open = told.cases.length + told.more;
    this.count.textContent = String(open);
    $('#menu').dataset.cases = open ? String(open) : '';
    const live = told.live && performance.now() - this.beat < STALE;
    const at = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(told.at));
    this.node.classList.toggle('live', live);
    this.when.textContent = [
      open === 0 ? say('noCases') : '', told.more ? say('moreCases', told.more) : '', live ? say('casesLive') : say('casesAsOf', at),
    ].filter(Boolean).join(' · ');
  }

  row(c) {
    const t = c.told?.[language] ?? c.told?.en ?? {};
    const most = Math.max(...(t.bars ?? []).map((b) => Math.abs(b.share)), 1e-9);
    return el('article', { role: 'listitem', 'data-case': c.id },
      el('button', { type: 'button', onclick: () => this.choose(c.asset) }, el('b', {}, t.asset), el('span', {}, t.sentence)),
      el('p', { class: 'quiet' }, t.standing),
      t.sure && el('p', { class: 'sure' }, el('span', { title: t.meaning }, t.sure), el('span', { class: `badge ${c.grade}`, title: t.faithful }, t.badge)),
      ...(t.bars ?? []).map((b) => bar(b, most)),
      t.legend && el('p', { class: 'quiet' }, t.legend));
  }
}

/** The share of one reading: to the right for the verdict, to the left against. */
function bar({ name, note, share }, most) {
  const wide = `${(50 * Math.abs(share)) / most}%`;
  return el('div', { class: 'why' },
    el('span', {}, name), el('output', {}, (share > 0 ? '+' : '') + number(share, 2)),
    el('i', { 'aria-hidden': 'true' }, el('i', { class: share < 0 ? 'against' : 'for', style: `width:${wide}` })),
    note && el('small', {}, note));
}
