// Builds the scripts, styles and icons of the pages into the portal's static folder.
//
//   node build.mjs
//
// Each file in src/pages is an entry point: `search.js` and the CSS that it imports become
// `search-<hash>.js` and `search-<hash>.css`. `assets.json` tells the server the names.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(here, "../src/gammavo/portal/static");
const modules = path.join(here, "node_modules");

/** Files too small to be worth a compressed twin, in bytes. */
const SMALL = 300;

/** Names of the built files by the names that templates use. @type {Record<string, string>} */
const files = {};

/** Chunks that an entry point loads at once. @type {Record<string, string[]>} */
const imports = {};

/**
 * Write a file under a name that changes with its content.
 *
 * @param {string} name
 * @param {string | Buffer} content
 */
async function add(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  files[name] = `${stem}-${hash}${ext}`;
  await writeFile(path.join(output, files[name]), content);
}

/**
 * Bootstrap knows dark pages by an attribute only. The same rules in a media query make
 * `data-bs-theme="auto"` follow the system with no script at all.
 */
const themeOfSystem = {
  name: "theme-of-system",
  setup(builder) {
    builder.onLoad({ filter: /bootstrap\.css$/ }, async ({ path: file }) => {
      const css = await readFile(file, "utf8");
      const dark = css.match(/^[^{}@]*\[data-bs-theme=dark\][^{}]*\{[^{}]*\}/gm);
      if (!dark) throw new Error("bootstrap.css has no rules for dark pages");
      const auto = dark.join("\n").replaceAll("[data-bs-theme=dark]", "[data-bs-theme=auto]");
      const contents = `${css}\n@media (prefers-color-scheme: dark) {\n${auto}\n}\n`;
      return { contents, loader: "css", resolveDir: path.dirname(file) };
    });
  },
};

async function addPages() {
  const folder = path.join(here, "src/pages");
  const entries = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const result = await build({
    absWorkingDir: here,
    entryPoints: entries.map((name) => path.join(folder, name)),
    outdir: output,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    define: { ALADIN: JSON.stringify(`./${files["aladin.js"]}`) },
    external: ["./aladin-*.js"],
    format: "esm",
    legalComments: "none", // licences.txt has them
    loader: { ".woff2": "file", ".svg": "dataurl" },
    logLevel: "warning",
    metafile: true,
    minify: true,
    plugins: [themeOfSystem],
    splitting: true,
    target: "es2022",
  });
  for (const [file, facts] of Object.entries(result.metafile.outputs)) {
    if (!facts.entryPoint) continue;
    const { name } = path.parse(facts.entryPoint);
    files[`${name}.js`] = path.basename(file);
    if (facts.cssBundle) files[`${name}.css`] = path.basename(facts.cssBundle);
    imports[`${name}.js`] = facts.imports
      .filter(({ kind, external }) => kind === "import-statement" && !external)
      .map(({ path: chunk }) => path.basename(chunk));
  }
  return Object.keys(result.metafile.inputs);
}

async function addIcons() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const icon = path.join(modules, "bootstrap-icons/icons", `${name}.svg`);
      const body = (await readFile(icon, "utf8")).match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
      return `<symbol id="${name}" viewBox="0 0 16 16">${body.trim()}</symbol>`;
    }),
  );
  const start = '<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">';
  await add("icons.svg", `${start}${symbols.join("")}</svg>`);
}

/**
 * Collect the licence texts of all packages whose code is in what was built.
 *
 * @param {string[]} inputs
 */
async function addLicences(inputs) {
  const found = inputs.map((file) => file.match(/node_modules\/((@[^/]+\/)?[^/]+)/)?.[1]);
  const names = new Set([...found.filter(Boolean), "aladin-lite", "bootstrap-icons"]);
  const texts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(modules, name);
    const facts = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const source = facts.repository?.url ?? facts.repository ?? facts.homepage;
    texts.push(`${"=".repeat(78)}\n${name} ${facts.version}: ${facts.license}\n${source}\n`);
    for (const file of (await readdir(folder)).sort()) {
      if (!/^(licen[cs]e|copying)/i.test(file)) continue;
      texts.push(`--- ${file}\n\n${(await readFile(path.join(folder, file), "utf8")).trim()}\n`);
    }
  }
  await add("licences.txt", `${texts.join("\n")}\n`);
}

async function compress() {
  for (const name of await readdir(output)) {
    if (name === "assets.json") continue;
    const content = await readFile(path.join(output, name));
    if (content.length < SMALL) continue;
    await writeFile(path.join(output, `${name}.gz`), gzipSync(content, { level: 9 }));
    const parameters = {
      // Quality 11 takes ten seconds for the largest files, and gains a few per cent.
      [constants.BROTLI_PARAM_QUALITY]: content.length < 2 ** 19 ? 11 : 9,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    await writeFile(path.join(output, `${name}.br`), brotliCompressSync(content, { params: parameters }));
  }
}

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
// Aladin Lite is under the GPL: a file of its own, as it was published.
await add("aladin.js", await readFile(path.join(modules, "aladin-lite/dist/aladin.js")));
const inputs = await addPages();
await addIcons();
await add("favicon.svg", await readFile(path.join(here, "src/favicon.svg")));
await addLicences(inputs);
await compress();
// Last: its presence says that all the others are there.
const sorted = Object.fromEntries(Object.entries(files).sort());
await writeFile(path.join(output, "assets.json"), JSON.stringify({ files: sorted, imports }, null, 1));
