// Results of queries: asked for by TAP, as anybody could.

import { say } from "../frame/say.js";
import { siteUrl } from "../frame/site.js";
import { textsReady } from "./texts.js";

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} datatype
 * @property {string | null} arraysize
 * @property {string | null} unit
 * @property {string | null} ucd
 * @property {string | null} utype
 * @property {string | null} xtype
 * @property {string | null} description
 *
 * @typedef {object} Result
 * @property {string} query the ADQL; empty if only the address is known
 * @property {string} url where the same result can be got again
 * @property {Column[]} columns
 * @property {any[][]} rows
 * @property {boolean} overflow whether there are more rows than were sent
 * @property {number} [maxrec] rows that were asked for at most
 */

/** A query that the server refused. `line` and `column` are 0 if it named no place. */
export class QueryError extends Error {
  /** @param {string} message @param {number} [line] @param {number} [column] */
  constructor(message, line = 0, column = 0) {
    super(message);
    this.name = "QueryError";
    this.line = line;
    this.column = column;
  }
}

/**
 * Ask a query and wait for its rows.
 *
 * @param {{query: string, maxrec?: number | string, signal?: AbortSignal}} question
 * @returns {Promise<Result>}
 */
export async function loadResult({ query, maxrec, signal }) {
  const parameters = new URLSearchParams({ LANG: "ADQL", QUERY: query });
  if (maxrec) parameters.set("MAXREC", String(maxrec));
  const body = new URLSearchParams([...parameters, ["RESPONSEFORMAT", "json"]]);
  const answer = await send(siteUrl("tap/sync"), { method: "POST", body, signal });
  const url = `${siteUrl("tap/sync")}?${parameters}`;
  return { query, url, maxrec: Number(maxrec) || undefined, ...(await readRows(answer)) };
}

/**
 * Read a result that is there already, as that of a job. It must be JSON.
 *
 * @param {string} url
 * @param {{query?: string, signal?: AbortSignal}} [options] the query, if it is known
 * @returns {Promise<Result>}
 */
export async function loadFrom(url, { query = "", signal } = {}) {
  const answer = await send(url, { signal });
  return { query, url, ...(await readRows(answer)) };
}

/**
 * Send a request; a refusal is thrown as an error.
 *
 * @param {string} url
 * @param {RequestInit} options
 */
export async function send(url, options) {
  const answer = await reach(url, options);
  if (!answer.ok) throw refusal(await answer.text(), answer.status);
  return answer;
}

/**
 * Send a request, and return whatever answer there is.
 *
 * @param {string} url
 * @param {RequestInit} options
 */
export async function reach(url, options) {
  await textsReady;
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new QueryError(say("The server cannot be reached."));
  }
}

/** Return the rows of an answer in JSON. @param {Response} answer */
export async function readRows(answer) {
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!kind.includes("json")) {
    throw new QueryError(say("This result is not shown here: it has the format {kind}.", { kind }));
  }
  const { metadata, data, overflow, error } = await answer.json();
  if (error) throw new QueryError(error);
  return { columns: metadata, rows: data, overflow: Boolean(overflow) };
}

/**
 * Return what a refusal says, and the place in the query that it names.
 *
 * @param {string} text a VOTable with an INFO, or a plain text
 * @param {number} status
 */
function refusal(text, status) {
  const tree = new DOMParser().parseFromString(text, "application/xml");
  const info = [...tree.getElementsByTagName("INFO")].find(
    (element) => element.getAttribute("name") === "QUERY_STATUS",
  );
  const said = info?.getAttribute("value") === "ERROR" ? info.textContent : text;
  const message = said?.trim() || say("The server answers with the error {status}.", { status });
  const place = message.match(/^Line (\d+), column (\d+): /);
  if (!place) return new QueryError(message);
  return new QueryError(message.slice(place[0].length), Number(place[1]), Number(place[2]));
}
