// VOTables, which the server takes: their columns, and how other tables become one.

/**
 * @typedef {{name: string, datatype: string, arraysize?: string, xtype?: string,
 *   unit?: string, ucd?: string}} Field
 * @typedef {{fields: Field[], content: Blob}} Table
 */

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
/** Characters of a document in which its columns are looked for. */
const HEAD = 2 ** 22;
const MOST_INT = 2 ** 31;

/** Return a text as XML has to write it. @param {unknown} text */
function escaped(text) {
  return String(text).replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Return what a VOTable says of its first table. @param {Blob} file @returns {Promise<Table>} */
export async function readVotable(file) {
  const head = (await file.slice(0, HEAD).text()).split(/<(?:\w+:)?DATA\b|<\/(?:\w+:)?TABLE>/)[0];
  const tags = head.match(/<(?:\w+:)?FIELD\b[^>]*>/g) ?? [];
  return { fields: tags.map(attributesOf), content: file };
}

/** @param {string} tag @returns {Field} */
function attributesOf(tag) {
  const found = [...tag.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  const plain = (/** @type {string} */ text) =>
    text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity]);
  return Object.fromEntries(found.map(([, name, one, two]) => [name, plain(one ?? two)]));
}

/**
 * Return a VOTable with the data that a piece of XML holds.
 *
 * @param {Field[]} fields
 * @param {BlobPart[]} data
 * @returns {Table}
 */
export function makeVotable(fields, data) {
  const declared = fields.map((field) => {
    const given = Object.entries(field).filter(([, value]) => value);
    return `<FIELD ${given.map(([name, value]) => `${name}="${escaped(value)}"`).join(" ")}/>`;
  });
  const start =
    '<?xml version="1.0" encoding="UTF-8"?>\n<VOTABLE version="1.4" ' +
    'xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>\n';
  const parts = [start, ...declared, "<DATA>", ...data, "</DATA></TABLE></RESOURCE></VOTABLE>\n"];
  return { fields, content: new Blob(parts, { type: "application/x-votable+xml" }) };
}

/** Return the table in comma- or tab-separated values. @param {string} text @returns {Table} */
export function tableOfText(text) {
  const kept = text.replace(/^\ufeff/, "").replace(/^#.*(?:\r?\n|$)/gm, "");
  const first = kept.slice(0, kept.search(/\r?\n|$/));
  const separator = first.includes("\t") ? "\t" : first.includes(";") && !first.includes(",") ? ";" : ",";
  const [names, ...rows] = linesOf(kept, separator);
  const fields = (names ?? []).map((name, number) =>
    fieldOf(name.trim() || `column${number + 1}`, rows.map((row) => row[number] ?? "")),
  );
  const cells = (/** @type {string[]} */ row) =>
    fields.map((field, number) => `<TD>${escaped(valueOf(row[number] ?? "", field))}</TD>`).join("");
  const data = rows.map((row) => `<TR>${cells(row)}</TR>\n`);
  return makeVotable(fields, ["<TABLEDATA>", ...data, "</TABLEDATA>"]);
}

/** Split text into lines of values; quotes hold separators and line ends. */
function linesOf(/** @type {string} */ text, /** @type {string} */ separator) {
  const end = separator === "\t" ? "\\t" : separator;
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${end}\\r\\n]*))(${end}|\\r?\\n|$)`, "y");
  /** @type {string[][]} */
  const lines = [[]];
  while (cell.lastIndex <= text.length) {
    const found = cell.exec(text);
    if (!found) throw new SyntaxError("a quote is not closed");
    lines.at(-1)?.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === "") break;
    if (found[3] !== separator) lines.push([]);
  }
  return lines.filter((line) => line.length > 1 || line[0].trim());
}

/** Return the declaration that fits the values. @param {string} name @param {string[]} values */
function fieldOf(name, values) {
  const given = values.map((value) => value.trim()).filter(Boolean);
  if (given.length && given.every((value) => /^[+-]?\d{1,18}$/.test(value))) {
    const small = given.every((value) => Math.abs(Number(value)) < MOST_INT);
    return { name, datatype: small ? "int" : "long" };
  }
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$|^nan$/i;
  if (given.length && given.every((value) => number.test(value))) return { name, datatype: "double" };
  const ascii = values.every((value) => /^[\x00-\x7f]*$/.test(value));
  return { name, datatype: ascii ? "char" : "unicodeChar", arraysize: "*" };
}

/** Return a value as VOTable writes it. @param {string} value @param {Field} field */
function valueOf(value, { arraysize, datatype }) {
  if (arraysize) return value;
  return datatype === "double" && /^nan$/i.test(value.trim()) ? "NaN" : value.trim();
}
