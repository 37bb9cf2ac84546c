// Searching while one types: the page of the new address is fetched, and its parts taken over.

import Offcanvas from "bootstrap/js/dist/offcanvas";

/** Milliseconds without a key before a search begins. */
const PAUSE = 400;

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

  /** @param {string} address @param {{push?: boolean, fill?: boolean}} how */
  async function open(address, { push = true, fill = false } = {}) {
    clearTimeout(timer);
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("#search-form")) throw new Error(`HTTP ${answer.status}`);
      if (push && address !== location.href) history.pushState(null, "", address);
      takeOver(page, form, fill);
      changed();
    } catch (error) {
      // Whatever went wrong here, the browser can still go there itself.
      if (!signal.aborted) location.assign(address);
    }
  }

  const search = () => {
    const address = addressOf(form);
    if (address !== location.href) open(address);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(addressOf(form));
  });
  form.addEventListener("input", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type === "radio") return; // it converts, and then says "change"
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  form.addEventListener("change", search);
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-live]"));
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.href, { fill: true });
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const name = /** @type {HTMLElement | null} */ (target.closest("[data-field]"))?.dataset.field;
    if (!name) return;
    event.preventDefault();
    showField(name);
  });
  addEventListener("popstate", () => open(location.href, { push: false, fill: true }));
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

/** Return the address of what a form says: empty fields are left out. @param {HTMLFormElement} form */
function addressOf(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => String(value).trim());
  const given = new Set(pairs.map(([name]) => name));
  const idle = new Set();
  if (!given.has("target")) idle.add("radius").add("match");
  if (!given.has("time_min") && !given.has("time_max")) idle.add("time_scale");
  if (!given.has("energy_min") && !given.has("energy_max")) idle.add("energy_unit");
  const defaults = { match: "pointing", time_scale: "utc", energy_unit: "TeV" };
  const kept = pairs.filter(([name, value]) => !idle.has(name) && defaults[name] !== value);
  const query = new URLSearchParams(/** @type {any} */ (kept));
  return `${form.action}${kept.length ? `?${query}` : ""}`;
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
