// How values are written in the table: as many digits as help, never more than there are.

/** @typedef {import("./load.js").Column} Column */

/** Digits behind the point by unit. @type {Record<string, number>} */
const DECIMALS = { deg: 5, d: 6, s: 2, h: 3, arcsec: 2, arcmin: 3 };

/** Digits of other numbers. */
const DIGITS = 6;

/** Return what writes the values of a column. @param {Column} column @returns {(value: any) => string} */
export function writerOf(column) {
  if (column.datatype !== "double" && column.datatype !== "float") return plainText;
  const decimals = DECIMALS[column.unit ?? ""];
  return (value) => {
    if (typeof value !== "number") return plainText(value);
    const size = Math.abs(value);
    if (decimals !== undefined && size < 1e7 && (size > 0.01 || size === 0)) {
      return String(Number(value.toFixed(decimals)));
    }
    return String(Number(value.toPrecision(DIGITS)));
  };
}

/** Return a value as a text that holds all of it. @param {any} value */
export function plainText(value) {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(plainText).join(" ") : String(value);
}
