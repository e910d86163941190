/** Requests to finspect's admin server. */

/** A refusal by the server: its HTTP status, and its sentence for people. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answer(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const body = await response.text();
    throw new Refusal(response.status, sentence(body) ?? `finspect answered ${response.status}`);
  }
  return response;
}

function sentence(body) {
  try {
    return JSON.parse(body).message;
  } catch {
    return null;
  }
}

/** The JSON at a path. */
export async function json(path) {
  return (await answer(path)).json();
}

/** The text at a path. */
export async function text(path) {
  return (await answer(path)).text();
}

/** Posts to a path, with these headers; the JSON that it answers. A signal may end it before. */
export async function post(path, headers, body, signal) {
  return (await answer(path, {method: 'POST', headers, body, signal})).json();
}

/** Posts a file to a path; the text that it answers. */
export async function postForText(path, body) {
  return (await answer(path, {method: 'POST', body})).text();
}

/** Why a stream is refused; null where it is not any more. */
export async function refusalOf(path) {
  const asked = new AbortController();
  try {
    await answer(path, {signal: asked.signal});
    return null;
  } catch (e) {
    return e instanceof Refusal ? e : null;
  } finally {
    asked.abort();
  }
}

/** The path of a session, of its explanation, or of its capture. */
export function sessionPath(id, rest = '') {
  return `/api/v1/sessions/${encodeURIComponent(id)}${rest}`;
}
