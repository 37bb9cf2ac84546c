// A search as an address: to be sent to others, or kept in this browser under a name.

import { copyText } from "../frame/clipboard.js";
import { button, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { entry, heading } from "./menus.js";
import { MOST_ROWS } from "./view_address.js";

/** Where addresses are kept in localStorage: {name: path and query}. */
const KEPT = "gammavo.searches";

/** Characters of a name, at most. */
const LONGEST = 60;

/** Return the kept addresses by name; only such as lead to this site. @returns {Record<string, string>} */
export function readSearches() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
    return Object.fromEntries(kept.filter(([, address]) => isOfThisSite(address)));
  } catch {
    return {}; // somebody else wrote there, or storage is switched off
  }
}

/** @param {unknown} address */
function isOfThisSite(address) {
  return typeof address === "string" && new URL(address, location.href).origin === location.origin;
}

/** @param {Record<string, string>} searches @throws {DOMException} the browser keeps no more */
function writeSearches(searches) {
  localStorage.setItem(KEPT, JSON.stringify(searches));
}

/**
 * Return the entries of the menu that shares and keeps what is shown.
 *
 * @param {{selection: import("./selection.js").Selection}} shown
 * @param {ReturnType<typeof import("./menus.js").outcome>} said
 */
export function sharing(shown, said) {
  const list = make("div", {});
  const show = () => list.replaceChildren(...Object.entries(readSearches()).map(line));
  const line = ([name, address]) =>
    make(
      "div",
      { class: "results-kept" },
      make("a", { class: "dropdown-item", href: address }, name),
      button(say("Forget {name}", { name }), "trash", () => change(({ [name]: _, ...left }) => left)),
    );
  const change = (changed) => {
    try {
      writeSearches(changed(readSearches()));
      said.say("");
    } catch {
      said.say(say("The browser keeps no more."));
    }
    show();
  };
  show();
  return [
    entry(say("Copy the address"), () => share(shown, said)),
    heading(say("Keep it in this browser")),
    nameForm((name) => change((kept) => ({ ...kept, [name]: location.pathname + location.search + location.hash }))),
    list,
  ];
}

/** @param {(name: string) => void} keep */
function nameForm(keep) {
  const name = make("input", {
    class: "form-control form-control-sm",
    "aria-label": say("Name of this search"),
    placeholder: say("Name of this search"),
    maxlength: LONGEST,
  });
  const submitted = (event) => {
    event.preventDefault();
    if (name.value.trim()) keep(name.value.trim());
    name.value = "";
  };
  const save = make("button", { class: "btn btn-sm btn-quiet" }, say("Save"));
  return make("form", { class: "d-flex gap-2 mb-2", onsubmit: submitted }, name, save);
}

/** @param {{selection: import("./selection.js").Selection}} shown @param {ReturnType<typeof import("./menus.js").outcome>} said */
async function share({ selection }, said) {
  const isWhole = selection.selected.size <= MOST_ROWS;
  const done = isWhole
    ? say("The address of this page is copied.")
    : say("The address of this page is copied, without the selection: more than {n} rows.", { n: MOST_ROWS });
  said.say((await copyText(location.href)) ? done : location.href);
}
