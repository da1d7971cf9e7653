/** Hands a text to the browser as a file to keep. */
export function saveText(fileName: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has begun by the next turn; a name that is kept would keep the bytes.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
