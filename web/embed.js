// The launcher: one line on any site puts a bubble there that opens the chat in a frame.
//   <script src="https://chat.example.com/webhooks/website/embed.js" data-title="Example" async></script>
// data-title, data-color (#rrggbb), data-position (right | left), data-language (en, de-AT), data-open (true).
// It needs nothing of the site but script-src and frame-src for its own origin: styles are made by CSSOM, in a shadow tree.
(() => {
  const script = document.currentScript;
  if (!script || window.ringback) return;
  const base = new URL('.', script.src);
  const data = script.dataset;
  const title = (data.title || 'Chat').slice(0, 60);
  const color = /^#[0-9a-f]{6}$/i.test(data.color) ? data.color : '#0b4fb3';
  const ink = luminance(color) > 0.18 ? '#10151f' : '#ffffff';
  const side = data.position === 'left' ? 'left' : 'right';
  const LANGUAGES = {
    en: {
      open: 'Open chat: {title}', close: 'Close chat: {title}', one: '{count} unread message', many: '{count} unread messages',
      shut: 'Close chat', notify: 'Notify me of news', trouble: 'The chat could not be loaded here. ',
      elsewhere: 'Open it in a new tab', news: 'There is news about your call.',
    },
    de: {
      open: 'Chat öffnen: {title}', close: 'Chat schließen: {title}', one: '{count} ungelesene Nachricht',
      many: '{count} ungelesene Nachrichten', shut: 'Chat schließen', notify: 'Bei Neuem benachrichtigen',
      trouble: 'Der Chat konnte hier nicht geladen werden. ', elsewhere: 'In einem neuen Tab öffnen',
      news: 'Es gibt Neues zu Ihrem Anruf.',
    },
    fr: {
      open: 'Ouvrir le chat : {title}', close: 'Fermer le chat : {title}', one: '{count} message non lu',
      many: '{count} messages non lus', shut: 'Fermer le chat', notify: 'M’avertir des nouvelles',
      trouble: 'Le chat n’a pas pu être chargé ici. ', elsewhere: 'L’ouvrir dans un nouvel onglet',
      news: 'Il y a du nouveau pour votre appel.',
    },
  };
  let words = wordsOf(data.language, ...(navigator.languages ?? [navigator.language]));
  const PATIENCE = 15_000; // milliseconds until a frame that says nothing is called unreachable
  const USED = 'ringback.used'; // who has chatted here before hears news without opening the chat

  const CSS = `
    :host { all: initial !important; }
    .bubble, .panel { position: fixed; z-index: 2147483000; ${side}: max(20px, env(safe-area-inset-${side})); }
    .bubble { bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; padding: 0; border: 0;
      border-radius: 50%; background: ${color}; color: ${ink}; cursor: pointer;
      box-shadow: 0 4px 16px rgb(16 32 64 / 32%); transition: transform .15s; }
    .bubble:hover { transform: scale(1.05); }
    .bubble svg { width: 30px; height: 30px; margin: 15px; display: block; }
    :focus-visible { outline: 3px solid ${ink}; outline-offset: -5px; box-shadow: 0 0 0 3px ${color}; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px;
      box-sizing: border-box; background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; }
    .panel { bottom: 92px; width: min(400px, calc(100vw - 40px)); height: min(680px, calc(100vh - 112px));
      display: flex; flex-direction: column; overflow: hidden; border-radius: 16px; background: ${color};
      box-shadow: 0 12px 48px rgb(16 32 64 / 36%); }
    /* Not display: none, or browsers would stop the frame from drawing, and with it the news. */
    .panel[aria-hidden="true"] { visibility: hidden; opacity: 0; }
    .bar { display: flex; justify-content: flex-end; gap: 4px; padding: 4px 6px 0; color: ${ink}; }
    .bar button { min-width: 36px; height: 36px; padding: 0 10px; border: 0; border-radius: 8px; cursor: pointer;
      background: transparent; color: inherit; font: 500 14px/1 system-ui, sans-serif; }
    .bar button:hover { background: rgb(128 128 128 / 30%); }
    iframe { flex: 1; width: 100%; border: 0; background: Canvas; color-scheme: light dark; }
    .trouble { position: absolute; inset: 40px 0 0; margin: 0; padding: 24px; background: #fff; color: #16202e;
      font: 16px/1.5 system-ui, sans-serif; }
    .trouble a { color: #0b4fb3; }
    [hidden] { display: none !important; }
    @media (max-width: 480px), (max-height: 480px) {
      .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
      .open .bubble { visibility: hidden; }
    }
    @media (prefers-reduced-motion: reduce) { .bubble { transition: none; } }`;

  const SPEECH = 'M12 3C6.5 3 2 6.8 2 11.5c0 2.4 1.2 4.6 3.1 6.1L4.5 21l4-1.7c1.1.3 2.3.5 3.5.5 5.5 0 10-3.8 10-8.3S17.5 3 12 3z';
  const CROSS = 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z';

  const holder = document.createElement('div');
  const root = holder.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  const whole = make('div', {});
  const path = svgPath(SPEECH);
  const badge = make('span', { class: 'badge', hidden: '', 'aria-hidden': 'true' });
  const bubble = make('button', { class: 'bubble', type: 'button', 'aria-controls': 'panel', 'aria-expanded': 'false' });
  bubble.append(path.parentNode, badge);
  const panel = make('section', { class: 'panel', id: 'panel', 'aria-label': title, 'aria-hidden': 'true' });
  const notify = make('button', { type: 'button', hidden: '' });
  const close = make('button', { type: 'button' }, '✕');
  const bar = make('div', { class: 'bar' });
  bar.append(notify, close);
  const trouble = make('p', { class: 'trouble', role: 'status', hidden: '' });
  const elsewhere = make('a', { href: new URL('ui/', base).href, target: '_blank', rel: 'noopener' });
  panel.append(bar, trouble);
  whole.append(panel, bubble);
  root.append(whole);

  let frame = null;
  let opened = false;
  let unread = 0;
  let ownTitle = null; // the page's title before ours, while ours is shown

  bubble.addEventListener('click', () => (opened ? shut() : open(true)));
  close.addEventListener('click', shut);
  notify.addEventListener('click', async () => {
    await Notification.requestPermission();
    offerNotifications();
  });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && opened) shut();
  });
  window.addEventListener('message', (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    hear(event.data ?? {});
  });
  say();

  // A script in the head may run before there is a body.
  if (document.body) begin();
  else document.addEventListener('DOMContentLoaded', begin);

  window.ringback = Object.freeze({ open: () => open(true), close: shut });

  function begin() {
    document.body.append(holder);
    if (data.open === 'true') open(false);
    else if (remembered()) load();
  }

  /** The launcher's words in the first of these languages that it knows. */
  function wordsOf(...tags) {
    const short = tags.map((tag) => String(tag ?? '').toLowerCase().split('-')[0]);
    return LANGUAGES[short.find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? 'en'];
  }

  /** Puts the words where they stand. */
  function say() {
    notify.textContent = words.notify;
    close.setAttribute('aria-label', words.shut);
    elsewhere.textContent = words.elsewhere;
    trouble.replaceChildren(words.trouble, elsewhere);
    label();
  }

  function make(name, attributes, text = '') {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  }

  function svgPath(d) {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const element = document.createElementNS(space, 'path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('fill', 'currentColor');
    svg.setAttribute('aria-hidden', 'true');
    element.setAttribute('d', d);
    svg.append(element);
    return element;
  }

  /** Relative luminance, as WCAG defines it; above 0.18 dark ink is the more readable one. */
  function luminance(hex) {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function remembered(value) {
    try {
      if (value) localStorage.setItem(USED, value);
      return localStorage.getItem(USED);
    } catch {
      return null;
    }
  }

  function load() {
    if (frame) return;
    const address = new URL('ui/', base);
    const options = { host: location.origin, title, color, language: data.language ?? '' };
    for (const [key, value] of Object.entries(options)) if (value) address.searchParams.set(key, value);
    frame = make('iframe', { title, src: address.href, allow: 'clipboard-write' });
    panel.append(frame);
    setTimeout(() => {
      trouble.hidden = frame.dataset.ready === 'true';
    }, PATIENCE);
  }

  function open(byPerson) {
    load();
    opened = true;
    whole.classList.add('open');
    panel.setAttribute('aria-hidden', 'false');
    bubble.setAttribute('aria-expanded', 'true');
    path.setAttribute('d', CROSS);
    offerNotifications();
    count(0);
    if (byPerson) {
      remembered('yes');
      frame.focus();
    }
    tell('shown', { focus: byPerson });
  }

  function shut() {
    opened = false;
    whole.classList.remove('open');
    panel.setAttribute('aria-hidden', 'true');
    bubble.setAttribute('aria-expanded', 'false');
    path.setAttribute('d', SPEECH);
    label();
    bubble.focus();
    tell('hidden');
  }

  function tell(kind, detail = {}) {
    frame?.contentWindow?.postMessage({ ...detail, ringback: kind }, base.origin);
  }

  function hear({ ringback: kind, count: number, label: what, language }) {
    if (kind === 'ready') {
      frame.dataset.ready = 'true';
      trouble.hidden = true;
      const focus = opened && root.activeElement === frame;
      if (focus) frame.contentWindow.focus(); // the focus that it was given while it was still empty is lost
      tell(opened ? 'shown' : 'hidden', { focus });
    } else if (kind === 'close' && opened) {
      shut();
    } else if (kind === 'language') {
      words = wordsOf(language);
      say();
    } else if (kind === 'unread' && Number.isInteger(number) && number >= 0) {
      const more = number > unread;
      count(number);
      if (more) announce(typeof what === 'string' ? what.slice(0, 200) : '');
    }
  }

  function count(number) {
    unread = number;
    badge.hidden = number === 0;
    badge.textContent = number > 99 ? '99+' : String(number);
    label();
    if (number > 0) {
      ownTitle ??= document.title;
      document.title = `(${number}) ${ownTitle}`;
    } else if (ownTitle !== null) {
      document.title = ownTitle;
      ownTitle = null;
    }
  }

  function label() {
    const news = unread ? `, ${(unread === 1 ? words.one : words.many).replace('{count}', unread)}` : '';
    bubble.setAttribute('aria-label', (opened ? words.close : words.open).replace('{title}', () => title) + news);
  }

  function offerNotifications() {
    notify.hidden = !('Notification' in window) || !isSecureContext || Notification.permission !== 'default';
  }

  function announce(what) {
    if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
    try {
      const shown = new Notification(title, { body: what || words.news, tag: 'ringback' });
      shown.addEventListener('click', () => {
        window.focus();
        open(true);
        shown.close();
      });
    } catch { /* phones allow them to service workers only */ }
  }
})();
