// The conversation as it is shown: which messages there are, in which order, and which of their controls are still open.

import { Cards } from './cards.js';
import { messageHtml } from './render.js';

/** Draws entries with `draw(role, html)` and starts over with `erase()`; everything else happens inside `root`. */
export class Transcript {
  newest = 0; // seconds since 1970, by the server's clock
  cards = new Cards();
  #entries = []; // oldest first
  #known = new Map(); // id -> entry
  #root;
  #draw;
  #erase;

  constructor(root, { draw, erase }) {
    this.#root = root;
    this.#draw = draw;
    this.#erase = erase;
  }

  /** The entry of that id, or undefined. */
  entry(id) {
    return this.#known.get(id);
  }

  /** The element of an entry, or null. */
  element(id) {
    return this.#root.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** Adds messages that are not known yet, each in its place by time; returns the new ones and those known before. */
  add(messages) {
    const added = [];
    const before = [];
    let late = false;
    for (const message of messages) {
      if (message.timestamp) this.newest = Math.max(this.newest, message.timestamp);
      const known = this.#known.get(message.id);
      if (known) {
        before.push(known);
        continue;
      }
      this.#known.set(message.id, message);
      const place = this.#place(message);
      late ||= place < this.#entries.length;
      this.#entries.splice(place, 0, message);
      added.push(message);
      this.cards.take(message);
    }
    if (late) this.#redraw();
    else added.forEach((entry) => this.#drawOne(entry));
    if (added.length) this.#settle();
    return { added, before };
  }

  /** Forgets everything: another conversation begins. */
  clear() {
    this.newest = 0;
    this.#entries = [];
    this.#known.clear();
    this.cards.clear();
    this.#erase();
  }

  #place(message) {
    const later = message.timestamp ? this.#entries.findIndex((entry) => entry.timestamp > message.timestamp) : -1;
    return later < 0 ? this.#entries.length : later;
  }

  /** Draws everything anew, for instance because the page's own words have changed. */
  redraw() {
    this.#redraw();
    this.#settle();
  }

  #redraw() {
    this.#erase();
    this.cards.clear();
    for (const entry of this.#entries) this.cards.take(entry);
    for (const entry of this.#entries) this.#drawOne(entry);
  }

  #drawOne(entry) {
    const about = { hint: this.#hintBefore(entry), card: this.cards.at(entry.id) };
    this.#draw(entry.sender === 'user' ? 'user' : 'ai', messageHtml(entry, about));
  }

  #hintBefore(entry) {
    if (entry.sender !== 'user') return null;
    const place = this.#entries.lastIndexOf(entry);
    return this.#entries.slice(0, place).findLast(({ hint }) => hint)?.hint ?? null;
  }

  /** What was answered is closed, and shows what was chosen. */
  #settle() {
    let reply = null;
    for (const entry of this.#entries.toReversed()) {
      if (entry.sender === 'user') reply = entry.text;
      else if (entry.buttons?.length || entry.hint) this.#close(entry, reply);
      if (offers(entry).some(({ title }) => title === reply)) reply = ''; // only one of the groups was answered
    }
  }

  #close(entry, reply) {
    const element = this.element(entry.id);
    const closed = reply !== null;
    for (const button of element?.querySelectorAll('button.rb-button') ?? []) {
      button.disabled = closed;
      button.classList.toggle('rb-chosen', button.dataset.title === reply);
    }
    for (const part of element?.querySelectorAll('.rb-form, .rb-picker') ?? []) part.hidden = closed;
  }
}

function offers(entry) {
  const more = Array.isArray(entry.hint?.options) ? entry.hint.options : [];
  return [...(entry.buttons ?? []), ...more.filter(Boolean)];
}
