/** The list of sessions, most stuck first. At most MOST_ROWS of them are in the document, however many there are. */
import {LitElement, html, nothing} from 'lit';
import {guard} from 'lit/directives/guard.js';
import {repeat} from 'lit/directives/repeat.js';
import {fragment} from '../address.js';
import {bytes, duration, epoch} from '../units.js';
import {BLAMES, VERDICTS, endpoint} from '../words.js';
import {icon, phaseBar} from './icons.js';

/** Of sessions and of group heads together. */
const MOST_ROWS = 100;
/** Pixels, as in style/list.css. */
const ROW_HEIGHT = 44;
const BEYOND = 10;
/** So many lines are scrolled before others are drawn. */
const STEP = 5;
/** While the pointer moves over the list, and so long after, no line changes its place: a click hits what was aimed at. */
const HOLD_MILLIS = 1500;

class SessionList extends LitElement {
  static properties = {
    /** Groups of rows: `{name, rows}`. */
    groups: {attribute: false},
    /** The id of the session that the keyboard is at. */
    current: {},
    now: {type: Number},
    /** Whether a session is open beside it, so that there is room for less. */
    narrow: {type: Boolean},
    first: {state: true},
    /** Of what is seen of the list, in pixels. */
    height: {state: true},
  };

  constructor() {
    super();
    this.groups = [];
    this.first = 0;
    this.height = 0;
    this.lines = [];
    this.heldUntil = 0;
  }

  createRenderRoot() {
    return this;
  }

  firstUpdated() {
    this.scroller.addEventListener('scroll', () => this.#scrolled(), {passive: true});
    new ResizeObserver(([entry]) => (this.height = entry.contentRect.height)).observe(this.scroller);
  }

  get scroller() {
    return this.querySelector('.scroller');
  }

  #scrolled() {
    const top = Math.floor(this.scroller.scrollTop / ROW_HEIGHT / STEP) * STEP;
    const first = Math.max(0, top - BEYOND);
    if (first !== this.first) {
      this.first = first;
    }
  }

  willUpdate(changed) {
    if (changed.has('groups')) {
      const held = performance.now() < this.heldUntil;
      const places = held ? new Map(this.lines.map((line, i) => [line.id, i])) : null;
      this.lines = this.groups.flatMap(group => [...(group.name ? [group] : []), ...inPlace(group.rows, places)]);
    }
  }

  render() {
    const {lines} = this;
    const count = Math.min(MOST_ROWS, Math.ceil(this.height / ROW_HEIGHT) + 2 * BEYOND);
    const first = Math.max(0, Math.min(this.first, lines.length - count));
    const shown = lines.slice(first, first + count);
    const below = lines.length - first - shown.length;
    const link = fragments();
    return html`<div class="scroller ${this.narrow ? 'narrow' : ''}" tabindex="0" role="region" aria-label="Sessions, most stuck first"
        @pointermove=${() => (this.heldUntil = performance.now() + HOLD_MILLIS)} @pointerleave=${() => (this.heldUntil = 0)}>
      <table role="table" aria-rowcount=${lines.length + 1}>
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col" class="verdict">Verdict</th>
          <th role="columnheader" scope="col" class="way">${this.narrow ? 'Route, client' : 'Client, route, upstream'}</th>
          ${this.narrow ? nothing : html`<th role="columnheader" scope="col" class="time">Age</th>
            <th role="columnheader" scope="col" class="silent">Silent for</th>
            <th role="columnheader" scope="col" class="size">Bytes</th>`}
          <th role="columnheader" scope="col" class="bar">Time spent${this.narrow ? '' : ', and who has the next step'}</th>
        </tr></thead>
        <tbody role="rowgroup">
          ${room(first)}
          ${repeat(shown, line => line.id ?? line.name, (line, i) => (line.rows ? this.#head(line) : this.#drawn(line, first + i + 2, link)))}
          ${room(below)}
        </tbody>
      </table>
    </div>`;
  }

  /** A row is drawn again where it has changed, or a second has passed. */
  #drawn(row, index, link) {
    const seconds = row.state === 'closed' ? 0 : Math.floor(this.now);
    const current = row.id === this.current;
    return html`${guard([row, index, current, this.narrow, seconds, link.base], () => this.#row(row, index, current, link))}`;
  }

  #head(group) {
    const oldest = group.rows.reduce((least, row) => Math.min(least, row.from), Infinity);
    return html`<tr role="row" class="group"><th role="rowheader" scope="rowgroup"><span class="name">${group.name}</span>
      ${group.rows.length} ${group.rows.length === 1 ? 'session' : 'sessions'}, the oldest ${duration(this.now - oldest)} old</th></tr>`;
  }

  #row(row, index, current, link) {
    const finding = row.verdict;
    const over = row.state === 'closed';
    return html`<tr role="row" class="session ${row.kind} ${current ? 'current' : ''}" aria-rowindex=${index} data-id=${row.id}
        @click=${event => this.#open(event, row.id)}>
      <td role="cell" class="verdict">${icon(row.kind)}<span class="word">${VERDICTS[row.kind].word}</span>
        <span class="finding">${finding ? finding.id : over ? (row.outcome ?? '').replaceAll('_', ' ') : nothing}</span></td>
      <td role="cell" class="way"><a href=${link(row.id)} aria-current=${current ? 'true' : nothing}>${this.narrow ? shortWay(row) : way(row)}</a>
        <span class="blame">${finding ? html`blame: ${BLAMES[finding.blame] ?? finding.blame}` : programs(row)}</span></td>
      ${this.narrow ? nothing : this.#numbers(row, over)}
      <td role="cell" class="bar">${phaseBar(row, this.now)}</td>
    </tr>`;
  }

  #numbers(row, over) {
    return html`<td role="cell" class="time">${duration(over ? row.duration_seconds : this.now - row.from)}</td>
      <td role="cell" class="silent">${this.#silent(row, 'client')}<br>${this.#silent(row, 'upstream')}</td>
      <td role="cell" class="size">${size(row, 'client', row.up, '→')}<br>${size(row, 'upstream', row.down, '←')}</td>`;
  }

  #silent(row, leg) {
    const last = row[leg]?.data?.last_received_at;
    const at = last ? epoch(last) : row.from;
    return row.state === 'closed' ? nothing : html`<span class="leg">${leg}</span> ${duration(this.now - at)}`;
  }

  #open(event, id) {
    if (!event.target.closest('a') && !String(getSelection())) {
      location.hash = fragment({session: id, mark: ''});
    }
  }

  /** Moves by so many sessions from the current one; the id of the one it comes to. */
  step(by) {
    const {lines} = this;
    const ids = lines.filter(line => !line.rows).map(row => row.id);
    const at = ids.indexOf(this.current);
    const id = ids[Math.max(0, Math.min(ids.length - 1, at < 0 ? 0 : at + by))];
    this.#scrollTo(lines.findIndex(line => line.id === id));
    return id;
  }

  #scrollTo(index) {
    const top = index * ROW_HEIGHT;
    const {scrollTop, clientHeight} = this.scroller;
    if (top < scrollTop || top > scrollTop + clientHeight - 3 * ROW_HEIGHT) {
      this.scroller.scrollTop = top - clientHeight / 2;
    }
  }
}

/** As high as so many lines that are not in the document. A picture has a height without a style of its own. */
function room(count) {
  return count > 0
    ? html`<tr class="room" aria-hidden="true"><td><svg width="1" height=${count * ROW_HEIGHT}></svg></td></tr>`
    : nothing;
}

/** Makes addresses of sessions, of which all parts but the session are the same; they are in `base`. */
function fragments() {
  const base = fragment({session: '', mark: ''});
  const link = id => `${base}${base.length > 1 ? '&' : ''}session=${encodeURIComponent(id)}`;
  return Object.assign(link, {base});
}

/** Rows in the order of their places before; those that had none come last. */
function inPlace(rows, places) {
  return places ? [...rows].sort((a, b) => (places.get(a.id) ?? Infinity) - (places.get(b.id) ?? Infinity) || 0) : rows;
}

function way(row) {
  return html`<span class="end">${endpoint(row.client) || 'client'}</span> <span class="arrow" aria-hidden="true">→</span>
    ${row.route ? html`<span class="route">${row.route}</span> <span class="arrow" aria-hidden="true">→</span>` : nothing}
    <span class="end">${endpoint(row.upstream) || row.upstream?.tried || 'no upstream'}</span>`;
}

function shortWay(row) {
  return html`${row.route ? html`<span class="route">${row.route}</span> ` : nothing}<span class="end">${endpoint(row.client) || 'client'}</span>`;
}

function programs(row) {
  const known = [row.client?.program, row.upstream?.program];
  return known.some(Boolean) ? html`${known[0] ?? '?'} → ${known[1] ?? '?'}` : nothing;
}

function size(row, leg, rate, arrow) {
  const count = row[leg]?.data?.received_bytes;
  return html`${arrow} ${bytes(count)}${rate > 0 ? html` <span class="rate">${bytes(rate)}/s</span>` : nothing}`;
}

customElements.define('session-list', SessionList);
