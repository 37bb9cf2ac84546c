// Texts that scripts show, in the language of the page. English is in the code; a folder of
// scripts adds its own catalogue of the others when it is needed.

/** @type {Record<string, string>} */
const catalogue = {};

/**
 * Add the texts of a folder, if the page has their language.
 *
 * @param {Record<string, () => Promise<{default: Record<string, string>}>>} languages
 *   what loads the catalogue of a language: {fr: () => import("./french.js")}
 */
export async function addTexts(languages) {
  const load = languages[document.documentElement.lang];
  if (load) Object.assign(catalogue, (await load()).default);
}

/**
 * Return a text in the language of the page.
 *
 * @param {string} text in English; each {name} is replaced by a value
 * @param {Record<string, string | number>} [values]
 */
export function say(text, values = {}) {
  const found = catalogue[text] ?? text;
  return found.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? amount(value) : (value ?? whole);
  });
}

/** Return a number as the language of the page writes it. @param {number} value */
export function amount(value) {
  return value.toLocaleString(document.documentElement.lang || "en");
}
