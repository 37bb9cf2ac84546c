// The search page, live: what changes in the form changes facets, query and result at once.
// Without this script the form is sent, facets are links, and the server draws the result.

import "../search/search.css";

import { enableSearch } from "../search/live.js";
import { showResult } from "../search/result.js";
import { keepInStep } from "../search/units.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("#search-form"));
keepInStep(form);
enableSearch(form, showResult);
showResult();
