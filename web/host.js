// The page's side of the launcher (embed.js): what it tells the site that shows it in a frame, and what it hears.
// Only the origin that the launcher named is talked to; who may name itself at all, the page's policy has decided.

function query(name) {
  return new URLSearchParams(location.search).get(name) ?? '';
}

/** The origin of the site around the frame; empty if this page stands alone. */
function hostOrigin() {
  if (window.parent === window) return '';
  try {
    return new URL(query('host')).origin;
  } catch {
    return '';
  }
}

/** Tells the site something: `tell('unread', { count, label })`, `tell('close')`. Nothing happens without a site. */
export function tell(kind, detail = {}) {
  const origin = hostOrigin();
  if (origin && origin !== 'null') window.parent.postMessage({ ...detail, ringback: kind }, origin);
}

/**
 * Hears the site, and says that the page is ready. Calls `shown(byPerson)` when the frame is opened, `hidden()` when it
 * is closed; Escape in this page closes it. Returns `attended()`: whether the person can see the page at the moment.
 */
export function listen({ shown = () => {}, hidden = () => {} } = {}) {
  const origin = hostOrigin();
  let open = !origin;
  window.addEventListener('message', (event) => {
    if (!origin || event.source !== window.parent || event.origin !== origin) return;
    if (event.data?.ringback === 'shown') {
      open = true;
      shown(event.data.focus === true);
    } else if (event.data?.ringback === 'hidden') {
      open = false;
      hidden();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) tell('close');
  });
  tell('ready');
  return () => open && !document.hidden;
}
