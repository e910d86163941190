/** Both legs of a session on one clock, drawn from the same lines as the ladder of `finspect explain`. */
import {html, nothing, svg} from 'lit';
import {duration, offset} from '../units.js';

const LINE = 26;
const TOP = 34;
const TIME = 92;
const DELTA = 168;
const CLIENT = 190;
const LANE = 250;
/** Room for half a name right of the last lane. */
const EDGE = 44;

/**
 * The drawing, and the same as a table.
 *
 * @param mark `LEG@SECONDS`, the moment to stand out; empty for none
 */
export function ladderView(explanation, mark) {
  const {ladder, single} = explanation;
  if (!ladder.events.length) {
    return html`<p>Nothing is known of any segment.</p>`;
  }
  const lines = rows(ladder);
  const marked = markedLine(lines, mark);
  const right = CLIENT + (single ? LANE : 2 * LANE);
  const height = TOP + LINE * (lines.length + 1) + 8;
  const names = single ? ['originator', 'responder'] : ['client', 'finspect', 'upstream'];
  return html`<svg class="ladder" viewBox="0 0 ${right + EDGE} ${height}" width=${right + EDGE} role="img"
      aria-label="Ladder of the session; the table below has the same">
      ${names.map((name, i) => svg`<text class="name" x=${CLIENT + i * LANE} y="16" text-anchor="middle">${name}</text>
        <line class="life" x1=${CLIENT + i * LANE} x2=${CLIENT + i * LANE} y1="24" y2=${height - 8}></line>`)}
      ${lines.map((line, i) => draw(line, TOP + LINE * i, single, right, i === marked))}
      <text class="time" x=${TIME} y=${TOP + LINE * lines.length + 12} text-anchor="end">${offset(ladder.to - ladder.from)}</text>
      <text class="note" x=${CLIENT + 8} y=${TOP + LINE * lines.length + 12}>${explanation.over ? 'ended' : 'now'}</text>
    </svg>
    <p class="legend"><span class="wire">solid: captured</span> <span class="dotted">dashed: known by sockets alone</span>
      Times are seconds from the start; at the margin is the time since the line before. FINs and RSTs are numbered in their order.</p>
    <details><summary>The same as a table</summary>${table(lines, single, marked)}</details>`;
}

/** One object for each line: an event, a gap, or steps that are left out; each with the time since the line before. */
function rows(ladder) {
  let last = null;
  return ladder.lines.map(line => {
    const event = line.event == null ? null : ladder.events[line.event];
    if (!event) {
      return line;
    }
    const delta = last == null ? null : event.at - last;
    last = event.until;
    return {event, at: event.at - ladder.from, delta};
  });
}

/** The event of that leg at or last before the moment. */
function markedLine(lines, mark) {
  if (!mark) {
    return -1;
  }
  const [leg, at] = mark.split('@');
  let found = -1;
  lines.forEach((line, i) => {
    if (line.event && (!leg || line.event.leg === leg) && line.event.at <= Number(at) + 1e-6) {
      found = i;
    }
  });
  return found;
}

function draw(line, y, single, right, marked) {
  const back = marked ? svg`<rect class="marked" x="0" y=${y - 14} width=${right + EDGE} height=${LINE}></rect>` : nothing;
  if (line.event) {
    return svg`<g>${back}${arrow(line, y, single)}</g>`;
  }
  if (line.gap) {
    return svg`<g class="gap">${gap(line.gap, y, right, single)}</g>`;
  }
  return svg`<g class="gap">${across(`${line.omitted} more in ${duration(line.seconds)}`, y, CLIENT, right)}</g>`;
}

function arrow({event, at, delta}, y, single) {
  const from = event.leg === 'client' || single ? CLIENT : CLIENT + LANE;
  // On the client leg finspect's end is on the right, on the upstream leg on the left.
  const rightwards = (event.leg === 'client') !== (event.direction === 'sent');
  const [x1, x2] = rightwards ? [from, from + LANE] : [from + LANE, from];
  const tip = rightwards ? -1 : 1;
  // No segment passed for it.
  const failed = event.what === 'failed' || event.what === 'name';
  return svg`<g class="step ${event.what} ${event.source === 'wire' ? 'wire' : 'socket'}">
    <text class="time" x=${TIME} y=${y + 4} text-anchor="end">${offset(at)}</text>
    ${delta > 0.0005 ? svg`<text class="delta" x=${DELTA} y=${y + 4} text-anchor="end">+${duration(delta)}</text>` : nothing}
    <line class="arrow" x1=${x1} y1=${y} x2=${x2} y2=${y}></line>
    ${failed ? nothing : svg`<path class="tip" d="M${x2} ${y}l${9 * tip} -4v8Z"></path>`}
    <text class="label" x=${from + LANE / 2} y=${y - 4} text-anchor="middle">${event.label}</text>
  </g>`;
}

/** A gap of known length: across all lanes where the same passed on them, else in each lane its own words. */
function gap({seconds, client, upstream}, y, right, single) {
  const took = duration(seconds);
  if (upstream == null || client === upstream || single) {
    return across(`${took} ${client}`, y, CLIENT, right);
  }
  return svg`<text class="delta" x=${DELTA} y=${y + 4} text-anchor="end">+${took}</text>
    ${across(client, y, CLIENT, CLIENT + LANE)}${across(upstream, y, CLIENT + LANE, right)}`;
}

function across(words, y, from, to) {
  const waves = 'q 5 -5 10 0 t 10 0 '.repeat(Math.floor((to - from) / 20));
  return svg`<path class="wave" d="M${from} ${y - 6}${waves}"></path><path class="wave" d="M${from} ${y + 8}${waves}"></path>
    <text class="label" x=${(from + to) / 2} y=${y + 5} text-anchor="middle">${words}</text>`;
}

function table(lines, single, marked) {
  return html`<table class="plain">
    <thead><tr><th scope="col">seconds</th><th scope="col">since the line before</th><th scope="col">leg</th>
      <th scope="col">from</th><th scope="col">what</th><th scope="col">source</th></tr></thead>
    <tbody>${lines.map((line, i) => line.event
      ? html`<tr class=${i === marked ? 'marked' : ''}><td class="number">${offset(line.at)}</td>
          <td class="number">${line.delta > 0 ? duration(line.delta) : nothing}</td><td>${line.event.leg}</td>
          <td>${sender(line.event, single)}</td><td>${line.event.label}</td><td>${line.event.source}</td></tr>`
      : html`<tr><td></td><td class="number">${duration(line.gap?.seconds ?? line.seconds)}</td>
          <td colspan="4">${line.gap ? `client leg: ${line.gap.client}${line.gap.upstream == null ? '' : `; upstream leg: ${line.gap.upstream}`}`
            : `${line.omitted} steps are left out`}</td></tr>`)}</tbody>
  </table>`;
}

function sender(event, single) {
  if (single) {
    return event.direction === 'sent' ? 'responder' : 'originator';
  }
  return event.direction === 'sent' ? 'finspect' : event.leg;
}
