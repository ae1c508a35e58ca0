// News while the page is not in front: the title counts it, and a sound or a notification tells it where the person
// has asked for that.

import { t } from './strings.js';

const KEYS = { bell: 'ringback.bell', sound: 'ringback.sound' };
const TONES = [[660, 0], [880, 0.16]]; // hertz, seconds after the first
const LENGTH = 0.32; // seconds
const LOUDNESS = 0.12;

function remembered(key) {
  try {
    return localStorage.getItem(key) === 'on';
  } catch {
    return false;
  }
}

function remember(key, on) {
  try {
    if (on) localStorage.setItem(key, 'on');
    else localStorage.removeItem(key);
  } catch { /* then it lasts as long as the page */ }
}

function permission() {
  // Plain http and foreign frames have no notifications to ask for.
  return 'Notification' in window && window.isSecureContext ? Notification.permission : 'denied';
}

/** Watches whether the page is in front and tells news otherwise. */
export class Attention {
  #title;
  #unseen = 0;
  #sound = remembered(KEYS.sound);
  #bell = remembered(KEYS.bell);
  #audio = null;
  #attended;
  #count;
  #bellSwitch;
  #soundSwitch;

  /**
   * `bell` and `sound` are the two switches of the page; `attended()` says whether the person can see it, and
   * `count(unseen, label)` hears how much news they have not seen.
   */
  constructor(title, { bell, sound, attended = () => !document.hidden, count = () => {} }) {
    this.#title = title;
    this.#attended = attended;
    this.#count = count;
    this.#bellSwitch = bell;
    this.#soundSwitch = sound;
    sound.addEventListener('click', () => {
      this.#sound = !this.#sound;
      remember(KEYS.sound, this.#sound);
      if (this.#sound) this.#play(); // also what lets the browser play it later on
      this.#show(bell, sound);
    });
    bell.addEventListener('click', async () => {
      await this.#ring();
      this.#show(bell, sound);
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.seen();
    });
    this.#show(bell, sound);
  }

  /** Says anew what the two switches are, in the language that is spoken now. */
  label() {
    this.#show(this.#bellSwitch, this.#soundSwitch);
  }

  get #allowed() {
    return permission() === 'granted' && this.#bell;
  }

  async #ring() {
    if (this.#allowed) this.#bell = false;
    else this.#bell = permission() !== 'denied' && (await Notification.requestPermission()) === 'granted';
    remember(KEYS.bell, this.#bell);
  }

  #show(bell, sound) {
    const blocked = permission() === 'denied';
    bell.setAttribute('aria-pressed', String(this.#allowed));
    sound.setAttribute('aria-pressed', String(this.#sound));
    bell.title = t(blocked ? 'bellBlocked' : this.#allowed ? 'bellOn' : 'bell');
    sound.title = t('sound');
    bell.setAttribute('aria-label', blocked ? t('bellBlocked') : t('bell'));
    sound.setAttribute('aria-label', t('sound'));
    bell.toggleAttribute('data-blocked', blocked);
  }

  /** Tells a piece of news: `label` in a few words, `text` as a sentence; one with the same `tag` takes its place. */
  tell(label, text, tag) {
    if (this.#sound) this.#play();
    if (this.#attended()) return;
    this.#unseen += 1;
    document.title = `(${this.#unseen}) ${label} – ${this.#title}`;
    this.#count(this.#unseen, label);
    if (this.#allowed) this.#notify(label, text, tag);
  }

  /** The person looks again. */
  seen() {
    this.#unseen = 0;
    document.title = this.#title;
    this.#count(0, '');
  }

  /** How much news has come since the page was last in front. */
  get unseen() {
    return this.#unseen;
  }

  #notify(label, text, tag) {
    try {
      const shown = new Notification(label, { body: text, tag, icon: 'icon.svg' });
      shown.addEventListener('click', () => {
        window.focus();
        shown.close();
      });
    } catch { /* phones want a service worker for this; title and sound remain */ }
  }

  #play() {
    try {
      this.#audio ??= new AudioContext();
      this.#audio.resume();
      for (const [pitch, after] of TONES) this.#beep(pitch, this.#audio.currentTime + after);
    } catch { /* no sound device */ }
  }

  #beep(pitch, at) {
    const tone = this.#audio.createOscillator();
    const loudness = this.#audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(LOUDNESS, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + LENGTH);
    tone.connect(loudness).connect(this.#audio.destination);
    tone.start(at);
    tone.stop(at + LENGTH);
  }
}
