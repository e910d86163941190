/** The whole record of a session as the server has it. */
import {html} from 'lit';

export function rawView(record) {
  return html`<pre class="raw" tabindex="0" aria-label="The record as JSON">${JSON.stringify(record, null, 2)}</pre>`;
}
