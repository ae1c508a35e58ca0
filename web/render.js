// Messages to HTML. Pure functions.

import { askHtml, pickedLabel } from './ask.js';
import { buttonHtml, escape, formatted, tone } from './html.js';
import { stateName, suggested, t } from './strings.js';
import { clock } from './times.js';

function timeHtml(timestamp) {
  if (!timestamp) return '';
  return `<time datetime="${new Date(timestamp * 1000).toISOString()}">${escape(clock(timestamp))}</time>`;
}

function buttonsHtml(list) {
  if (!list.length) return '';
  return `<div class="rb-buttons" role="group" aria-label="${escape(t('suggested'))}">`
    + `${list.map((each) => buttonHtml(each)).join('')}</div>`;
}

/** What goes under a message of the person: where it is on its way, and a way to send it again. */
export function statusHtml(state, reason) {
  if (state === 'sent') return '';
  if (state !== 'failed') return escape(t(state === 'sending' ? 'sending' : 'waiting'));
  const why = reason ? `${t('failed')} ${reason}` : t('failed');
  return `${escape(why)} <button type="button" class="rb-retry">${escape(t('again'))}</button>`;
}

function userHtml(entry, hint) {
  const state = entry.state ?? 'sent';
  return `<div class="rb rb-user" data-id="${escape(entry.id)}"><span class="rb-spoken">${escape(t('youSaid'))}</span>`
    + `<div class="rb-bubble">${escape(pickedLabel(hint, entry.text) ?? suggested(entry.text) ?? entry.text)}</div>`
    + `<div class="rb-status" data-state="${state}">${statusHtml(state, entry.reason)}</div></div>`;
}

function newsHtml(entry) {
  const words = entry.text || stateName(entry.news.state);
  return `<p class="rb-line rb-tone-${tone(entry.news.state)}"><span class="rb-dot"></span>`
    + `<span>${formatted(words)}</span>${timeHtml(entry.timestamp)}</p>`;
}

/**
 * An entry as HTML. `hint` is that of the question which stood last before it; `card` the call-back whose card stands
 * here: its place is empty, and cards.js fills it.
 */
export function messageHtml(entry, { hint = null, card = '' } = {}) {
  if (entry.sender === 'user') return userHtml(entry, hint);
  const bubble = entry.news ? newsHtml(entry) : entry.text ? `<div class="rb-bubble">${formatted(entry.text)}</div>` : '';
  const place = card ? `<div class="rb-place" data-card="${escape(card)}"></div>` : '';
  // What the card can do need not stand below it once more.
  const onCard = (payload) => card && [card, entry.card?.callback].some((key) => payload.includes(JSON.stringify(key)));
  const richer = askHtml(entry);
  const plain = richer.instead ? [] : (entry.buttons ?? []).filter(({ payload }) => !onCard(payload));
  return `<div class="rb rb-bot${entry.news ? ' rb-news' : ''}" data-id="${escape(entry.id)}">`
    + `${bubble}${place}${richer.html}${buttonsHtml(plain)}</div>`;
}
