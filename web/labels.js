// What deep-chat's own parts are called, for those who hear the page, in the language that is spoken.

import { t } from './strings.js';

/** Sets attributes. */
export function describe(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}

/** The dots that stand for an answer to come, hidden at first. */
export function makeTyping(list) {
  const element = document.createElement('div');
  element.className = 'rb-typing';
  element.hidden = true;
  element.innerHTML = '<span class="rb-spoken"></span><i></i><i></i><i></i>';
  list.append(element);
  return element;
}

/** Gives deep-chat's parts their roles and names. */
export function makeAccessible(root, list, typing) {
  // Silent until what was said before is drawn: nobody wants to hear it all again.
  describe(list, { role: 'log', 'aria-live': 'off', tabindex: '0' });
  describe(root.querySelector('#text-input'), { 'aria-multiline': 'true' });
  label(root, list, typing);
  for (const button of root.querySelectorAll('.input-button')) {
    describe(button, { role: 'button' });
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      button.click();
    });
  }
}

/** Puts the page's own words where they stand all the time. */
export function label(root, list, typing) {
  const input = { 'aria-label': t('yourMessage'), 'deep-chat-placeholder-text': t('write') };
  describe(list, { 'aria-label': t('conversation') });
  describe(root.querySelector('#text-input'), input);
  for (const button of root.querySelectorAll('.input-button')) describe(button, { 'aria-label': t('send') });
  typing.firstElementChild.textContent = t('answering');
}
