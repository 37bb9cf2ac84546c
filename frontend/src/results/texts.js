// The texts of results in the language of the page.

import { addTexts } from "../frame/say.js";

/** Fulfilled when they are there. */
export const textsReady = addTexts({ fr: () => import("./french.js") });
