/**
 * Where a session is read from: the running finspect, or a capture file that was dropped on the page. The file stays in the
 * browser; finspect reads it anew for each session that is opened, and keeps nothing of it.
 */
import {json, post, postForText, sessionPath, text} from './api.js';
import {Store} from './store.js';
import {epoch} from './units.js';

/** The sessions of the running finspect. */
export class Running {
  file = null;

  constructor(store) {
    this.store = store;
  }

  /** The record and the explanation of a session. */
  async read(id) {
    const [record, explanation] = await Promise.all([json(sessionPath(id)), json(sessionPath(id, '/explain'))]);
    return {record, explanation};
  }

  /** The explanation as text. */
  text(id) {
    return text(sessionPath(id, '/explain?format=text'));
  }
}

/** The connections of a capture file. Nothing of it changes. */
export class CaptureFile {
  store = new Store();
  /** What was read, in words; empty at first. */
  counts = '';
  omitted = 0;
  trouble = null;
  #stopped = new AbortController();

  constructor(file) {
    this.file = file;
  }

  /** Reads those that match the filter. */
  async show(filter) {
    const answer = await inTurn(() => post(this.#path({filter}), {}, this.file, this.#stopped.signal));
    this.store.clear();
    this.store.standAt(epoch(answer.ended_at) ?? 0);
    answer.rows.forEach(each => this.store.put(captured(each)));
    this.counts = answer.counts;
    this.omitted = answer.omitted;
    this.trouble = answer.trouble;
  }

  /** Ends the reading: what is on its way to finspect goes no further. Nothing more can be shown of the file then. */
  stop() {
    this.#stopped.abort();
  }

  read(id) {
    return inTurn(() => post(this.#path({session: id}), {}, this.file));
  }

  text(id) {
    return inTurn(() => postForText(this.#path({session: id, format: 'text'}), this.file));
  }

  #path(parts) {
    return `/api/v1/captures?${new URLSearchParams(Object.entries(parts).filter(([, value]) => value))}`;
  }
}

let last = Promise.resolve();

/** Sends when all that was sent before is answered: finspect reads one file at a time. */
function inTurn(send) {
  last = last.then(send, send);
  return last;
}

/** A row of one connection has no legs, and so no phases of a session; its other end stands in the upstream's place. */
function captured({row, responder}) {
  return responder ? {...row, upstream: {tried: responder, data: {received_bytes: row.client.data.sent_bytes}}, phases: [], now: null} : row;
}
