// Files of a result or of selected rows: by TAP where a query says the same, else made here.

import { make } from "../frame/dom.js";
import { siteUrl } from "../frame/site.js";
import { splitDid } from "./columns.js";
import { plainText } from "./format.js";
import { loadResult } from "./load.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./load.js").Column} Column
 * @typedef {import("./columns.js").Meanings} Meanings
 */

/** Formats of the TAP service and what they are called. */
export const FORMATS = {
  votable: "VOTable",
  fits: "FITS",
  csv: "CSV",
  tsv: "TSV",
  ecsv: "ECSV",
  parquet: "Parquet",
  json: "JSON",
};

/** Formats that can be written here. */
export const OWN_FORMATS = { votable: "VOTable", csv: "CSV" };

/** Addresses longer than this are sent as forms. */
const LONG = 6000;

/** Return the address of a query's answer. @param {string} query @param {string} format @param {number} [maxrec] */
export function answerUrl(query, format, maxrec) {
  const values = { LANG: "ADQL", QUERY: query, RESPONSEFORMAT: format };
  const parameters = new URLSearchParams(values);
  if (maxrec) parameters.set("MAXREC", String(maxrec));
  return `${siteUrl("tap/sync")}?${parameters}`;
}

/** Save what a query answers. @param {string} query @param {string} format @param {number} [maxrec] */
export function saveAnswer(query, format, maxrec) {
  const url = answerUrl(query, format, maxrec);
  if (url.length < LONG) follow(url, `result.${format === "votable" ? "vot" : format}`);
  else post(siteUrl("tap/sync"), [...new URL(url).searchParams]);
}

/** Save the runs of products as a package. @param {string[]} products @param {"tar" | "zip"} format */
export function savePackage(products, format) {
  const values = [...products.map((product) => ["ID", product]), ["FORMAT", format]];
  post(siteUrl("package"), values, "_self"); // always a file, so this page stays
}

/** Save an address as a file. @param {string} url @param {string} name */
export function follow(url, name) {
  const link = make("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {string} url @param {string[][]} values @param {string} [target] where a text would be shown */
function post(url, values, target = "_blank") {
  const fields = values.map(([name, value]) => make("input", { type: "hidden", name, value }));
  const form = make("form", { method: "post", action: url, target }, ...fields);
  document.body.append(form);
  form.submit();
  form.remove();
}

/** Save a text as a file. @param {string} text @param {string} name @param {string} type */
function saveText(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Write rows of a result to a file. @param {Result} result @param {number[]} rows @param {string} format */
export function saveRows({ columns, rows }, chosen, format) {
  const some = chosen.map((row) => rows[row]);
  if (format === "csv") saveText(csvOf(columns, some), "selection.csv", "text/csv");
  else saveText(votableOf(columns, some), "selection.vot", "application/x-votable+xml");
}

/** RFC 4180. @param {Column[]} columns @param {any[][]} rows */
export function csvOf(columns, rows) {
  const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (values) => values.map((value) => quote(plainText(value))).join(",");
  return [line(columns.map(({ name }) => name)), ...rows.map(line), ""].join("\r\n");
}

/** VOTable 1.4, TABLEDATA. @param {Column[]} columns @param {any[][]} rows */
export function votableOf(columns, rows) {
  const space = "http://www.ivoa.net/xml/VOTable/v1.3";
  const tree = document.implementation.createDocument(space, "VOTABLE");
  const add = (parent, name, attributes = {}, text = "") => {
    const element = tree.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.textContent = text;
    return parent.appendChild(element);
  };
  tree.documentElement.setAttribute("version", "1.4");
  const table = add(add(tree.documentElement, "RESOURCE", { type: "results" }), "TABLE");
  for (const [place, { description, ...attributes }] of columns.entries()) {
    const field = add(table, "FIELD", { ID: `c${place}`, ...attributes });
    if (description) add(field, "DESCRIPTION", {}, description);
  }
  const data = add(add(table, "DATA"), "TABLEDATA");
  for (const values of rows) {
    const line = add(data, "TR");
    for (const value of values) add(line, "TD", {}, plainText(value));
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(tree)}\n`;
}

/** Columns of ivoa.obscore, asked for once. @type {Promise<Set<string>> | null} */
let obscore = null;

/**
 * Return the ADQL that gives the selected rows; null if there is none: their columns must all
 * be those of ObsCore, whose rows have identifiers.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 * @param {number[]} chosen
 */
export async function queryOfRows({ columns, rows }, { did }, chosen) {
  if (did < 0 || !columns.every(({ utype }) => utype?.startsWith("obscore:"))) return null;
  const names = "SELECT column_name FROM tap_schema.columns WHERE table_name = 'ivoa.obscore'";
  obscore ??= loadResult({ query: names }).then((known) => new Set(known.rows.flat()));
  const known = await obscore;
  if (!columns.every(({ name }) => known.has(name))) return null;
  const products = [...new Set(chosen.map((row) => rows[row][did]))];
  const texts = products.map((product) => `'${String(product).replaceAll("'", "''")}'`);
  const list = columns.map(({ name }) => name).join(", ");
  return `SELECT ${list}\nFROM ivoa.obscore\nWHERE obs_publisher_did IN (\n  ${texts.join(",\n  ")})`;
}

/**
 * Return the identifiers of the products of rows; with `runs`, one for each run.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 * @param {number[]} chosen
 * @param {{runs?: boolean}} [options]
 * @returns {string[]}
 */
export function productsOf({ rows }, { did }, chosen, { runs = false } = {}) {
  const found = new Map();
  for (const row of chosen) {
    const product = did < 0 ? null : rows[row][did];
    const parts = splitDid(product);
    if (!parts) continue;
    const key = runs ? `${parts.release}?${parts.run}` : product;
    if (!found.has(key)) found.set(key, product);
  }
  return [...found.values()];
}
