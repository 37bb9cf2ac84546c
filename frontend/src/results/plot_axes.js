// What can be drawn along the axes of a plot: numbers of the result, and what follows from them.

import { say } from "../frame/say.js";
import { isNumeric } from "./columns.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./columns.js").Meanings} Meanings
 *
 * @typedef {object} Axis
 * @property {string} key
 * @property {string} label name and unit
 * @property {(values: any[]) => number | null} read what a row has
 * @property {boolean} [isTime] whether numbers are milliseconds as those of Date
 * @property {boolean} [isLog] whether a logarithmic scale is usual
 * @property {(values: any[]) => [number, number] | null} [range] ends of a bar, if it is one
 */

/** Day 0 of Unix time in MJD. */
const EPOCH = 40587;
const DAY = 86_400_000;

/** Planck's constant times the speed of light, TeV m (CODATA 2018, exact). */
const TEV_METRES = 1.239841984332003e-18;

/** How many TeV a unit of energy is. @type {Record<string, number>} */
const IN_TEV = { eV: 1e-12, keV: 1e-9, MeV: 1e-6, GeV: 1e-3, TeV: 1, PeV: 1e3 };

/** The axis that counts rows. */
export const COUNT = "count";

/**
 * Return what can be drawn.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 * @returns {Map<string, Axis>}
 */
export function axesOf(result, meanings) {
  const axes = [...timeAxes(result, meanings), ...energyAxes(result, meanings)];
  for (const [place, column] of result.columns.entries()) {
    if (!isNumeric(column)) continue;
    const label = column.unit ? `${column.name} [${column.unit}]` : column.name;
    axes.push({ key: `c${place}`, label, read: (values) => values[place] });
  }
  axes.push({ key: COUNT, label: say("Number of rows"), read: () => null });
  return new Map(axes.map((axis) => [axis.key, axis]));
}

/** @returns {Axis[]} */
function timeAxes({ columns }, { start, time }) {
  const place = start >= 0 ? start : time;
  if (place < 0 || !isNumeric(columns[place])) return [];
  const { unit } = columns[place];
  if (unit && unit !== "d") return [];
  const read = (values) => (values[place] === null ? null : (values[place] - EPOCH) * DAY);
  return [{ key: "time", label: say("Date (TT)"), read, isTime: true }];
}

/** @returns {Axis[]} */
function energyAxes({ columns }, { energyLow, energyHigh, shortest, longest, energy }) {
  const found = [];
  const factor = IN_TEV[columns[energyLow]?.unit ?? ""];
  if (factor && energyHigh >= 0) {
    found.push((values) => [values[energyLow] * factor, values[energyHigh] * factor]);
  } else if (shortest >= 0 && longest >= 0 && columns[longest].unit === "m") {
    found.push((values) => [TEV_METRES / values[longest], TEV_METRES / values[shortest]]);
  }
  const ranges = found.map((ends) => {
    const range = (values) => {
      const both = ends(values);
      return both.every((end) => Number.isFinite(end) && end > 0) ? both : null;
    };
    const read = (values) => {
      const both = range(values);
      return both && Math.sqrt(both[0] * both[1]);
    };
    return { key: "energies", label: say("Energy range [TeV]"), read, range, isLog: true };
  });
  const one = IN_TEV[columns[energy]?.unit ?? ""];
  if (!one) return ranges;
  const read = (values) => (values[energy] === null ? null : values[energy] * one);
  return [...ranges, { key: "energy", label: say("Energy [TeV]"), read, isLog: true }];
}

/**
 * Return the plots that are offered: title, axes.
 *
 * @param {Map<string, Axis>} axes
 * @param {Meanings} meanings
 * @returns {Array<{title: string, x: string, y: string}>}
 */
export function usualPlots(axes, meanings) {
  const column = (place) => (axes.has(`c${place}`) ? `c${place}` : "");
  const exposure = column(meanings.exposure);
  const other = exposure || (axes.has("energy") ? "energy" : COUNT);
  const along = axes.has("time") ? "time" : COUNT;
  const plots = [
    { title: say("Time"), x: axes.has("time") ? "time" : "", y: other },
    { title: say("Energy"), x: axes.has("energies") ? along : "", y: "energies" },
    { title: say("Energy"), x: axes.has("energy") ? "energy" : "", y: COUNT },
    { title: say("Zenith"), x: column(meanings.zenith), y: other },
    { title: say("Offset"), x: column(meanings.offset), y: other },
  ];
  return plots.filter(({ x, y }) => x && y && x !== y && !(x === COUNT && y === "energies"));
}
