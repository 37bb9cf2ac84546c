// Copying texts, also where browsers offer no clipboard: at addresses without https.

/**
 * Copy a text; tell whether it is copied.
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
