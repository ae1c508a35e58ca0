// Moments in words, in the visitor's own time zone unless another is named. Moments are seconds since 1970.

import { spoken } from './strings.js';

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const made = new Map();

function format(options) {
  const key = JSON.stringify([spoken(), options]);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(spoken(), options)); // making one is slow
  return made.get(key);
}

const inZone = (zone) => (zone ? { timeZone: zone } : {});

/** "14:30", or "2:30 PM" where that is usual. */
export function clock(moment, zone) {
  return format({ hour: 'numeric', minute: '2-digit', ...inZone(zone) }).format(moment * 1000);
}

/** "Tue, Nov 24" for a chip, or "Tuesday, November 24" when `long`. */
export function day(moment, long = false) {
  const style = long ? 'long' : 'short';
  return format({ weekday: style, day: 'numeric', month: style }).format(moment * 1000);
}

/** "Tue, Nov 24, 14:30". */
export function dayAndClock(moment) {
  return `${day(moment)}, ${clock(moment)}`;
}

/** The day as a key: the same for all moments of one of the visitor's days. */
export function dayKey(moment) {
  const date = new Date(moment * 1000);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The hour, 0 to 23, by the visitor's clock. */
export function hour(moment) {
  return new Date(moment * 1000).getHours();
}

/** Whether a zone's clocks show another time than the visitor's at that moment. An unknown zone shows the same. */
export function differs(zone, moment) {
  try {
    return wall(zone, moment) !== wall(undefined, moment);
  } catch {
    return false;
  }
}

function wall(zone, moment) {
  const options = { day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23', ...inZone(zone) };
  return new Intl.DateTimeFormat('en-GB', options).format(moment * 1000);
}

/** "Toronto" for America/Toronto. */
export function city(zone) {
  return zone.split('/').at(-1).replaceAll('_', ' ');
}

/** "0:07", "12:30", "1:02:03". */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
