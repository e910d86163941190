/** A button that copies a text. */
import {html} from 'lit';

async function copy(event, text) {
  const button = event.currentTarget;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'copied';
  } catch {
    // Only a page of this machine, or of HTTPS, may write to the clipboard.
    button.textContent = 'not permitted here: select the text';
  }
  setTimeout(() => (button.textContent = words), 2000);
}

/** Copies a text; `words` stand on the button. */
export function copyButton(text, words = 'Copy') {
  return html`<button type="button" class="copy" @click=${event => copy(event, text)}>${words}</button>`;
}
