// The sky without WebGL: Aitoff's projection of Galactic coordinates as SVG, like the one
// that the server draws.

import { outlinesOf } from "./places.js";
import { fromGalactic, RADIAN, toGalactic } from "./sphere.js";

/**
 * @typedef {import("./places.js").Place} Place
 * @typedef {import("./sphere.js").Direction} Direction
 * @typedef {"all" | "selected" | "hovered"} Layer
 */

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 372;
const SCALE = (WIDTH / 2 - 10) / Math.PI;

/** The sky as SVG, with the methods of AladinSky. */
export class FlatSky {
  /** @param {HTMLElement} place */
  constructor(place) {
    /** There are no tiles in this picture. @type {Array<{url: string, title: string}>} */
    this.surveys = [];
    this.svg = element("svg", { class: "allsky results-flat", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.svg.append(...frame());
    this.layers = {};
    for (const name of ["all", "selected", "hovered"]) {
      this.layers[name] = element("g", { class: `is-${name}` });
      this.svg.append(this.layers[name]);
    }
    place.append(this.svg);
  }

  /** Draw places in a layer, in place of those before. @param {Layer} name @param {Place[]} places */
  draw(name, places) {
    const marks = places.map((place) => {
      const path = outlinesOf(place).map(outline).join(" ");
      if (path) return element("path", { class: "footprint", d: path });
      const [cx, cy] = aitoff(place.centre);
      return element("circle", { class: "footprint", cx, cy, r: 2.5 });
    });
    this.layers[name].replaceChildren(...marks);
  }

  /** The whole sky is seen always. */
  look() {}

  zoom() {}

  showCoverage() {}

  /** @param {Direction} direction @returns {ArrayLike<number>} pixels */
  project(direction) {
    const [x, y] = aitoff(direction);
    const { left, top, factor } = this.placing();
    return [left + x * factor, top + y * factor];
  }

  /** @param {number} x @param {number} y @returns {Direction | null} */
  unproject(x, y) {
    const { left, top, factor } = this.placing();
    return fromAitoff((x - left) / factor, (y - top) / factor);
  }

  /** Degrees of a pixel in the middle. */
  scale() {
    return 1 / (RADIAN * SCALE * this.placing().factor);
  }

  /** Where the picture lies in its element: it keeps its shape. */
  placing() {
    const { width, height } = this.svg.getBoundingClientRect();
    const factor = Math.min(width / WIDTH, height / HEIGHT);
    return { left: (width - WIDTH * factor) / 2, top: (height - HEIGHT * factor) / 2, factor };
  }

  destroy() {
    this.svg.remove();
  }
}

/** @param {string} name @param {Record<string, any>} attributes */
function element(name, attributes, text = "") {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

/** Edge, grid and labels. */
function frame() {
  const count = (first, last, step) =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, place) => first + place * step);
  const meridian = (l) => count(-90, 90, 6).map((b) => /** @type {Direction} */ ([l, b]));
  const parallel = (b) => count(-180, 180, 6).map((l) => /** @type {Direction} */ ([l, b]));
  const edge = [...meridian(180), ...meridian(-180).reverse()];
  const lines = [...count(-120, 120, 60).map(meridian), ...count(-60, 60, 30).map(parallel)];
  const labels = count(-120, 120, 60).map((l) => {
    const [x, y] = flat([l, 0]);
    return element("text", { x, y: y + 14, "text-anchor": "middle" }, `${(l + 360) % 360}°`);
  });
  return [
    element("path", { class: "sky", d: `${path(edge)}Z` }),
    ...lines.map((line) => element("path", { class: "grid", d: path(line) })),
    ...labels,
  ];
}

/** Return the path of a polygon; in two parts where the edge of the map cuts it. @param {Direction[]} corners */
function outline(corners) {
  const turned = corners.map(toGalactic).map(([l, b]) => [l > 180 ? l - 360 : l, b]);
  const unwrapped = [turned[0]];
  for (const [l, b] of turned.slice(1)) {
    const before = unwrapped[unwrapped.length - 1][0];
    unwrapped.push([before + ((((l - before + 180) % 360) + 360) % 360) - 180, b]);
  }
  const [first, last] = [unwrapped[0], unwrapped[unwrapped.length - 1]];
  if (Math.abs(last[0] - first[0]) > 180) {
    // It goes around a pole: close it by way of the pole.
    const [pole, end] = [Math.sign(first[1]) * 90, first[0] + Math.sign(last[0] - first[0]) * 360];
    unwrapped.push([end, first[1]], [end, pole], [first[0], pole]);
  }
  const longitudes = unwrapped.map(([l]) => l);
  const [low, high] = [Math.min(...longitudes), Math.max(...longitudes)];
  return [-360, 0, 360]
    .filter((shift) => low + shift < 180 && high + shift > -180)
    .map((shift) => {
      const part = unwrapped.map(([l, b]) => [Math.max(-180, Math.min(180, l + shift)), b]);
      return `${path(/** @type {Direction[]} */ (part))}Z`;
    })
    .join(" ");
}

/** @param {Direction[]} directions Galactic */
function path(directions) {
  return `M${directions.map((d) => flat(d).map((c) => c.toFixed(1)).join(" ")).join("L")}`;
}

/** @param {Direction} direction ICRS */
function aitoff(direction) {
  const [l, b] = toGalactic(direction);
  return flat([l > 180 ? l - 360 : l, b]);
}

/** Return x and y in the picture. @param {Direction} direction Galactic, longitude -180 to 180 @returns {[number, number]} */
function flat([l, b]) {
  const [half, latitude] = [(l * RADIAN) / 2, b * RADIAN];
  const alpha = Math.acos(Math.max(-1, Math.min(1, Math.cos(latitude) * Math.cos(half))));
  const stretch = alpha > 1e-9 ? alpha / Math.sin(alpha) : 1;
  const x = 2 * Math.cos(latitude) * Math.sin(half) * stretch;
  return [WIDTH / 2 - SCALE * x, HEIGHT / 2 - SCALE * Math.sin(latitude) * stretch];
}

/** Return the direction, ICRS, of a place in the picture; null outside of the sky. @returns {Direction | null} */
function fromAitoff(column, line) {
  const [x, y] = [(WIDTH / 2 - column) / SCALE / 2, (HEIGHT / 2 - line) / SCALE];
  const alpha = Math.hypot(x, y);
  if (alpha > Math.PI / 2) return null;
  const sinc = alpha > 1e-9 ? Math.sin(alpha) / alpha : 1;
  const b = Math.asin(Math.max(-1, Math.min(1, y * sinc)));
  const half = Math.atan2(x * sinc, Math.cos(alpha));
  return fromGalactic([(2 * half) / RADIAN, b / RADIAN]);
}
