// What a company can set: by the page's address (?title=…&color=…) or by data attributes of the page's root element.

import { speak, t } from './strings.js';

const MOST_CHARACTERS = 60;
const POSITIONS = ['left', 'center', 'right'];
const THEMES = ['light', 'dark'];

/**
 * Reads the options and dresses the page with them; returns `{ title, embedded }`.
 *
 * title (text), color (#rrggbb), language (en, de, fr), theme (light, dark; else as the device has it), position (left,
 * center, right: where the chat stands on a wide page of its own).
 */
export async function dress() {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const option = (name) => (asked.get(name) ?? root.dataset[name] ?? '').trim().slice(0, MOST_CHARACTERS);

  root.lang = speak(option('language'), ...(navigator.languages ?? [navigator.language]));
  const title = option('title') || t('title');
  const theme = option('theme');
  if (THEMES.includes(theme)) {
    root.dataset.theme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.media = meta.dataset.theme === theme ? 'all' : 'not all';
    }
  }
  const position = option('position');
  if (POSITIONS.includes(position)) root.dataset.position = position;
  if (option('color')) await paintWith(option('color'));
  const embedded = window.parent !== window;
  root.toggleAttribute('data-embedded', embedded);

  document.title = title;
  document.querySelector('h1').textContent = title;
  document.getElementById('chat').setAttribute('aria-label', t('chatWith', { title }));
  return { title, embedded };
}

async function paintWith(colour) {
  const { brandColours, readColour } = await import('./colour.js'); // only where a company has a colour of its own
  const read = readColour(colour);
  if (!read) return;
  for (const [name, value] of Object.entries(brandColours(read))) document.documentElement.style.setProperty(name, value);
}
