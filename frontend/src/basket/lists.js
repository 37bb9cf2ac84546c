// What can be done with whole baskets. Each function returns what is to be said, by the name
// of a data attribute of the status line; an empty text if it worked.

import { chooseBasket, currentBasket, readBaskets, writeBaskets } from "../frame/basket.js";

/** Make an empty basket and choose it. @param {string} name */
export function create(name) {
  const baskets = readBaskets();
  if (!name) return "unnamed";
  if (Object.hasOwn(baskets, name)) return "taken";
  writeBaskets({ ...baskets, [name]: [] });
  chooseBasket(name);
  return "";
}

/** Give the current basket another name. @param {string} name */
export function rename(name) {
  const baskets = readBaskets();
  const before = currentBasket();
  if (!name) return "unnamed";
  if (name === before) return "";
  if (Object.hasOwn(baskets, name)) return "taken";
  // The order of the baskets stays.
  const entries = Object.entries(baskets).map(([key, list]) => [key === before ? name : key, list]);
  writeBaskets(Object.fromEntries(entries));
  chooseBasket(name);
  return "";
}

/** Delete the current basket. */
export function drop() {
  const baskets = readBaskets();
  delete baskets[currentBasket()];
  writeBaskets(baskets);
  chooseBasket(currentBasket());
  return "";
}

/** Put what is in the current basket into another, which takes its place. @param {string} into */
export function merge(into) {
  const baskets = readBaskets();
  const from = currentBasket();
  if (from === into || !Object.hasOwn(baskets, into)) return "";
  baskets[into] = [...new Set([...baskets[into], ...(baskets[from] ?? [])])];
  delete baskets[from];
  writeBaskets(baskets);
  chooseBasket(into);
  return "";
}
