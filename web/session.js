// The connection to the assistant: one session over Socket.IO, with an outbox that never pretends.

import { t } from './strings.js';
import { io } from './vendor/socket.io.esm.min.js';

const TOKEN_KEY = 'ringback.token';
const CONVERSATION_KEY = 'ringback.session'; // for people who ask for help: it names the conversation and opens nothing
const OUTBOX_KEY = 'ringback.outbox';
const ACK_TIMEOUT = 10_000; // milliseconds
const REFUSED_PAUSE = 5_000; // milliseconds
const LONGEST_TIMER = 86_400; // seconds; timers count in 32 bits of milliseconds

// Storage may be forbidden; what it would keep then lasts as long as the page.
function stored(storage, key) {
  try {
    return window[storage].getItem(key);
  } catch {
    return null;
  }
}

function store(storage, key, value) {
  try {
    window[storage].setItem(key, value);
  } catch { /* see above */ }
}

/** A message id: also on plain http, where crypto.randomUUID does not exist. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function language() {
  return document.documentElement.lang || navigator.language;
}

/** What goes with a message: a tap is `typed: 'no'`, since its words say nothing of the person's language. */
function metadata({ message, shown }) {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { timezone, language: language(), ...(message === shown ? {} : { typed: 'no' }) };
}

/**
 * Calls `listener.connection('connecting' | 'connected' | 'reconnecting')`, `listener.history(messages)`,
 * `listener.message(message)` (the bot's, and what the person said in another tab) and
 * `listener.progress(id, 'sending' | 'waiting' | 'sent' | 'failed', reason)`; if there are such methods also
 * `listener.done(id)` when the turn of a message is over, and `listener.restarted()` when the session ran out and
 * another, empty conversation took its place: what is shown belongs to the old one; and `listener.language(tag)` with the
 * language in which the conversation goes on.
 * `newest()` gives the timestamp of the newest message already shown. Messages may come again: the id tells.
 */
export class Session {
  #token = null;
  #conversation = null;
  #outbox = new Map(); // id -> { message, shown, state }, oldest first, until the turn is over
  #restored = new Set(); // ids of the outbox that the page before the reload showed, and this one does not yet
  #maxCharacters = Infinity;
  #ready = false;
  #pausedUntil = 0;
  #asked = null;
  #renewal;
  #newest;
  #socket;
  #listener;

  constructor(listener, newest) {
    this.#listener = listener;
    this.#newest = newest;
    this.#restore();
    const socket = io({ transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelayMax: 4000 });
    this.#socket = socket;
    socket.on('connect', () => this.#request());
    socket.on('session_confirm', (given) => this.#confirmed(given));
    socket.on('session_refused', ({ retry_after: seconds }) => setTimeout(() => this.#request(), seconds * 1000));
    socket.on('history', (messages) => this.#replayed(messages));
    socket.on('bot_uttered', (message) => listener.message(message));
    socket.on('user_said', (message) => {
      // Another tab of this person; or this one before its line broke, and then the message has arrived.
      if (this.#outbox.has(message.id)) this.#taken(message.id);
      else listener.message(message);
    });
    socket.on('user_done', ({ id }) => {
      if (this.#outbox.get(id)?.state === 'taken') this.#done(id);
    });
    socket.on('language', ({ language: spoken }) => listener.language?.(spoken));
    socket.on('disconnect', (reason) => {
      this.#ready = false;
      clearTimeout(this.#renewal);
      listener.connection('reconnecting');
      if (reason === 'io server disconnect') setTimeout(() => socket.connect(), REFUSED_PAUSE);
    });
    socket.on('connect_error', () => {
      listener.connection('reconnecting');
      if (!socket.active) setTimeout(() => socket.connect(), REFUSED_PAUSE); // refused, not unreachable
    });
  }

  /** Sends a message, shown as `shown`, or keeps it until there is a connection. The same id again is safe. */
  send(id, message, shown = message) {
    this.#outbox.set(id, { message, shown, state: 'waiting' });
    this.#keep();
    if (message.length > this.#maxCharacters) {
      this.#become(id, this.#outbox.get(id), 'failed', t('tooLong', { most: this.#maxCharacters }));
      return;
    }
    this.#listener.progress(id, this.#ready ? 'sending' : 'waiting');
    this.#flush();
  }

  /** Sends a message again that failed, under its old id. */
  retry(id) {
    const item = this.#outbox.get(id);
    if (item) this.send(id, item.message, item.shown);
  }

  #request() {
    // Another tab may have renewed the token, or begun a new conversation, since this one read it.
    this.#asked = stored('localStorage', TOKEN_KEY) ?? this.#token;
    this.#socket.emit('session_request', { token: this.#asked, after: this.#newest(), language: language() });
  }

  #confirmed({ token, conversation, began, renew_after: renewAfter, max_characters: maxCharacters }) {
    const elsewhere = stored('localStorage', TOKEN_KEY);
    if (began !== 'resumed' && elsewhere && elsewhere !== this.#asked) {
      this.#request(); // two tabs began at the same moment: the first one's conversation is for both
      return;
    }
    this.#token = token;
    this.#maxCharacters = maxCharacters;
    store('localStorage', TOKEN_KEY, token);
    store('localStorage', CONVERSATION_KEY, conversation);
    if (this.#conversation && this.#conversation !== conversation) {
      for (const [id, item] of this.#outbox) {
        if (item.state === 'taken') this.#forget(id);
        else this.#restored.add(id); // said to the old conversation, and still to be said in the new one
      }
      this.#listener.restarted?.();
    }
    this.#conversation = conversation;
    this.#keep();
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => this.#request(), Math.min(renewAfter, LONGEST_TIMER) * 1000);
    this.#listener.connection('connected');
  }

  #replayed(messages) {
    for (const message of messages) this.#forget(message.id);
    this.#listener.history(messages);
    for (const id of this.#restored) {
      const item = this.#outbox.get(id);
      if (item) this.#listener.message({ id, sender: 'user', text: item.shown, state: 'waiting' });
    }
    this.#restored.clear();
    // Acknowledged, but not in the conversation: the server was restarted before it came to it.
    for (const item of this.#outbox.values()) if (item.state === 'taken') item.state = 'waiting';
    this.#ready = true;
    this.#flush();
  }

  #flush() {
    const pause = this.#pausedUntil - Date.now();
    if (!this.#ready || pause > 0) return;
    for (const [id, item] of this.#outbox) if (item.state === 'waiting') this.#transmit(id, item);
  }

  async #transmit(id, item) {
    this.#become(id, item, 'sending');
    try {
      const ack = await this.#socket.timeout(ACK_TIMEOUT)
        .emitWithAck('user_uttered', { message: item.message, id, metadata: metadata(item) });
      if (ack?.done) this.#done(id);
      else if (ack?.ok) this.#taken(id);
      else if (ack?.retry_after) this.#later(id, item, ack.retry_after);
      else this.#become(id, item, 'failed', ack?.reason);
    } catch {
      // A connection that broke is no verdict: the message goes again, under the same id, when it is back.
      const broke = !this.#socket.connected || !this.#ready;
      if (item.state === 'sending') this.#become(id, item, broke ? 'waiting' : 'failed');
      if (broke) this.#flush();
    }
  }

  /** Too fast for the server: it waits here, and goes when the server said. */
  #later(id, item, seconds) {
    this.#become(id, item, 'waiting');
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + seconds * 1000);
    setTimeout(() => this.#flush(), seconds * 1000 + 50);
  }

  #taken(id) {
    const item = this.#outbox.get(id);
    if (item) this.#become(id, item, 'taken');
  }

  #done(id) {
    if (!this.#outbox.has(id)) return;
    this.#forget(id);
    this.#listener.progress(id, 'sent');
    this.#listener.done?.(id);
  }

  #forget(id) {
    if (this.#outbox.delete(id)) this.#keep();
  }

  #become(id, item, state, reason) {
    if (this.#outbox.get(id) !== item) return; // history has already shown that it arrived
    item.state = state;
    this.#keep();
    this.#listener.progress(id, state === 'taken' ? 'sent' : state, reason);
  }

  /** What is on its way survives a reload of this tab. */
  #keep() {
    store('sessionStorage', OUTBOX_KEY, JSON.stringify({ conversation: this.#conversation, items: [...this.#outbox] }));
  }

  #restore() {
    try {
      const { conversation, items } = JSON.parse(stored('sessionStorage', OUTBOX_KEY));
      this.#conversation = conversation;
      for (const [id, { message, shown, state }] of items) {
        this.#outbox.set(id, { message, shown, state: state === 'taken' ? 'taken' : 'waiting' });
        this.#restored.add(id);
      }
    } catch { /* nothing was kept */ }
  }
}
