/** What can be taken away of a session: its record, its captured headers, a link, and the explanation as text for a chat. */
import {html, nothing} from 'lit';
import {until} from 'lit/directives/until.js';
import {fragment} from '../address.js';
import {sessionPath} from '../api.js';
import {copyButton} from './copy.js';

/** The text as it was when the findings last changed. */
let latest = {key: null, view: null};

function chat(explanation, source) {
  const id = explanation.session_id;
  const key = [id, source.file?.name, explanation.over, ...explanation.findings.map(each => each.id + each.tense)].join();
  if (latest.key !== key) {
    const view = source.text(id).then(
      words => html`${copyButton(words, 'Copy the text')}
        <pre class="chat" tabindex="0" aria-label="The explanation as text">${words}</pre>`,
      e => html`<p class="refused">${e.message}</p>`,
    );
    latest = {key, view};
  }
  return latest.view;
}

export function exportView(record, explanation, source) {
  const id = explanation.session_id;
  return html`<ul class="exports">
      <li>The whole record as JSON: ${source.file ? copyButton(JSON.stringify(record), 'Copy the record')
        : html`<a href=${sessionPath(id)} download="finspect-${id}.json">JSON</a>`}</li>
      ${source.file ? nothing : links(id)}
    </ul>
    <h3>For a chat or a ticket</h3>
    ${until(chat(explanation, source), html`<p>Reads the text.</p>`)}`;
}

/** What only the running finspect has. */
function links(id) {
  const link = new URL(fragment({view: '', mark: ''}), location.href);
  return html`<li><a href=${sessionPath(id, '/capture.pcapng')} target="_blank" rel="noopener">pcapng</a>: the captured headers, for
      Wireshark; where nothing was captured, the answer says why</li>
    <li>A link to this session on this page, for those who may read it: ${copyButton(String(link), 'Copy the link')}</li>`;
}
