/**
 * The sessions that the page holds, by their id, and the order in which they are shown: most stuck first. Its size is bounded:
 * the longest closed sessions go first.
 */
import {epoch} from './units.js';
import {VERDICTS, endpoint, verdict} from './words.js';

const MOST_CLOSED = 1000;
const RANKS = {hung: 0, maybe: 1, failed: 2, half: 3, open: 4, closed: 5};
/** Over so many seconds a rate is taken. */
const RATE_SECONDS = 1;

export class Store extends EventTarget {
  #rows = new Map();
  /** In the order in which they are shown, as of the last question. */
  #order = [];
  /** Whether a row has changed since, and whether one has changed its place. */
  #changed = false;
  #moved = false;
  #counts = Object.fromEntries(Object.keys(VERDICTS).map(name => [name, 0]));
  #closed = 0;
  #told = false;
  /** How far the server's clock is ahead of this browser's, in seconds. */
  #ahead = null;
  /** The moment at which time stands still; null where it does not. */
  #standing = null;

  /** Seconds since the Unix epoch, by the server's clock. */
  now() {
    return this.#standing ?? Date.now() / 1000 + (this.#ahead ?? 0);
  }

  /** From now on it is this moment, in seconds since the Unix epoch. */
  standAt(seconds) {
    this.#standing = seconds;
  }

  get size() {
    return this.#rows.size;
  }

  get(id) {
    return this.#rows.get(id);
  }

  all() {
    return [...this.#rows.values()];
  }

  /** Takes a row in the place of an older one of the same session. */
  put(row) {
    const before = this.#rows.get(row.id);
    row.kind = verdict(row);
    row.from = epoch(row.started_at);
    row.since = since(row);
    rate(row, before);
    this.#rows.set(row.id, row);
    this.#count(row, 1);
    if (before) {
      this.#count(before, -1);
    }
    this.#moved ||= !before || before.kind !== row.kind || before.since !== row.since;
    if (this.#closed > MOST_CLOSED * 1.1) {
      this.#forgetOldest();
    }
    this.#tell();
  }

  clear() {
    this.all().forEach(row => this.#count(row, -1));
    this.#rows.clear();
    this.#order = [];
    this.#tell();
  }

  remove(id) {
    const row = this.#rows.get(id);
    if (row && this.#rows.delete(id)) {
      this.#count(row, -1);
      this.#tell();
    }
  }

  /** How many sessions have each verdict. */
  counts() {
    return this.#counts;
  }

  /** Those with a verdict, or all, most stuck first. */
  sorted(show) {
    if (this.#changed) {
      const inPlace = this.#order.map(row => this.#rows.get(row.id)).filter(Boolean);
      this.#order = [...new Set([...inPlace, ...this.#rows.values()])];
      if (this.#moved) {
        this.#order.sort(mostStuckFirst);
      }
      this.#changed = this.#moved = false;
    }
    return show ? this.#order.filter(row => row.kind === show) : this.#order;
  }

  /** The server's clock shows this; the least delayed event says best how far it is ahead. */
  clock(time) {
    const ahead = epoch(time) - Date.now() / 1000;
    this.#ahead = this.#ahead == null ? ahead : Math.max(ahead, this.#ahead);
  }

  #count(row, by) {
    this.#counts[row.kind] += by;
    this.#closed += isClosed(row) ? by : 0;
  }

  #forgetOldest() {
    const closed = this.all().filter(isClosed).sort((a, b) => (a.ended_at < b.ended_at ? -1 : 1));
    for (const row of closed.slice(0, closed.length - MOST_CLOSED)) {
      this.#rows.delete(row.id);
      this.#count(row, -1);
    }
  }

  /** Many rows in one turn are one change. */
  #tell() {
    this.#changed = true;
    if (!this.#told) {
      this.#told = true;
      queueMicrotask(() => {
        this.#told = false;
        this.dispatchEvent(new Event('change'));
      });
    }
  }
}

function isClosed(row) {
  return row.state === 'closed';
}

function mostStuckFirst(a, b) {
  return RANKS[a.kind] - RANKS[b.kind] || a.since - b.since || (a.id < b.id ? -1 : 1);
}

/** The key within a verdict: what has lasted longest first; of what has ended the latest first. */
function since(row) {
  return isClosed(row) ? -epoch(row.ended_at) : epoch(row.verdict?.since ?? row.now?.since ?? row.started_at);
}

/** Bytes a second each way since an earlier row of the session. */
function rate(row, before) {
  row.at = row.from + (row.duration_seconds ?? 0);
  row.mark = before && row.at - before.at < RATE_SECONDS ? before.mark : before && mark(before);
  if (row.mark && row.at > row.mark.at && !isClosed(row)) {
    const now = mark(row);
    row.up = (now.up - row.mark.up) / (row.at - row.mark.at);
    row.down = (now.down - row.mark.down) / (row.at - row.mark.at);
  }
}

function mark(row) {
  return {
    at: row.at,
    up: row.client?.data?.received_bytes ?? 0,
    down: row.upstream?.data?.received_bytes ?? 0,
  };
}

/** The groups of rows by what they have in common, in the order of the first of each; one group without a name for none. */
export function grouped(rows, by) {
  const key = GROUPS[by]?.key;
  if (!key) {
    return [{name: '', rows}];
  }
  const groups = new Map();
  for (const row of rows) {
    const name = key(row) || '(none)';
    if (!groups.has(name)) {
      groups.set(name, []);
    }
    groups.get(name).push(row);
  }
  return [...groups].map(([name, some]) => ({name, rows: some}));
}

/** What sessions can be grouped by. */
export const GROUPS = {
  '': {word: 'nothing'},
  route: {word: 'route', key: row => row.route},
  client: {word: 'client', key: row => row.client?.['network.peer.address']},
  upstream: {word: 'upstream', key: row => endpoint(row.upstream) || row.upstream?.tried},
  program: {word: 'program', key: row => [row.client, row.upstream].map(leg => leg?.program?.replace(/ \(pid \d+\)/, '')).filter(Boolean).join(' > ')},
  finding: {word: 'finding', key: row => row.verdict?.id},
};
