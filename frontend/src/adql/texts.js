// Texts and data that the server put into the page.

/** Replace each %s of a text. @param {string} text @param {...(string | number)} values */
export function fill(text, ...values) {
  return text.replace(/%s/g, () => String(values.shift()));
}

/** Return what a JSON element of the page holds. @param {string} id */
export function readJson(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}
