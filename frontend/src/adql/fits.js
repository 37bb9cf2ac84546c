// FITS files: their first binary table, packed into a VOTable as the standard allows
// (VOTable 1.4 section 5.5), so that the server reads the rows themselves.

import { makeVotable } from "./votable.js";

const BLOCK = 2880;
const CARD = 80;
const TYPES = {
  L: "boolean",
  X: "bit",
  B: "unsignedByte",
  I: "short",
  J: "int",
  K: "long",
  A: "char",
  E: "float",
  D: "double",
  C: "floatComplex",
  M: "doubleComplex",
};

/** @typedef {{keys: Record<string, string>, start: number, data: number, end: number}} Hdu */

/**
 * Return the first table of a FITS file; one without columns if there is none.
 *
 * @param {ArrayBuffer} bytes
 */
export async function tableOfFits(bytes) {
  for (let hdu = readHdu(bytes, 0); hdu; hdu = readHdu(bytes, hdu.end)) {
    if (hdu.keys.XTENSION === "BINTABLE") {
      const file = new Blob([primary(), bytes.slice(hdu.start, hdu.end)]);
      const stream = `<FITS extnum="1"><STREAM encoding="base64">${await base64(file)}</STREAM></FITS>`;
      return makeVotable(fieldsOf(hdu.keys), [stream]);
    }
  }
  return makeVotable([], []);
}

/** Read the header of the unit at an offset. @returns {Hdu | null} */
function readHdu(/** @type {ArrayBuffer} */ bytes, /** @type {number} */ start) {
  const text = new TextDecoder("latin1");
  /** @type {Record<string, string>} */
  const keys = {};
  for (let at = start; at + CARD <= bytes.byteLength; at += CARD) {
    const card = text.decode(new Uint8Array(bytes, at, CARD));
    if (card.slice(0, 8).trim() === "END") {
      const data = start + Math.ceil((at + CARD - start) / BLOCK) * BLOCK;
      return { keys, start, data, end: data + Math.ceil(sizeOf(keys) / BLOCK) * BLOCK };
    }
    const value = card.match(/^([A-Z0-9_-]{1,8}) *= +(?:'((?:[^']|'')*)'|([^\s/']+))/);
    if (value) keys[value[1]] = (value[2]?.replaceAll("''", "'") ?? value[3]).trim();
  }
  return null;
}

/** Return how many bytes of data belong to a header. @param {Record<string, string>} keys */
function sizeOf(keys) {
  const axes = Number(keys.NAXIS ?? 0);
  if (!axes) return 0;
  let elements = 1;
  for (let axis = 1; axis <= axes; axis += 1) elements *= Number(keys[`NAXIS${axis}`] ?? 0);
  const bytes = Math.abs(Number(keys.BITPIX ?? 8)) / 8;
  return bytes * Number(keys.GCOUNT ?? 1) * (Number(keys.PCOUNT ?? 0) + elements);
}

/** @param {Record<string, string>} keys */
function fieldsOf(keys) {
  return Array.from({ length: Number(keys.TFIELDS ?? 0) }, (_, index) => {
    const number = index + 1;
    const [, repeat, type] = keys[`TFORM${number}`]?.match(/^(\d*)([A-Z])/) ?? [null, "", "?"];
    const many = repeat !== "" && (repeat !== "1" || type === "A");
    return {
      name: keys[`TTYPE${number}`] || `column${number}`,
      datatype: TYPES[type] ?? type,
      ...(many && { arraysize: repeat }),
      ...(keys[`TUNIT${number}`] && { unit: keys[`TUNIT${number}`] }),
      ...(keys[`TUCD${number}`] && { ucd: keys[`TUCD${number}`] }),
    };
  });
}

/** Return the header that each FITS file begins with. */
function primary() {
  const cards = ["SIMPLE  =                    T", "BITPIX  =                    8"];
  cards.push("NAXIS   =                    0", "EXTEND  =                    T", "END");
  return cards.map((card) => card.padEnd(CARD)).join("").padEnd(BLOCK);
}

/** @param {Blob} file @returns {Promise<string>} */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
