/** The explanation of a session: the sentence, what proves it, what else it could be, and what to do next. */
import {html, nothing} from 'lit';
import {fragment} from '../address.js';
import {duration, offset} from '../units.js';
import {BLAMES} from '../words.js';
import {copyButton} from './copy.js';

const PAST = 'is over';

/** The explanation as the server has made it; nothing of it is derived here. */
export function explainView(explanation) {
  const {findings, outlook, flow, meanwhile} = explanation;
  const standing = findings.filter(each => each.tense !== PAST);
  const past = findings.filter(each => each.tense === PAST);
  return html`
    ${standing.length || explanation.over ? nothing : html`<p class="sentence calm">Nothing hangs here.</p>`}
    ${standing.map(each => finding(each, explanation))}
    ${outlook.map(each => html`<p class="sentence outlook">${each}</p>`)}
    ${past.length ? html`<h3>Was so before, and is over</h3>${past.map(each => finding(each, explanation))}` : nothing}
    ${flow.length ? html`<h3>Turns and transfers</h3>${flow.map(each => html`<p class="flow">${each}</p>`)}` : nothing}
    ${meanwhile.length ? html`<h3>Meanwhile, of all connections of this host</h3>
      <ul>${meanwhile.map(each => html`<li>${each.count} ${each.words} (<code>${each.counter}</code>)</li>`)}</ul>` : nothing}`;
}

function finding(each, explanation) {
  const from = explanation.ladder.from;
  const by = standing => each.alternatives.filter(other => other.standing === standing);
  const isPast = each.tense === PAST;
  return html`<section class="finding ${each.hangs ? 'hangs' : ''} ${isPast ? 'past' : ''}">
    <p class="sentence">${isPast ? `From ${span(each, from)}: ` : nothing}${each.sentence}</p>
    <p class="meta"><code>${each.id}</code> ${each.confidence}${each.hang === each.confidence ? nothing : `, that it hangs: ${each.hang}`},
      blame: <b>${BLAMES[each.blame] ?? each.blame}</b>, ${each.tense}${each.explains.length ? `; explains ${each.explains.join(', ')}` : nothing}</p>
    ${evidence(each, explanation)}
    ${alternatives('Ruled out', 'ruled-out', by('ruled_out'), ': ', each)}
    ${alternatives('Rare', 'rare', by('rare'), ': ', each)}
    ${alternatives('Remains open', 'open', by('open'), '; to decide it: ', each)}
    ${isPast || !each.contradictions.length ? nothing : html`<h3>Would contradict it</h3>
      <ul>${each.contradictions.map(words => html`<li>${words}</li>`)}</ul>`}
    ${isPast || !each.commands.length ? nothing : html`<h3>Next</h3>
      <ul class="commands">${each.commands.map(step => html`<li>${step.shows}
        <div class="command"><code>${step.command}</code> ${copyButton(step.command)}</div></li>`)}</ul>`}
  </section>`;
}

function span(each, from) {
  const begin = `${(each.since - from).toFixed(1)} s`;
  return each.until == null ? begin : `${begin} to ${(each.until - from).toFixed(1)} s`;
}

function evidence(each, explanation) {
  if (!each.evidence.length) {
    return nothing;
  }
  return html`<table class="evidence">
    <caption>Evidence. A time leads to its line in the ladder.</caption>
    <thead><tr><th scope="col">seconds</th><th scope="col">source</th><th scope="col">leg</th><th scope="col">fact</th></tr></thead>
    <tbody>${each.evidence.map(row => html`<tr class=${row.source}>
      <td class="number">${row.at == null ? nothing : html`<a href=${fragment({view: 'ladder', mark: `${row.leg ?? ''}@${row.at}`})}>${
        offset(row.at - explanation.ladder.from)}</a>`}</td>
      <td>${row.source === 'inferred' ? html`<i>inferred</i>` : row.source}</td>
      <td>${explanation.single ? nothing : row.leg}</td>
      <td>${row.fact}</td></tr>`)}</tbody>
  </table>`;
}

/** Other readings of one standing, each with what decides it. */
function alternatives(title, kind, others, because, each) {
  if (!others.length) {
    return nothing;
  }
  const upTo = each.until ?? null;
  return html`<h3>${title}</h3><ul class=${kind}>${others.map(other => html`<li>
    <span class="reading">${other.reading}</span>${because}${other.because}${
      other.at != null && upTo != null && upTo - other.at > 0.001 ? ` (${duration(upTo - other.at)} before)` : nothing}</li>`)}</ul>`;
}
