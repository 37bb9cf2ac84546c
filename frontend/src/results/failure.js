// What is said where something could not be loaded: nobody has to load the whole page again.

import { button, make } from "../frame/dom.js";
import { say } from "../frame/say.js";
import { textsReady } from "./texts.js";

/**
 * Return a text that says what went wrong, with a button that tries it again.
 *
 * @param {Error} error
 * @param {() => void} again
 * @returns {Promise<HTMLElement>}
 */
export async function failure(error, again) {
  await textsReady;
  const retry = button(say("Try again"), "arrow-repeat", again, { text: true });
  return make("div", { role: "alert", class: "failure" }, error.message, " ", retry);
}
