/** Takes a file that is dropped on the page. While one is held over it, the page says so. */

/** Calls `take` with each file that is dropped on an element of the page; others are left to the browser. */
export function takeFiles(element, take) {
  let within = 0;
  const holds = event => event.dataTransfer?.types.includes('Files');
  const mark = () => element.classList.toggle('takes', within > 0);
  const on = (name, act) =>
    addEventListener(name, event => {
      if (holds(event)) {
        event.preventDefault();
        act(event);
        mark();
      }
    });
  on('dragenter', () => within++);
  on('dragleave', () => (within = Math.max(0, within - 1)));
  on('dragover', event => (event.dataTransfer.dropEffect = 'copy'));
  on('drop', event => {
    within = 0;
    const [file] = event.dataTransfer.files;
    if (file) {
      take(file);
    }
  });
}
