// How deep-chat itself looks: its input, its send button, and bubbles that only carry what render.js draws.

import { t } from './strings.js';

const SHEETS = ['bubbles.css', 'card.css', 'ask.css']; // for the chat's shadow tree
const MAX_CHARACTERS = 5000; // the server refuses more

const SEND_ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="currentColor">'
  + '<path d="M3.4 20.4 20.9 12.9c.8-.3.8-1.5 0-1.8L3.4 3.6c-.7-.3-1.4.3-1.3 1l1.4 5.7 9.5 1.7-9.5 1.7'
  + '-1.4 5.7c-.1.7.6 1.3 1.3 1z"/></svg>';

const BARE = {
  backgroundColor: 'transparent',
  padding: '0',
  margin: '0',
  maxWidth: '100%',
  borderRadius: '0',
  color: 'inherit',
};

const ROUND = {
  width: '44px',
  height: '44px',
  margin: '0',
  insetInlineEnd: '15px',
  insetBlockEnd: '14px',
  borderRadius: '50%',
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'center',
};

function sendButton(color) {
  return {
    container: { default: { ...ROUND, color }, hover: { backgroundColor: 'var(--accent-soft)' } },
    svg: { content: SEND_ICON, styles: { default: { width: '24px', height: '24px', margin: '0', filter: 'none' } } },
  };
}

async function sheet(name) {
  return (await fetch(new URL(name, import.meta.url))).text();
}

/** The properties that give a deep-chat element this page's looks. */
export async function look() {
  const active = sendButton('var(--accent)');
  const idle = sendButton('var(--control)');
  return {
    auxiliaryStyle: (await Promise.all(SHEETS.map(sheet))).join('\n'),
    chatStyle: {
      width: '100%',
      height: '100%',
      border: 'none',
      borderRadius: '0',
      backgroundColor: 'var(--canvas)',
      color: 'var(--ink)',
      fontFamily: 'var(--font)',
    },
    inputAreaStyle: { backgroundColor: 'var(--canvas)' },
    textInput: {
      characterLimit: MAX_CHARACTERS,
      placeholder: { text: t('write'), style: { color: 'var(--soft-ink)' } },
      styles: {
        container: {
          width: 'calc(100% - 24px)',
          margin: '8px 12px 12px',
          backgroundColor: 'var(--card)',
          color: 'var(--ink)',
          border: '1.5px solid var(--control)',
          borderRadius: '24px',
          boxShadow: 'none',
        },
        text: {
          padding: '12px 56px 12px 18px',
          fontSize: '16px', // smaller, and phones zoom in
          lineHeight: '1.4',
          color: 'var(--ink)',
          maxHeight: '30vh',
          overflowWrap: 'anywhere',
        },
        focus: { border: '1.5px solid var(--focus)', boxShadow: '0 0 0 1.5px var(--focus)' },
      },
    },
    submitButtonStyles: { position: 'inside-end', submit: active, loading: active, stop: active, disabled: idle },
    messageStyles: {
      html: {
        shared: { bubble: BARE, innerContainer: { width: '100%' }, outerContainer: { margin: '10px 0 0' } },
        user: { bubble: { ...BARE, maxWidth: '82%', marginRight: '16px', marginLeft: 'auto' } },
        // Its full width whatever it says: a card must not change its size with its words.
        ai: { bubble: { ...BARE, width: '88%', maxWidth: '88%', marginLeft: '16px' } },
      },
    },
  };
}
