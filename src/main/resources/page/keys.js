/** The keyboard: j and k move, Enter opens, Esc closes, / filters, ? helps. */
import {change} from './address.js';

/** Takes keys for a page, but not while something is typed or a key is held for another purpose. */
export function bindKeys(page) {
  addEventListener('keydown', event => {
    const typing = event.target.closest?.('input, textarea, select');
    if (event.ctrlKey || event.metaKey || event.altKey || page.querySelector('dialog[open]')) {
      return;
    }
    if (typing) {
      if (event.key === 'Escape') {
        typing.blur();
      }
      return;
    }
    const act = ACTS[event.key];
    if (act && act(page, event) !== false) {
      event.preventDefault();
    }
  });
}

function move(by) {
  return page => {
    page.current = page.list.step(by);
    if (page.where.session && page.current) {
      change({session: page.current, mark: ''}, true);
    }
  };
}

const ACTS = {
  j: move(1),
  k: move(-1),
  Enter(page, event) {
    // A link or button that has the focus does what it does.
    if (event.target.closest?.('a, button, summary') || !page.current) {
      return false;
    }
    change({session: page.current, mark: ''});
    return true;
  },
  Escape: () => change({session: '', view: '', with: '', mark: ''}),
  '/': page => page.querySelector('#filter').focus(),
  '?': page => page.querySelector('help-dialog').show(),
  p: page => page.togglePause(),
};
