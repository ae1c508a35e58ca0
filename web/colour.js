// One colour of a company becomes a set that can be read: every text on it or in it keeps a contrast of 4.5 to 1.

const CONTRAST = 4.5; // WCAG 2.1, AA
const WHITE = [255, 255, 255];
const BLACK = [10, 14, 21];
const LIGHT_GROUNDS = [[246, 248, 252], [232, 240, 254]];
const DARK_GROUND = [43, 56, 82];

/** `#rgb` or `#rrggbb`, the sign may be missing; `[red, green, blue]` or null. */
export function readColour(text) {
  const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text);
  if (!found) return null;
  const hex = found[1].length === 3 ? found[1].replace(/./g, '$&$&') : found[1];
  return [0, 2, 4].map((place) => Number.parseInt(hex.slice(place, place + 2), 16));
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, 1 to 21. */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function mix(colour, other, share) {
  return colour.map((part, place) => Math.round(part * (1 - share) + other[place] * share));
}

function readable(colour, grounds, towards) {
  for (let share = 0; share < 1; share += 0.04) {
    const tried = mix(colour, towards, share);
    if (grounds.every((ground) => contrast(tried, ground) >= CONTRAST)) return tried;
  }
  return towards;
}

const css = (colour) => `rgb(${colour.join(' ')})`;
const both = (light, dark) => `light-dark(${css(light)}, ${css(dark)})`;

/** The CSS variables for a company's colour, for light and dark. */
export function brandColours(colour) {
  const ink = contrast(colour, WHITE) >= CONTRAST ? WHITE : contrast(colour, BLACK) >= CONTRAST ? BLACK : WHITE;
  const ground = readable(colour, [ink], ink === WHITE ? BLACK : WHITE);
  const light = readable(colour, LIGHT_GROUNDS, BLACK);
  const dark = readable(colour, [DARK_GROUND], WHITE);
  return {
    '--header': css(ground),
    '--header-ink': css(ink),
    '--header-soft': css(ink),
    '--user': css(ground),
    '--user-ink': css(ink),
    '--accent': both(light, dark),
    '--accent-soft': both(mix(light, WHITE, 0.92), mix(dark, [19, 26, 38], 0.85)),
    '--focus': both(light, dark),
  };
}
