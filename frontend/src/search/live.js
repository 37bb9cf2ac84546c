// Searching while one types: the page of the new address is fetched, and its parts taken over.

import Offcanvas from "bootstrap/js/dist/offcanvas";

import { say } from "../frame/say.js";
import { failure } from "../results/failure.js";
import { reach } from "../results/load.js";
import { addressOf, isSame, withTyped } from "./addresses.js";

/** Milliseconds without a key before a search begins. */
const PAUSE = 400;

/** Tells the server that a script reads the page: faults of the form are then no errors. */
const HEADERS = { Accept: "text/html", "X-Requested-With": "XMLHttpRequest" };

/**
 * Make form, facets and links live; addresses follow, and "back" works.
 *
 * @param {HTMLFormElement} form
 * @param {() => void} changed called when there may be another query
 */
export function enableSearch(form, changed) {
  let waiting = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** The address that the page was drawn for. */
  let drawn = location.href;
  /** The address that is shown or waited for. */
  let wanted = drawn;
  /** Whether the address is of words that are still typed: the next one takes its place. */
  let isTyping = false;

  /**
   * Show what is at an address.
   *
   * @param {string} address
   * @param {{step?: "push" | "replace" | "none", fill?: boolean, typing?: boolean}} how
   */
  async function open(address, { step = "push", fill = false, typing = false } = {}) {
    clearTimeout(timer);
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    wanted = address;
    try {
      const page = await fetchPage(address, signal);
      if (!page) return location.assign(address);
      if (step === "push" && !isSame(address, location.href)) history.pushState(null, "", address);
      if (step === "replace") history.replaceState(null, "", address);
      drawn = address;
      isTyping = typing;
      takeOver(page, form, fill);
      changed();
    } catch (error) {
      if (signal.aborted) return;
      wanted = drawn;
      const place = /** @type {HTMLElement} */ (document.querySelector("#summary"));
      place.replaceChildren(await failure(error, () => open(address, { step, fill, typing })));
    }
  }

  const search = (/** @type {boolean} */ typing) => {
    const address = addressOf(form);
    if (!isSame(address, wanted)) open(address, { step: isTyping ? "replace" : "push", typing });
    else isTyping &&= typing;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(addressOf(form));
  });
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type === "radio") return; // it converts, and then says "change"
    clearTimeout(timer);
    timer = setTimeout(() => search(true), PAUSE);
  });
  form.addEventListener("change", () => search(false));
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-live]"));
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(withTyped(link.href, drawn, addressOf(form)), { fill: true });
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const name = /** @type {HTMLElement | null} */ (target.closest("[data-field]"))?.dataset.field;
    if (!name) return;
    event.preventDefault();
    showField(name);
  });
  addEventListener("popstate", () => {
    if (!isSame(location.href, wanted)) open(location.href, { step: "none", fill: true });
  });
}

/**
 * Return the page at an address; null if something else is there, as the login of a proxy.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function fetchPage(address, signal) {
  const answer = await reach(address, { signal, headers: HEADERS });
  if (!answer.ok) throw new Error(say("The server answers with the error {status}.", { status: answer.status }));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#search-form") ? page : null;
}

/** Go to a field, which may be in the drawer or folded. @param {string} name */
function showField(name) {
  const field = document.getElementById(name) ?? document.getElementsByName(name)[0];
  field?.closest("details")?.setAttribute("open", "");
  const drawer = document.querySelector("#filters");
  if (drawer && getComputedStyle(drawer).visibility === "hidden") {
    Offcanvas.getOrCreateInstance(drawer).show();
    drawer.addEventListener("shown.bs.offcanvas", () => field?.focus(), { once: true });
  } else field?.focus();
}

/**
 * Take over the parts of a page that depend on what is searched for.
 *
 * @param {Document} page
 * @param {HTMLFormElement} form
 * @param {boolean} fill whether fields get the values of the page, too
 */
function takeOver(page, form, fill) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.key;
  const open = [...document.querySelectorAll("[data-swap] details[open]")].map(nameOf);
  document.title = page.title;
  for (const part of document.querySelectorAll("[data-swap]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && part.innerHTML !== fresh.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
  for (const details of document.querySelectorAll("[data-swap] details")) {
    if (open.includes(nameOf(details))) details.setAttribute("open", "");
  }
  takeFields(page, form, fill);
  takeResult(page);
  if (focused) {
    const links = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("a[data-key]"));
    [...links].find((link) => link.dataset.key === focused)?.focus();
  }
}

/** Folded parts are the same if they are at the same place. @param {Element} details */
function nameOf(details) {
  const part = details.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
  return part ?? `${[...(details.parentElement?.children ?? [])].indexOf(details)}`;
}

/** @param {Document} page @param {HTMLFormElement} form @param {boolean} fill */
function takeFields(page, form, fill) {
  const fresh = /** @type {HTMLFormElement} */ (page.querySelector("#search-form"));
  for (const field of form.querySelectorAll("input[id]")) {
    const other = /** @type {HTMLInputElement} */ (page.getElementById(field.id));
    if (!other) continue;
    field.classList.toggle("is-invalid", other.classList.contains("is-invalid"));
    if (other.ariaInvalid) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (fill) /** @type {HTMLInputElement} */ (field).value = other.value;
  }
  if (!fill) return;
  for (const name of ["match", "time_scale", "energy_unit"]) {
    /** @type {any} */ (form.elements.namedItem(name)).value = new FormData(fresh).get(name);
  }
  form.dispatchEvent(new Event("filled"));
}

/** Take the query, and the table where the block is not shown. @param {Document} page */
function takeResult(page) {
  const place = /** @type {HTMLElement} */ (document.querySelector("#results"));
  const fresh = /** @type {HTMLElement} */ (page.querySelector("#results"));
  const was = place.dataset.query;
  place.dataset.query = fresh.dataset.query;
  place.dataset.maxrec = fresh.dataset.maxrec;
  const hasBlock = place.querySelector(".results") && fresh.querySelector("table");
  if (was !== fresh.dataset.query && !hasBlock) place.replaceChildren(...fresh.childNodes);
}
