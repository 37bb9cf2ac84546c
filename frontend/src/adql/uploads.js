// Tables of the user, which come along with each query until they are removed.

import { button, make } from "../frame/dom.js";
import { fill } from "./texts.js";
import { readTable } from "./tablefile.js";

/** @typedef {import("./service.js").Upload} Upload */

const ADQL_TYPES = { float: "REAL", double: "DOUBLE", int: "INTEGER", long: "BIGINT", short: "SMALLINT" };

/**
 * Take tables of the user.
 *
 * @param {HTMLInputElement} field
 * @param {HTMLElement} list
 * @param {{texts: Record<string, string>, most: number, changed: () => void,
 *   insert: (text: string) => void}} options `most` is in bytes
 */
export function openUploads(field, list, { texts, most, changed, insert }) {
  /** @type {Upload[]} */
  let uploads = [];
  const complain = (/** @type {string} */ text) => {
    show();
    list.append(make("li", { class: "text-danger-emphasis", role: "alert" }, text));
  };
  const show = () => {
    list.replaceChildren(...uploads.map(entry));
  };
  const entry = (/** @type {Upload} */ upload) => {
    const name = make("input", { class: "form-control form-control-sm w-auto", value: upload.name });
    name.setAttribute("aria-label", texts.tableName);
    name.setAttribute("pattern", "[A-Za-z][A-Za-z0-9_]*");
    name.addEventListener("change", () => rename(upload, /** @type {HTMLInputElement} */ (name)));
    const table = `TAP_UPLOAD.${upload.name}`;
    return make(
      "li",
      { class: "d-flex flex-wrap gap-2 align-items-center mb-1" },
      make("code", {}, "TAP_UPLOAD."),
      name,
      make("small", {}, fill(texts.columns, upload.fields.length)),
      button(fill(texts.insert, table), "plus-lg", () => insert(table)),
      button(texts.remove, "trash", () => remove(upload)),
    );
  };
  const rename = (/** @type {Upload} */ upload, /** @type {HTMLInputElement} */ input) => {
    const taken = uploads.some((other) => other !== upload && other.name === input.value);
    if (input.checkValidity() && input.value && !taken) upload.name = input.value;
    show();
    changed();
  };
  const remove = (/** @type {Upload} */ upload) => {
    uploads = uploads.filter((other) => other !== upload);
    show();
    changed();
  };
  field.addEventListener("change", async () => {
    for (const file of field.files ?? []) {
      const problem = await add(file);
      if (problem) complain(problem);
    }
    field.value = "";
  });
  const add = async (/** @type {File} */ file) => {
    const table = await readTable(file).catch(() => null);
    if (!table) return fill(texts.notATable, file.name);
    if (!table.fields.length) return fill(texts.noTable, file.name);
    if (table.content.size > most) return fill(texts.tooLarge, file.name, Math.floor(most / 2 ** 20));
    uploads.push({ ...table, name: freeName(file.name, uploads) });
    show();
    changed();
    return "";
  };
  return {
    all: () => uploads,
    /** Return the tables as the schema browser and the completion know tables. */
    schemas: () => (uploads.length ? [schemaOf(uploads)] : []),
  };
}

/** Make a name for queries from that of the file. */
function freeName(/** @type {string} */ file, /** @type {Upload[]} */ uploads) {
  const stem = file.split(".")[0].replace(/\W+/g, "_").replace(/^[^A-Za-z]+/, "").slice(0, 30);
  const name = stem || "mytable";
  const taken = new Set(uploads.map((upload) => upload.name));
  let number = 2;
  let free = name;
  while (taken.has(free)) free = `${name}${number++}`;
  return free;
}

/** @param {Upload[]} uploads */
function schemaOf(uploads) {
  const tables = uploads.map(({ name, fields }) => ({
    name: `TAP_UPLOAD.${name}`,
    description: "",
    rows: null,
    columns: fields.map((/** @type {any} */ field) => ({
      name: delimited(field.name ?? ""),
      type: ADQL_TYPES[field.datatype] ?? field.datatype,
      unit: field.unit,
      ucd: field.ucd,
      description: "",
    })),
  }));
  return { name: "TAP_UPLOAD", description: "", tables };
}

/** Quote a name that is no regular identifier. @param {string} name */
function delimited(name) {
  return /^[A-Za-z]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
