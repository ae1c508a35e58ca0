// Keeps in sight what the person looks at when a phone's keyboard takes half of the screen.

/** The page is as high as what can be seen: where the browser does not say so in `dvh`, the visual viewport does. */
function fitPage() {
  const view = window.visualViewport;
  if (!view || window.parent !== window) return;
  const fit = () => {
    const covered = window.innerHeight - view.height > 1 && view.scale < 1.01;
    document.documentElement.style.setProperty('--view', covered ? `${view.height}px` : '100dvh');
    if (covered) window.scrollTo(0, 0);
  };
  view.addEventListener('resize', fit);
  fit();
}

/** When the list gets lower, the field in use stays in sight, or else what stood at its lower edge. */
function fitList(list) {
  let height = list.clientHeight;
  new ResizeObserver(() => {
    const lost = height - list.clientHeight;
    height = list.clientHeight;
    const field = list.getRootNode().activeElement;
    if (field !== list && list.contains(field)) (field.closest('.rb-form') ?? field).scrollIntoView({ block: 'nearest' });
    else if (lost > 0) list.scrollTop += lost;
  }).observe(list);
}

export function followKeyboard(list) {
  fitPage();
  fitList(list);
}
