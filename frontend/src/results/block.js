// A result as sky, plots and table that share one selection.

import "./block.css";

import { button, make } from "../frame/dom.js";
import { amount, say } from "../frame/say.js";
import { makeActions } from "./actions.js";
import { isNumeric, recognise, splitDid } from "./columns.js";
import { hasPlaces } from "./places.js";
import { Selection } from "./selection.js";
import { columnChooser } from "./table_chooser.js";
import { textsReady } from "./texts.js";
import { ViewAddress } from "./view_address.js";

/** @typedef {import("./load.js").Result} Result */
/** @typedef {import("./columns.js").Meanings} Meanings */

/**
 * Show a result in an element, in place of what is there.
 *
 * @param {HTMLElement} element
 * @param {Result} result
 * @param {{title?: string}} [options] title of the block
 * @returns {{destroy: () => void, update: (result: Result) => void, ready: Promise<void>}}
 */
export function mountResults(element, result, { title } = {}) {
  let block = new Block(element, result, title);
  return {
    get ready() {
      return block.ready;
    },
    destroy: () => block.destroy(),
    update(next) {
      block.destroy();
      block = new Block(element, next, title);
    },
  };
}

/** A part is made when a page's height is left to scroll. @type {IntersectionObserverInit} */
const SOON_SEEN = { rootMargin: "100%" };

/** One result that is shown. */
class Block {
  /** @param {HTMLElement} element @param {Result} result @param {string} [title] */
  constructor(element, result, title) {
    this.element = element;
    this.result = result;
    this.title = title;
    this.meanings = recognise(result.columns);
    this.selection = new Selection(result.rows.length);
    this.address = new ViewAddress(result, this.meanings);
    /** Parts that are shown. @type {Array<{destroy(): void}>} */
    this.parts = [];
    this.listening = new AbortController();
    this.ready = this.show();
  }

  get gone() {
    return this.listening.signal.aborted;
  }

  async show() {
    await textsReady;
    if (this.gone) return;
    const rows = this.result.rows.length;
    const sky = rows > 0 && hasPlaces(this.meanings);
    const plots = rows > 1 && this.result.columns.some(isNumeric);
    this.views = {
      ...(sky && { sky: view("sky", say("Sky")) }),
      ...(plots && { plots: view("plots", say("Plots")) }),
      table: view("table", say("Table")),
    };
    this.root = make(
      "section",
      { class: "results", "aria-label": this.title ?? say("Result") },
      this.header(),
      this.switcher(),
      make("div", { class: "results-views", "data-views": Object.keys(this.views).length }, ...Object.values(this.views)),
    );
    this.choose(sky && rows < 5000 ? "sky" : "table");
    this.element.replaceChildren(this.root);
    this.listen();
    await this.openTable();
    if (this.gone) return;
    this.keepSelection();
    this.openWhenSeen("sky", async (place) => {
      const { SkyPanel } = await import("./sky.js");
      return new SkyPanel(place, this.result, this.meanings, this.selection);
    });
    this.openWhenSeen("plots", async (place) => {
      const { PlotPanel } = await import("./plots.js");
      return new PlotPanel(place, this.result, this.meanings, this.selection, this.address);
    });
  }

  /** Select what the address says, and keep there what is selected from now on. */
  keepSelection() {
    const { selection, address } = this;
    const rows = address.rows();
    if (rows.length) selection.select(rows);
    const keep = () => address.keepRows(selection.selectedRows());
    selection.addEventListener("select", keep, { signal: this.listening.signal });
  }

  header() {
    this.count = make("p", { class: "results-count" });
    this.chosen = make("span", { class: "results-chosen", role: "status" });
    this.clear = button(say("Clear selection"), "x-lg", () => this.selection.select([]), { text: true });
    this.actions = makeActions(this);
    const title = this.title ? make("h2", {}, this.title) : null;
    const line = make("div", { class: "results-line" }, this.count, this.chosen, this.clear);
    return make("header", { class: "results-head" }, title, line, this.actions.element);
  }

  /** Buttons that choose what a phone shows. */
  switcher() {
    const buttons = Object.entries(this.views).map(([name, { ariaLabel }]) => {
      const properties = { type: "button", class: "btn btn-sm btn-quiet", "data-view": name };
      return make("button", { ...properties, onclick: () => this.choose(name) }, ariaLabel);
    });
    const label = say("Show");
    return make("div", { class: "btn-group results-switch", role: "group", "aria-label": label }, ...buttons);
  }

  /** @param {string} name */
  choose(name) {
    this.root.dataset.shown = name;
    for (const one of this.root.querySelectorAll("[data-view]")) {
      one.setAttribute("aria-pressed", String(one.dataset.view === name));
    }
  }

  async openTable() {
    const { ResultTable } = await import("./table.js");
    if (this.gone) return;
    const place = make("div", { class: "results-grid-holder" });
    this.views.table.append(place);
    this.table = this.keep(new ResultTable(place, this.result, this.meanings, this.selection));
    await this.table.ready;
    if (this.gone) return;
    this.table.follows(this.address);
    const clear = button(say("Clear filters"), "funnel", () => this.table.clearFilters(), { text: true });
    place.before(make("div", { class: "results-bar" }, columnChooser(this.table), clear));
  }

  /**
   * Make a part when its place is first seen: a phone shows one at a time.
   *
   * @param {string} name
   * @param {(place: HTMLElement) => Promise<{destroy(): void, resize?(): void}>} open
   */
  openWhenSeen(name, open) {
    const place = this.views?.[name];
    if (!place || this.gone) return;
    const observer = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      const part = await open(place);
      if (this.gone) part.destroy();
      else this[name] = this.keep(part);
    }, SOON_SEEN);
    observer.observe(place);
    this.keep({ destroy: () => observer.disconnect() });
  }

  /** Remember a part, to end it with the block. */
  keep(part) {
    this.parts.push(part);
    return part;
  }

  listen() {
    const { signal } = this.listening;
    const tell = () => this.tell();
    this.selection.addEventListener("select", tell, { signal });
    this.selection.addEventListener("filter", tell, { signal });
    this.tell();
  }

  /** Say how many rows there are, are shown, are selected. */
  tell() {
    const { selection, result, meanings } = this;
    const values = { n: result.rows.length, shown: selection.shown?.size ?? 0 };
    const one = result.rows.length === 1 && !selection.shown;
    const all = one ? say("1 row") : say("{n} rows", values);
    const counted = selection.shown ? say("{shown} of {n} rows", values) : all;
    const more = result.overflow ? ` · ${say("There are more; these were sent.")}` : "";
    this.count.textContent = counted + more;
    const { size } = selection.selected;
    this.chosen.textContent = size ? say("{n} selected", { n: size }) + this.livetime(meanings.exposure) : "";
    this.clear.hidden = size === 0;
    this.actions.update();
  }

  /** Time of the selected runs, each counted once. @param {number} column */
  livetime(column) {
    const { result, selection, meanings } = this;
    if (column < 0 || result.columns[column].unit !== "s") return "";
    const runs = new Map();
    for (const row of selection.selected) {
      const values = result.rows[row];
      runs.set(runOf(values, meanings) ?? row, values[column] ?? 0);
    }
    const hours = [...runs.values()].reduce((sum, seconds) => sum + seconds, 0) / 3600;
    return ` · ${amount(Number(hours.toPrecision(3)))} h`;
  }

  destroy() {
    this.listening.abort();
    for (const part of this.parts) part.destroy();
    this.root?.remove();
  }
}

/** Return what tells a run: two releases may call theirs alike. @param {any[]} values @param {Meanings} meanings */
function runOf(values, { did, obsId }) {
  const parts = did < 0 ? null : splitDid(values[did]);
  if (parts) return `${parts.release} ${parts.run}`;
  return obsId < 0 ? null : values[obsId];
}

/** @param {string} name @param {string} label */
function view(name, label) {
  return make("section", { class: `results-view results-${name}`, "aria-label": label });
}
