/** Asks before it closes a session, and says what came of it. */
import {LitElement, html, nothing} from 'lit';
import {closeSession} from '../act.js';
import {endpoint} from '../words.js';

const WAYS = {
  fin: {word: 'Send a FIN to both', done: 'A FIN is sent to both peers.'},
  reset: {word: 'Reset both', done: 'Both peers are reset.'},
};

class CloseDialog extends LitElement {
  static properties = {
    row: {attribute: false},
    said: {state: true},
    trouble: {state: true},
  };

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has('row') && changed.get('row')?.id !== this.row.id) {
      this.said = this.trouble = null;
    }
  }

  render() {
    const {row} = this;
    return html`<button type="button" class="act" aria-haspopup="dialog" @click=${() => this.#dialog.showModal()}>Close it…</button>
      <span role="status" class=${this.trouble ? 'refused' : ''}>${this.trouble ?? this.said ?? nothing}</span>
      <dialog aria-labelledby="close-it">
        <h2 id="close-it">Close this session?</h2>
        <p>${endpoint(row.client)} to ${endpoint(row.upstream) || row.upstream?.tried || 'no upstream'}, route <b>${row.route}</b>.
          Its record will say that an operator closed it.</p>
        <p class="choices"><button type="button" autofocus @click=${() => this.#dialog.close()}>Cancel</button>
          ${Object.entries(WAYS).map(([how, {word}]) => html`<button type="button" class="act" @click=${() => this.#close(how)}>${word}</button>`)}</p>
      </dialog>`;
  }

  get #dialog() {
    return this.querySelector('dialog');
  }

  async #close(how) {
    const {id} = this.row;
    this.#dialog.close();
    const [said, trouble] = await closeSession(id, how).then(() => [WAYS[how].done, null], e => [null, e.message]);
    if (id === this.row.id) {
      [this.said, this.trouble] = [said, trouble];
    }
  }
}

customElements.define('close-dialog', CloseDialog);
