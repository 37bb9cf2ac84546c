// The address of the page says what is asked: it can be kept, sent and opened again.

/** Servers and mail programs take addresses of this length. */
const LONGEST = 6000;

/**
 * Return the address at which a query is run, empty if it would be too long.
 *
 * @param {{query: string, maxrec?: string}} request
 */
export function addressOf({ query, maxrec }) {
  const state = new URLSearchParams({ query, ...(maxrec && { maxrec }), run: "1" });
  const address = `${location.pathname}?${state}`;
  return address.length > LONGEST ? "" : address;
}

/** Put a query that is run into the address of the page. */
export function remember(/** @type {{query: string, maxrec?: string}} */ request) {
  const address = addressOf(request) || location.pathname;
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
}
