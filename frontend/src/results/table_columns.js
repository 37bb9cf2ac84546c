// Columns of the table: titles with units, values, filters, links.

import { icon, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { siteUrl } from "../frame/site.js";
import { isNumeric, splitDid } from "./columns.js";
import { filterOf } from "./filters.js";
import { plainText, writerOf } from "./format.js";

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./load.js").Column} Column
 * @typedef {import("./selection.js").Selection} Selection
 * @typedef {import("./columns.js").Meanings} Meanings
 */

/** Up to so many columns all are shown at first. */
const FEW = 12;

/** Rows that tell whether a column says anything. */
const LOOKED_AT = 1000;

/** Texts longer than this are not shown at first when there are many columns. */
const LONG = 40;

/**
 * A row as Tabulator wants it, an object with a field per column: it reads the row of the
 * result, so that 100,000 rows are not copied. Fields are called c0, c1 …, since columns may
 * have any name.
 */
export class FieldRow {
  /** @param {any[]} values @param {number} row */
  constructor(values, row) {
    this.values = values;
    this.row = row;
  }

  /** Return the rows of a result. @param {Result} result */
  static allOf(result) {
    class Row extends FieldRow {}
    for (const place of result.columns.keys()) {
      Object.defineProperty(Row.prototype, `c${place}`, {
        get() {
          return this.values[place];
        },
        set() {
          // Tabulator writes what it has read when it makes a cell.
        },
      });
    }
    return result.rows.map((values, row) => new Row(values, row));
  }
}

/**
 * Return the definitions of Tabulator's columns.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 * @param {Selection} selection
 */
export function tableColumns(result, meanings, selection) {
  const hidden = hiddenAtFirst(result, meanings);
  const columns = result.columns.map((column, place) => ({
    ...valueColumn(column, place, meanings),
    visible: !hidden.has(place),
  }));
  return [choiceColumn(selection), ...linkColumn(meanings), ...columns];
}

/** @param {Column} column @param {number} place @param {Meanings} meanings */
function valueColumn(column, place, meanings) {
  const numeric = isNumeric(column);
  const write = writerOf(column);
  const label = say("Filter of {name}", { name: column.name });
  return {
    title: column.name,
    field: `c${place}`,
    sorter: numeric ? "number" : "string",
    hozAlign: numeric ? "right" : "left",
    titleFormatter: () => title(column),
    formatter: (cell) => content(cell, write, place === meanings.accessUrl),
    headerFilter: "input",
    headerFilterLiveFilter: true,
    headerFilterPlaceholder: numeric ? ">, .." : "",
    headerFilterParams: { elementAttributes: { "aria-label": label, title: filterHelp(numeric) } },
    headerFilterFunc: kept(numeric, write),
  };
}

/** @param {boolean} numeric */
function filterHelp(numeric) {
  return numeric ? say("For example >30, 10..20, null") : say("For example Crab, =Crab, !Crab, null");
}

/** Return a filter that reads what was typed once, not for each row. */
function kept(numeric, write) {
  let typed = null;
  let passes = null;
  return (text, value) => {
    if (text !== typed) {
      typed = text;
      passes = filterOf(String(text), numeric, write);
    }
    return passes === null || passes(value);
  };
}

/** Name and unit; UCD and description when pointed at. @param {Column} column */
function title({ name, unit, ucd, description }) {
  const about = [description, ucd && `UCD ${ucd}`].filter(Boolean).join("\n");
  const small = unit ? make("span", { class: "results-unit" }, unit) : null;
  return make("span", { title: about || null }, name, small && " ", small);
}

function content(cell, write, isLink) {
  const value = cell.getValue();
  const text = write(value);
  if (isLink && /^https?:\/\//.test(text)) {
    const name = text.split(/[?#]/)[0].split("/").pop() || text;
    return make("a", { href: text, title: text, download: true }, name);
  }
  const whole = plainText(value);
  return make("span", { title: whole.length > text.length || text.length > 24 ? whole : null }, text);
}

/** @param {Meanings} meanings */
function linkColumn({ did }) {
  if (did < 0) return [];
  const formatter = (cell) => {
    const parts = splitDid(cell.getData().values[did]);
    if (!parts) return document.createTextNode("");
    const href = siteUrl(`obs/${encodeURIComponent(parts.release)}/${encodeURIComponent(parts.run)}`);
    const label = say("Page of run {run}", { run: parts.run });
    return make("a", { href, title: label, "aria-label": label }, icon("box-arrow-up-right"));
  };
  const titleFormatter = () => make("span", { class: "visually-hidden" }, say("Page"));
  return [narrow({ field: "link", formatter, titleFormatter, title: say("Page") })];
}

/** @param {Selection} selection */
function choiceColumn(selection) {
  const titleFormatter = () => {
    const label = say("Select all rows shown");
    const all = make("input", { type: "checkbox", class: "results-all", "aria-label": label, title: label });
    all.addEventListener("click", (event) => event.stopPropagation());
    all.addEventListener("change", () => selection.select(all.checked ? selection.shownRows() : []));
    return all;
  };
  const formatter = (cell) => {
    const { row } = cell.getData();
    const checked = selection.selected.has(row);
    const label = say("Select row {row}", { row: row + 1 });
    return make("input", { type: "checkbox", tabindex: -1, "aria-label": label, checked });
  };
  return narrow({ field: "choice", formatter, titleFormatter, title: say("Selected") });
}

function narrow(definition) {
  const fixed = { frozen: true, headerSort: false, resizable: false, hozAlign: "center" };
  return { ...fixed, width: 36, minWidth: 36, cssClass: "results-narrow", ...definition };
}

/**
 * Return the columns to hide at first: of many, those that are empty, that say the same in
 * all rows, or that hold long texts.
 *
 * @param {Result} result
 * @param {Meanings} meanings
 */
function hiddenAtFirst({ columns, rows }, meanings) {
  const hidden = new Set();
  if (columns.length <= FEW) return hidden;
  const looked = rows.slice(0, LOOKED_AT);
  const always = [meanings.obsId, meanings.target, meanings.ra, meanings.dec];
  for (const place of columns.keys()) {
    const values = looked.map((row) => row[place]);
    const same = looked.length > 1 && values.every((value) => value === values[0]);
    const long = values.some((value) => typeof value === "string" && value.length > LONG);
    if (!always.includes(place) && (same || long || place === meanings.region)) hidden.add(place);
  }
  return hidden;
}
