// The choice of columns of the table.

import { icon, make } from "../frame/dom.js";
import { say } from "../frame/say.js";

/** Return a menu with a box for each column. @param {import("./table.js").ResultTable} table */
export function columnChooser(table) {
  const toggle = make(
    "button",
    {
      type: "button",
      class: "btn btn-sm btn-quiet dropdown-toggle",
      "data-bs-toggle": "dropdown",
      "data-bs-auto-close": "outside",
      "aria-expanded": "false",
    },
    icon("columns-gap"),
    " ",
    say("Columns"),
  );
  const list = make("ul", { class: "results-columns" });
  const label = say("Find a column");
  const field = make("input", { type: "search", class: "form-control form-control-sm", placeholder: label, "aria-label": label });
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const line of list.children) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  });
  toggle.addEventListener("show.bs.dropdown", () => list.replaceChildren(...lines(table)));
  const menu = make("div", { class: "dropdown-menu results-menu" }, field, list);
  return make("div", { class: "dropdown" }, toggle, menu);
}

/** @param {import("./table.js").ResultTable} table */
function lines(table) {
  return table.columns().map(({ name, about, shown, show }) => {
    const box = make("input", { type: "checkbox", checked: shown });
    box.addEventListener("change", () => show(box.checked));
    return make("li", {}, make("label", { title: about }, box, " ", name));
  });
}
