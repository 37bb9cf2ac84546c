// Keys in the table: j and k or arrows go through the rows, space selects, Enter opens.

/** @typedef {import("./table.js").ResultTable} ResultTable */

/** @type {Record<string, number>} */
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

/** Make a table answer to keys while it has the focus. @param {ResultTable} table */
export function listenToKeys(table) {
  const holder = table.tabulator.element.querySelector(".tabulator-tableholder");
  holder.tabIndex = 0;
  let place = -1;
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const order = table.order();
    const step = STEPS[event.key];
    if (step !== undefined) {
      place = Math.max(0, Math.min(order.length - 1, place + step));
      const row = order[place];
      table.show(row).then(() => {
        table.selection.hover(row);
        holder.setAttribute("aria-activedescendant", `${table.tabulator.element.id}-${row}`);
      });
    } else if (event.key === " " && place >= 0) table.selection.select([order[place]], "toggle");
    else if (event.key === "Enter" && place >= 0) openPage(table, order[place]);
    else return;
    event.preventDefault();
  });
}

/** @param {ResultTable} table @param {number} row */
function openPage(table, row) {
  const line = document.getElementById(`${table.tabulator.element.id}-${row}`);
  line?.querySelector(".results-narrow a")?.click();
}
