/**
 * Keeps a store up to date from the server's event stream, and says how current it is:
 *
 *   catching up ──snapshot_end──> live ──no event, error──> reconnecting ──hello──> live or catching up
 *
 * Paused, it holds no stream; resumed, it goes on from the last event, or from a snapshot where that is too old.
 */
import {Refusal, json, refusalOf} from './api.js';

/** The server sends something every second; without anything for so long it does not answer. */
const SILENCE_MILLIS = 5000;
/** Before another attempt after the stream broke, and after finspect refused to answer. */
const RETRY_MILLIS = 1000;
const REFUSED_MILLIS = 5000;
/** Silent for so long, it is asked anew. */
const AGAIN_MILLIS = 15000;
const CLOSED_AT_FIRST = 200;
/** A page that nobody has seen for so long gives its stream back: a browser has six connections to a host for all its tabs. */
const UNSEEN_MILLIS = 60000;

export class Feed extends EventTarget {
  /** A key of words.STATES. */
  state = 'catching up';
  /** Counts of the whole finspect, as the server sends them; null at first. */
  totals = null;
  /** What the server said of itself; null at first. */
  hello = null;
  /** The refusal of the filter or of this browser; null without one. */
  refusal = null;
  /** Failed sessions a second, over the last ten seconds. */
  failedRate = 0;

  #store;
  #filter = '';
  #source = null;
  #lastId = '';
  #heardAt = 0;
  #retry = 0;
  #failed = [];
  #begun = 0;
  /** Whether what closed before the stream begins has been read. */
  #listed = false;
  /** Whether the stream was given back. */
  #rests = false;
  #unseen = 0;

  constructor(store) {
    super();
    this.#store = store;
    setInterval(() => this.#watch(), 1000);
    addEventListener('pagehide', () => this.#rest());
    addEventListener('pageshow', () => this.#wake());
    document.addEventListener('visibilitychange', () => this.#seen(!document.hidden));
  }

  #seen(isSeen) {
    clearTimeout(this.#unseen);
    if (isSeen) {
      this.#wake();
    } else {
      this.#unseen = setTimeout(() => this.#rest(), UNSEEN_MILLIS);
    }
  }

  #rest() {
    this.#rests ||= Boolean(this.#source);
    this.#stop();
  }

  /** Goes on from the last event, as after a pause. */
  #wake() {
    if (this.#rests) {
      this.#rests = false;
      this.#become('catching up');
      this.#start();
    }
  }

  /** Shows what matches the filter from now on. */
  async show(filter) {
    this.#filter = filter;
    this.#lastId = '';
    this.#listed = false;
    this.#stop();
    this.#store.clear();
    this.#become('catching up');
    const begun = ++this.#begun;
    try {
      // What closed before is in no stream.
      const list = await json(`/api/v1/sessions?state=closed&detail=live&limit=${CLOSED_AT_FIRST}${this.#query('&')}`);
      if (begun !== this.#begun) {
        return;
      }
      this.refusal = null;
      list.closed.forEach(row => this.#store.put(row));
      this.#listed = true;
      this.#start();
    } catch (e) {
      if (begun === this.#begun) {
        this.#refused(e);
      }
    }
  }

  pause() {
    this.#begun++;
    this.#rests = false;
    this.#stop();
    this.#become('paused');
  }

  resume() {
    if (this.refusal || !this.#listed) {
      this.show(this.#filter);
    } else {
      this.#become('catching up');
      this.#start();
    }
  }

  #query(before) {
    return this.#filter ? `${before}filter=${encodeURIComponent(this.#filter)}` : '';
  }

  #start() {
    this.#stop();
    this.#rests = false;
    const resume = this.#lastId ? `?last_event_id=${encodeURIComponent(this.#lastId)}` : '';
    const source = new EventSource(`/api/v1/events${resume}${this.#query(resume ? '&' : '?')}`);
    this.#source = source;
    this.#heardAt = Date.now();
    const on = (name, take) =>
      source.addEventListener(name, event => {
        this.#heardAt = Date.now();
        take(JSON.parse(event.data), Boolean(resume));
        this.#lastId = event.lastEventId || this.#lastId;
      });
    on('hello', (hello, resumed) => this.#greeted(hello, resumed));
    on('reset', () => {
      this.#lastId = '';
      this.#store.all().filter(row => row.state !== 'closed').forEach(row => this.#store.remove(row.id));
      this.#become('catching up');
    });
    on('sessions', changes => this.#changed(changes));
    on('snapshot_end', () => this.#become('live'));
    on('totals', totals => this.#counted(totals));
    source.addEventListener('error', () => this.#broken(source));
  }

  /** Without a reset to follow the stream goes on from the last event. Of another process nothing is left to go on from. */
  #greeted(hello, resumed) {
    const isOther = this.hello && this.hello.started_at !== hello.started_at;
    this.hello = hello;
    this.#failed = [];
    if (isOther) {
      this.show(this.#filter);
      return;
    }
    this.#store.clock(hello.time);
    this.refusal = null;
    this.#become(resumed ? 'live' : 'catching up');
  }

  #changed(changes) {
    this.#store.clock(changes.time);
    changes.rows.forEach(row => this.#store.put(row));
    changes.gone.forEach(id => this.#store.remove(id));
  }

  #counted(totals) {
    this.#store.clock(totals.time);
    this.totals = totals;
    this.#failed = [...this.#failed.slice(-10), totals.failed];
    this.failedRate = (totals.failed - this.#failed[0]) / Math.max(1, this.#failed.length - 1);
    if (this.state === 'reconnecting') {
      this.#become('live');
    }
    this.dispatchEvent(new Event('change'));
  }

  /** It is begun anew from here: a browser by itself would go on from where this page first began. */
  #broken(source) {
    if (source !== this.#source) {
      return;
    }
    const isRefused = source.readyState === EventSource.CLOSED;
    this.#stop();
    this.#become('reconnecting');
    if (isRefused) {
      this.#explain(new URL(source.url));
    } else {
      this.#later(RETRY_MILLIS, () => this.#start());
    }
  }

  /** A browser does not say why a stream is refused. */
  async #explain({pathname, search}) {
    const begun = this.#begun;
    const refusal = await refusalOf(pathname + search);
    if (begun === this.#begun) {
      this.refusal = refusal;
      this.#later(REFUSED_MILLIS, () => (refusal?.status === 401 ? this.show(this.#filter) : this.#start()));
      this.#become('reconnecting');
    }
  }

  #later(millis, act) {
    clearTimeout(this.#retry);
    const begun = this.#begun;
    this.#retry = setTimeout(() => begun === this.#begun && !this.#source && !this.#rests && act(), millis);
  }

  /** A connection that ended without a word is not noticed by the browser. */
  #watch() {
    const silent = this.#source ? Date.now() - this.#heardAt : 0;
    if (silent > SILENCE_MILLIS && this.state !== 'reconnecting') {
      this.#become('reconnecting');
    }
    if (silent > AGAIN_MILLIS) {
      this.#start();
    }
  }

  #refused(error) {
    const status = error instanceof Refusal ? error.status : 0;
    if (status === 400) {
      this.refusal = error;
      this.#become('paused');
      return;
    }
    this.refusal = status === 401 ? error : null;
    this.#become(status === 401 ? 'not admitted' : 'reconnecting');
    this.#later(REFUSED_MILLIS, () => this.show(this.#filter));
  }

  #stop() {
    this.#source?.close();
    this.#source = null;
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}
