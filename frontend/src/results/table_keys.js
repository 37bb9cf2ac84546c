// Keys in the table: j and k or arrows go through the rows, space selects, Enter opens.

import { say } from "../frame/say.js";

/** @typedef {import("./table.js").ResultTable} ResultTable */

/** @type {Record<string, number>} */
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15 };

/** Make a table answer to keys while it has the focus. @param {ResultTable} table */
export function listenToKeys(table) {
  const grid = table.tabulator.element;
  // Tabulator gives the focus to an element that has no role in the grid.
  grid.querySelector(".tabulator-tableholder").removeAttribute("tabindex");
  grid.tabIndex = 0;
  grid.setAttribute("aria-label", say("Rows; j and k move, space selects, Enter opens the page"));
  grid.setAttribute("aria-multiselectable", "true");
  let place = -1;
  grid.addEventListener("keydown", (event) => {
    if (event.target !== grid || event.ctrlKey || event.altKey || event.metaKey) return;
    const order = table.order();
    const step = STEPS[event.key];
    if (step !== undefined) {
      place = Math.max(0, Math.min(order.length - 1, place + step));
      goTo(table, order[place]);
    } else if (event.key === " " && place >= 0) table.selection.select([order[place]], "toggle");
    else if (event.key === "Enter" && place >= 0) openPage(table, order[place]);
    else return;
    event.preventDefault();
  });
}

/** @param {ResultTable} table @param {number} row */
async function goTo(table, row) {
  await table.show(row);
  table.selection.hover(row);
  const grid = table.tabulator.element;
  grid.setAttribute("aria-activedescendant", `${grid.id}-${row}`);
}

/** @param {ResultTable} table @param {number} row */
function openPage(table, row) {
  const line = document.getElementById(`${table.tabulator.element.id}-${row}`);
  line?.querySelector(".results-narrow a")?.click();
}
