// The tables with their columns, searched while typing; a click puts a name into the query.

import { columnHint } from "./completion.js";
import { button, icon, make } from "../frame/dom.js";
import { amount } from "../frame/say.js";
import { fill } from "./texts.js";

/** @typedef {import("./completion.js").SchemaFacts} SchemaFacts */
/** @typedef {import("./completion.js").TableFacts} TableFacts */

/**
 * Show the tables.
 *
 * @param {HTMLElement} place
 * @param {{texts: Record<string, string>, label: string, tap: string,
 *   insert: (text: string) => void}} options
 */
export function openSchemaBrowser(place, { texts, label, tap, insert }) {
  /** @type {SchemaFacts[]} */
  let schemas = [];
  const field = /** @type {HTMLInputElement} */ (
    make("input", { type: "search", class: "form-control form-control-sm mb-2" })
  );
  field.setAttribute("aria-label", label);
  field.placeholder = label;
  const tree = make("div", { class: "adql-tree" });
  place.replaceChildren(field, tree);

  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = schemas.map((schema) => schemaBranch(schema, words)).filter(Boolean);
    const none = make("p", { class: "small" }, texts.noColumn);
    tree.replaceChildren(...(found.length ? found : [none]));
  };
  const schemaBranch = (/** @type {SchemaFacts} */ schema, /** @type {string[]} */ words) => {
    const tables = schema.tables.map((table) => tableBranch(table, words)).filter(Boolean);
    if (!tables.length) return null;
    const summary = make("summary", { title: schema.description }, make("code", {}, schema.name));
    const open = words.length > 0 || ["TAP_UPLOAD", "ivoa"].includes(schema.name);
    return make("details", { open }, summary, ...tables);
  };
  const tableBranch = (/** @type {TableFacts} */ table, /** @type {string[]} */ words) => {
    const own = words.every((word) => textOf(table).includes(word));
    const columns = own ? table.columns : table.columns.filter((column) => fits(column, words));
    if (!columns.length && !own) return null;
    const rows = table.rows === null ? "" : ` ${fill(texts.rows, amount(table.rows))}`;
    const summary = make("summary", {}, make("code", {}, table.name), make("small", {}, rows));
    const branch = make("details", { class: "adql-table", open: words.length > 0 && !own }, summary);
    const fillBranch = () => {
      if (branch.childElementCount > 1) return;
      branch.append(tableHead(table), make("ul", { class: "plain-list" }, ...columns.map(leaf)));
    };
    branch.addEventListener("toggle", fillBranch);
    if (branch.hasAttribute("open")) fillBranch();
    return branch;
  };
  const tableHead = (/** @type {TableFacts} */ table) => {
    const url = `${tap}/tables/${encodeURIComponent(table.name)}`;
    return make(
      "div",
      { class: "small mb-1" },
      make("p", { class: "mb-1" }, table.description, " ", make("a", { href: url }, texts.describedAt)),
      button(fill(texts.insert, table.name), "plus-lg", () => insert(table.name), { text: true }),
    );
  };
  const leaf = (/** @type {import("./completion.js").ColumnFacts} */ column) => {
    const name = make("button", { type: "button", class: "btn btn-link adql-column" });
    name.append(make("code", {}, column.name));
    name.title = fill(texts.insert, column.name);
    name.addEventListener("click", () => insert(column.name));
    const mark = column.indexed ? make("span", { title: texts.indexed }, icon("search")) : null;
    const hint = columnHint(column);
    hint.querySelector("strong")?.remove();
    return make("li", {}, name, mark, hint);
  };
  field.addEventListener("input", show);
  return {
    /** Show these tables. @param {SchemaFacts[]} now */
    set(now) {
      schemas = now;
      show();
    },
  };
}

function fits(/** @type {import("./completion.js").ColumnFacts} */ column, /** @type {string[]} */ words) {
  const text = `${column.name} ${column.unit ?? ""} ${column.ucd ?? ""} ${column.description ?? ""}`;
  return words.every((word) => text.toLowerCase().includes(word));
}

function textOf(/** @type {TableFacts} */ table) {
  return `${table.name} ${table.description}`.toLowerCase();
}
