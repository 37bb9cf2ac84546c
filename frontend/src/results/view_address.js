// How a result is looked at, in the fragment of the address: selected rows, filters, order,
// columns and axes. The query is before the fragment; whoever opens the address sees the same.

/** @typedef {import("./load.js").Result} Result */
/** @typedef {import("./columns.js").Meanings} Meanings */

/** More selected rows than this are too many for an address. */
export const MOST_ROWS = 200;

/** Whether the fragment was there before the result: after a load, or a step in the history. */
let isGiven = true;
addEventListener("popstate", () => (isGiven = true));

/** Tell whether a fragment says how to look at a result; others lead to places in the page. */
export function isView(/** @type {string} */ fragment) {
  return fragment.includes("=");
}

/** The fragment of the address, as long as one result is shown. */
export class ViewAddress {
  /** @param {Result} result @param {Meanings} meanings */
  constructor(result, meanings) {
    this.result = result;
    this.meanings = meanings;
    const given = isGiven && isView(location.hash) ? location.hash.slice(1) : "";
    this.values = new URLSearchParams(given);
    if (!isGiven && isView(location.hash)) this.write();
    isGiven = false;
  }

  /** @param {string} name @returns {string[]} */
  read(name) {
    return this.values.getAll(name);
  }

  /** @param {string} name @param {string[]} texts none: the name is left out */
  keep(name, texts) {
    if (texts.join("\n") === this.read(name).join("\n")) return;
    this.values.delete(name);
    for (const text of texts) this.values.append(name, text);
    this.write();
  }

  /** Return the rows that are selected. @returns {number[]} */
  rows() {
    const wanted = new Set(this.read("row"));
    if (!wanted.size) return [];
    return this.keys().flatMap((key, row) => (wanted.has(key) ? [row] : []));
  }

  /** Keep the selection, if it is not too large. @param {number[]} rows */
  keepRows(rows) {
    const keys = rows.length && rows.length <= MOST_ROWS ? this.keys() : [];
    this.keep("row", keys.length ? rows.map((row) => keys[row]) : []);
  }

  /** Return what tells each row: its run or its product if no other row has it, else its place. */
  keys() {
    const { rows } = this.result;
    for (const column of [this.meanings.obsId, this.meanings.did]) {
      if (column < 0) continue;
      const found = rows.map((values) => values[column]);
      const isKey = new Set(found).size === rows.length && !found.includes(null);
      if (isKey) return found.map(String);
    }
    return rows.map((_, row) => String(row + 1));
  }

  write() {
    const fragment = this.values.size ? `#${this.values}` : "";
    history.replaceState(history.state, "", location.pathname + location.search + fragment);
  }
}
