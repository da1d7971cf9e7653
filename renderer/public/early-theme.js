// Runs before the first paint, so that a light room never flashes dark. The settings of the
// workspace are the truth (shell/theme.ts); this reads the copy it leaves behind.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('room.theme') ?? 'system';
  } catch {
    // Storage can be closed to this page; the default is then as good as any.
  }
  const isLight = choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = isLight ? 'light' : 'dark';
})();
