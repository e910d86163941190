/**
 * What the page shows, as its address says it: filter, grouping, session, view. It stands in the fragment, so that a link
 * opens the same view for a colleague, and nothing of it is sent to a server's log.
 */
const NAMES = ['filter', 'show', 'group', 'session', 'view', 'with', 'mark'];

/** The parts of the address; a part that is not given is empty. */
export function read() {
  const parts = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(NAMES.map(name => [name, parts.get(name) ?? '']));
}

/** The fragment with some parts changed; an empty part is left out. */
export function fragment(changes) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries({...read(), ...changes})) {
    if (value) {
      parts.set(name, value);
    }
  }
  return '#' + parts;
}

/** Changes the address. A step that the back button should undo is pushed; typing replaces. */
export function change(changes, replace = false) {
  const next = fragment(changes);
  if (next === location.hash) {
    return;
  }
  if (replace) {
    history.replaceState(null, '', next);
  } else {
    history.pushState(null, '', next);
  }
  dispatchEvent(new HashChangeEvent('hashchange'));
}
