// Where the rows of a result are on the sky: rows with the same region or position are one
// place.

import { readRegion } from "./regions.js";
import { away, directionOf, dot, fromGalactic, isInside, RADIAN, surrounding, vectorOf } from "./sphere.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./columns.js").Meanings} Meanings
 * @typedef {import("./sphere.js").Direction} Direction
 * @typedef {import("./sphere.js").Vector} Vector
 *
 * @typedef {object} Place
 * @property {number[]} rows
 * @property {Direction} centre
 * @property {Vector} vector
 * @property {import("./regions.js").Region | null} region
 */

/** Corners of the polygon that stands for a circle. */
const CORNERS = 48;

/** Tell whether rows of a result may have a place on the sky. @param {Meanings} meanings */
export function hasPlaces({ ra, dec, longitude, latitude, point, region }) {
  const pair = (ra >= 0 && dec >= 0) || (longitude >= 0 && latitude >= 0);
  return pair || point >= 0 || region >= 0;
}

/**
 * Return the places of the rows.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 * @returns {Place[]}
 */
export function placesOf(result, meanings) {
  const { region: regionColumn } = meanings;
  const xtype = result.columns[regionColumn]?.xtype ?? null;
  const found = new Map();
  for (const [row, values] of result.rows.entries()) {
    const position = positionOf(values, meanings);
    const written = regionColumn < 0 ? null : values[regionColumn];
    const key = `${written} ${position}`;
    const known = found.get(key);
    if (known) known.rows.push(row);
    else if (known === undefined) found.set(key, place(row, position, readRegion(written, xtype)));
  }
  return [...found.values()].filter(Boolean);
}

/** @returns {Direction | null} */
function positionOf(values, { ra, dec, longitude, latitude, point }) {
  const icrs = [values[ra], values[dec]];
  if (icrs.every(Number.isFinite)) return /** @type {Direction} */ (icrs);
  const galactic = [values[longitude], values[latitude]];
  if (galactic.every(Number.isFinite)) return fromGalactic(/** @type {Direction} */ (galactic));
  const written = values[point];
  const numbers = Array.isArray(written) ? written : String(written ?? "").match(/[-+.\d]+/g);
  if (numbers?.length === 2) return /** @type {Direction} */ (numbers.map(Number));
  return null;
}

/** @returns {Place | null} */
function place(row, position, region) {
  const centre = position ?? centreOf(region);
  return centre && { rows: [row], centre, vector: vectorOf(centre), region };
}

/** @param {import("./regions.js").Region | null} region */
function centreOf(region) {
  if (!region) return null;
  const vectors = [...region.circles.map(({ centre }) => centre), ...region.polygons.flat()];
  return directionOf(surrounding(vectors.map(vectorOf)).centre);
}

/** Return the outlines of a place as polygons. @param {Place} place @returns {Direction[][]} */
export function outlinesOf({ region }) {
  if (!region) return [];
  const around = ({ centre, radius }) =>
    Array.from({ length: CORNERS }, (_, corner) => away(centre, radius, (360 * corner) / CORNERS));
  return [...region.circles.map(around), ...region.polygons];
}

/**
 * Return the place that somebody points at: the nearest one if it is near, else the one
 * that lies around and is nearest.
 *
 * @param {Iterable<Place>} places
 * @param {Direction} direction
 * @param {number} near degrees
 * @returns {Place | null}
 */
export function placeAt(places, direction, near) {
  const point = vectorOf(direction);
  const limit = Math.cos(near * RADIAN);
  let [nearest, around] = [null, null];
  let [best, bestAround] = [limit, -2];
  for (const candidate of places) {
    const closeness = dot(candidate.vector, point);
    if (closeness > best) [nearest, best] = [candidate, closeness];
    if (closeness > bestAround && contains(candidate, point)) {
      [around, bestAround] = [candidate, closeness];
    }
  }
  return nearest ?? around;
}

/** @param {Place} place @param {Vector} point */
function contains({ region }, point) {
  if (!region) return false;
  return (
    region.circles.some(
      ({ centre, radius }) => dot(vectorOf(centre), point) >= Math.cos(radius * RADIAN),
    ) || region.polygons.some((corners) => isInside(point, corners.map(vectorOf)))
  );
}
