// What the columns of a result mean, told by their UCD, utype and xtype.

/** @typedef {import("./load.js").Column} Column */

/**
 * Places of the columns that have a meaning here; -1 where there is none.
 *
 * @typedef {Record<"ra" | "dec" | "longitude" | "latitude" | "point" | "region" | "start" | "stop"
 *   | "time" | "exposure" | "energyLow" | "energyHigh" | "shortest" | "longest" | "energy"
 *   | "zenith" | "offset" | "did" | "accessUrl" | "accessFormat" | "size" | "obsId" | "target"
 *   | "productType", number>} Meanings
 */

/** Ways to know each meaning, the surest first. @type {Record<string, Array<(column: Column) => boolean>>} */
const SIGNS = {
  ra: [utype("Position2D.Value2.C1"), main("pos.eq.ra"), ucd("pos.eq.ra")],
  dec: [utype("Position2D.Value2.C2"), main("pos.eq.dec"), ucd("pos.eq.dec")],
  longitude: [main("pos.galactic.lon"), ucd("pos.galactic.lon")],
  latitude: [main("pos.galactic.lat"), ucd("pos.galactic.lat")],
  point: [xtype("point", "adql:point")],
  region: [
    utype("SpatialAxis.Coverage.Support.Area"),
    xtype("adql:region", "circle", "polygon", "shape"),
    ucd("pos.outline"),
  ],
  start: [utype("Bounds.Limits.StartTime"), ucd("time.start")],
  stop: [utype("Bounds.Limits.StopTime"), ucd("time.end")],
  time: [ucd("time.epoch")],
  exposure: [utype("TimeAxis.Coverage.Support.Extent"), ucd("time.duration")],
  energyLow: [utype("Bounds.Limits.EnergyLo"), ucd("em.energy", "stat.min")],
  energyHigh: [utype("Bounds.Limits.EnergyHi"), ucd("em.energy", "stat.max")],
  shortest: [utype("SpectralAxis.Coverage.Bounds.Limits.LoLimit"), ucd("em.wl", "stat.min")],
  longest: [utype("SpectralAxis.Coverage.Bounds.Limits.HiLimit"), ucd("em.wl", "stat.max")],
  energy: [main("em.energy"), exactly("em.energy")],
  zenith: [ucd("pos.az.zd"), named("zenith", "zenith_angle", "zen_pnt")],
  offset: [ucd("pos.angdistance"), named("offset", "offset_angle", "target_offset")],
  did: [utype("Curation.publisherDID"), named("obs_publisher_did")],
  accessUrl: [utype("Access.reference"), ucd("meta.ref.url")],
  accessFormat: [utype("Access.format")],
  size: [utype("Access.size")],
  obsId: [utype("DataID.observationID"), named("obs_id")],
  target: [utype("Target.name"), named("target_name")],
  productType: [utype("ObsDataset.dataProductType")],
};

/** @param {string} end */
function utype(end) {
  return (/** @type {Column} */ column) =>
    (column.utype ?? "").toLowerCase().endsWith(end.toLowerCase());
}

/** First word of the UCD begins so; all of the others are among its words. @param {string} first @param {...string} others */
function ucd(first, ...others) {
  return (/** @type {Column} */ column) => {
    const words = (column.ucd ?? "").toLowerCase().split(";");
    return words[0].startsWith(first) && others.every((word) => words.includes(word));
  };
}

/** @param {string} first */
function main(first) {
  return ucd(first, "meta.main");
}

/** @param {string} whole */
function exactly(whole) {
  return (/** @type {Column} */ column) => (column.ucd ?? "").toLowerCase() === whole;
}

/** @param {...string} types */
function xtype(...types) {
  return (/** @type {Column} */ column) => types.includes((column.xtype ?? "").toLowerCase());
}

/** @param {...string} names */
function named(...names) {
  return (/** @type {Column} */ column) => names.includes(column.name.toLowerCase());
}

/** Return what the columns mean. @param {Column[]} columns @returns {Meanings} */
export function recognise(columns) {
  const found = {};
  for (const [meaning, signs] of Object.entries(SIGNS)) {
    found[meaning] = -1;
    for (const sign of signs) {
      if (found[meaning] < 0) found[meaning] = columns.findIndex(sign);
    }
  }
  return /** @type {Meanings} */ (found);
}

const NUMBERS = new Set(["short", "int", "long", "float", "double", "unsignedByte"]);

/** Tell whether each value of a column is one number. @param {Column} column */
export function isNumeric(column) {
  return NUMBERS.has(column.datatype) && (!column.arraysize || column.arraysize === "1");
}

/**
 * Return release and run of a product's identifier, ivo://<authority>/<release>?<run>/<product>.
 *
 * @param {unknown} did
 * @returns {{release: string, run: string} | null}
 */
export function splitDid(did) {
  const parts = String(did ?? "").match(/^ivo:\/\/[^/?#]+\/([^/?#]+)\?([^/?#]+)\/[^?#]+$/);
  try {
    return parts && { release: parts[1], run: decodeURIComponent(parts[2]) };
  } catch {
    return null; // percent signs that encode nothing: any text can be in such a column
  }
}
