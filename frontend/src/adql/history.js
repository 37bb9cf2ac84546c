// Queries that were run in this browser: kept here only, nobody else sees them.

import { button, make } from "../frame/dom.js";
import { amount } from "../frame/say.js";

/** Where they are kept in localStorage, the latest first. */
const KEY = "gammavo.queries";
const MOST = 100;

/** @typedef {{query: string, maxrec: string, name: string, at: string, rows: number | null}} Past */

/** @returns {Past[]} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.flatMap(readPast) : [];
  } catch {
    return []; // somebody else wrote there, or storage is switched off
  }
}

/** Return what is of use in an entry: nothing if it has no query. @param {any} past */
function readPast(past) {
  if (typeof past?.query !== "string") return [];
  const { query, name, maxrec, at, rows } = past;
  const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");
  const count = Number.isInteger(rows) ? rows : null;
  return [{ query, maxrec: text(maxrec), name: text(name), at: text(at), rows: count }];
}

/** @param {Past[]} all */
function write(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all.slice(0, MOST)));
  } catch {
    // Storage is full or switched off: the list of this page goes on without it.
  }
}

/**
 * Show and keep the history.
 *
 * @param {HTMLElement} place
 * @param {{texts: Record<string, string>, open: (past: Past) => void,
 *   run: (past: Past) => void, share: (past: Past) => void}} options
 */
export function openHistory(place, { texts, open, run, share }) {
  const change = (/** @type {(all: Past[]) => Past[]} */ edit) => {
    write(edit(read()));
    show();
  };
  const rename = (/** @type {Past} */ past) => {
    const name = prompt(texts.name, past.name);
    if (name === null) return;
    change((all) => all.map((other) => (other.query === past.query ? { ...other, name } : other)));
  };
  const remove = (/** @type {Past} */ past) =>
    change((all) => all.filter(({ query }) => query !== past.query));
  const entry = (/** @type {Past} */ past) => {
    const link = make("button", { type: "button", class: "btn btn-link adql-entry" }, title(past));
    link.addEventListener("click", () => open(past));
    return make(
      "li",
      {},
      link,
      make("small", {}, when(past, texts)),
      make(
        "div",
        { class: "btn-group" },
        button(texts.again, "play", () => run(past)),
        button(texts.rename, "pencil", () => rename(past)),
        button(texts.share, "share", () => share(past)),
        button(texts.delete, "trash", () => remove(past)),
      ),
    );
  };
  const show = () => {
    const all = read();
    if (!all.length) return place.replaceChildren(make("p", { class: "small" }, texts.noHistory));
    const forget = () => confirm(texts.clearAsk) && change(() => []);
    const clear = button(texts.clear, "trash", forget, { text: true });
    place.replaceChildren(make("ul", { class: "plain-list adql-list" }, ...all.map(entry)), clear);
  };
  show();
  addEventListener("storage", show);
  return {
    /** Keep a query that was answered; one that was there moves to the top. */
    add(/** @type {string} */ query, /** @type {string} */ maxrec, /** @type {number} */ rows) {
      change((all) => {
        const name = all.find((past) => past.query === query)?.name ?? "";
        const at = new Date().toISOString();
        return [{ query, maxrec, name, at, rows }, ...all.filter((past) => past.query !== query)];
      });
    },
  };
}

function title(/** @type {Past} */ { name, query }) {
  return name || query.replace(/\s+/g, " ").trim().slice(0, 120);
}

function when(/** @type {Past} */ { at, rows }, /** @type {Record<string, string>} */ texts) {
  const style = /** @type {const} */ ({ dateStyle: "short", timeStyle: "short" });
  const isTime = !Number.isNaN(Date.parse(at));
  const time = isTime ? new Date(at).toLocaleString(document.documentElement.lang, style) : "";
  const count = rows === null ? "" : texts.rows.replace("%s", amount(rows));
  return [time, count].filter(Boolean).join(" · ");
}
