// Sorting of 100,000 rows in a fraction of a second: Tabulator's own way asks three objects
// for each comparison.

import { SortModule } from "tabulator-tables";

/** More different texts than this are compared by their characters only. */
const FEW_TEXTS = 5000;

const collator = new Intl.Collator("en", { numeric: true });

/** Sorts by keys that are made once for each row. Rows without a value come last. */
export class KeyedSort extends SortModule {
  static moduleName = "sort";

  /**
   * Sort rows of Tabulator in place.
   *
   * @param {any[]} rows
   * @param {Array<{column: any, dir: "asc" | "desc"}>} wishes the last is the most important
   */
  _sortItems(rows, wishes) {
    const keys = wishes.toReversed().map(({ column, dir }) => {
      const values = rows.map((row) => column.getFieldValue(row.getData()));
      return keysOf(values, dir === "desc" ? -1 : 1);
    });
    const order = Uint32Array.from(rows, (_, place) => place);
    order.sort((one, other) => {
      for (const key of keys) {
        if (key[one] !== key[other]) return key[one] < key[other] ? -1 : 1;
      }
      return one - other;
    });
    const before = rows.slice();
    for (const [place, from] of order.entries()) rows[place] = before[from];
  }
}

/**
 * Return a number for each value that sorts as the value does.
 *
 * @param {any[]} values
 * @param {1 | -1} direction
 */
function keysOf(values, direction) {
  const ranks = values.some((value) => typeof value === "string") ? ranksOf(values) : null;
  return Float64Array.from(values, (value) => {
    if (value === null || value === undefined) return Infinity;
    return direction * (ranks ? ranks.get(value) : Number(value));
  });
}

/** @param {any[]} values */
function ranksOf(values) {
  const texts = [...new Set(values)].filter((text) => text !== null && text !== undefined);
  if (texts.length > FEW_TEXTS && !texts.every((text) => /^\d{1,15}$/.test(text))) texts.sort();
  else if (texts.length > FEW_TEXTS) texts.sort((one, other) => one - other);
  else texts.sort((one, other) => collator.compare(one, other));
  return new Map(texts.map((text, rank) => [text, rank]));
}
