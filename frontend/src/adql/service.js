// What the page asks of TAP: rows at once, and jobs.

import { loadResult, readRows, send } from "../results/load.js";

/**
 * @typedef {{name: string, fields: object[], content: Blob}} Upload
 * @typedef {{query: string, maxrec: string, format: string, uploads: Upload[]}} Request
 * @typedef {import("../results/load.js").Result} Result
 * @typedef {{id: string, phase: string, runId: string | null, creationTime: string}} JobEntry
 */

/** A job's name has room for so many characters. */
const NAME_LENGTH = 60;

/** Return the form that TAP takes. @param {Request} request */
export function queryForm({ query, maxrec, format, uploads }) {
  const form = new FormData();
  form.set("REQUEST", "doQuery");
  form.set("LANG", "ADQL");
  form.set("QUERY", query);
  form.set("FORMAT", format);
  if (maxrec) form.set("MAXREC", maxrec);
  uploads.forEach(({ name, content }, number) => {
    form.append("UPLOAD", `${name},param:table${number}`);
    form.set(`table${number}`, content, `${name}.vot`);
  });
  return form;
}

/**
 * Run a query and wait for its rows.
 *
 * @param {string} tap
 * @param {Request} request
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export async function askRows(tap, request, signal) {
  const { query, maxrec, uploads } = request;
  if (!uploads.length) return loadResult({ query, maxrec, signal });
  const body = queryForm({ ...request, format: "json" });
  const answer = await send(`${tap}/sync`, { method: "POST", body, signal });
  // Without the tables of the user nobody gets these rows again: no query, no address.
  const url = URL.createObjectURL(await answer.clone().blob());
  return { query: "", url, ...(await readRows(answer)) };
}

/** Have a file made in one of the formats. @param {string} tap @param {Request} request */
export async function askFile(tap, request) {
  const response = await send(`${tap}/sync`, { method: "POST", body: queryForm(request) });
  const name = response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1];
  return { name: name ?? "result", content: await response.blob() };
}

/** Make a job and start it; return its id. @param {string} tap @param {Request} request */
export async function startJob(tap, request) {
  const body = queryForm(request);
  body.set("RUNID", request.query.replace(/\s+/g, " ").trim().slice(0, NAME_LENGTH));
  body.set("PHASE", "RUN");
  const headers = { Accept: "application/json" };
  const response = await send(`${tap}/async`, { method: "POST", body, headers });
  return (await response.json()).jobId;
}

/** List the jobs of this session, the latest first. @returns {Promise<JobEntry[]>} */
export async function listJobs(/** @type {string} */ tap) {
  const { jobs } = await (await send(`${tap}/async?LAST=50`, asJson())).json();
  return jobs;
}

/**
 * Read a job; with a phase given, when it is no longer in that, or after some time.
 *
 * @param {string} tap
 * @param {string} id
 * @param {{phase?: string, signal?: AbortSignal}} [wait]
 */
export async function readJob(tap, id, { phase, signal } = {}) {
  const query = phase ? `?WAIT=25&PHASE=${phase}` : "";
  const url = `${tap}/async/${encodeURIComponent(id)}${query}`;
  return (await send(url, { ...asJson(), signal })).json();
}

/** Stop a job. @param {string} tap @param {string} id */
export async function abortJob(tap, id) {
  const body = new URLSearchParams({ PHASE: "ABORT" });
  await send(`${tap}/async/${encodeURIComponent(id)}/phase`, { method: "POST", body });
}

/** Delete a job with its result. @param {string} tap @param {string} id */
export async function deleteJob(tap, id) {
  const headers = { Accept: "application/json" };
  await send(`${tap}/async/${encodeURIComponent(id)}`, { method: "DELETE", headers });
}

/**
 * Return the rows that a job made, whatever table format its file has: the server reads
 * the file again as an upload.
 *
 * @param {string} tap
 * @param {import("./votable.js").Table} table
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export function rowsOfTable(tap, table, signal) {
  return askRows(tap, { ...contentOf(table), format: "json" }, signal);
}

/**
 * Return the request that gives a table back.
 *
 * @param {import("./votable.js").Table} table
 * @param {string} [maxrec]
 */
export function contentOf(table, maxrec = "") {
  const uploads = [{ name: "result", ...table }];
  return { query: "SELECT * FROM TAP_UPLOAD.result", maxrec, format: "", uploads };
}

/** Return the address of a job's result. @param {string} tap @param {string} id */
export function resultUrl(tap, id) {
  return `${tap}/async/${encodeURIComponent(id)}/results/result`;
}

function asJson() {
  return { headers: { Accept: "application/json" }, cache: "no-store" };
}
