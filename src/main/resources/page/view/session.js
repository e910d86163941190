/** One session: its head, its views as tabs, and the data that they share. */
import {LitElement, html, nothing} from 'lit';
import {mayAct} from '../act.js';
import {Refusal} from '../api.js';
import {change, fragment} from '../address.js';
import {VERDICTS, endpoint} from '../words.js';
import {icon, phaseBar} from './icons.js';
import {copyButton} from './copy.js';
import {explainView} from './explain.js';
import {exportView} from './export.js';
import {ladderView} from './ladder.js';
import {learnView} from './learn.js';
import {rawView} from './raw.js';
import {statesView} from './states.js';
import './close.js';
import './compare.js';
import './throughput.js';

const VIEWS = {
  explain: 'Explain',
  ladder: 'Ladder',
  states: 'States',
  throughput: 'Throughput',
  learn: 'Learn',
  compare: 'Compare',
  raw: 'Raw',
  export: 'Export',
};

const READ_AGAIN_MILLIS = 1000;
/** Statuses of which another attempt would get the same: no session, no id, several sessions. */
const UNKNOWN = [400, 404, 409];

class SessionView extends LitElement {
  static properties = {
    session: {},
    row: {attribute: false},
    where: {attribute: false},
    now: {type: Number},
    /** Where it is read from. */
    source: {attribute: false},
    /** Whether the page is paused. */
    still: {type: Boolean},
    explanation: {state: true},
    record: {state: true},
    trouble: {state: true},
  };

  /** Readings of the record since the view was opened, for the throughput. */
  readings = [];

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#again(), READ_AGAIN_MILLIS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  willUpdate(changed) {
    if (changed.has('session') || changed.has('source')) {
      this.explanation = null;
      this.record = null;
      this.trouble = null;
      this.unknown = false;
      this.readings = [];
      this.#read();
    }
  }

  #again() {
    if (!this.still && !document.hidden && !this.reading && !this.unknown && !this.#isSettled) {
      this.#read();
    }
  }

  /** Whether nothing of it changes any more. */
  get #isSettled() {
    return this.record && (this.source.file || (this.record.ended_at && this.explanation.over));
  }

  async #read() {
    const {session: id, source} = this;
    this.reading = true;
    try {
      const {record, explanation} = await source.read(id);
      if (id === this.session && source === this.source) {
        if (record.id !== id) {
          change({session: record.id}, true); // It was shortened.
          return;
        }
        this.record = record;
        this.explanation = explanation;
        this.trouble = null;
        this.readings = [...this.readings.slice(-3600), record];
      }
    } catch (e) {
      this.unknown = e instanceof Refusal && UNKNOWN.includes(e.status);
      this.trouble = e instanceof Refusal ? e.message : 'finspect does not answer';
    } finally {
      this.reading = false;
    }
  }

  get #view() {
    return this.where.view in VIEWS ? this.where.view : 'explain';
  }

  render() {
    const {row} = this;
    const view = this.#view;
    const name = row ? `${endpoint(row.client)} to ${endpoint(row.upstream) || row.upstream?.tried || row.route}` : this.session;
    return html`<article aria-labelledby="session-name">
      <div class="head">
        <h2 id="session-name">${row ? icon(row.kind) : nothing} ${name}</h2>
        <a class="close" href=${fragment({session: '', view: '', with: '', mark: ''})} aria-label="Close the session">✕</a>
        <p>${row ? html`${VERDICTS[row.kind].word}, ${row.route ? html`route <b>${row.route}</b>, ` : nothing}` : nothing}session <code>${this.session}</code>
          ${copyButton(this.session, 'Copy the id')}
          ${row && row.state !== 'closed' && !this.source.file && mayAct() ? html`<close-dialog .row=${row}></close-dialog>` : nothing}</p>
        ${row ? html`<div class="bar">${phaseBar(row, this.now)}</div>` : nothing}
      </div>
      <div class="tabs" role="tablist" aria-label="Views of the session" @keydown=${this.#tabKeys}>
        ${Object.entries(VIEWS).map(([key, word]) => html`
          <a role="tab" id="tab-${key}" href=${fragment({view: key, mark: ''})} aria-selected=${key === view}
            aria-controls="panel" tabindex=${key === view ? 0 : -1}>${word}</a>`)}
      </div>
      <div class="panel ${view}" role="tabpanel" id="panel" aria-labelledby="tab-${view}" tabindex="0">
        ${this.trouble ? html`<p class="refused">${this.trouble}</p>` : nothing}
        ${this.explanation && this.record ? this.#panel(view) : this.trouble ? nothing : html`<p>Reads the session.</p>`}
      </div>
    </article>`;
  }

  #panel(view) {
    const {explanation, record, now, where} = this;
    switch (view) {
      case 'ladder':
        return ladderView(explanation, where.mark);
      case 'states':
        return statesView(record, explanation, now);
      case 'throughput':
        return html`<throughput-view .readings=${this.readings} .still=${Boolean(this.source.file)}></throughput-view>`;
      case 'learn':
        return learnView(record);
      case 'compare':
        return html`<compare-view .explanation=${explanation} .record=${record} .other=${where.with} .source=${this.source}></compare-view>`;
      case 'raw':
        return rawView(record);
      case 'export':
        return exportView(record, explanation, this.source);
      default:
        return explainView(explanation);
    }
  }

  #tabKeys(event) {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (step) {
      const tabs = [...this.querySelectorAll('[role=tab]')];
      const next = tabs[(tabs.findIndex(tab => tab === document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
      event.preventDefault();
    }
  }
}

customElements.define('session-view', SessionView);
