// Keeps the page as high as what can be seen: a phone's keyboard covers the rest, and where the browser does not say so
// in `dvh`, the visual viewport does.

export function followKeyboard() {
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
