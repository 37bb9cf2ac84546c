// What is selected, pointed at and filtered, shared by the sky, the plots and the table.
// Rows are known by their place in the result.

/**
 * Events: "select" when the selection changed, "hover" when the pointer is on another row,
 * "filter" when other rows are shown.
 */
export class Selection extends EventTarget {
  /** @param {number} count rows of the result */
  constructor(count) {
    super();
    this.count = count;
    /** @type {Set<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** Rows that pass the filters; null: all. @type {Set<number> | null} */
    this.shown = null;
  }

  /**
   * Change the selection.
   *
   * @param {Iterable<number>} rows
   * @param {"replace" | "add" | "remove" | "toggle"} [how]
   */
  select(rows, how = "replace") {
    if (how === "replace") this.selected = new Set();
    for (const row of rows) {
      const leaves = how === "remove" || (how === "toggle" && this.selected.has(row));
      if (leaves) this.selected.delete(row);
      else this.selected.add(row);
    }
    this.dispatchEvent(new Event("select"));
  }

  /** Point at a row, or at none. @param {number | null} row */
  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.dispatchEvent(new Event("hover"));
  }

  /** Show these rows only; null: all. @param {Iterable<number> | null} rows */
  filter(rows) {
    this.shown = rows && new Set(rows);
    this.dispatchEvent(new Event("filter"));
  }

  /** Tell whether a row passes the filters. @param {number} row */
  isShown(row) {
    return this.shown === null || this.shown.has(row);
  }

  /** Return the rows that pass the filters. @returns {number[]} */
  shownRows() {
    if (this.shown) return [...this.shown];
    return Array.from({ length: this.count }, (_, row) => row);
  }

  /** Return the selected rows in the order of the result. @returns {number[]} */
  selectedRows() {
    return [...this.selected].sort((one, other) => one - other);
  }
}
