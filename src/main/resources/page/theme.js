/** Light or dark: as the system has it, or as chosen here. The choice stays in this browser. */
export const THEMES = ['system', 'light', 'dark'];
const KEY = 'finspect-theme';

/** The choice. */
export function theme() {
  return localStorage.getItem(KEY) ?? 'system';
}

/** Shows a theme; without an argument the one chosen before. */
export function applyTheme(chosen = theme()) {
  localStorage.setItem(KEY, chosen);
  if (chosen === 'system') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = chosen;
  }
}
