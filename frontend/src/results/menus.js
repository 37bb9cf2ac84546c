// Menus of the actions: a button that opens a list of buttons.

import { icon, make } from "../frame/dom.js";

/**
 * Return a button with a menu.
 *
 * @param {string} label
 * @param {string} picture name of its icon
 * @param {() => Array<Node>} entries made when it opens
 */
export function menu(label, picture, entries) {
  const toggle = make(
    "button",
    {
      type: "button",
      class: "btn btn-sm btn-quiet dropdown-toggle",
      "data-bs-toggle": "dropdown",
      "data-bs-auto-close": "outside",
      "aria-expanded": "false",
    },
    icon(picture),
    " ",
    label,
  );
  const list = make("div", { class: "dropdown-menu results-menu" });
  toggle.addEventListener("show.bs.dropdown", () => list.replaceChildren(...entries()));
  return make("div", { class: "dropdown" }, toggle, list);
}

/** @param {string} label @param {() => void} clicked @param {boolean} [disabled] */
export function entry(label, clicked, disabled = false) {
  return make("button", { type: "button", class: "dropdown-item", onclick: clicked, disabled }, label);
}

/** @param {string} text */
export function heading(text) {
  return make("h3", { class: "dropdown-header px-2" }, text);
}

/** A line for what became of an action. */
export function outcome() {
  const line = make("p", { class: "results-said", role: "status" });
  return {
    line,
    /** @param {string} text */
    say(text) {
      line.textContent = text;
    },
  };
}
