// Elements in one expression: texts are always texts, never markup.

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, any>} [properties] attributes; `on…` are listeners
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Return an icon of the site's set, for eyes only. @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const file = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${file}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Return a small button.
 *
 * @param {string} label what it does; shown only if `text` is set
 * @param {string} picture name of its icon
 * @param {() => void} clicked
 * @param {{text?: boolean, kind?: string}} [look]
 */
export function button(label, picture, clicked, { text = false, kind = "btn-quiet" } = {}) {
  const shown = text ? [" ", label] : [make("span", { class: "visually-hidden" }, label)];
  const properties = { type: "button", class: `btn btn-sm ${kind}`, title: text ? null : label };
  return make("button", { ...properties, onclick: clicked }, icon(picture), ...shown);
}

/** Replace each %s of a text. @param {string} text @param {...(string | number)} values */
export function fill(text, ...values) {
  return text.replace(/%s/g, () => String(values.shift()));
}

/** Return a number as the language of the page writes it. @param {number} value */
export function amount(value) {
  return value.toLocaleString(document.documentElement.lang);
}

/** Return what a JSON element of the page holds. @param {string} id */
export function readJson(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/** Let the browser save a file. @param {{name: string, content: Blob}} file */
export function saveFile({ name, content }) {
  const href = URL.createObjectURL(content);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
