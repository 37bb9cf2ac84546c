// How many runs are in the basket, shown in the bar. Pages that change it dispatch
// "gammavo:basket" on the document.

/** Where baskets are kept in localStorage: {name: [identifiers of products]}. */
export const BASKETS = "gammavo.baskets";

/** Return all baskets by name. @returns {Record<string, string[]>} */
export function readBaskets() {
  try {
    const baskets = JSON.parse(localStorage.getItem(BASKETS) ?? "{}");
    return baskets && typeof baskets === "object" ? baskets : {};
  } catch {
    return {}; // somebody else wrote there, or storage is switched off
  }
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
