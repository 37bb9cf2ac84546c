// Directions on the sky as unit vectors. Angles are in degrees, directions in ICRS.

/** @typedef {[number, number]} Direction longitude and latitude, degrees */
/** @typedef {[number, number, number]} Vector */

export const RADIAN = Math.PI / 180;

/** From ICRS to Galactic (The Hipparcos and Tycho Catalogues, volume 1, 1.5.11). */
const TO_GALACTIC = [
  [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
  [+0.4941094278755837, -0.4448296299600112, +0.7469822444972189],
  [-0.8676661490190047, -0.1980763734312015, +0.4559837761750669],
];

/** @param {Direction} direction @returns {Vector} */
export function vectorOf([longitude, latitude]) {
  const [l, b] = [longitude * RADIAN, latitude * RADIAN];
  return [Math.cos(b) * Math.cos(l), Math.cos(b) * Math.sin(l), Math.sin(b)];
}

/** Longitude from 0 to 360. @param {Vector} vector @returns {Direction} */
export function directionOf([x, y, z]) {
  const longitude = Math.atan2(y, x) / RADIAN;
  return [(longitude + 360) % 360, Math.atan2(z, Math.hypot(x, y)) / RADIAN];
}

/** @param {Vector} one @param {Vector} other */
export function dot(one, other) {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

/** @param {Vector} one @param {Vector} other @returns {Vector} */
function cross(one, other) {
  return [
    one[1] * other[2] - one[2] * other[1],
    one[2] * other[0] - one[0] * other[2],
    one[0] * other[1] - one[1] * other[0],
  ];
}

/** @param {Vector} vector @returns {Vector} */
export function unit(vector) {
  const length = Math.hypot(...vector) || 1;
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** @param {Direction} direction in ICRS @returns {Direction} */
export function toGalactic(direction) {
  const vector = vectorOf(direction);
  return directionOf(/** @type {any} */ (TO_GALACTIC.map((row) => dot(/** @type {any} */ (row), vector))));
}

/** @param {Direction} direction in Galactic coordinates @returns {Direction} */
export function fromGalactic(direction) {
  const [x, y, z] = vectorOf(direction);
  const [a, b, c] = TO_GALACTIC;
  return directionOf([0, 1, 2].map((axis) => a[axis] * x + b[axis] * y + c[axis] * z));
}

/** Return the mean of directions, and how far the farthest is from it. @param {Vector[]} vectors */
export function surrounding(vectors) {
  const sum = [0, 0, 0];
  for (const vector of vectors) for (const axis of [0, 1, 2]) sum[axis] += vector[axis];
  const centre = unit(/** @type {Vector} */ (sum));
  let least = 1;
  for (const vector of vectors) least = Math.min(least, dot(centre, vector));
  return { centre, radius: Math.acos(Math.max(-1, least)) / RADIAN };
}

/**
 * Return the direction at a distance from another.
 *
 * @param {Direction} start
 * @param {number} distance
 * @param {number} angle from North over East
 * @returns {Direction}
 */
export function away(start, distance, angle) {
  const from = vectorOf(start);
  const [sin, cos] = [Math.sin(start[0] * RADIAN), Math.cos(start[0] * RADIAN)];
  const east = /** @type {Vector} */ ([-sin, cos, 0]);
  const north = cross(from, east);
  const [d, a] = [distance * RADIAN, angle * RADIAN];
  const parts = [0, 1, 2].map(
    (axis) =>
      from[axis] * Math.cos(d) +
      (north[axis] * Math.cos(a) + east[axis] * Math.sin(a)) * Math.sin(d),
  );
  return directionOf(/** @type {Vector} */ (parts));
}

/**
 * Tell whether a direction lies inside a polygon of great circles: seen from there, its
 * corners go all around.
 *
 * @param {Vector} point
 * @param {Vector[]} corners
 */
export function isInside(point, corners) {
  let turned = 0;
  for (const [place, corner] of corners.entries()) {
    const next = corners[(place + 1) % corners.length];
    const [one, other] = [cross(point, corner), cross(point, next)];
    turned += Math.atan2(dot(point, cross(one, other)), dot(one, other));
  }
  return Math.abs(turned) > Math.PI;
}
