// Questions with a hint get better controls than a row of buttons: teams with their hours, a picker for times, a field
// for the number. Each only sends what a button or a typed answer would.

import { buttonHtml, escape } from './html.js';
import { t } from './strings.js';
import { OWN_ZONE, city, clock, day, dayAndClock, dayKey, differs, hour } from './times.js';

const NOTHING = { html: '', instead: false };
const NOON = 12;
const EVENING = 17;
const LEAST_DIGITS = 6;
const MOST_DIGITS = 15; // E.164
const MOST_CHARACTERS = 40;

/** The controls for an entry's hint: their HTML, and whether they stand instead of its buttons. */
export function askHtml(entry) {
  const hint = entry.hint;
  const options = readOptions(hint);
  if (hint?.ask === 'queue' && options.length) return { html: queuesHtml(options), instead: true };
  if (hint?.ask === 'time_slot' && options.length) return { html: timesHtml(entry.id, hint, options), instead: true };
  if (hint?.ask === 'phone_number') return { html: numberHtml(entry.id), instead: false };
  return NOTHING;
}

function readOptions(hint) {
  const list = Array.isArray(hint?.options) ? hint.options : [];
  return list
    .filter((one) => typeof one?.title === 'string' && one.title)
    .map((one) => ({ ...one, payload: typeof one.payload === 'string' ? one.payload : '' }));
}

/** How a time that was picked is shown: in the visitor's own zone. Undefined for anything else that was said. */
export function pickedLabel(hint, text) {
  if (hint?.ask !== 'time_slot') return undefined;
  const picked = readOptions(hint).find((one) => one.title === text);
  return Number.isFinite(picked?.starts_at) ? dayAndClock(picked.starts_at) : undefined;
}

// -- teams ------------------------------------------------------------------------------------------------------------

function queueState({ state, opens_at: opensAt }) {
  if (state === 'open') return ['good', t('open')];
  if (state === 'paused') return ['calm', t('paused')];
  if (Number.isFinite(opensAt)) return ['warn', t('closedUntil', { when: dayAndClock(opensAt) })];
  return ['calm', t('closed')];
}

function queuesHtml(options) {
  const rows = options.map((option) => {
    const [colour, words] = queueState(option);
    const inner = `<span class="rb-row-title">${escape(option.title)}</span>`
      + `<span class="rb-row-state rb-tone-${colour}"><span class="rb-dot"></span>${escape(words)}</span>`;
    // A team that cannot be chosen is shown, so that nobody looks for it in vain.
    return option.payload
      ? `<li>${buttonHtml(option, inner, ' rb-row')}</li>`
      : `<li class="rb-button rb-row rb-resting">${inner}</li>`;
  });
  return `<ul class="rb-rows" aria-label="${escape(t('choose'))}">${rows.join('')}</ul>`;
}

// -- times ------------------------------------------------------------------------------------------------------------

function partOfDay(moment) {
  const at = hour(moment);
  return at < NOON ? 0 : at < EVENING ? 1 : 2;
}

function timesHtml(id, hint, options) {
  const timed = options.filter((one) => Number.isFinite(one.starts_at) && one.payload);
  const days = Map.groupBy ? Map.groupBy(timed, (one) => dayKey(one.starts_at)) : grouped(timed);
  const zone = typeof hint.zone === 'string' ? hint.zone : '';
  const elsewhere = zone && timed.some((one) => differs(zone, one.starts_at));
  const name = `day-${escape(id)}`;
  const chips = [...days].map(([key, times], place) =>
    `<label class="rb-day"><input type="radio" name="${name}" value="${key}"${place ? '' : ' checked'}>`
    + `<span>${escape(day(times[0].starts_at))}</span></label>`);
  const groups = [...days].map(([key, times], place) =>
    `<div class="rb-times" data-day="${key}" role="group"${place ? ' hidden' : ''} `
    + `aria-label="${escape(t('timesOn', { day: day(times[0].starts_at, true) }))}">`
    + `${partsHtml(times, elsewhere ? zone : '')}</div>`);
  const note = elsewhere
    ? `<p class="rb-note">${escape(t('inYourZone', { zone: city(OWN_ZONE), centre: city(zone) }))}</p>` : '';
  return `<div class="rb-picker"><fieldset class="rb-days"><legend>${escape(t('day'))}</legend>`
    + `<div class="rb-strip">${chips.join('')}</div></fieldset>${groups.join('')}${note}</div>`;
}

function partsHtml(times, zone) {
  const parts = [[], [], []];
  for (const one of times) parts[partOfDay(one.starts_at)].push(timeButtonHtml(one, zone));
  return parts
    .map((buttons, place) => (buttons.length
      ? `<p class="rb-part">${escape(t('noon')[place])}</p><div class="rb-grid">${buttons.join('')}</div>` : ''))
    .join('');
}

function timeButtonHtml(option, zone) {
  const there = zone ? `<small>${escape(clock(option.starts_at, zone))}<span class="rb-spoken"> ${escape(city(zone))}</span></small>` : '';
  return buttonHtml(option, `${escape(clock(option.starts_at))}${there}`, ' rb-time');
}

function grouped(timed) {
  const days = new Map();
  for (const one of timed) {
    const key = dayKey(one.starts_at);
    days.set(key, [...(days.get(key) ?? []), one]);
  }
  return days;
}

/** Shows the times of the chosen day. */
export function showDay(radio) {
  for (const group of radio.closest('.rb-picker').querySelectorAll('.rb-times')) group.hidden = group.dataset.day !== radio.value;
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys, Home and End move among the times of a day. Returns whether the key was used. */
export function moveAmongTimes(button, key) {
  const all = [...button.closest('.rb-times').querySelectorAll('.rb-time')];
  const place = all.indexOf(button);
  const next = key === 'Home' ? 0 : key === 'End' ? all.length - 1 : place + (STEPS[key] ?? 0);
  if (next === place || !all[next]) return false;
  all[next].focus();
  return true;
}

// -- the number -------------------------------------------------------------------------------------------------------

function numberHtml(id) {
  const field = `tel-${escape(id)}`;
  return `<form class="rb-form" novalidate><label for="${field}">${escape(t('number'))}</label>`
    + `<div class="rb-field"><input id="${field}" type="tel" name="tel" inputmode="tel" autocomplete="tel" `
    + `maxlength="${MOST_CHARACTERS}" aria-describedby="${field}-note" required>`
    + `<button type="submit" class="rb-submit">${escape(t('useNumber'))}</button></div>`
    + `<p class="rb-note" id="${field}-note" aria-live="polite">${escape(t('numberHint'))}</p></form>`;
}

/** What is plainly wrong with a number, in words, or '' if only the server can tell. */
export function wrongWith(text, { finished = true } = {}) {
  const digits = (text.match(/\p{Nd}/gu) ?? []).length;
  // "ext. 12" and the like are for the server to read.
  if (/\p{L}/u.test(text.replace(/\b(ext|extension|x)\b\.?/giu, ''))) return t('numberLetters');
  if (digits > MOST_DIGITS) return t('numberLong');
  if (!finished) return '';
  if (!digits) return t('numberNone');
  return digits < LEAST_DIGITS ? t('numberShort') : '';
}

/** Says under the field what is wrong with it, or the usual advice. Returns whether it may be sent. */
export function judge(form, finished) {
  const field = form.querySelector('input');
  const note = form.querySelector('.rb-note');
  const wrong = wrongWith(field.value, { finished });
  if (wrong) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  const words = wrong || t('numberHint');
  if (note.textContent !== words) {
    note.textContent = words;
    form.scrollIntoView({ block: 'nearest' });
  }
  return !wrong;
}
