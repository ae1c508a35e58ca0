// Messages to HTML. Pure functions; every word from outside goes through `escape`.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

const PHONE = '<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M6.6 2.5c.5 0 1 .3 1.2.8l1.5 3.7'
  + 'c.2.5.1 1.1-.3 1.5L7.2 10.3a15 15 0 0 0 6.5 6.5l1.8-1.8c.4-.4 1-.5 1.5-.3l3.7 1.5c.5.2.8.7.8 1.2v3.1c0 1-.8 1.8-1.8'
  + ' 1.8C10.5 21.6 2.4 13.5 1.7 4.3c-.1-1 .7-1.8 1.7-1.8z"/></svg>';

const STATES = {
  ORDERING: ['busy', 'Ordering your call'],
  QUEUED: ['busy', 'In the queue'],
  SCHEDULED: ['busy', 'Call booked'],
  CALLING_AGENT: ['busy', 'Calling our team'],
  HOLDING: ['busy', 'On hold for you'],
  CALLING_CUSTOMER: ['good', 'Calling you now'],
  CONNECTED: ['good', 'On the call'],
  COMPLETED: ['calm', 'Call finished'],
  CANCELLED: ['calm', 'Call cancelled'],
  EXPIRED: ['warn', 'Lost sight of your call'],
  UNCERTAIN: ['warn', 'Checking your call'],
  REFUSED: ['bad', 'Call not booked'],
  FAILED_AGENT: ['bad', 'Call did not work'],
  FAILED_CUSTOMER: ['bad', 'We could not reach you'],
  FAILED: ['bad', 'Call did not work'],
};

const STATUS = {
  sending: 'Sending…',
  waiting: 'Not sent yet. It will be sent when the connection is back.',
  failed: 'Not sent.',
  sent: '',
};

export function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

/** Plain text with links and **bold**; everything else stays as it was written. */
function formatted(text) {
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

/** The colour and the words of a piece of news: `[tone, label]`. */
export function newsLabel(news) {
  return STATES[news.state] ?? ['calm', 'News about your call'];
}

function chip(news, timestamp) {
  const [, label] = newsLabel(news);
  const moment = new Date(timestamp * 1000);
  const clock = moment.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const time = timestamp ? `<time datetime="${moment.toISOString()}">${escape(clock)}</time>` : '';
  return `<span class="rb-chip">${PHONE}<span>${escape(label)}</span>${time}</span>`;
}

function buttons(list) {
  if (!list.length) return '';
  const each = list.map(({ title, payload }) =>
    `<button type="button" class="rb-button" data-payload="${escape(payload)}" data-title="${escape(title)}">`
    + `${escape(title)}</button>`);
  return `<div class="rb-buttons" role="group" aria-label="Suggested answers">${each.join('')}</div>`;
}

/** What goes under a message of the person: where it is on its way, and a way to send it again. */
export function statusHtml(state, reason) {
  if (state !== 'failed') return escape(STATUS[state] ?? '');
  const why = reason ? `${STATUS.failed} ${reason}` : STATUS.failed;
  return `${escape(why)} <button type="button" class="rb-retry">Try again</button>`;
}

export function messageHtml(entry) {
  const id = escape(entry.id);
  if (entry.sender === 'user') {
    const state = entry.state ?? 'sent';
    return `<div class="rb rb-user" data-id="${id}"><span class="rb-spoken">You said:</span>`
      + `<div class="rb-bubble">${escape(entry.text)}</div>`
      + `<div class="rb-status" data-state="${state}">${statusHtml(state, entry.reason)}</div></div>`;
  }
  const news = entry.news ? ` rb-news rb-tone-${newsLabel(entry.news)[0]}` : '';
  const bubble = entry.text || entry.news
    ? `<div class="rb-bubble">${entry.news ? chip(entry.news, entry.timestamp) : ''}${formatted(entry.text)}</div>`
    : '';
  return `<div class="rb rb-bot${news}" data-id="${id}">${bubble}${buttons(entry.buttons ?? [])}</div>`;
}
