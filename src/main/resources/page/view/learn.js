/**
 * The handshake and the close of each connection of a session beside the pictures of RFC 9293 (figures 6 and 12): a step is lit
 * when it happened, with its real numbers.
 */
import {html, nothing, svg} from 'lit';
import {epoch, offset} from '../units.js';

const LINE = 34;
const LEFT = 250;
const RIGHT = 560;
const WIDTH = 820;
const NUMBERS = 2 ** 32;

export function learnView(record) {
  const legs = [{title: record.upstream ? 'Client and finspect' : 'Both ends', leg: record.client, names: record.upstream
    ? ['client', 'finspect'] : ['originator', 'responder'], opener: 'peer'}];
  if (record.upstream) {
    legs.push({title: 'finspect and upstream', leg: record.upstream, names: ['finspect', 'upstream'], opener: 'local'});
  }
  return html`<p>What RFC 9293 draws in its figures 6 and 12, made of this session. A step in colour has happened and was seen, with its
      numbers; a grey one has not happened, or nothing shows it.</p>
    ${legs.map(each => connection(each, epoch(record.started_at)))}`;
}

function connection({title, leg, names, opener}, started) {
  const from = epoch(leg.handshake.syn_at) ?? started;
  const handshake = handshakeSteps(leg.handshake, from);
  const close = closeSteps(leg, names, opener, from);
  return html`<section class="connection"><h3>${title}</h3>
    ${picture('Handshake', names, handshake, 'RFC 9293 section 3.5, figure 6')}
    ${picture('Close', names, close, 'RFC 9293 section 3.6, figure 12')}
    ${close.note ? html`<p class="note">${close.note}</p>` : nothing}</section>`;
}

/** A step: states of both ends, an arrow from left to right or back, what is written on it, and when it happened. */
function step(left, arrow, right, words, at, from) {
  return {left, arrow, right, words, at: at == null ? null : at - from};
}

function handshakeSteps(handshake, from) {
  const isn = handshake.originator?.isn ?? null;
  const answer = handshake.responder?.isn ?? null;
  const [x, y] = [number(isn, 'ISN'), number(answer, 'ISN')];
  return [
    {left: 'CLOSED', arrow: 0, right: 'LISTEN', words: '', at: null, before: true},
    step('SYN-SENT', 1, 'SYN-RECEIVED', `SEQ=${x} SYN`, epoch(handshake.syn_at), from),
    step('ESTABLISHED', -1, 'SYN-RECEIVED', `SEQ=${y} ACK=${next(isn, 'ISN')} SYN,ACK`, epoch(handshake.synack_at), from),
    step('ESTABLISHED', 1, 'ESTABLISHED', `SEQ=${next(isn, 'ISN')} ACK=${next(answer, 'ISN')} ACK`, epoch(handshake.ack_at), from),
  ];
}

/** The close in the order in which it happened; as the figure has it where nothing of it has. */
function closeSteps(leg, names, opener, from) {
  const {close} = leg;
  const reset = [['peer', close.peer_rst], ['local', close.local_rst]].find(each => each[1]);
  const fins = {peer: close.peer_fin, local: close.local_fin};
  const peerFirst = fins.peer && (!fins.local || epoch(fins.peer.at) <= epoch(fins.local.at));
  const first = peerFirst || (!fins.local && opener === 'peer') ? 'peer' : 'local';
  const second = first === 'peer' ? 'local' : 'peer';
  // Which end stands on the left: the one that opened.
  const direction = end => (end === opener ? 1 : -1);
  const states = (active, passive) => (direction(first) > 0 ? [active, passive] : [passive, active]);
  const line = (active, passive, arrow, words, at) => {
    const [left, right] = states(active, passive);
    return step(left, arrow, right, words, at, from);
  };
  const acked = fin => (fin?.acknowledged_after_seconds == null ? null : epoch(fin.at) + fin.acknowledged_after_seconds);
  const go = direction(first);
  const steps = [
    {...line('ESTABLISHED', 'ESTABLISHED', 0, '', null), before: true},
    line('FIN-WAIT-1', 'CLOSE-WAIT', go, `SEQ=${number(fins[first]?.sequence_number, 'n')} FIN,ACK`, epoch(fins[first]?.at)),
    line('FIN-WAIT-2', 'CLOSE-WAIT', -go, `ACK=${next(fins[first]?.sequence_number, 'n')} ACK`, acked(fins[first])),
    line('TIME-WAIT', 'LAST-ACK', -go, `SEQ=${number(fins[second]?.sequence_number, 'm')} FIN,ACK`, epoch(fins[second]?.at)),
    line('TIME-WAIT', 'CLOSED', go, `ACK=${next(fins[second]?.sequence_number, 'm')} ACK`, acked(fins[second])),
  ];
  if (reset) {
    const [end, rst] = reset;
    steps.push({...line('CLOSED', 'CLOSED', direction(end), `SEQ=${number(rst.sequence_number, 'n')} RST`, epoch(rst.at)), reset: true});
    steps.note = `${end === opener ? names[0] : names[1]} sent an RST, which ends the connection at once, without TIME-WAIT (RFC 9293 section 3.5.3).`;
  } else if (close.simultaneous_close) {
    steps.note = 'Both ends closed at the same time: each went from FIN-WAIT-1 to CLOSING (RFC 9293 section 3.6, figure 13).';
  } else if (close.time_wait_holder) {
    const holder = {client: names[0], upstream: names[1], proxy: 'finspect', finspect: 'finspect'}[close.time_wait_holder];
    steps.note = `TIME-WAIT: ${holder ?? close.time_wait_holder}.`;
  }
  return steps;
}

function number(value, otherwise) {
  return value == null ? otherwise : String(value);
}

function next(value, otherwise) {
  return value == null ? `${otherwise}+1` : String((value + 1) % NUMBERS);
}

function picture(title, names, steps, source) {
  const height = LINE * steps.length + 30;
  const seen = steps.filter(each => each.at != null).length;
  const all = steps.filter(each => !each.before).length;
  return html`<h4>${title} <small>${source}; ${seen} of ${all} steps seen</small></h4>
    <svg class="learn" viewBox="0 0 ${WIDTH} ${height}" width=${WIDTH} role="img"
        aria-label="${title} between ${names[0]} and ${names[1]}; the table below has the same">
      <text class="name" x=${LEFT - 40} y="14" text-anchor="end">${names[0]}</text>
      <text class="name" x=${RIGHT + 40} y="14">${names[1]}</text>
      ${steps.map((each, i) => draw(each, 38 + LINE * i))}
    </svg>
    <details><summary>The same as a table</summary><table class="plain">
      <thead><tr><th scope="col">seconds</th><th scope="col">${names[0]}</th><th scope="col">segment</th><th scope="col">${names[1]}</th></tr></thead>
      <tbody>${steps.map(each => html`<tr><td class="number">${each.at == null ? (each.before ? nothing : 'not seen') : offset(each.at)}</td>
        <td>${each.left}</td><td>${each.arrow ? `${each.arrow > 0 ? '→' : '←'} ${each.words}` : nothing}</td><td>${each.right}</td></tr>`)}</tbody>
    </table></details>`;
}

function draw(each, y) {
  const lit = each.at != null ? 'lit' : 'grey';
  const [x1, x2] = each.arrow >= 0 ? [LEFT, RIGHT] : [RIGHT, LEFT];
  return svg`<g class="${lit} ${each.reset ? 'rst' : ''}">
    <text class="time" x="80" y=${y + 4} text-anchor="end">${each.at == null ? '' : offset(each.at)}</text>
    <text class="state" x=${LEFT - 20} y=${y + 4} text-anchor="end">${each.left}</text>
    <text class="state" x=${RIGHT + 20} y=${y + 4}>${each.right}</text>
    ${each.arrow === 0 ? nothing : svg`<line class="arrow" x1=${x1} y1=${y} x2=${x2} y2=${y}></line>
      <path class="tip" d="M${x2} ${y}l${-9 * each.arrow} -4v8Z"></path>
      <text class="label" x=${(LEFT + RIGHT) / 2} y=${y - 5} text-anchor="middle">${each.words}</text>`}
  </g>`;
}
