/** What stands above the list: counts by verdict, how current the page is, and what it has to say. */
import {html, nothing} from 'lit';
import {fragment} from '../address.js';
import {THEMES, applyTheme, theme} from '../theme.js';
import {STATES, VERDICTS} from '../words.js';
import {icon} from './icons.js';

export function top(page) {
  const {state, source} = page;
  const counts = page.store.counts();
  return html`<header>
    <h1>finspect</h1>
    <nav aria-label="Sessions by verdict">
      ${Object.entries(VERDICTS).map(([name, {word}]) => html`
        <a class="count ${name}" href=${fragment({show: page.where.show === name ? '' : name})}
          aria-current=${page.where.show === name ? 'true' : nothing}>${icon(name)} <b>${counts[name]}</b> ${word}</a>`)}
    </nav>
    ${source.file ? nothing : rates(page.feed)}
    <span class="state ${state.replace(' ', '-')}" role="status" title=${STATES[state]}>${state}</span>
    ${source.file
      ? html`<button type="button" @click=${() => page.leaveFile()}>Back to live</button>`
      : html`<button type="button" @click=${() => page.togglePause()} ?disabled=${state === 'not admitted'}>
        ${state === 'paused' ? 'Resume' : 'Pause'}</button>`}
    <label>Theme <select @change=${event => applyTheme(event.target.value)}>
      ${THEMES.map(name => html`<option value=${name} ?selected=${name === theme()}>${name}</option>`)}
    </select></label>
  </header>`;
}

/** Of the running finspect. */
function rates({totals, failedRate}) {
  const lost = totals ? totals.lost + totals.omitted : 0;
  return html`
    ${totals ? html`<span class="rate" title="Sessions that failed, over the last ten seconds">${failedRate.toFixed(1)} failures/s</span>` : nothing}
    <span class="lost ${lost ? 'some' : ''}" title="Events that this page did not get, and short sessions that were not sent">${lost} lost</span>`;
}

/** A refusal, what is known of a capture file, or why the list is empty. */
export function notice(page) {
  const {refused, words, mayStop} = page.ofFile ?? (page.source.file ? {words: ofFile(page.source)} : ofFeed(page));
  return html`<p id="notice" class=${refused ? 'refused' : ''} aria-live="polite">${words}
    ${mayStop ? html`<button type="button" @click=${() => page.stopReading()}>Stop</button>` : nothing}</p>`;
}

function ofFile({file, counts, omitted, trouble}) {
  return html`<b>${file.name}</b>: ${counts}. ${trouble ? html`<span class="refused">${trouble}.</span>` : nothing}
    ${omitted ? `${omitted} more are not shown: filter.` : nothing}`;
}

function ofFeed({feed, store, where}) {
  const {refusal, state} = feed;
  if (state === 'not admitted') {
    return {
      refused: true,
      words: html`This browser may not read this finspect. Run <code>finspect open</code> on its machine, as root or as the user that
        runs it, and follow the link that it prints. <span class="said">${refusal?.message}</span>`,
    };
  }
  if (refusal || state !== 'live' || store.size) {
    return {refused: Boolean(refusal), words: refusal?.message ?? nothing};
  }
  const addresses = (feed.hello?.routes ?? []).map(route => html`<code>${route.listen.join(' ')}</code> `);
  return {
    words: where.filter ? 'No session matches the filter.' : html`No session yet. Point a client at a listening address: ${addresses}`,
  };
}
