// Every word that the page itself says, in three languages. What the assistant says comes from the server.

const en = {
  title: 'Ringback',
  chatWith: 'Chat with {title}',
  conversation: 'Conversation',
  yourMessage: 'Your message',
  write: 'Write a message',
  send: 'Send',
  youSaid: 'You said:',
  answering: 'The assistant is answering',
  suggested: 'Suggested answers',
  intro: 'Hi! I can get someone to call you back. What is it about?',
  suggestions: ['Call me back', 'Where is my call?', 'What can you do?'],
  connection: {
    connecting: 'Connecting…',
    connected: 'Connected',
    reconnecting: 'Reconnecting…',
    offline: 'Offline. Reconnecting when you are back…',
  },
  sending: 'Sending…',
  waiting: 'Not sent yet. It will be sent when the connection is back.',
  failed: 'Not sent.',
  tooLong: 'Please keep it under {most} characters.',
  again: 'Try again',
  yourCall: 'Your call: {queue}',
  showCall: 'Show your call',
  since: 'for {time}',
  until: 'in {time}',
  done: 'at {time}',
  states: {
    ORDERING: 'Asking for your call',
    QUEUED: 'Booked, about to start',
    SCHEDULED: 'Booked for later',
    CALLING_AGENT: 'Ringing our team',
    HOLDING: 'On hold for you',
    CALLING_CUSTOMER: 'Your phone is ringing now',
    CONNECTED: 'You are connected',
    COMPLETED: 'Call finished',
    CANCELLED: 'Call cancelled',
    EXPIRED: 'Lost sight of your call',
    UNCERTAIN: 'Checking whether it is booked',
    REFUSED: 'Not booked',
    FAILED_AGENT: 'Our team could not be reached',
    FAILED_CUSTOMER: 'You could not be reached',
    FAILED: 'The call did not work',
    other: 'News about your call',
  },
  choose: 'Choose one',
  open: 'Open',
  closed: 'Closed',
  closedUntil: 'Closed, next time {when}',
  paused: 'Paused',
  number: 'Phone number',
  useNumber: 'Continue',
  numberHint: 'With area code, or + and the country code.',
  numberLetters: 'A phone number has digits only. Please take out the letters.',
  numberShort: 'That is too short. Please give the number with its area code.',
  numberLong: 'That is too long for a phone number.',
  numberNone: 'Please type a phone number.',
  day: 'Day',
  timesOn: 'Times on {day}',
  noon: ['Morning', 'Afternoon', 'Evening'],
  inYourZone: 'Times are yours ({zone}); the small ones are those of {centre}.',
  bell: 'Notifications',
  bellOn: 'Notifications are on',
  bellBlocked: 'Notifications are blocked in this browser',
  sound: 'Sound',
};

const de = {
  ...en,
  chatWith: 'Chat mit {title}',
  conversation: 'Unterhaltung',
  yourMessage: 'Ihre Nachricht',
  write: 'Nachricht schreiben',
  send: 'Senden',
  youSaid: 'Sie:',
  answering: 'Der Assistent antwortet',
  suggested: 'Vorgeschlagene Antworten',
  intro: 'Guten Tag! Ich sorge dafür, dass Sie zurückgerufen werden. Worum geht es?',
  suggestions: ['Bitte zurückrufen', 'Wo ist mein Anruf?', 'Was können Sie?'],
  connection: {
    connecting: 'Verbinde …',
    connected: 'Verbunden',
    reconnecting: 'Verbinde erneut …',
    offline: 'Offline. Weiter, sobald Sie wieder online sind …',
  },
  sending: 'Wird gesendet …',
  waiting: 'Noch nicht gesendet. Geht hinaus, sobald die Verbindung wieder steht.',
  failed: 'Nicht gesendet.',
  tooLong: 'Bitte bleiben Sie unter {most} Zeichen.',
  again: 'Erneut versuchen',
  yourCall: 'Ihr Anruf: {queue}',
  showCall: 'Ihren Anruf zeigen',
  since: 'seit {time}',
  until: 'in {time}',
  done: 'um {time}',
  states: {
    ORDERING: 'Ihr Anruf wird bestellt',
    QUEUED: 'Gebucht, gleich geht es los',
    SCHEDULED: 'Für später gebucht',
    CALLING_AGENT: 'Wir rufen unser Team',
    HOLDING: 'Wir warten für Sie',
    CALLING_CUSTOMER: 'Ihr Telefon klingelt jetzt',
    CONNECTED: 'Sie sind verbunden',
    COMPLETED: 'Anruf beendet',
    CANCELLED: 'Anruf storniert',
    EXPIRED: 'Anruf aus den Augen verloren',
    UNCERTAIN: 'Buchung wird geprüft',
    REFUSED: 'Nicht gebucht',
    FAILED_AGENT: 'Unser Team war nicht erreichbar',
    FAILED_CUSTOMER: 'Sie waren nicht erreichbar',
    FAILED: 'Der Anruf kam nicht zustande',
    other: 'Neues zu Ihrem Anruf',
  },
  choose: 'Bitte wählen',
  open: 'Offen',
  closed: 'Geschlossen',
  closedUntil: 'Geschlossen, nächster Termin {when}',
  paused: 'Pausiert',
  number: 'Telefonnummer',
  useNumber: 'Weiter',
  numberHint: 'Mit Vorwahl, oder mit + und Landesvorwahl.',
  numberLetters: 'Eine Telefonnummer besteht aus Ziffern. Bitte entfernen Sie die Buchstaben.',
  numberShort: 'Das ist zu kurz. Bitte geben Sie die Nummer mit Vorwahl an.',
  numberLong: 'Das ist zu lang für eine Telefonnummer.',
  numberNone: 'Bitte geben Sie eine Telefonnummer ein.',
  day: 'Tag',
  timesOn: 'Zeiten am {day}',
  noon: ['Vormittag', 'Nachmittag', 'Abend'],
  inYourZone: 'Zeiten in Ihrer Zone ({zone}); klein darunter die in {centre}.',
  bell: 'Benachrichtigungen',
  bellOn: 'Benachrichtigungen sind an',
  bellBlocked: 'Benachrichtigungen sind in diesem Browser gesperrt',
  sound: 'Ton',
};

const fr = {
  ...en,
  chatWith: 'Discuter avec {title}',
  conversation: 'Conversation',
  yourMessage: 'Votre message',
  write: 'Écrire un message',
  send: 'Envoyer',
  youSaid: 'Vous :',
  answering: 'L’assistant répond',
  suggested: 'Réponses proposées',
  intro: 'Bonjour ! Je peux vous faire rappeler. De quoi s’agit-il ?',
  suggestions: ['Rappelez-moi', 'Où est mon appel ?', 'Que pouvez-vous faire ?'],
  connection: {
    connecting: 'Connexion…',
    connected: 'Connecté',
    reconnecting: 'Reconnexion…',
    offline: 'Hors ligne. Reprise dès votre retour…',
  },
  sending: 'Envoi…',
  waiting: 'Pas encore envoyé. Ce sera fait dès que la connexion revient.',
  failed: 'Non envoyé.',
  tooLong: 'Veuillez rester en dessous de {most} caractères.',
  again: 'Réessayer',
  yourCall: 'Votre appel : {queue}',
  showCall: 'Afficher votre appel',
  since: 'depuis {time}',
  until: 'dans {time}',
  done: 'à {time}',
  states: {
    ORDERING: 'Nous demandons votre appel',
    QUEUED: 'Réservé, il va commencer',
    SCHEDULED: 'Réservé pour plus tard',
    CALLING_AGENT: 'Nous appelons notre équipe',
    HOLDING: 'Nous patientons pour vous',
    CALLING_CUSTOMER: 'Votre téléphone sonne',
    CONNECTED: 'Vous êtes en ligne',
    COMPLETED: 'Appel terminé',
    CANCELLED: 'Appel annulé',
    EXPIRED: 'Votre appel a été perdu de vue',
    UNCERTAIN: 'Réservation en cours de vérification',
    REFUSED: 'Non réservé',
    FAILED_AGENT: 'Notre équipe était injoignable',
    FAILED_CUSTOMER: 'Vous étiez injoignable',
    FAILED: 'L’appel n’a pas abouti',
    other: 'Du nouveau pour votre appel',
  },
  choose: 'Choisissez',
  open: 'Ouvert',
  closed: 'Fermé',
  closedUntil: 'Fermé, prochain créneau {when}',
  paused: 'En pause',
  number: 'Numéro de téléphone',
  useNumber: 'Continuer',
  numberHint: 'Avec l’indicatif, ou + et le code du pays.',
  numberLetters: 'Un numéro ne contient que des chiffres. Veuillez retirer les lettres.',
  numberShort: 'C’est trop court. Veuillez indiquer le numéro complet.',
  numberLong: 'C’est trop long pour un numéro de téléphone.',
  numberNone: 'Veuillez saisir un numéro de téléphone.',
  day: 'Jour',
  timesOn: 'Horaires du {day}',
  noon: ['Matin', 'Après-midi', 'Soir'],
  inYourZone: 'Horaires dans votre fuseau ({zone}) ; en petit, ceux de {centre}.',
  bell: 'Notifications',
  bellOn: 'Les notifications sont activées',
  bellBlocked: 'Les notifications sont bloquées dans ce navigateur',
  sound: 'Son',
};

export const LANGUAGES = { en, de, fr };

let words = en;
let language = 'en';

/** Speak this language (a BCP 47 tag), or English if it is none of ours; returns what is spoken from now on. */
export function speak(...tags) {
  const short = tags.map((tag) => String(tag ?? '').toLowerCase().split('-')[0]);
  const known = short.findIndex((tag) => Object.hasOwn(LANGUAGES, tag));
  const own = known >= 0 ? String(tags[known]) : 'en';
  words = LANGUAGES[known >= 0 ? short[known] : 'en'];
  try {
    [language] = Intl.getCanonicalLocales(own); // with its region, for the way that times are written
  } catch {
    language = short[known] ?? 'en';
  }
  return language;
}

/** Whether this language (a tag) is the one spoken, whatever its region. */
export function isSpoken(tag) {
  return language.split('-')[0] === String(tag).toLowerCase().split('-')[0];
}

/** The language spoken, for `Intl`. */
export function spoken() {
  return language;
}

/** A text by its dotted name, with `{values}` filled in. Plain text: whoever shows it escapes it. */
export function t(name, values = {}) {
  const found = name.split('.').reduce((tree, step) => tree?.[step], words);
  if (typeof found !== 'string') return found;
  return found.replace(/\{(\w+)\}/g, (whole, key) => (Object.hasOwn(values, key) ? String(values[key]) : whole));
}

/** The first things that a person might say: what each says, and what it sends, which the assistant understands. */
export function suggestions() {
  return words.suggestions.map((title, place) => ({ title, payload: en.suggestions[place] }));
}

/** How a suggestion that was sent is shown; undefined for any other text. */
export function suggested(text) {
  return words.suggestions[en.suggestions.indexOf(text)];
}

/** The name of a call's state; a state of the future has a name too. */
export function stateName(state) {
  const names = words.states;
  return Object.hasOwn(names, state) ? names[state] : names.other;
}
