/** Two sessions of a route side by side, step by step; the first difference stands out. */
import {LitElement, html, nothing} from 'lit';
import {change} from '../address.js';
import {duration, offset} from '../units.js';
import {VERDICTS, endpoint} from '../words.js';

const MOST_CHOICES = 200;
/** A time before a step differs where it is both so many times the other's, and longer by so many seconds. */
const LONGER_TIMES = 10;
const LONGER_SECONDS = 0.1;

class CompareView extends LitElement {
  static properties = {
    explanation: {attribute: false},
    record: {attribute: false},
    /** The id of the other session; empty while none is chosen. */
    other: {},
    source: {attribute: false},
    second: {state: true},
    trouble: {state: true},
    choices: {state: true},
  };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.stopped = new AbortController();
    this.source.store.addEventListener('change', () => this.#choose(), {signal: this.stopped.signal});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stopped.abort();
  }

  /** The sessions to choose from; they stand still while somebody chooses. */
  #choose() {
    if (!this.choices?.length || !this.contains(document.activeElement)) {
      const {session_id: id, route} = this.explanation;
      const others = this.source.store.sorted().filter(row => row.route === route && row.id !== id).slice(0, MOST_CHOICES);
      this.choices = others.map(row => ({id: row.id, text: `${VERDICTS[row.kind].word}: ${endpoint(row.client)} ${row.verdict?.id ?? ''}`}));
    }
  }

  willUpdate(changed) {
    if (changed.has('explanation') || !this.choices) {
      this.#choose();
    }
    if (changed.has('other')) {
      this.second = null;
      this.trouble = null;
      if (this.other) {
        this.#read(this.other);
      }
    }
  }

  async #read(id) {
    try {
      const {explanation} = await this.source.read(id);
      if (id === this.other) {
        this.second = explanation;
      }
    } catch (e) {
      this.trouble = e.message;
    }
  }

  render() {
    const {explanation: {route}, choices} = this;
    return html`<label>Another session${route ? html` of route <b>${route}</b>` : nothing}:
        <select @change=${event => change({with: event.target.value})}>
          <option value="">choose one</option>
          ${choices.map(each => html`<option value=${each.id} .selected=${each.id === this.other}>${each.text}</option>`)}
        </select></label>
      ${choices.length ? nothing : html`<p>No other session of this route is on the page.</p>`}
      ${this.trouble ? html`<p class="refused">${this.trouble}</p>` : nothing}
      ${this.second ? this.#both() : nothing}`;
  }

  #both() {
    const [one, two] = [this.explanation, this.second];
    const pairs = steps(one, two);
    const at = pairs.findIndex(pair => pair.differs);
    return html`<p class="sentence">${at < 0 ? 'Their steps are the same, in the same order and at a like pace.'
        : html`The first difference is step ${at + 1}: ${pairs[at].differs}.`}</p>
      <table class="plain compare">
        <thead><tr><th scope="col">step</th><th scope="col">this session</th><th scope="col">after</th>
          <th scope="col">the other</th><th scope="col">after</th></tr></thead>
        <tbody>
          <tr><th scope="row">found</th><td colspan="2">${found(one)}</td><td colspan="2">${found(two)}</td></tr>
          ${pairs.map((pair, i) => html`<tr class=${i === at ? 'first' : pair.differs ? 'differs' : ''}>
            <th scope="row" class="number">${i + 1}</th>${cell(pair.one)}${cell(pair.two)}</tr>`)}
        </tbody>
      </table>`;
  }
}

function found(explanation) {
  const standing = explanation.findings.filter(each => each.tense !== 'is over');
  return standing.length ? standing.map(each => html`<div>${each.sentence}</div>`) : explanation.outlook.length ? explanation.outlook.join(' ') : 'nothing';
}

function cell(event) {
  return event
    ? html`<td>${event.leg}: ${event.direction === 'sent' ? '→' : '←'} ${event.label}</td><td class="number" title="at ${offset(event.offset)} s">${
        event.delta == null ? nothing : `+${duration(event.delta)}`}</td>`
    : html`<td colspan="2" class="none">nothing more</td>`;
}

/** The steps of both by their number; what differs between the two, in words. */
function steps(one, two) {
  const [a, b] = [timed(one.ladder), timed(two.ladder)];
  const pairs = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    pairs.push({one: a[i], two: b[i], differs: difference(a[i], b[i])});
  }
  return pairs;
}

function timed(ladder) {
  return ladder.events.map((event, i) => ({
    ...event,
    offset: event.at - ladder.from,
    delta: i ? event.at - ladder.events[i - 1].until : null,
  }));
}

function difference(one, two) {
  if (!one || !two) {
    return `${one ? 'this session' : 'the other'} goes on with ${name(one ?? two)}, and ${one ? 'the other' : 'this session'} has nothing more`;
  }
  if (one.leg !== two.leg || one.what !== two.what || one.direction !== two.direction) {
    return `${name(one)} here, ${name(two)} in the other`;
  }
  const [least, most] = [one.delta ?? 0, two.delta ?? 0].sort((x, y) => x - y);
  return most - least > LONGER_SECONDS && most > LONGER_TIMES * least
    ? `${name(one)} came ${duration(one.delta ?? 0)} after the step before, in the other ${duration(two.delta ?? 0)}`
    : null;
}

function name(event) {
  return `${event.label} on the ${event.leg} leg`;
}

customElements.define('compare-view', CompareView);
