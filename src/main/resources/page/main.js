/** The page: what stands at its top, the list, and the session that is open. */
import {LitElement, html, nothing} from 'lit';
import {takeSecret} from './act.js';
import * as address from './address.js';
import {Refusal} from './api.js';
import {Feed} from './feed.js';
import {GROUPS, Store, grouped} from './store.js';
import {CaptureFile, Running} from './source.js';
import {takeFiles} from './drop.js';
import {bindKeys} from './keys.js';
import './view/help.js';
import './view/list.js';
import './view/session.js';
import {notice, top} from './view/top.js';
import {applyTheme} from './theme.js';
import {VERDICTS} from './words.js';

/** Between two drawings that nobody asked for; what is done on the page is shown at once. */
const DRAW_MILLIS = 200;

class FinspectPage extends LitElement {
  static properties = {
    where: {state: true},
    current: {state: true},
    typed: {state: true},
    /** What is shown: the running finspect, or a capture file. */
    source: {state: true},
    /** Why a file cannot be shown, or that it is being read; null for nothing. */
    ofFile: {state: true},
  };

  /** The file that is being read; null for none. */
  wanted = null;

  constructor() {
    super();
    takeSecret();
    this.running = new Running(new Store());
    this.feed = new Feed(this.running.store);
    this.source = this.running;
    this.where = address.read();
    this.current = this.where.session;
    this.typed = this.where.filter;
  }

  createRenderRoot() {
    return this;
  }

  /** However much has changed, the page is drawn once a frame, and not at all while nobody sees it. */
  async scheduleUpdate() {
    await new Promise(requestAnimationFrame);
    super.scheduleUpdate();
  }

  connectedCallback() {
    super.connectedCallback();
    applyTheme();
    addEventListener('hashchange', () => this.#moved());
    addEventListener('popstate', () => this.#moved());
    this.running.store.addEventListener('change', () => this.#changed());
    this.feed.addEventListener('change', () => this.#changed());
    setInterval(() => this.feed.state !== 'paused' && this.#changed(), 1000);
    bindKeys(this);
    takeFiles(this, file => this.#open(file));
    this.feed.show(this.where.filter);
  }

  /** Draws the page soon, however much changes until then. */
  #changed() {
    this.soon ||= setTimeout(() => {
      this.soon = 0;
      this.requestUpdate();
    }, Math.max(0, (this.drawnAt ?? 0) + DRAW_MILLIS - performance.now()));
  }

  updated() {
    this.drawnAt = performance.now();
  }

  #moved() {
    takeSecret();
    const before = this.where;
    this.where = address.read();
    if (this.ofFile?.refused) {
      this.ofFile = null;
    }
    this.current = this.where.session || this.current;
    if (before.filter !== this.where.filter) {
      this.typed = this.where.filter;
      this.feed.show(this.where.filter);
      const capture = this.wanted ?? (this.source.file ? this.source : null);
      if (capture) {
        this.#show(capture);
      }
    }
  }

  /** Shows the connections of a capture file in the place of the running finspect's. */
  #open(file) {
    const {session, filter} = this.where;
    this.#show(new CaptureFile(file)).then(shown => shown && session && address.change({session: '', with: '', mark: '', filter}));
  }

  /** Of several files the last one is shown, by the filter of the moment in which it has been read. */
  async #show(capture) {
    if (this.wanted === capture) {
      return false; // It is being read, and sees the filter by itself.
    }
    this.stopReading();
    this.wanted = capture;
    this.ofFile = {words: `Reads ${capture.file.name}.`, mayStop: true};
    let filter;
    try {
      do {
        ({filter} = this.where);
        await capture.show(filter);
      } while (this.wanted === capture && filter !== this.where.filter);
      return this.#taken(capture, () => {
        this.source = capture;
        this.ofFile = null;
      });
    } catch (e) {
      const words = `${capture.file.name}: ${e instanceof Refusal ? e.message : 'it cannot be read, or finspect does not answer'}`;
      const isLast = this.#taken(capture, () => (this.ofFile = {words, refused: true}));
      return isLast && filter !== this.where.filter ? this.#show(capture) : false;
    }
  }

  /** Acts if the file is still wanted, which it is not after that. */
  #taken(capture, act) {
    const isWanted = this.wanted === capture;
    if (isWanted) {
      this.wanted = null;
      act();
    }
    return isWanted;
  }

  /** Ends the reading of a file, and stays with what is shown. The file that is shown already can be read again. */
  stopReading() {
    const capture = this.wanted;
    this.wanted = null;
    this.ofFile = null;
    if (capture && capture !== this.source) {
      capture.stop();
    }
  }

  /** Leaves the capture file. */
  leaveFile() {
    this.stopReading();
    this.source = this.running;
    address.change({session: '', with: '', mark: ''});
  }

  get store() {
    return this.source.store;
  }

  /** A key of words.STATES. */
  get state() {
    return this.source.file ? 'file' : this.feed.state;
  }

  get list() {
    return this.querySelector('session-list');
  }

  /** Time stands still while the page is paused. */
  get #now() {
    if (this.feed.state !== 'paused' || !this.pausedAt) {
      this.pausedAt = this.store.now();
    }
    return this.feed.state === 'paused' ? this.pausedAt : this.store.now();
  }

  render() {
    const {group, session} = this.where;
    const show = this.where.show in VERDICTS ? this.where.show : '';
    const now = this.#now;
    const open = Boolean(session);
    return html`
      ${top(this)}
      <main class=${open ? 'split' : ''}>
        <div class="left">
          ${this.#bar()}
          ${notice(this)}
          <session-list .groups=${grouped(this.store.sorted(show), group)} .current=${this.current} .now=${now} .narrow=${open}></session-list>
        </div>
        ${open
          ? html`<session-view .session=${session} .row=${this.store.get(session)} .where=${this.where} .now=${now}
              .source=${this.source} .still=${this.feed.state === 'paused'}></session-view>`
          : nothing}
      </main>
      <footer><kbd>j</kbd> <kbd>k</kbd> up and down, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> closes, <kbd>/</kbd> filter, <kbd>?</kbd> help</footer>
      <help-dialog></help-dialog>`;
  }

  #bar() {
    return html`<form class="bar" role="search" @submit=${event => this.#filter(event)}>
      <label for="filter">Filter</label>
      <input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="finding:upstream-silent route:db"
        .value=${this.typed} @change=${event => this.#filter(event)} aria-describedby="notice">
      <button type="button" @click=${() => this.querySelector('#file').click()}>Open a file…</button>
      <input id="file" type="file" hidden accept=".pcap,.pcapng,.cap,.dump" @change=${event => this.#chosen(event.target)}>
      <label>Group by <select @change=${event => address.change({group: event.target.value})}>
        ${Object.entries(GROUPS).map(([name, {word}]) => html`
          <option value=${name} ?selected=${name === this.where.group}>${word}</option>`)}
      </select></label>
    </form>`;
  }

  #chosen(field) {
    const [file] = field.files;
    field.value = '';
    if (file) {
      this.#open(file);
    }
  }

  #filter(event) {
    event.preventDefault();
    address.change({filter: this.querySelector('#filter').value.trim()});
  }

  togglePause() {
    if (this.source.file) {
      return;
    }
    if (this.feed.state === 'paused') {
      this.feed.resume();
    } else {
      this.feed.pause();
    }
  }
}

customElements.define('finspect-page', FinspectPage);
