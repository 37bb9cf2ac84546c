// The ADQL page. Without this script it is a form; with it, an editor and what belongs to it.

import "../adql/adql.css";

import { AdqlPage } from "../adql/page.js";
import { readJson } from "../adql/texts.js";

async function open() {
  const settings = readJson("adql-settings");
  const [{ openEditor }, response] = await Promise.all([
    import("../adql/editor.js"),
    fetch(`${settings.root}/adql/vocabulary`),
  ]);
  if (!response.ok) return; // the form works without it
  new AdqlPage(settings, readJson("adql-texts"), await response.json(), openEditor);
}

open();
