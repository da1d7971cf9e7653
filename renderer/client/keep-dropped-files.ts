/**
 * A file that is dropped beside the places that take files would replace the room: Chromium opens it.
 * Such a drop does nothing, in every shell.
 */
export function keepDroppedFiles(target: Pick<Window, 'addEventListener'>): void {
  target.addEventListener('dragover', (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
  });
  target.addEventListener('drop', (event) => event.preventDefault());
}
