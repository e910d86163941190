/**
 * The changes that this page may make. They need the secret of a link that was made for changes (`finspect open --act`), which
 * arrives in the address, is taken out of it at once, and stays in this tab.
 */
import {Refusal, post, sessionPath} from './api.js';

const PART = 'act';
const KEY = 'finspect-act';

/** Takes a secret out of the address, so that neither a link that is copied nor the history has it. */
export function takeSecret() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const secret = parts.get(PART);
  if (secret) {
    sessionStorage.setItem(KEY, secret);
    parts.delete(PART);
    history.replaceState(null, '', `#${parts}`);
  }
}

export function mayAct() {
  return sessionStorage.getItem(KEY) != null;
}

/** Closes a session: `how` is `fin` or `reset`. A refusal is thrown; the secret is dropped where its time is over. */
export async function closeSession(id, how) {
  try {
    await post(sessionPath(id, `/close?how=${how}`), {Authorization: `Bearer ${sessionStorage.getItem(KEY)}`});
  } catch (e) {
    if (e instanceof Refusal && e.status === 401) {
      sessionStorage.removeItem(KEY);
      throw new Refusal(401, 'This page may change nothing any more: run finspect open --act again, and follow its link.');
    }
    throw e;
  }
}
