// The list of things, by the room or department that they stand in, with a
// search that looks at names, classes and zones.
import { $, el } from './dom.js';
import { byName, inLanguage, say } from './words.js';

const plain = (text) => text.normalize('NFKD').toLowerCase();

export class List {
  /** @param {(id: string) => void} choose */
  constructor(twin, choose) {
    this.twin = twin;
    this.rows = new Map();
    this.groups = [];
    const zones = new Map(twin.zones.map((z) => [z.id, z]));
    const names = new Map(); // zones of one name are one group
    for (const a of twin.assets) {
      const name = zones.get(a.zone)?.name ?? say('elsewhere');
      if (!names.has(name)) names.set(name, []);
      names.get(name).push(a);
    }
    const order = (name) => (name === say('elsewhere') ? 1 : 0);
    for (const [name, assets] of [...names].sort((a, b) => order(a[0]) - order(b[0]) || byName(a[0], b[0]))) {
      const count = el('small', {}, String(assets.length));
      const group = el('details', { role: 'listitem', open: this.groups.length === 0 && twin.assets.length > 0 }, el('summary', {}, el('span', {}, name), count));
      for (const a of assets.sort((p, q) => byName(p.name, q.name))) {
        const row = el('button', { type: 'button', onclick: () => choose(a.id) }, a.name);
        const text = plain(`${a.name} ${inLanguage(twin.classes[a.class]?.title)} ${a.class} ${name} ${a.id}`);
        this.rows.set(a.id, { row, group, text });
        group.append(row);
      }
      $('#list').append(group);
      this.groups.push({ group, count, name, assets });
    }
    const search = $('#search');
    search.placeholder = say('search');
    search.setAttribute('aria-label', say('searchFor'));
    search.addEventListener('input', () => this.search(search.value));
    search.addEventListener('keydown', (e) => {
      const shown = this.shown();
      if (e.key === 'Enter' && shown.length > 0) {
        const best = this.best(shown, plain(search.value.trim()));
        this.clear();
        choose(best);
      }
      if (e.key === 'ArrowDown' && shown.length > 0) {
        e.preventDefault();
        this.rows.get(shown[0]).row.focus();
      }
      if (e.key === 'Escape') this.clear();
    });
    $('#list').addEventListener('keydown', (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!step) return;
      e.preventDefault();
      const all = [...$('#list').querySelectorAll('summary, details[open] button')].filter((x) => x.offsetParent);
      all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + step))]?.focus();
    });
  }

  shown() {
    return this.groups.flatMap((g) => g.assets.map((a) => a.id)).filter((id) => !this.rows.get(id).row.hidden);
  }

  /** The one that is called so, else that which begins so, else the first. */
  best(ids, text) {
    const name = (id) => plain(this.rows.get(id).row.textContent);
    return ids.find((id) => name(id) === text) ?? ids.find((id) => name(id).startsWith(text)) ?? ids[0];
  }

  clear() {
    $('#search').value = '';
    this.search('');
  }

  search(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { group, count, assets } of this.groups) {
      let here = 0;
      for (const a of assets) {
        const { row, text: own } = this.rows.get(a.id);
        row.hidden = !words.every((w) => own.includes(w));
        if (!row.hidden) here++;
      }
      if (words.length > 0) {
        group.dataset.open ??= group.open;
        group.open = here > 0;
      } else if (group.dataset.open !== undefined) {
        group.open = group.dataset.open === 'true';
        delete group.dataset.open;
      }
      group.hidden = here === 0;
      count.textContent = String(here);
      found += here;
    }
    $('#found').textContent = words.length === 0 ? '' : found === 0 ? say('nothing') : say('shown', found);
  }

  /** Marks the row of what is selected, and brings it into sight. */
  mark(id) {
    if (this.marked) this.marked.removeAttribute('aria-current');
    const r = this.rows.get(id);
    this.marked = r?.row;
    if (!r) return;
    r.row.setAttribute('aria-current', 'true');
    r.group.open = true;
    r.row.scrollIntoView({ block: 'nearest' });
  }
}
