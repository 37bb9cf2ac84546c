// The table of a result: Tabulator, which draws only the rows that are seen.

import "tabulator-tables/dist/css/tabulator_simple.css";
import "./table.css";

import {
  EditModule,
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  MoveColumnsModule,
  ResizeColumnsModule,
  ResizeTableModule,
  Tabulator,
} from "tabulator-tables";

import { make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { FieldRow, tableColumns } from "./table_columns.js";
import { listenToKeys } from "./table_keys.js";
import { KeyedSort } from "./table_sort.js";

Tabulator.registerModule([
  EditModule, // the fields above the columns
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  MoveColumnsModule,
  ResizeColumnsModule,
  ResizeTableModule,
  KeyedSort,
]);

/**
 * @typedef {import("./load.js").Result} Result
 * @typedef {import("./selection.js").Selection} Selection
 * @typedef {import("./columns.js").Meanings} Meanings
 * @typedef {import("./view_address.js").ViewAddress} ViewAddress
 */

/** Tables made: their rows have identifiers. */
let made = 0;

/** The table, linked with a selection. */
export class ResultTable {
  /**
   * @param {HTMLElement} place
   * @param {Result} result
   * @param {Meanings} meanings
   * @param {Selection} selection
   */
  constructor(place, result, meanings, selection) {
    this.result = result;
    this.selection = selection;
    this.listening = new AbortController();
    const data = FieldRow.allOf(result);
    const holder = make("div", { class: "results-grid", id: `results-grid-${++made}` });
    place.append(holder);
    this.tabulator = new Tabulator(holder, {
      columns: tableColumns(result, meanings, selection),
      columnDefaults: { minWidth: 60, maxInitialWidth: 260, resizable: "header" },
      columnHeaderSortMulti: true,
      data,
      height: "100%",
      index: "row",
      layout: "fitDataFill",
      movableColumns: true,
      nestedFieldSeparator: false,
      placeholder: say("No row passes the filters."),
      rowFormatter: (row) => this.mark(row),
    });
    this.ready = new Promise((resolve) => this.tabulator.on("tableBuilt", resolve));
    this.ready.then(() => listenToKeys(this));
    this.link();
  }

  /** Follow the selection, and tell it what is done here. */
  link() {
    const { selection, tabulator } = this;
    const { signal } = this.listening;
    selection.addEventListener("select", () => this.follow(), { signal });
    selection.addEventListener("hover", () => this.markVisible(), { signal });
    tabulator.on("rowClick", (event, row) => this.clicked(event, row.getData().row));
    tabulator.on("rowMouseEnter", (_, row) => selection.hover(row.getData().row));
    tabulator.on("rowMouseLeave", () => selection.hover(null));
    tabulator.on("dataFiltered", (filters, rows) => {
      // Tabulator says this also when there is nothing to filter.
      if (!filters.length && selection.shown === null) return;
      selection.filter(filters.length ? rows.map((row) => row.getData().row) : null);
    });
  }

  /** @param {MouseEvent} event @param {number} row */
  clicked(event, row) {
    if (/** @type {Element} */ (event.target).closest("a")) return;
    const { selection } = this;
    if (event.shiftKey && this.last !== undefined) {
      const rows = this.order();
      const ends = [rows.indexOf(this.last), rows.indexOf(row)].sort((a, b) => a - b);
      selection.select(rows.slice(ends[0], ends[1] + 1), "add");
    } else selection.select([row], "toggle");
    this.last = row;
  }

  /** Mark what is selected; bring it into view if none of it is. */
  follow() {
    this.markVisible();
    const { selected } = this.selection;
    const seen = this.tabulator.getRows("visible").some((row) => selected.has(row.getData().row));
    if (!selected.size || seen) return;
    const first = this.order().find((row) => selected.has(row));
    if (first !== undefined) this.show(first);
  }

  /** Return the rows as they are sorted and filtered now. @returns {number[]} */
  order() {
    return this.tabulator.getData("active").map(({ row }) => row);
  }

  /** Show in a row of the screen whether it is selected or pointed at. */
  mark(component) {
    const { row } = component.getData();
    const element = component.getElement();
    const chosen = this.selection.selected.has(row);
    element.id = `${this.tabulator.element.id}-${row}`;
    element.classList.toggle("is-selected", chosen);
    element.classList.toggle("is-hovered", this.selection.hovered === row);
    element.setAttribute("aria-selected", String(chosen));
    const box = element.querySelector("input[type=checkbox]");
    if (box) box.checked = chosen;
  }

  /** Mark the rows of the screen again. */
  markVisible() {
    for (const component of this.tabulator.getRows("visible")) this.mark(component);
    const head = this.tabulator.element.querySelector(".results-all");
    const { selected, shown, count } = this.selection;
    if (!head) return;
    head.checked = selected.size > 0 && selected.size >= (shown ? shown.size : count);
    head.indeterminate = selected.size > 0 && !head.checked;
  }

  /** Bring a row into view. @param {number} row */
  show(row) {
    return this.tabulator.scrollToRow(row, "nearest", false).catch(() => {
      // The row is filtered out: there is nothing to show.
    });
  }

  /** Return names and whether they are shown, for the choice of columns. */
  columns() {
    return this.tabulator
      .getColumns()
      .filter((column) => /^c\d+$/.test(column.getField()))
      .map((column) => ({
        name: column.getDefinition().title,
        about: this.result.columns[Number(column.getField().slice(1))].description,
        shown: column.isVisible(),
        show: (/** @type {boolean} */ yes) => (yes ? column.show() : column.hide()),
      }));
  }

  clearFilters() {
    this.tabulator.clearHeaderFilter();
  }

  /** Look at the table as an address says, and keep there what is changed. @param {ViewAddress} address */
  follows(address) {
    const fields = new Map(this.result.columns.map(({ name }, place) => [name, `c${place}`]));
    for (const text of address.read("filter")) {
      const [name, ...typed] = text.split(" ");
      if (fields.has(name)) this.tabulator.setHeaderFilterValue(fields.get(name), typed.join(" "));
    }
    const wanted = (/** @type {string} */ text) => {
      const known = fields.get(text.replace(/^-/, ""));
      return known ? [{ known, is: text.startsWith("-") }] : [];
    };
    const order = address.read("order").flatMap(wanted);
    if (order.length) this.tabulator.setSort(order.map(({ known, is }) => ({ column: known, dir: is ? "desc" : "asc" })));
    for (const { known, is } of address.read("column").flatMap(wanted)) {
      if (is) this.tabulator.hideColumn(known);
      else this.tabulator.showColumn(known);
    }
    const keep = () => this.keepView(address);
    for (const event of ["dataFiltered", "dataSorted", "columnVisibilityChanged"]) this.tabulator.on(event, keep);
  }

  /** @param {ViewAddress} address */
  keepView(address) {
    const signed = (name, minus) => `${minus ? "-" : ""}${name}`;
    const name = (/** @type {string} */ field) => this.result.columns[Number(field.slice(1))].name;
    const filters = this.tabulator.getHeaderFilters();
    address.keep("filter", filters.map(({ field, value }) => `${name(field)} ${value}`));
    address.keep("order", this.tabulator.getSorters().map(({ field, dir }) => signed(name(field), dir === "desc")));
    const changed = this.tabulator
      .getColumns()
      .filter((column) => /^c\d+$/.test(column.getField()))
      .filter((column) => column.isVisible() !== column.getDefinition().visible);
    address.keep("column", changed.map((column) => signed(name(column.getField()), !column.isVisible())));
  }

  destroy() {
    this.listening.abort();
    this.tabulator.destroy();
  }
}
