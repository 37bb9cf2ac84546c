// The one door to Aladin Lite, which is a file of its own and comes when it is first needed.

/* global ALADIN -- address of the file, put in by build.mjs */

/** Load Aladin Lite and wait until it can draw. @returns {Promise<any>} */
export async function loadAladin() {
  const { default: aladin } = await import(ALADIN);
  await aladin.init;
  return aladin;
}
