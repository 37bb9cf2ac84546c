// The texts of results in the language of the page.

import { addTexts } from "../frame/say.js";

/** Fulfilled when they are there, or cannot be had: then texts are English. */
export const textsReady = addTexts({ fr: () => import("./french.js") }).catch(() => {});
