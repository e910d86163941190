/** The words, icons and colours of the page: each stated once. */
import {duration, epoch} from './units.js';

/** Verdicts on a session, most stuck first. */
export const VERDICTS = {
  hung: {word: 'hung', shape: 'square'},
  maybe: {word: 'may hang', shape: 'diamond'},
  half: {word: 'half-closed', shape: 'half'},
  failed: {word: 'failed', shape: 'cross'},
  open: {word: 'open', shape: 'disc'},
  closed: {word: 'closed', shape: 'ring'},
};

/** Phases, in the order in which they are drawn, as the server names them. */
export const PHASES = {
  accept: 'accept delay',
  name: 'name look-up',
  connect: 'connect',
  request: 'request',
  waiting: 'waiting for the upstream',
  answering: 'answering',
  held_by_client: 'held back by the client',
  held_by_upstream: 'held back by the upstream',
  idle: 'idle',
  closing: 'closing',
};

/** Parties to blame, as the server names them. */
export const BLAMES = {
  client: 'the client',
  upstream: 'the upstream',
  network_to_client: 'the network to the client',
  network_to_upstream: 'the network to the upstream',
  finspect: 'finspect',
  configuration: 'the configuration',
  name_service: 'the name servers',
  client_side: "the client's side",
  upstream_side: "the upstream's side",
  undetermined: 'not determined',
  nobody: 'nobody',
};

/** The page's own state. */
export const STATES = {
  live: 'Shows what happens as it happens.',
  'catching up': 'Reads the list of sessions.',
  reconnecting: 'finspect does not answer: what is shown may be old.',
  paused: 'Stands still until you press Resume.',
  'not admitted': 'This browser may not read.',
  file: 'Shows a capture file, of which nothing changes.',
};

/** A key of VERDICTS. */
export function verdict(row) {
  const finding = row.verdict;
  if (row.state === 'closed') {
    return (finding && finding.blame !== 'nobody') || row.outcome !== 'clean' ? 'failed' : 'closed';
  }
  if (finding && finding.blame !== 'nobody') {
    return finding.hang === 'possible' ? 'maybe' : 'hung';
  }
  return row.state === 'half_closed' ? 'half' : 'open';
}

/** What the next step is, and who has it, in a few words. */
export function owed(row) {
  const phase = row.now?.phase;
  if (!phase) {
    return row.outcome === 'clean' ? 'ended in order' : (row.outcome ?? 'its end was not seen').replaceAll('_', ' ');
  }
  const party = row.now.owes && row.now.owes !== 'nobody' ? (BLAMES[row.now.owes] ?? row.now.owes) : null;
  const step = STEPS[phase] ?? PHASES[phase] ?? phase;
  return party ? `${party} ${step}` : (PHASES[phase] ?? phase);
}

/** What is owed in each phase, behind the party that owes it. */
const STEPS = {
  name: 'owes an address',
  connect: 'owes a SYN-ACK',
  request: 'has the turn',
  waiting: 'owes an answer',
  answering: 'is sending its answer',
  held_by_client: 'takes no more bytes',
  held_by_upstream: 'takes no more bytes',
  idle: 'has the turn',
  closing: 'owes its close',
};

/** `address:port` of a leg's peer, an IPv6 address in brackets; empty where none was reached. */
export function endpoint(leg) {
  const address = leg?.['network.peer.address'];
  if (!address) {
    return '';
  }
  return `${address.includes(':') ? `[${address}]` : address}:${leg['network.peer.port']}`;
}

/** The phases of a row, each with its seconds up to now; the last is the one that goes on. */
export function phases(row, now) {
  const parts = (row.phases ?? []).map(each => ({...each, grows: false}));
  if (row.now) {
    const at = parts.findIndex(each => each.phase === row.now.phase);
    const seconds = Math.max(0, now - epoch(row.now.since));
    const before = at < 0 ? 0 : Math.max(0, parts[at].seconds - Math.max(0, row.at - epoch(row.now.since)));
    if (at >= 0) {
      parts.splice(at, 1);
    }
    if (before > 0) {
      parts.splice(Math.max(at, 0), 0, {phase: row.now.phase, seconds: before, grows: false});
    }
    parts.push({phase: row.now.phase, seconds, grows: true});
  }
  return parts;
}

/** `connect 1 ms, waiting for the upstream 12 s so far`: the phases of a session in words. */
export function phaseWords(row, now) {
  return phases(row, now)
    .map(each => `${PHASES[each.phase] ?? each.phase} ${duration(each.seconds)}${each.grows ? ' so far' : ''}`)
    .join(', ');
}
