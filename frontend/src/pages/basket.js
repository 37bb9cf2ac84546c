// The page of the baskets: which there are, and what is in the current one.

import "./basket.css";

import * as lists from "../basket/lists.js";
import {
  addToBasket,
  chooseBasket,
  currentBasket,
  readBaskets,
  removeFromBasket,
} from "../frame/basket.js";

const content = /** @type {HTMLElement} */ (document.querySelector("#content"));
const said = /** @type {HTMLElement} */ (document.querySelector("#said"));

/** Say something by its name in the status line. @param {string} what */
function say(what) {
  said.textContent = what ? said.dataset[what] : "";
}

/** Fill the choices with the names of the baskets. */
function showNames() {
  const names = Object.keys(readBaskets());
  const current = currentBasket();
  if (!names.includes(current)) names.unshift(current);
  const which = /** @type {HTMLSelectElement} */ (document.querySelector("#which"));
  const into = /** @type {HTMLSelectElement} */ (document.querySelector("#into"));
  const others = names.filter((name) => name !== current);
  const count = (name) => readBaskets()[name]?.length ?? 0;
  const choice = (name) => new Option(`${name} (${count(name)})`, name, false, name === current);
  which.replaceChildren(...names.map(choice));
  into.replaceChildren(...others.map(choice));
  document.querySelector("[data-merging]").toggleAttribute("hidden", others.length === 0);
}

/** Number of the last request: answers of former ones come too late. */
let latest = 0;

/** Show the runs of the current basket, as the server knows them. */
async function showRows() {
  const products = readBaskets()[currentBasket()] ?? [];
  const number = ++latest;
  document.querySelector("#empty").toggleAttribute("hidden", products.length > 0);
  if (products.length === 0) {
    content.replaceChildren();
    return;
  }
  try {
    const headers = { "Content-Type": "application/json", Accept: "text/html" };
    const body = JSON.stringify(products);
    const response = await fetch(content.dataset.rows, { method: "POST", headers, body });
    const html = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number !== latest) return;
    // A refusal is a whole page, of which the reason is shown.
    const parts = response.ok ? html.body.childNodes : html.querySelectorAll("main p.prose");
    content.replaceChildren(...parts);
  } catch {
    say("failed");
  }
}

function show() {
  showNames();
  showRows();
}

/** @param {MouseEvent} event */
function act(event) {
  const target = /** @type {Element} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-do], [data-remove]"));
  if (!button) return;
  const name = /** @type {HTMLInputElement} */ (document.querySelector("#name"));
  const into = /** @type {HTMLSelectElement} */ (document.querySelector("#into"));
  try {
    if (button.dataset.remove) {
      removeFromBasket(button.dataset.remove.split("\n"));
      say("");
      return;
    }
    const done = {
      create: () => lists.create(name.value.trim()),
      rename: () => lists.rename(name.value.trim()),
      drop: () => lists.drop(),
      merge: () => lists.merge(into.value),
    }[button.dataset.do]();
    say(done);
    if (!done) name.value = "";
  } catch {
    say("full");
  }
}

/** A link with identifiers: what it shows can be put into the basket. */
function enableKeeping() {
  const keep = document.querySelector("[data-keep]");
  keep?.addEventListener("click", () => {
    const fields = content.querySelectorAll("[data-remove]");
    addToBasket(
      [...fields].flatMap((field) => /** @type {HTMLElement} */ (field).dataset.remove.split("\n")),
    );
    location.assign(location.pathname);
  });
}

if (document.querySelector("#baskets")) {
  document.querySelector("#which").addEventListener("change", (event) => {
    chooseBasket(/** @type {HTMLSelectElement} */ (event.target).value);
  });
  document.querySelector("#baskets").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", act);
  document.addEventListener("gammavo:basket", show);
  addEventListener("storage", show);
  show();
} else {
  enableKeeping();
}
