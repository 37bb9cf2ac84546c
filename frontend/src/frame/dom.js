// Elements in one expression: texts are always texts, never markup.

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, any>} [properties] attributes; `on…` are listeners
 * @param {...(Node | string | null | undefined)} children
 * @returns {any} the element
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
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${iconFile()}#${name}`);
  svg.append(use);
  return svg;
}

/** The file of icons has a name that changes with its content: the bar has it. */
function iconFile() {
  return document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
}

/**
 * Return a small button.
 *
 * @param {string} label what it does; only its icon is shown unless `text` is set
 * @param {string} picture name of its icon
 * @param {(event: MouseEvent) => void} clicked
 * @param {{text?: boolean, kind?: string}} [look]
 */
export function button(label, picture, clicked, { text = false, kind = "btn-quiet" } = {}) {
  const shown = text ? [" ", label] : [make("span", { class: "visually-hidden" }, label)];
  const properties = { type: "button", class: `btn btn-sm ${kind}`, title: text ? null : label };
  return make("button", { ...properties, onclick: clicked }, icon(picture), ...shown);
}
