// Runs before the first paint: the theme chosen by hand, so that nothing flashes; and the page's nonce for
// libraries that add a style element later (the scroll lock of dialogs).
try {
  const theme = localStorage.getItem('bauta.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's preference stands then.
}
window.__webpack_nonce__ = document.currentScript.nonce
