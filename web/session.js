// The connection to the assistant: one session over Socket.IO, with an outbox that never pretends.

import { io } from './vendor/socket.io.esm.min.js';

const STORAGE_KEY = 'ringback.session';
const ACK_TIMEOUT = 10_000; // milliseconds

function stored() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // storage may be forbidden; the session then lasts as long as the page
  }
}

function store(id) {
  try {
    localStorage.setItem(STORAGE_KEY, id);
  } catch { /* see above */ }
}

/** A message id: also on plain http, where crypto.randomUUID does not exist. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function metadata() {
  return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: navigator.language };
}

/**
 * Calls `listener.connection('connecting' | 'connected' | 'reconnecting')`, `listener.history(messages)`,
 * `listener.message(message)` and `listener.progress(id, 'sending' | 'waiting' | 'sent' | 'failed', reason)`.
 * `newest()` gives the timestamp of the newest message already shown.
 */
export class Session {
  #id = stored();
  #outbox = new Map(); // id -> { message, state }, oldest first, until acknowledged
  #ready = false;
  #socket;
  #listener;

  constructor(listener, newest) {
    this.#listener = listener;
    const socket = io({ transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelayMax: 4000 });
    this.#socket = socket;
    socket.on('connect', () => socket.emit('session_request', { session_id: this.#id, after: newest() }));
    socket.on('session_confirm', (id) => {
      this.#id = id;
      store(id);
      listener.connection('connected');
    });
    socket.on('history', (messages) => {
      for (const message of messages) this.#outbox.delete(message.id);
      listener.history(messages);
      this.#ready = true;
      this.#flush();
    });
    socket.on('bot_uttered', (message) => listener.message(message));
    socket.on('disconnect', (reason) => {
      this.#ready = false;
      listener.connection('reconnecting');
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', () => listener.connection('reconnecting'));
  }

  /** Sends a message, or keeps it until there is a connection. Sending the same id again is safe. */
  send(id, message) {
    this.#outbox.set(id, { message, state: 'waiting' });
    this.#listener.progress(id, this.#ready ? 'sending' : 'waiting');
    this.#flush();
  }

  /** Sends a message again that failed, under its old id. */
  retry(id) {
    const item = this.#outbox.get(id);
    if (item) this.send(id, item.message);
  }

  #flush() {
    if (!this.#ready) return;
    for (const [id, item] of this.#outbox) if (item.state === 'waiting') this.#transmit(id, item);
  }

  async #transmit(id, item) {
    this.#become(id, item, 'sending');
    try {
      const ack = await this.#socket.timeout(ACK_TIMEOUT)
        .emitWithAck('user_uttered', { message: item.message, id, metadata: metadata() });
      if (ack?.ok) {
        this.#become(id, item, 'sent');
        if (this.#outbox.get(id) === item) this.#outbox.delete(id);
      } else {
        this.#become(id, item, 'failed', ack?.reason);
      }
    } catch {
      // A connection that broke is no verdict: the message goes again, under the same id, when it is back.
      const broke = !this.#socket.connected || !this.#ready;
      this.#become(id, item, broke ? 'waiting' : 'failed');
      if (broke) this.#flush();
    }
  }

  #become(id, item, state, reason) {
    if (this.#outbox.get(id) !== item) return; // history has already shown that it arrived
    item.state = state;
    this.#listener.progress(id, state, reason);
  }
}
