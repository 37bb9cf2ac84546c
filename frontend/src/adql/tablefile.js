// A file with a table in it, as the VOTable that the server takes.

import { tableOfFits } from "./fits.js";
import { readVotable, tableOfText } from "./votable.js";

/**
 * Read VOTable, FITS, CSV or TSV, packed with gzip or not.
 *
 * @param {Blob} file
 * @returns {Promise<import("./votable.js").Table>}
 */
export async function readTable(file) {
  let content = file;
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const unpacked = file.stream().pipeThrough(new DecompressionStream("gzip"));
    content = await new Response(unpacked).blob();
  }
  const head = (await content.slice(0, 1000).text()).trimStart();
  if (head.startsWith("SIMPLE  =")) return tableOfFits(await content.arrayBuffer());
  if (head.startsWith("<")) return readVotable(content);
  return tableOfText(await content.text());
}
