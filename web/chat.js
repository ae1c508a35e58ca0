// The chat page. deep-chat brings the text input and the scrolling list; the messages are drawn by render.js.
// The bundle comes first: properties set before the element is defined start deep-chat's demo answers.
import './vendor/deepChat.bundle.js';
import { look } from './look.js';
import { messageHtml, newsLabel, statusHtml } from './render.js';
import { Session, newId } from './session.js';

const TITLE = document.title;
const TYPING_LIMIT = 15_000; // milliseconds
const CONNECTION = { connecting: 'Connecting…', connected: 'Connected', reconnecting: 'Reconnecting…' };
const SUGGESTIONS = ['Call me back', 'Where is my call?', 'What can you do?'];
const INTRO = {
  id: 'intro',
  sender: 'bot',
  text: 'Hi! I can get someone to call you back. What is it about?',
  buttons: SUGGESTIONS.map((title) => ({ title, payload: title })),
  timestamp: 0,
};

const entries = []; // what is shown, oldest first
const known = new Map(); // id -> entry
let newest = 0; // seconds since 1970, by the server's clock
let unseen = 0;
let typingTimer;

const chat = await makeChat();
const root = chat.shadowRoot;
const list = await appears('#messages');
const typing = makeTyping();
makeAccessible();
show([INTRO]);

const session = new Session(
  { connection, history: show, message: (message) => show([message], true), progress },
  () => newest,
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
  document.getElementById('chat').append(element);
  return element;
}

function appears(selector) {
  return new Promise((resolve) => {
    const look = () => {
      const found = root.querySelector(selector);
      if (found) resolve(found);
      else requestAnimationFrame(look);
    };
    look();
  });
}

function makeTyping() {
  const element = document.createElement('div');
  element.className = 'rb-typing';
  element.hidden = true;
  element.innerHTML = '<span class="rb-spoken">Ringback is answering</span><i></i><i></i><i></i>';
  list.append(element);
  return element;
}

function makeAccessible() {
  describe(list, { role: 'log', 'aria-live': 'polite', 'aria-label': 'Conversation', tabindex: '0' });
  describe(root.querySelector('#text-input'), { 'aria-label': 'Your message', 'aria-multiline': 'true' });
  for (const button of root.querySelectorAll('.input-button')) {
    describe(button, { role: 'button', 'aria-label': 'Send' });
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      button.click();
    });
  }
  root.addEventListener('click', (event) => {
    const answer = event.target.closest('.rb-button:enabled');
    if (answer) {
      say(answer.dataset.title, answer.dataset.payload);
      // The tapped button is off now and cannot keep the focus; on a phone the input would open the keyboard.
      if (matchMedia('(hover: hover)').matches) chat.focusInput();
      else list.focus({ preventScroll: true });
    }
    const again = event.target.closest('.rb-retry');
    if (again) session.retry(again.closest('.rb').dataset.id);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = TITLE;
  });
}

function describe(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}

/** The person says something: shown as `text`, sent as `payload`. */
function say(text, payload = text) {
  if (!text?.trim()) return;
  const entry = { id: newId(), sender: 'user', text, state: 'waiting' };
  show([entry]);
  session.send(entry.id, payload);
  chat.scrollToBottom();
}

/** Shows messages that are not shown yet, each in its place by time. */
function show(messages, live = false) {
  let rebuild = false;
  const added = [];
  for (const message of messages) {
    const sent = known.get(message.id);
    if (message.timestamp) newest = Math.max(newest, message.timestamp);
    if (sent) {
      if (sent.sender === 'user') progress(sent.id, 'sent');
      continue;
    }
    known.set(message.id, message);
    const later = message.timestamp ? entries.findIndex((entry) => entry.timestamp > message.timestamp) : -1;
    if (later < 0) entries.push(message);
    else entries.splice(later, 0, message);
    rebuild ||= later >= 0;
    added.push(message);
    if (message.sender === 'bot') answered(message, live);
  }
  if (rebuild) {
    chat.clearMessages(false);
    entries.forEach(draw);
  } else {
    added.forEach(draw);
  }
  if (added.length) settle();
}

function draw(entry) {
  chat.addMessage({ role: entry.sender === 'user' ? 'user' : 'ai', html: messageHtml(entry) });
}

/** After messages were added: the waiting dots last, old buttons off, and the newest message in sight. */
function settle() {
  list.append(typing);
  let reply = null;
  for (const entry of entries.toReversed()) {
    if (entry.sender === 'user') reply = entry.text;
    else if (entry.buttons?.length) settleButtons(entry, reply);
    if (entry.buttons?.some(({ title }) => title === reply)) reply = ''; // only one of the groups was answered
  }
  chat.scrollToBottom();
}

function settleButtons(entry, reply) {
  for (const button of element(entry.id)?.querySelectorAll('.rb-button') ?? []) {
    button.disabled = reply !== null;
    button.classList.toggle('rb-chosen', button.dataset.title === reply);
  }
}

function answered(message, live) {
  if (message.id !== INTRO.id) wait(false);
  if (!live || !message.news || !document.hidden) return;
  unseen += 1;
  document.title = `(${unseen}) ${newsLabel(message.news)[1]} – ${TITLE}`;
}

function progress(id, state, reason) {
  const entry = known.get(id);
  if (!entry || entry.state === state && entry.reason === reason) return;
  Object.assign(entry, { state, reason });
  const status = element(id)?.querySelector('.rb-status');
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
  const line = document.getElementById('connection');
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  line.textContent = CONNECTION[state];
}

function element(id) {
  return root.querySelector(`[data-id="${CSS.escape(id)}"]`);
}
