// What is offered while somebody types: tables, their columns, functions, reserved words.

import { completeFromList, ifNotIn } from "@codemirror/autocomplete";
import { SQLDialect } from "@codemirror/lang-sql";

import { icon, make } from "../frame/dom.js";

/** @typedef {import("@codemirror/autocomplete").Completion} Completion */
/** @typedef {import("@codemirror/autocomplete").CompletionContext} CompletionContext */
/** @typedef {import("@codemirror/autocomplete").CompletionSource} CompletionSource */
/**
 * @typedef {{name: string, type: string, unit?: string | null, ucd?: string | null,
 *   description?: string, indexed?: boolean, principal?: boolean}} ColumnFacts
 * @typedef {{name: string, description: string, rows: number | null,
 *   columns: ColumnFacts[]}} TableFacts
 * @typedef {{name: string, description: string, tables: TableFacts[]}} SchemaFacts
 * @typedef {{name: string, arguments: string, description: string, kind: string}} FunctionFacts
 * @typedef {{keywords: string[], types: string[], reserved: string[],
 *   functions: FunctionFacts[], schemas: SchemaFacts[]}} Vocabulary
 */

/** Where no words are offered: inside texts and comments. */
const ELSEWHERE = ["QuotedIdentifier", "String", "LineComment"];

/** Icons by kind of completion. */
const PICTURES = { column: "columns-gap", table: "table", schema: "database", function: "braces" };

/** Return the dialect of the server's grammar. @param {Vocabulary} vocabulary */
export function dialectOf({ keywords, types, reserved, functions }) {
  const called = new Set(functions.map(({ name }) => name.toUpperCase()));
  const words = [...keywords, ...reserved.filter((word) => !called.has(word))];
  return SQLDialect.define({
    keywords: words.filter((word) => !types.includes(word)).join(" ").toLowerCase(),
    types: types.join(" ").toLowerCase(),
    builtin: [...called].join(" ").toLowerCase(),
    operatorChars: "*+-/<>=|!",
    identifierQuotes: '"',
    caseInsensitiveIdentifiers: true,
  });
}

/** Return tables and columns in the form of lang-sql. @param {SchemaFacts[]} schemas */
export function namespaceOf(schemas) {
  return Object.fromEntries(
    schemas.map((schema) => [
      schema.name,
      { self: schemaOption(schema), children: tablesOf(schema) },
    ]),
  );
}

/** @param {SchemaFacts} schema */
function tablesOf(schema) {
  return Object.fromEntries(
    schema.tables.map((table) => {
      const name = localName(schema, table);
      const self = { label: name, type: "table", info: () => tableHint(table) };
      return [name, { self, children: table.columns.map(columnOption) }];
    }),
  );
}

/** Return the name of a table without its schema. */
function localName(/** @type {SchemaFacts} */ schema, /** @type {TableFacts} */ table) {
  return table.name.slice(schema.name.length + 1);
}

/** @param {SchemaFacts} schema @returns {Completion} */
function schemaOption({ name, description }) {
  return { label: name, type: "schema", info: () => make("div", {}, description) };
}

/** @param {ColumnFacts} column @returns {Completion} */
function columnOption(column) {
  const label = column.name.replace(/^"(.*)"$/, "$1");
  return {
    label,
    apply: column.name,
    type: "column",
    detail: column.unit ?? "",
    info: () => columnHint(column),
    boost: column.principal ? 3 : 1,
  };
}

/** @param {TableFacts} table */
function tableHint(table) {
  return make("div", {}, make("strong", {}, table.name), make("p", {}, table.description));
}

/** Describe a column as the tables of the service do. @param {ColumnFacts} column */
export function columnHint({ name, type, unit, ucd, description }) {
  const facts = [type, unit && `[${unit}]`, ucd].filter(Boolean).join(" · ");
  return make(
    "div",
    {},
    make("strong", {}, name),
    make("p", {}, description ?? ""),
    make("small", {}, facts),
  );
}

/**
 * Offer functions and reserved words.
 *
 * @param {Vocabulary} vocabulary
 */
export function wordSource({ keywords, types, functions }) {
  /** @type {Map<string, FunctionFacts[]>} */
  const overloads = new Map();
  for (const form of functions) {
    overloads.set(form.name, [...(overloads.get(form.name) ?? []), form]);
  }
  const options = [...overloads].map(([name, forms]) => ({
    label: name,
    type: "function",
    detail: `(${forms[0].arguments})`,
    apply: forms[0].arguments ? `${name}(` : `${name}()`,
    info: () => functionHint(forms),
  }));
  const words = [...keywords, ...types].map((label) => ({ label, type: "keyword", boost: -1 }));
  return ifNotIn(ELSEWHERE, unlessQualified(completeFromList([...options, ...words])));
}

/** @param {FunctionFacts[]} forms */
function functionHint(forms) {
  return make(
    "div",
    {},
    ...forms.map(({ name, arguments: given }) => make("code", {}, `${name}(${given})`, make("br"))),
    make("p", {}, forms[0].description),
  );
}

/**
 * Offer the columns of the tables that the query names, without an alias before them.
 *
 * @param {() => SchemaFacts[]} schemas
 */
export function columnSource(schemas) {
  const columns = (/** @type {CompletionContext} */ context) => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word && !context.explicit) return null;
    const text = context.state.doc.toString().toLowerCase();
    const options = new Map();
    for (const table of schemas().flatMap(({ tables }) => tables)) {
      if (!text.includes(table.name.toLowerCase())) continue;
      for (const column of table.columns) {
        if (!options.has(column.name)) options.set(column.name, columnOption(column));
      }
    }
    if (!options.size) return null;
    return { from: word?.from ?? context.pos, options: [...options.values()], validFor: /^\w*$/ };
  };
  return ifNotIn(ELSEWHERE, unlessQualified(columns));
}

/** Offer nothing behind a dot: there are only columns of one table. */
function unlessQualified(/** @type {CompletionSource} */ source) {
  return (/** @type {CompletionContext} */ context) =>
    context.matchBefore(/\.\w*/) ? null : source(context);
}

/** Draw the icon of an option: the site's own, no font is needed. */
export const optionIcon = {
  render: (/** @type {Completion} */ option) =>
    make("span", { class: "adql-option-icon" }, icon(PICTURES[option.type ?? ""] ?? "arrow-right")),
  position: 20,
};
