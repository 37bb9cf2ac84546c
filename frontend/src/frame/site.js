// Where the site is: what is built lies in its folder "assets".

/** Return the address of something of the site. @param {string} path without a first slash */
export function siteUrl(path) {
  return new URL(`../${path}`, import.meta.url).href;
}
