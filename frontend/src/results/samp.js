// Other programs of the desk by SAMP: a hub is looked for only when somebody sends something.

import { samp } from "sampjs";

import { say } from "../frame/say.js";
import { siteUrl } from "../frame/site.js";
import { answerUrl, queryOfRows } from "./files.js";
import { vectorOf } from "./sphere.js";

/** @typedef {import("./actions.js").Shown} Shown */

/** Addresses longer than this are refused by servers. */
const LONGEST = 60_000;

/** Files sent at once. */
const MOST_FILES = 50;

/** The block that messages of others are for: the one that sent last. @type {Shown | null} */
let current = null;

/** Tables that were sent, by identifier: the place of each of their rows. @type {Map<string, {shown: Shown, rows: number[] | null}>} */
const sent = new Map();

/** @type {any} */
let connector = null;

// sampjs forgets to declare this variable, for which a module throws an error.
globalThis.oc = null;

/**
 * Send something to all programs that take it.
 *
 * @param {"table" | "selection" | "files" | "coverage"} what
 * @param {Shown} shown
 * @returns {Promise<string>} what to tell the user
 */
export async function sendBySamp(what, shown) {
  const messages = await messagesOf(what, shown);
  if (typeof messages === "string") return messages;
  current = shown;
  const connection = await connect();
  if (!connection) return say("No SAMP hub answers. Start TOPCAT or Aladin, let the browser reach it, and send again.");
  const takers = await ask(connection, "getSubscribedClients", [messages[0]["samp.mtype"]]);
  for (const message of messages) connection.notifyAll([message]);
  const n = Object.keys(takers ?? {}).length;
  if (!n) return say("A hub is there, but no program that takes this.");
  return say("Sent. Programs that take it: {n}.", { n });
}

/** @returns {Promise<any>} the connection; null if there is no hub or the user refused */
function connect() {
  connector ??= makeConnector();
  return new Promise((resolve) => connector.runWithConnection(resolve, () => resolve(null)));
}

/** Ask the hub. @param {any} connection @param {string} method @param {any[]} values @returns {Promise<any>} */
function ask(connection, method, values) {
  return new Promise((resolve) => connection[method](values, resolve, () => resolve(null)));
}

function makeConnector() {
  const tracker = new samp.ClientTracker();
  const on = (mtype, act) => {
    tracker.callHandler[mtype] = (_, message) => act(message["samp.params"]);
  };
  on("coord.pointAt.sky", ({ ra, dec }) => current?.sky?.pointAt(vectorOf([Number(ra), Number(dec)])));
  on("table.highlight.row", (values) => {
    const found = rowsOf(values, [values.row]);
    if (!found) return;
    found.shown.selection.hover(found.rows[0]);
    found.shown.table?.show(found.rows[0]);
  });
  on("table.select.rowList", (values) => {
    const found = rowsOf(values, [values["row-list"]].flat());
    found?.shown.selection.select(found.rows);
  });
  const about = {
    "samp.name": document.title || "gammavo",
    "samp.description.text": say("Results of queries at {address}", { address: siteUrl("") }),
    "samp.icon.url": document.querySelector("link[rel=icon]")?.href ?? "",
  };
  const made = new samp.Connector(about["samp.name"], about, tracker, tracker.calculateSubscriptions());
  addEventListener("pagehide", () => made.unregister());
  return made;
}

/** Return the rows of ours that a message about a table means. */
function rowsOf({ "table-id": id, url }, places) {
  const known = sent.get(id) ?? sent.get(url);
  if (!known) return null;
  const rows = places.map(Number).map((place) => known.rows?.[place] ?? place);
  return { shown: known.shown, rows: rows.filter((row) => row < known.shown.selection.count) };
}

/** @returns {Promise<any[] | string>} the messages, or why there are none */
async function messagesOf(what, shown) {
  const { result, meanings, selection } = shown;
  const rows = selection.selectedRows();
  if (what === "coverage") {
    const values = { "coverage-id": siteUrl("coverage"), url: siteUrl("coverage/smoc.fits"), name: document.title };
    return [new samp.Message("coverage.load.moc.fits", values)];
  }
  if (what === "files") return fileMessages(shown, rows);
  if (what === "table") {
    return tableMessage(shown, answerUrl(result.query, "votable", result.maxrec), null);
  }
  const query = await queryOfRows(result, meanings, rows);
  if (!query) return say("These rows cannot be asked for alone: send the whole table.");
  return tableMessage(shown, answerUrl(`${query}\nORDER BY obs_publisher_did`, "votable", rows.length), inOrder(shown, rows));
}

/** Rows as the server sorts them: by the identifiers of their products. */
function inOrder({ result, meanings }, rows) {
  const key = (row) => result.rows[row][meanings.did];
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function tableMessage(shown, url, rows) {
  if (url.length > LONGEST) return say("These are too many rows for one address: select fewer.");
  const id = `gammavo-${sent.size + 1}-${Date.now()}`;
  sent.set(id, { shown, rows });
  sent.set(url, { shown, rows });
  return [new samp.Message("table.load.votable", { "table-id": id, url, name: document.title })];
}

function fileMessages({ result, meanings }, rows) {
  const urls = [...new Set(rows.map((row) => result.rows[row][meanings.accessUrl]).filter(Boolean))];
  if (!urls.length) return say("The selected rows have no files.");
  if (urls.length > MOST_FILES) return say("At most {n} files are sent at once.", { n: MOST_FILES });
  return urls.map((url) => {
    const name = decodeURIComponent(new URL(url, location.href).pathname.split("/").pop());
    return new samp.Message("table.load.fits", { "table-id": url, url, name });
  });
}
