/**
 * Bytes a second each way, and what waits for each peer beside the window that it offers: from readings of the record since the
 * view was opened.
 */
import {LitElement, html, nothing} from 'lit';
import uPlot from 'uplot';
import {bytes, duration} from '../units.js';

const HEIGHT = 220;
const ROWS = 60;
const DASHED = [6, 4];
const DOTTED = [2, 4];

/** The plots, and the lines of each: what it is, its key in a point, and how it looks. */
const PLOTS = [
  {
    name: 'bytes a second',
    lines: [
      {label: 'from the client', key: 'up', colour: '--from-client', unit: '/s'},
      {label: 'from the upstream', key: 'down', colour: '--from-upstream', unit: '/s'},
    ],
  },
  {
    name: 'waiting, and windows',
    lines: [
      {label: 'held for the client', key: 'heldForClient', colour: '--from-upstream'},
      {label: 'not sent to the client', key: 'toClient', colour: '--from-upstream', dash: DASHED},
      {label: "the client's window", key: 'clientWindow', colour: '--from-upstream', dash: DOTTED},
      {label: 'held for the upstream', key: 'heldForUpstream', colour: '--from-client'},
      {label: 'not sent to the upstream', key: 'toUpstream', colour: '--from-client', dash: DASHED},
      {label: "the upstream's window", key: 'upstreamWindow', colour: '--from-client', dash: DOTTED},
    ],
  },
];
const LINES = PLOTS.flatMap(plot => plot.lines);

class ThroughputView extends LitElement {
  static properties = {
    /** Records of the session, oldest first. */
    readings: {attribute: false},
    /** Whether there will be no further ones. */
    still: {type: Boolean},
  };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.plots = [];
    this.sizes = new ResizeObserver(([entry]) => this.plots.forEach(plot => plot.setSize({width: entry.contentRect.width, height: HEIGHT})));
    this.sizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
    this.#forget();
  }

  #forget() {
    this.plots.forEach(plot => plot.destroy());
    this.plots = [];
  }

  render() {
    const points = measured(this.readings);
    const last = this.readings.at(-1);
    return html`
      <p>In all: ${bytes(total(last, 'client'))} from the client, ${bytes(total(last, 'upstream'))} from the upstream in
        ${duration(last.duration_seconds)}. ${held(last)}</p>
      ${PLOTS.map(({name}) => html`<div class="plot" role="img" aria-label="Curves of ${name}; the table below has the same"></div>`)}
      ${points.length ? nothing : html`<p>${this.still ? 'A capture file has no curve here: one is drawn of a session that lives.'
        : last.ended_at ? 'This session has ended: a curve is drawn of one that lives, from when it is opened here.'
          : 'The curve begins when the session has been open here for two seconds.'}</p>`}
      <details><summary>The same as a table</summary><table class="plain">
        <thead><tr><th scope="col">seconds</th>${LINES.map(({label}) => html`<th scope="col">${label}</th>`)}</tr></thead>
        <tbody>${points.slice(-ROWS).reverse().map(point => html`<tr><td class="number">${point.age.toFixed(1)}</td>
          ${LINES.map(({key, unit}) => html`<td class="number">${shown(point[key], unit)}</td>`)}</tr>`)}</tbody>
      </table></details>`;
  }

  updated() {
    const points = measured(this.readings);
    if (!points.length) {
      return;
    }
    const places = [...this.querySelectorAll('.plot')];
    const look = getComputedStyle(places[0]).color;
    if (this.look !== look) {
      this.#forget(); // The theme has changed.
      this.look = look;
    }
    PLOTS.forEach((plot, i) => {
      const data = ['age', ...plot.lines.map(line => line.key)].map(key => points.map(point => point[key]));
      if (this.plots[i]) {
        this.plots[i].setData(data);
      } else {
        this.plots[i] = new uPlot(options(plot, places[i]), data, places[i]);
      }
    });
  }
}

/** What is known at each reading but the first; `age` is seconds since the session began. Rates are those since the one before. */
function measured(readings) {
  const points = [];
  for (let i = 1; i < readings.length; i++) {
    const [before, now] = [readings[i - 1], readings[i]];
    const seconds = now.duration_seconds - before.duration_seconds;
    if (seconds > 0) {
      points.push({
        age: now.duration_seconds,
        up: (total(now, 'client') - total(before, 'client')) / seconds,
        down: (total(now, 'upstream') - total(before, 'upstream')) / seconds,
        ...waiting(now, 'client', 'upstream', {held: 'heldForClient', queue: 'toClient', window: 'clientWindow'}),
        ...waiting(now, 'upstream', 'client', {held: 'heldForUpstream', queue: 'toUpstream', window: 'upstreamWindow'}),
      });
    }
  }
  return points;
}

/** What waits for a peer: in finspect, which has read it from the other, and in its kernel; and what the peer would take. */
function waiting(record, leg, other, names) {
  const data = record.ended_at ? null : record[leg]?.data;
  return {
    [names.held]: data ? Math.max(0, total(record, other) - (data.sent_bytes ?? 0)) : null,
    [names.queue]: data?.not_sent_bytes ?? null,
    [names.window]: data?.peer_window_bytes ?? null,
  };
}

function shown(value, unit = '') {
  return value == null ? '' : bytes(value) + unit;
}

/** Bytes from a peer. Of one connection of a capture file the other end is no leg of its own. */
function total(record, leg) {
  const isOther = leg === 'upstream' && !record.upstream;
  return (isOther ? record.client.data?.sent_bytes : record[leg]?.data?.received_bytes) ?? 0;
}

/** What the windows and buffers did so far. */
function held(record) {
  const said = [];
  for (const leg of ['client', 'upstream']) {
    const data = record[leg]?.data;
    if (data?.peer_zero_windows) {
      said.push(`The ${leg}'s window was closed ${data.peer_zero_windows === 1 ? 'once' : `${data.peer_zero_windows} times`}, ${duration(data.peer_zero_window_seconds)} in all.`);
    }
    if (data?.paused_seconds > 0) {
      said.push(`The ${leg} was not read for ${duration(data.paused_seconds)}.`);
    }
    if (data?.held_max_bytes) {
      said.push(`At most ${bytes(data.held_max_bytes)} were held for the ${leg}.`);
    }
  }
  return said.join(' ');
}

/** A colour of the page as a canvas takes it: that of the theme in force. */
function resolved(place, name) {
  place.style.color = `var(${name})`;
  const {color} = getComputedStyle(place);
  place.style.color = '';
  return color;
}

function options({name, lines}, place) {
  const colour = each => resolved(place, each);
  const axis = {stroke: colour('--text'), grid: {stroke: colour('--line'), width: 1}, ticks: {stroke: colour('--line')}};
  return {
    width: place.clientWidth || 600,
    height: HEIGHT,
    cursor: {sync: {key: 'throughput'}},
    scales: {x: {time: false}, y: {range: (_, least, most) => [0, Math.max(1, most)]}},
    series: [
      {label: 'seconds', value: (_, v) => (v == null ? '' : v.toFixed(1))},
      ...lines.map(({label, colour: each, dash, unit}) => ({label, stroke: colour(each), width: 2, dash, value: (_, v) => shown(v, unit)})),
    ],
    axes: [
      {...axis, label: 'seconds since the session began'},
      {...axis, size: 80, label: name, values: (_, ticks) => ticks.map(bytes)},
    ],
  };
}

customElements.define('throughput-view', ThroughputView);
