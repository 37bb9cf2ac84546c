// Addresses of searches: of what the form says, and of links in a form that has changed since.

/**
 * Return the address of what a form says: empty fields are left out.
 *
 * @param {HTMLFormElement} form
 */
export function addressOf(form) {
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

/** Tell whether two addresses ask the same; fragments only say how it is looked at. */
export function isSame(/** @type {string} */ one, /** @type {string} */ other) {
  return withoutFragment(one) === withoutFragment(other);
}

function withoutFragment(/** @type {string} */ address) {
  return new URL(address, location.href).href.split("#")[0];
}

/**
 * Return the address that a link leads to, with what was typed since the link was drawn.
 *
 * @param {string} link
 * @param {string} drawn the address of the page when it was drawn
 * @param {string} typed the address of what the form says now
 */
export function withTyped(link, drawn, typed) {
  const target = new URL(link, location.href);
  if (isSame(drawn, typed) || !target.search) return link; // "Clear" clears what is typed, too
  const was = new URL(drawn, location.href).searchParams;
  const now = new URL(typed, location.href).searchParams;
  const names = new Set([...was.keys(), ...now.keys()]);
  for (const name of names) {
    const isTyped = now.getAll(name).join("\n") !== was.getAll(name).join("\n");
    const isOfLink = target.searchParams.getAll(name).join("\n") !== was.getAll(name).join("\n");
    if (!isTyped || isOfLink) continue;
    target.searchParams.delete(name);
    for (const value of now.getAll(name)) target.searchParams.append(name, value);
  }
  return target.href;
}
