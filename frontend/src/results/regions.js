// Regions of the sky as results have them: STC-S (ObsCore), or DALI circles and polygons.

import { away, fromGalactic } from "./sphere.js";

/**
 * @typedef {import("./sphere.js").Direction} Direction
 *
 * @typedef {object} Circle
 * @property {Direction} centre
 * @property {number} radius degrees
 *
 * @typedef {object} Region
 * @property {Circle[]} circles
 * @property {Direction[][]} polygons
 */

const SHAPE = /\b(CIRCLE|POLYGON|BOX|RANGE)\b([^A-Z]*(?:\b(?:ICRS|FK5|FK4|GALACTIC|UNKNOWNFRAME)\b)?[^()A-Z]*)/gi;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

/** Corners of a band between two longitudes, on each of its two parallels. */
const STEPS = 24;

/**
 * Read a region.
 *
 * @param {unknown} value a text, or the numbers of a DALI circle or polygon
 * @param {string | null} xtype
 * @returns {Region | null} null if it is nothing that has an outline here
 */
export function readRegion(value, xtype) {
  if (value === null || value === undefined) return null;
  const region = { circles: [], polygons: [] };
  const kind = (xtype ?? "").toLowerCase();
  if (kind === "circle" || kind === "polygon") {
    add(region, kind, Array.isArray(value) ? value : numbersOf(String(value)));
  } else {
    for (const [, shape, rest] of String(value).matchAll(SHAPE)) {
      const turned = /GALACTIC/i.test(rest);
      add(region, shape.toLowerCase(), numbersOf(rest.replace(/[A-Z]+\d?\b/gi, " ")), turned);
    }
  }
  return region.circles.length || region.polygons.length ? region : null;
}

/** @param {string} text */
function numbersOf(text) {
  return [...text.matchAll(NUMBER)].map(Number);
}

/** @param {Region} region @param {string} kind @param {number[]} numbers @param {boolean} [turned] */
function add(region, kind, numbers, turned = false) {
  const icrs = (/** @type {Direction} */ direction) => (turned ? fromGalactic(direction) : direction);
  if (kind === "circle" && numbers.length >= 3) {
    region.circles.push({ centre: icrs([numbers[0], numbers[1]]), radius: numbers[2] });
  } else if (kind === "polygon" && numbers.length >= 6) {
    region.polygons.push(pairs(numbers).map(icrs));
  } else if (kind === "box" && numbers.length >= 4) {
    region.polygons.push(box(numbers).map(icrs));
  } else if (kind === "range" && numbers.length >= 4) {
    region.polygons.push(range(numbers).map(icrs));
  }
}

/** @param {number[]} numbers @returns {Direction[]} */
function pairs(numbers) {
  const half = Math.floor(numbers.length / 2);
  return Array.from({ length: half }, (_, place) => [numbers[2 * place], numbers[2 * place + 1]]);
}

/** @param {number[]} numbers centre, width, height @returns {Direction[]} */
function box([longitude, latitude, width, height]) {
  const distance = Math.hypot(width, height) / 2;
  const angle = (Math.atan2(width, height) * 180) / Math.PI;
  const corners = [angle, 180 - angle, 180 + angle, -angle];
  return corners.map((corner) => away([longitude, latitude], distance, corner));
}

/** @param {number[]} numbers two longitudes, two latitudes @returns {Direction[]} */
function range([first, last, low, high]) {
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
  const above = steps.map((step) => [first + step * (last - first), low]);
  const below = steps.map((step) => [last + step * (first - last), high]);
  return /** @type {Direction[]} */ ([...above, ...below]);
}
