// The chat page. deep-chat brings the text input and the scrolling list; the messages are drawn by render.js.
// The bundle comes first: properties set before the element is defined start deep-chat's demo answers.
import './vendor/deepChat.bundle.js';
import { judge, moveAmongTimes, showDay } from './ask.js';
import { Attention } from './attention.js';
import { keepTime, timeOf } from './cards.js';
import { listen as hearTheSite, tell } from './host.js';
import { tone } from './html.js';
import { describe, label, makeAccessible, makeTyping } from './labels.js';
import { look } from './look.js';
import { dress } from './options.js';
import { statusHtml } from './render.js';
import { Session, newId } from './session.js';
import { isSpoken, speak, spoken, stateName, suggestions, t } from './strings.js';
import { Transcript } from './transcript.js';
import { followKeyboard } from './view.js';

const TYPING_LIMIT = 15_000; // milliseconds
const SKEW = 2; // seconds by which two clocks may differ before we mind
const INTRO = 'intro';

const { title } = await dress();
const byId = (id) => document.getElementById(id);
let typingTimer;
let serverAhead = 0; // seconds that the server's clock is ahead of ours
let lineState = 'connecting';

const chat = await makeChat();
const root = chat.shadowRoot;
const list = await drawn('#messages');
const typing = makeTyping(list);
const attention = new Attention(title, {
  bell: byId('bell'),
  sound: byId('sound'),
  attended: () => attended(),
  count: (count, label) => tell('unread', { count, label }),
});

const attended = hearTheSite({
  shown: (byPerson) => {
    attention.seen();
    if (byPerson) chat.focusInput();
  },
});
const transcript = new Transcript(root, {
  draw: (role, html) => chat.addMessage({ role, html }),
  erase: () => chat.clearMessages(false),
});
makeAccessible(root, list, typing);
listen();
followKeyboard(list);
connection('connecting');
introduce();
keepTime(paint);

const session = new Session(
  { connection, history, message: (message) => show([message], true), progress, restarted, language: goOnIn },
  () => transcript.newest,
);

async function makeChat() {
  const looks = await look();
  const element = document.createElement('deep-chat');
  element.style.fontFamily = 'var(--font)'; // without it deep-chat asks a foreign host for a font
  // From here to the page without a pause: deep-chat draws itself soon after it is made, with what it has by then.
  Object.assign(element, looks, {
    connect: {
      websocket: true,
      handler: (_, signals) => {
        signals.onOpen();
        signals.newUserMessage.listener = (body) => say(body.messages.at(-1).text);
      },
    },
    displayLoadingBubble: false,
  });
  byId('chat').append(element);
  return element;
}

/** A part of deep-chat that stays: on a slow machine it draws itself twice, and the first drawing is thrown away. */
function drawn(selector) {
  return new Promise((resolve) => {
    const look = () => {
      const found = root.querySelector(selector);
      if (found && !chat._waitingToRender_) resolve(found);
      else setTimeout(look); // not an animation frame: a page in the background has none
    };
    look();
  });
}

/** The conversation goes on in another language, and so do the page's own words. */
function goOnIn(tag) {
  if (isSpoken(tag)) return;
  const own = (navigator.languages ?? []).filter((each) => each.toLowerCase().split('-')[0] === tag);
  document.documentElement.lang = speak(...own, tag); // with the person's region, where the browser knows it
  label(root, list, typing);
  attention.label();
  byId('chat').setAttribute('aria-label', t('chatWith', { title }));
  connection(lineState);
  Object.assign(transcript.entry(INTRO) ?? {}, { text: t('intro'), buttons: suggestions() });
  list.setAttribute('aria-live', 'off'); // it was all heard before
  transcript.redraw();
  list.append(typing);
  paint();
  chat.scrollToBottom();
  setTimeout(() => list.setAttribute('aria-live', 'polite'), 100);
  tell('language', { language: spoken() });
}

function listen() {
  root.addEventListener('click', (event) => {
    const answer = event.target.closest('button.rb-button:enabled, .rb-card-button:enabled');
    if (answer) tapped(answer);
    const again = event.target.closest('.rb-retry');
    if (again) session.retry(again.closest('.rb').dataset.id);
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    const field = event.target.querySelector('input');
    if (judge(event.target, true)) answered(field.value);
    else field.focus();
  });
  root.addEventListener('input', (event) => {
    // Only what is wrong already: a number that is still being typed is not too short.
    if (event.target.type === 'tel') judge(event.target.form, false);
  });
  root.addEventListener('change', (event) => {
    if (event.target.type === 'radio') showDay(event.target);
    if (event.target.type === 'tel' && event.target.value) judge(event.target.form, true);
  });
  root.addEventListener('keydown', (event) => {
    const time = event.target.closest?.('.rb-time');
    if (time && moveAmongTimes(time, event.key)) event.preventDefault();
  });
  let looking = false;
  list.addEventListener('scroll', () => {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      paint();
    });
  }, { passive: true });
  for (const kind of ['online', 'offline']) window.addEventListener(kind, () => connection(lineState));
  byId('now').addEventListener('click', () => {
    const card = root.querySelector(`[data-card="${CSS.escape(byId('now').dataset.callback)}"] .rb-card`);
    card?.scrollIntoView({ block: 'center' });
    card?.focus({ preventScroll: true });
  });
}

function tapped(button) {
  const card = button.closest('.rb-card');
  if (card) {
    // Off until the answer is there, so that an impatient second tap does nothing.
    for (const each of card.querySelectorAll('.rb-card-button')) each.disabled = true;
  }
  answered(button.dataset.title, button.dataset.payload);
}

/** Says it for a control that closes now and cannot keep the focus; on a phone the input would open the keyboard. */
function answered(text, payload) {
  say(text, payload);
  if (matchMedia('(hover: hover)').matches) chat.focusInput();
  else list.focus({ preventScroll: true });
}

/** The person says something: shown as `text`, sent as `payload`. */
function say(text, payload = text) {
  if (!text?.trim()) return;
  const entry = { id: newId(), sender: 'user', text, state: 'waiting' };
  show([entry]);
  session.send(entry.id, payload, text);
  chat.scrollToBottom();
}

function introduce() {
  show([{ id: INTRO, sender: 'bot', text: t('intro'), buttons: suggestions(), timestamp: 0 }]);
}

/** Another conversation took the place of this one: what is shown belonged to the old one. */
function restarted() {
  transcript.clear();
  introduce();
}

function history(messages) {
  show(messages);
  // After the browser has taken notice of what was drawn.
  setTimeout(() => list.setAttribute('aria-live', 'polite'), 100);
}

/** Shows messages that are not shown yet; `live` ones are news to the person. */
function show(messages, live = false) {
  if (live) setTheClock(messages);
  const { added, before } = transcript.add(messages);
  for (const entry of before) if (entry.sender === 'user') progress(entry.id, 'sent');
  if (!added.length) return;
  list.append(typing); // below the rest
  paint(); // the cards have their height now
  toTheNewest(added.at(-1));
  for (const message of added) if (message.sender === 'bot' && message.id !== INTRO) arrived(message, live);
  paint();
}

/** Down to the newest message; one that is higher than the screen is read from its beginning. */
function toTheNewest(entry) {
  chat.scrollToBottom();
  const element = transcript.element(entry.id);
  if (element && element.offsetHeight > list.clientHeight) element.scrollIntoView({ block: 'start' });
}

function setTheClock(messages) {
  const { timestamp } = messages.at(-1);
  const ahead = timestamp - Date.now() / 1000;
  serverAhead = timestamp && Math.abs(ahead) > SKEW ? ahead : 0;
}

function arrived(message, live) {
  wait(false);
  for (const button of root.querySelectorAll('.rb-card-button:disabled')) button.disabled = false;
  if (!live || !message.news) return;
  attention.tell(stateName(message.news.state), message.text, `ringback-${message.news.callback}`);
  document.dispatchEvent(new CustomEvent('ringback:news', { detail: { ...message.news, text: message.text } }));
}

/** Brings cards and clocks up to date, and the line that stands for the open call's card while that is out of sight. */
function paint() {
  const now = Date.now() / 1000 + serverAhead;
  transcript.cards.paint(root, now);
  const card = transcript.cards.open();
  const line = byId('now');
  const box = card && root.querySelector(`[data-card="${CSS.escape(card.callback)}"] .rb-card`);
  const wanted = Boolean(box) && !inSight(box);
  line.hidden = !wanted;
  if (!wanted) return;
  const state = stateName(card.state);
  describe(line, { class: `now tone-${tone(card.state)}`, 'aria-label': `${state}, ${card.queue ?? ''}. ${t('showCall')}` });
  line.dataset.callback = card.callback;
  line.querySelector('.now-state').textContent = state;
  line.querySelector('.now-who').textContent = card.queue ?? '';
  line.querySelector('.now-time').textContent = timeOf(card, now);
}

function inSight(box) {
  const [inner, outer] = [box.getBoundingClientRect(), list.getBoundingClientRect()];
  return inner.bottom > outer.top + 40 && inner.top < outer.bottom - 40;
}

function progress(id, state, reason) {
  const entry = transcript.entry(id);
  if (!entry || entry.state === state && entry.reason === reason) return;
  Object.assign(entry, { state, reason });
  const status = transcript.element(id)?.querySelector('.rb-status');
  if (status) {
    status.dataset.state = state;
    status.innerHTML = statusHtml(state, reason);
  }
  if (state === 'sending') wait(true);
  if (state === 'failed' || state === 'waiting') wait(false);
  if (state !== 'sent') chat.scrollToBottom();
}

/** Shows or hides the waiting dots; they do not stay longer than anybody would believe them. */
function wait(waiting) {
  clearTimeout(typingTimer);
  typing.hidden = !waiting;
  if (waiting) {
    list.append(typing);
    typingTimer = setTimeout(() => wait(false), TYPING_LIMIT);
  }
}

function connection(state) {
  lineState = state;
  const shown = state !== 'connected' && navigator.onLine === false ? 'offline' : state;
  const line = byId('connection');
  if (line.dataset.state === shown && line.textContent === t(`connection.${shown}`)) return;
  line.dataset.state = shown;
  line.textContent = t(`connection.${shown}`);
  document.dispatchEvent(new CustomEvent('ringback:connection', { detail: { state: shown } }));
}
