// The pieces that all of the page's HTML is made of. Every word from outside goes through `escape`.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };
const LINK = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]]/g;
const MAIN_ANSWER = /^\/(affirm|request_callback)\b/;

const TONES = {
  CALLING_CUSTOMER: 'good',
  CONNECTED: 'good',
  COMPLETED: 'calm',
  CANCELLED: 'calm',
  EXPIRED: 'warn',
  UNCERTAIN: 'warn',
  REFUSED: 'bad',
  FAILED_AGENT: 'bad',
  FAILED_CUSTOMER: 'bad',
  FAILED: 'bad',
};

/** The colour of a state: busy, good, calm, warn or bad. */
export function tone(state) {
  return Object.hasOwn(TONES, state) ? TONES[state] : 'busy';
}

export function escape(text) {
  return String(text).replace(/[&<>"'`]/g, (sign) => ENTITIES[sign]);
}

/** Plain text with links and **bold**; everything else stays as it was written. */
export function formatted(text) {
  let html = '';
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = escape(match[0]);
    html += escape(text.slice(from, match.index));
    html += `<a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>`;
    from = match.index + match[0].length;
  }
  html += escape(text.slice(from));
  return html.replace(/\*\*([^*\n]+)\*\*/g, '<strong>$1</strong>');
}

/** A button that says `title` and sends `payload`. */
export function buttonHtml({ title, payload }, inner = escape(title), more = '') {
  const main = MAIN_ANSWER.test(payload) ? ' rb-main' : '';
  return `<button type="button" class="rb-button${main}${more}" data-payload="${escape(payload)}" `
    + `data-title="${escape(title)}">${inner}</button>`;
}
