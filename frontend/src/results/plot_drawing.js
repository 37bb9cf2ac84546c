// What Plotly is given: points, bars, colours, axes.

import { COUNT } from "./plot_axes.js";

/** @typedef {import("./plot_axes.js").Axis} Axis */

/** Bars of a histogram. */
const BINS = 40;

/**
 * @typedef {object} Bins
 * @property {number[]} edges
 * @property {number[]} centres
 * @property {number[]} counts
 */

/** Return the colour of the page's style sheet. @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Look of the layers: all rows, those selected, the one that is pointed at. */
function look(layer) {
  const colours = [colour("--gv-brand"), colour("--gv-accent"), colour("--bs-body-color")];
  const marker = { color: colours[layer], size: [6, 8, 12][layer], opacity: [0.65, 1, 1][layer] };
  return layer < 2 ? marker : { ...marker, symbol: "circle-open", line: { width: 2 } };
}

/**
 * Return the trace of some rows.
 *
 * @param {any[][]} all rows of the result
 * @param {number[]} rows which of them
 * @param {{x: Axis, y: Axis, layer: number, bins: Bins | null}} what
 */
export function traceOf(all, rows, { x, y, layer, bins }) {
  const marker = look(layer);
  if (bins) return bars(all, rows, x, bins, marker);
  const trace = {
    type: "scatter",
    mode: "markers",
    x: rows.map((row) => x.read(all[row])),
    y: rows.map((row) => y.read(all[row])),
    customdata: rows,
    marker,
    selected: { marker: { opacity: marker.opacity } },
    unselected: { marker: { opacity: marker.opacity } },
    hoverinfo: layer === 0 ? "x+y" : "skip",
  };
  if (!y.range) return trace;
  const ends = rows.map((row) => y.range(all[row]) ?? [0, 0]);
  const error_y = {
    array: ends.map(([, high], place) => high - trace.y[place]),
    arrayminus: ends.map(([low], place) => trace.y[place] - low),
    color: marker.color,
    symmetric: false,
    thickness: layer ? 2 : 1,
    type: "data",
    width: 0,
  };
  return { ...trace, error_y };
}

function bars(all, rows, x, bins, marker) {
  const counts = countIn(all, rows, x, bins.edges);
  const width = bins.edges.slice(1).map((edge, bin) => edge - bins.edges[bin]);
  return {
    type: "bar",
    x: bins.centres,
    y: counts,
    width,
    marker: { color: marker.color, opacity: marker.opacity },
    hoverinfo: "x+y",
  };
}

/**
 * Count rows along an axis.
 *
 * @param {any[][]} all
 * @param {number[]} rows
 * @param {Axis} x
 * @param {boolean} isLog
 * @returns {Bins}
 */
export function histogram(all, rows, x, isLog) {
  const [scale, back] = isLog ? [Math.log10, (value) => 10 ** value] : [(value) => value, (value) => value];
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    const value = scale(x.read(all[row]));
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  const at = (bin) => back(low + ((high - low) * bin) / BINS);
  const edges = Array.from({ length: BINS + 1 }, (_, bin) => at(bin));
  const centres = Array.from({ length: BINS }, (_, bin) => (edges[bin] + edges[bin + 1]) / 2);
  return { edges, centres, counts: countIn(all, rows, x, edges) };
}

/** @returns {number[]} */
function countIn(all, rows, x, edges) {
  const counts = new Array(edges.length - 1).fill(0);
  for (const row of rows) {
    const value = x.read(all[row]);
    let [low, high] = [0, counts.length];
    if (!(value >= edges[0] * (1 - Math.sign(edges[0]) * 1e-12))) continue;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= edges[middle]) low = middle;
      else high = middle;
    }
    counts[low] += 1;
  }
  return counts;
}

/**
 * Return the layout of Plotly.
 *
 * @param {Axis} x
 * @param {Axis} y
 * @param {{logX: boolean, logY: boolean}} scales
 */
export function layoutOf(x, y, { logX, logY }) {
  const [ink, line] = [colour("--bs-body-color"), colour("--bs-border-color")];
  const style = (axis, isLog) => ({
    automargin: true,
    gridcolor: line,
    linecolor: line,
    title: { text: axis.label, standoff: 8 },
    type: axis.isTime ? "date" : isLog ? "log" : "linear",
    exponentformat: "power",
    zeroline: false,
  });
  return {
    autosize: true,
    barmode: "overlay",
    dragmode: "select",
    font: { color: ink, family: "inherit", size: 12 },
    hovermode: "closest",
    margin: { l: 50, r: 10, t: 28, b: 40 },
    modebar: { bgcolor: "transparent", color: colour("--bs-secondary-color"), activecolor: colour("--gv-brand") },
    newselection: { line: { color: ink, width: 1 } },
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    selectdirection: y.key === COUNT ? "h" : "any",
    showlegend: false,
    uirevision: `${x.key} ${y.key} ${logX} ${logY}`,
    xaxis: style(x, logX),
    yaxis: style(y, logY),
  };
}

/** Return what Plotly calls a place on an axis as the number that rows have. @param {string | number} value @param {Axis} axis */
export function numberOf(value, axis) {
  return axis.isTime ? Date.parse(`${String(value).replace(" ", "T")}Z`) : Number(value);
}
