// The live cards: one for each call-back, where it was booked, changed in place as its news comes in.

import { escape, tone } from './html.js';
import { stateName, t } from './strings.js';
import { clock, dayAndClock, span } from './times.js';

const SOON = 3600; // seconds before a booked time from when on a clock runs towards it
const TICK = 500; // milliseconds
const PHONE = '<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M6.6 2.5c.5 0 1 .3 1.2.8l1.5 3.7'
  + 'c.2.5.1 1.1-.3 1.5L7.2 10.3a15 15 0 0 0 6.5 6.5l1.8-1.8c.4-.4 1-.5 1.5-.3l3.7 1.5c.5.2.8.7.8 1.2v3.1c0 1-.8 1.8-1.8'
  + ' 1.8C10.5 21.6 2.4 13.5 1.7 4.3c-.1-1 .7-1.8 1.7-1.8z"/></svg>';

const LONG_TIME = 12; // characters; more than that stands on a line of its own
const STEPS = 4;
const STEP_OF = {
  ORDERING: 0, UNCERTAIN: 0, QUEUED: 1, SCHEDULED: 1, CALLING_AGENT: 2, HOLDING: 2, CALLING_CUSTOMER: 3, CONNECTED: 4,
  COMPLETED: 4,
};

function isCard(card) {
  return typeof card?.callback === 'string' && card.callback !== '' && Number.isFinite(card.seq);
}

/** Keeps the cards of a conversation. Where they stand and what they show follows from the entries alone. */
export class Cards {
  #calls = new Map(); // callback -> { card, home: id of the entry where it stands }
  #replaced = new Set(); // callbacks whose place was taken by another's

  /** Forgets everything, before the same entries are taken again in another order. */
  clear() {
    this.#calls.clear();
    this.#replaced.clear();
  }

  /** Takes an entry's card, if it has one and has something new to say. */
  take(entry) {
    const { card } = entry;
    if (!isCard(card) || this.#replaced.has(card.callback)) return;
    const call = this.#calls.get(card.callback);
    if (call) {
      if (card.seq > call.card.seq) call.card = card;
      return;
    }
    const old = this.#calls.get(card.replaces);
    this.#calls.set(card.callback, { card, home: old?.home ?? entry.id });
    if (old) {
      this.#calls.delete(card.replaces);
      this.#replaced.add(card.replaces);
    }
  }

  /** The call-back whose card stands at this entry; '' if there is none. */
  at(id) {
    return [...this.#calls].find(([, call]) => call.home === id)?.[0] ?? '';
  }

  /** The newest call that is still open, or null. */
  open() {
    return [...this.#calls.values()].map(({ card }) => card).findLast((card) => card.open) ?? null;
  }

  /** Draws what has changed, inside `root`. */
  paint(root, now) {
    for (const [key, { card, home }] of this.#calls) {
      const place = root.querySelector(`[data-id="${CSS.escape(home)}"] .rb-place`);
      if (place) paintPlace(place, key, card, now);
    }
  }
}

function paintPlace(place, key, card, now) {
  place.dataset.card = key;
  if (!place.firstElementChild) place.innerHTML = skeleton();
  const box = place.firstElementChild;
  const [colour, words] = [tone(card.state), stateName(card.state)];
  box.className = `rb-card rb-tone-${colour}`;
  box.dataset.state = card.state;
  box.setAttribute('aria-label', t('yourCall', { queue: card.queue ?? '' }));
  write(box.querySelector('.rb-card-state'), words);
  write(box.querySelector('.rb-card-who'), [card.queue, unbroken(card.number)].filter(Boolean).join(' · '));
  const steps = box.querySelector('.rb-steps');
  const reached = Object.hasOwn(STEP_OF, card.state) ? STEP_OF[card.state] : 0;
  steps.hidden = ['bad', 'warn'].includes(colour) || card.state === 'CANCELLED';
  [...steps.children].forEach((step, index) => {
    step.dataset.step = index < reached - (card.open ? 1 : 0) ? 'past' : index < reached ? 'now' : 'ahead';
  });
  paintTime(box, card, now);
  paintButtons(box, card);
}

function skeleton() {
  const steps = '<i></i>'.repeat(STEPS);
  // The log around it speaks what is added; a clock that it spoke every second would drown all else.
  return '<div role="group" tabindex="-1" aria-live="off">'
    + `<div class="rb-card-head"><span class="rb-card-icon">${PHONE}</span>`
    + '<p class="rb-card-state"></p><p class="rb-card-time" role="timer"></p><p class="rb-card-who"></p></div>'
    + `<div class="rb-steps" aria-hidden="true">${steps}</div><div class="rb-card-buttons"></div></div>`;
}

/** What a card's clock says: how long the state has lasted, when the call begins, or when it was over. */
export function timeOf(card, now) {
  if (!card.open) return card.since ? t('done', { time: clock(card.since) }) : '';
  const timer = Number.isFinite(card.timer) ? card.timer : null;
  if (timer !== null && timer <= now) return card.state === 'SCHEDULED' ? '' : span(now - timer);
  if (timer !== null && timer - now <= SOON) return t('until', { time: span(timer - now) });
  return Number.isFinite(card.starts_at) ? dayAndClock(card.starts_at) : '';
}

function paintTime(box, card, now) {
  const words = timeOf(card, now);
  box.toggleAttribute('data-dated', words.length > LONG_TIME);
  write(box.querySelector('.rb-card-time'), words);
}

function paintButtons(box, card) {
  const holder = box.querySelector('.rb-card-buttons');
  const list = (Array.isArray(card.buttons) ? card.buttons : []).filter((one) => one?.title && one?.payload);
  const html = list
    .map(({ does, title, payload }) => `<button type="button" class="rb-card-button" data-does="${escape(does)}" `
      + `data-payload="${escape(payload)}" data-title="${escape(title)}">${escape(title)}</button>`)
    .join('');
  if (holder.dataset.html === html) return;
  const focused = holder.contains(box.getRootNode().activeElement);
  holder.dataset.html = html;
  holder.innerHTML = html;
  // What had the focus is gone; the card itself is the nearest thing to it.
  if (focused) box.focus({ preventScroll: true });
}

function unbroken(number) {
  return String(number ?? '').replaceAll(' ', '\u00a0');
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Calls `paint` again and again, so that the clocks run; not while the page is hidden. */
export function keepTime(paint) {
  setInterval(() => {
    if (!document.hidden) paint();
  }, TICK);
}
