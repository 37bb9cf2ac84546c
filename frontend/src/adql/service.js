// What the page asks of TAP: rows at once, and jobs.

/**
 * @typedef {{name: string, fields: object[], content: Blob}} Upload
 * @typedef {{query: string, maxrec: string, format: string, uploads: Upload[]}} Request
 * @typedef {{name: string, datatype: string, arraysize: string | null, unit: string | null,
 *   ucd: string | null, utype: string | null, xtype: string | null,
 *   description: string | null}} ColumnMeta
 * @typedef {{query: string, url: string, columns: ColumnMeta[], rows: any[][],
 *   overflow: boolean}} Result
 * @typedef {{id: string, phase: string, runId: string | null, creationTime: string}} JobEntry
 */

/** A job's name has room for so many characters. */
const NAME_LENGTH = 60;

/** An error that the service told. */
export class ServiceError extends Error {}

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
 * Send a form; return the answer, or throw what the service says instead.
 *
 * @param {string} url
 * @param {RequestInit} init
 */
async function send(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new ServiceError(errorText(await response.text()));
  return response;
}

/** Return the message of an error document, or the text itself. @param {string} text */
export function errorText(text) {
  if (!text.trimStart().startsWith("<")) return text.trim();
  const parsed = new DOMParser().parseFromString(text, "text/xml");
  const told = [...parsed.getElementsByTagName("INFO")].find(
    (info) => info.getAttribute("name") === "QUERY_STATUS",
  );
  return told?.textContent?.trim() || parsed.documentElement.textContent?.trim() || text;
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
  const body = queryForm({ ...request, format: "json" });
  const response = await send(`${tap}/sync`, { method: "POST", body, signal });
  const found = await response.json();
  if (found.error) throw new ServiceError(found.error);
  const { metadata: columns, data: rows, overflow } = found;
  return { query: request.query, url: response.url, columns, rows, overflow };
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
 * @param {{query: string, table: import("./votable.js").Table}} made
 * @param {AbortSignal} signal
 */
export async function rowsOfTable(tap, { query, table }, signal) {
  const result = await askRows(tap, { ...contentOf(table), format: "json" }, signal);
  return { ...result, query };
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
