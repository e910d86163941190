/** Small pictures without words: the verdicts' shapes, and a session's phases. */
import {html, svg} from 'lit';
import {VERDICTS, owed, phaseWords, phases} from '../words.js';

const SHAPES = {
  square: svg`<rect x="2" y="2" width="10" height="10"/>`,
  diamond: svg`<path d="M7 1 13 7 7 13 1 7Z"/>`,
  half: svg`<circle cx="7" cy="7" r="5" class="hollow"/><path d="M7 2a5 5 0 0 0 0 10Z"/>`,
  cross: svg`<path d="M2 4 4 2 7 5 10 2 12 4 9 7 12 10 10 12 7 9 4 12 2 10 5 7Z"/>`,
  disc: svg`<circle cx="7" cy="7" r="5"/>`,
  ring: svg`<circle cx="7" cy="7" r="4.5" class="hollow"/>`,
};

/** A verdict's shape in its colour; the word stands beside it. */
export function icon(verdict) {
  return html`<svg class="icon ${verdict}" viewBox="0 0 14 14" aria-hidden="true">${SHAPES[VERDICTS[verdict].shape]}</svg>`;
}

const WIDTH = 200;
const LEAST = 1;

/** How the time was spent, in the order of the phases; the part that goes on comes last and has an edge of its own. */
export function phaseBar(row, now) {
  const parts = phases(row, now);
  const whole = parts.reduce((sum, part) => sum + part.seconds, 0) || 1;
  const room = WIDTH - LEAST * parts.length;
  let x = 0;
  const drawn = parts.map(part => {
    const width = LEAST + (room * part.seconds) / whole;
    const rect = svg`<rect class="phase ${part.phase} ${part.grows ? 'grows' : ''}" x=${x} y="1" width=${width} height="10"/>`;
    x += width;
    return rect;
  });
  const words = phaseWords(row, now);
  return html`<svg class="phases" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" role="img"
      aria-label="Time spent: ${words}"><title>${words}</title>${drawn}</svg>
    <span class="owes">${owed(row)}</span>`;
}
