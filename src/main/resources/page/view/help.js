/** What the keys, shapes and colours of the page mean. */
import {LitElement, html, svg} from 'lit';
import {PHASES, STATES, VERDICTS} from '../words.js';
import {icon} from './icons.js';

const KEYS = {
  'j, k': 'the next session, the one before',
  Enter: 'opens it',
  Esc: 'closes it, or leaves the filter',
  '/': 'goes to the filter',
  p: 'stops the page, or lets it go on',
  '?': 'this help',
};

const MEANINGS = {
  hung: 'it stands still, and a party is to blame',
  maybe: 'it stands still, and another reading is as good',
  half: 'one peer has sent its FIN, the other has not',
  failed: 'it ended, and not in order',
  open: 'it lives',
  closed: 'it ended in order',
};

class HelpDialog extends LitElement {
  createRenderRoot() {
    return this;
  }

  show() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`<dialog aria-labelledby="help">
      <h2 id="help">Help</h2>
      <h3>Keys</h3>
      <dl>${Object.entries(KEYS).map(([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`)}</dl>
      <h3>Verdicts</h3>
      <dl>${Object.entries(VERDICTS).map(([name, {word}]) => html`<dt>${icon(name)} ${word}</dt><dd>${MEANINGS[name]}</dd>`)}</dl>
      <h3>Phases of a session</h3>
      <dl>${Object.entries(PHASES).map(([name, word]) => html`<dt><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">${
        svg`<rect class="phase ${name}" width="12" height="12"/>`}</svg></dt><dd>${word}</dd>`)}</dl>
      <h3>State of this page</h3>
      <dl>${Object.entries(STATES).map(([name, words]) => html`<dt>${name}</dt><dd>${words}</dd>`)}</dl>
      <h3>Changes</h3>
      <p>A page that came by a link of <code>finspect open --act</code> can close a session. Any other changes nothing.</p>
      <button type="button" @click=${() => this.querySelector('dialog').close()}>Close</button>
    </dialog>`;
  }
}

customElements.define('help-dialog', HelpDialog);
