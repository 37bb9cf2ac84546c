// Baskets: lists of products with names, kept in the browser. The bar shows how many
// products are in them. Whoever changes them does it by the functions here.

/** Where baskets are kept in localStorage: {name: [obs_publisher_did, …]}. */
export const BASKETS = "gammavo.baskets";

/** Where the name of the basket is kept that things are put into. */
const CURRENT = "gammavo.basket";

/** Name of the first basket. */
const FIRST = "basket";

/** Return all baskets by name. @returns {Record<string, string[]>} */
export function readBaskets() {
  try {
    const baskets = JSON.parse(localStorage.getItem(BASKETS) ?? "{}");
    const lists = Object.entries(baskets).filter(([, list]) => Array.isArray(list));
    const isText = (/** @type {unknown} */ product) => typeof product === "string";
    return Object.fromEntries(lists.map(([name, list]) => [name, list.filter(isText)]));
  } catch {
    return {}; // somebody else wrote there, or storage is switched off
  }
}

/**
 * Keep baskets, and tell all who show them.
 *
 * @param {Record<string, string[]>} baskets
 * @throws {DOMException} the browser does not keep so much, or nothing at all
 */
export function writeBaskets(baskets) {
  localStorage.setItem(BASKETS, JSON.stringify(baskets));
  document.dispatchEvent(new Event("gammavo:basket"));
}

/** Return the name of the basket that things are put into. @returns {string} */
export function currentBasket() {
  const names = Object.keys(readBaskets());
  const chosen = readChosen();
  return chosen && names.includes(chosen) ? chosen : (names[0] ?? FIRST);
}

function readChosen() {
  try {
    return localStorage.getItem(CURRENT);
  } catch {
    return null; // storage is switched off
  }
}

/** Choose the basket that things are put into. @param {string} name */
export function chooseBasket(name) {
  localStorage.setItem(CURRENT, name);
  document.dispatchEvent(new Event("gammavo:basket"));
}

/**
 * Put products into a basket, each once.
 *
 * @param {string[]} products identifiers
 * @param {string} [name] the current one if not given
 * @returns {number} how many were not in it before
 */
export function addToBasket(products, name = currentBasket()) {
  const baskets = readBaskets();
  const before = baskets[name] ?? [];
  baskets[name] = [...new Set([...before, ...products])];
  writeBaskets(baskets);
  return baskets[name].length - before.length;
}

/**
 * Take products out of a basket.
 *
 * @param {string[]} products identifiers
 * @param {string} [name] the current one if not given
 */
export function removeFromBasket(products, name = currentBasket()) {
  const baskets = readBaskets();
  const gone = new Set(products);
  baskets[name] = (baskets[name] ?? []).filter((product) => !gone.has(product));
  writeBaskets(baskets);
}

function show() {
  const place = document.querySelector("[data-basket-count]");
  if (!place) return;
  const all = new Set(Object.values(readBaskets()).flat());
  place.textContent = String(all.size);
}

/** Keep the number in the bar right, also when another tab changes the baskets. */
export function countBasket() {
  show();
  document.addEventListener("gammavo:basket", show);
  addEventListener("storage", show);
}
