// The run in other programs of the desk, by SAMP's web profile: TOPCAT, Aladin, DS9.

import { samp } from "sampjs";

/** @type {any} */
let connector = null;

/**
 * Send the event list of the run, and where it points.
 *
 * @param {DOMStringMap} run what the page says of it
 * @returns {Promise<"nohub" | "notaker" | "sent">} how it went
 */
export async function sendRun({ events, title, ra, dec }) {
  const connection = await connect();
  if (!connection) return "nohub";
  const table = new samp.Message("table.load.fits", { "table-id": events, url: events, name: title });
  const messages = [table];
  if (ra && dec) messages.push(new samp.Message("coord.pointAt.sky", { ra, dec }));
  const takers = await subscribers(connection, table["samp.mtype"]);
  for (const message of messages) connection.notifyAll([message]);
  return Object.keys(takers).length > 0 ? "sent" : "notaker";
}

/** @returns {Promise<any>} the connection, null if there is no hub or the user refused */
function connect() {
  if (!connector) {
    const about = { "samp.name": document.title };
    connector = new samp.Connector(document.title, about);
    addEventListener("pagehide", () => connector.unregister());
  }
  return new Promise((resolve) => connector.runWithConnection(resolve, () => resolve(null)));
}

/**
 * @param {any} connection
 * @param {string} type of a message
 * @returns {Promise<Record<string, unknown>>} programs that take it, by identifier
 */
function subscribers(connection, type) {
  return new Promise((resolve) =>
    connection.getSubscribedClients([type], resolve, () => resolve({})),
  );
}
