/** The TCP states of the four endpoints of a session, side by side on one clock. */
import {html, nothing, svg} from 'lit';
import {duration, epoch, offset} from '../units.js';

/** How long Linux holds a connection in TIME-WAIT, in seconds (tcp(7)). */
const TIME_WAIT_SECONDS = 60;
const LANE = 44;
const TOP = 36;
const NAME = 190;
const WIDTH = 900;
const LEAST = 96;

/** @param now seconds since the Unix epoch, by the server's clock */
export function statesView(record, explanation, now) {
  const from = explanation.ladder.from;
  const end = record.ended_at ? epoch(record.ended_at) : now;
  const lanes = endpoints(record, explanation.single);
  if (lanes.every(lane => !lane.entries.length)) {
    return html`${unknown(lanes)}<p>Which states they went through is known from captured segments alone, and nothing was captured
      of this session: <code>finspect doctor</code> says why.</p>`;
  }
  const columns = [...new Set(lanes.flatMap(lane => lane.entries.map(entry => entry.at)))].sort((a, b) => a - b);
  const step = Math.max(LEAST, (WIDTH - NAME) / (columns.length + 1));
  const width = NAME + step * (columns.length + 1);
  const height = TOP + LANE * lanes.length;
  return html`<svg class="states" viewBox="0 0 ${width} ${height}" width=${width} role="img"
      aria-label="States of the endpoints; the table below has the same">
      ${columns.map((at, i) => svg`<text class="time" x=${NAME + step * i} y="14">${offset(at - from)}</text>
        <line class="life" x1=${NAME + step * i} x2=${NAME + step * i} y1="20" y2=${height}></line>`)}
      ${lanes.map((lane, row) => drawLane(lane, TOP + LANE * row, columns, step, width))}
    </svg>
    <p class="legend">Each column is a change of state; its width is not a length of time. Seconds are from the start.</p>
    ${lanes.map(lane => timeWait(lane, now))}
    <details open><summary>The same as a table</summary>${table(lanes, from, end)}</details>`;
}

function endpoints(record, single) {
  const of = (leg, end) =>
    (record[leg]?.states?.[end] ?? []).map(entry => ({state: entry.state, at: epoch(entry.at)}));
  const now = leg => record[leg]?.data?.state ?? null;
  return single
    ? [
        {name: 'originator', entries: of('client', 'peer')},
        {name: 'responder', entries: of('client', 'local'), kernel: now('client')},
      ]
    : [
        {name: 'client', entries: of('client', 'peer')},
        {name: 'finspect, to the client', entries: of('client', 'local'), kernel: now('client')},
        {name: 'finspect, to the upstream', entries: of('upstream', 'local'), kernel: now('upstream')},
        {name: 'upstream', entries: of('upstream', 'peer')},
      ];
}

function drawLane(lane, y, columns, step, width) {
  return svg`<text class="name" x="0" y=${y + 20}>${lane.name}</text>
    ${lane.entries.map((entry, i) => {
      const x = NAME + step * columns.indexOf(entry.at);
      const next = lane.entries[i + 1];
      const to = next ? NAME + step * columns.indexOf(next.at) : width;
      return svg`<rect class="state ${entry.state.toLowerCase()}" x=${x} y=${y} width=${Math.max(2, to - x - 2)} height="30" rx="3"></rect>
        <text class="label" x=${x + 6} y=${y + 19}>${entry.state}</text>`;
    })}`;
}

function unknown(lanes) {
  return html`<dl>${lanes.map(lane => html`<dt>${lane.name}</dt><dd>${lane.kernel ? `${lane.kernel} by its socket` : 'not known'}</dd>`)}</dl>`;
}

function timeWait(lane, now) {
  const last = lane.entries.at(-1);
  if (last?.state !== 'TIME-WAIT') {
    return nothing;
  }
  const left = TIME_WAIT_SECONDS - (now - last.at);
  return html`<p class="time-wait">${lane.name}: ${left > 0
    ? html`TIME-WAIT for another <b>${Math.ceil(left)} s</b>, if its system holds it as long as Linux, ${TIME_WAIT_SECONDS} s`
    : html`TIME-WAIT is over, if its system holds it as long as Linux, ${TIME_WAIT_SECONDS} s`}</p>`;
}

function table(lanes, from, end) {
  return html`<table class="plain">
    <thead><tr><th scope="col">endpoint</th><th scope="col">state</th><th scope="col">entered at</th><th scope="col">stayed</th></tr></thead>
    <tbody>${lanes.flatMap(lane => lane.entries.map((entry, i) => html`<tr><td>${lane.name}</td><td>${entry.state}</td>
      <td class="number">${offset(entry.at - from)}</td>
      <td class="number">${duration((lane.entries[i + 1]?.at ?? Math.max(end, entry.at)) - entry.at)}</td></tr>`))}</tbody>
  </table>`;
}
