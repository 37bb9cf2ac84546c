// The sky by Aladin Lite, with nothing from anywhere else.

import { loadAladin } from "../aladin.js";
import { siteUrl } from "../frame/site.js";
import { directionOf } from "./sphere.js";

/**
 * @typedef {import("./places.js").Place} Place
 * @typedef {import("./sphere.js").Direction} Direction
 * @typedef {"all" | "selected" | "hovered"} Layer
 */

/** Wider fields than this are drawn as a map of the whole sky. */
const WIDE = 150;

const LINE_WIDTHS = { all: 1.2, selected: 3, hovered: 3 };
const POINT_SIZES = { all: 6, selected: 9, hovered: 12 };

/** Aladin Lite as a picture of places. */
export class AladinSky {
  /**
   * @param {HTMLElement} place
   * @param {Record<Layer, string>} colours
   */
  static async make(place, colours) {
    const library = await loadAladin();
    const surveys = await ownSurveys();
    return new AladinSky(library, place, colours, surveys);
  }

  constructor(library, place, colours, surveys) {
    this.library = library;
    this.surveys = surveys;
    const off = ["Zoom", "Layers", "Fullscreen", "SimbadPointer", "CooGrid", "Settings", "Share"];
    this.aladin = library.aladin(place, {
      ...Object.fromEntries(off.map((name) => [`show${name}Control`, false])),
      showColorPickerControl: false,
      showContextMenu: false,
      showCooLocation: false, // the block says where the pointer is
      showFrame: false,
      showProjectionControl: false,
      showReticle: false,
      showStatusBar: false,
      backgroundColor: "rgb(13, 17, 24)",
      cooFrame: "ICRS",
      fov: 60,
      gridColor: "rgb(120, 140, 165)",
      gridOptions: { enabled: true, showLabels: true, thickness: 1, labelSize: 12, opacity: 0.35 },
      hipsList: [], // else a list of surveys of the CDS is asked
      log: false, // else the CDS is told of each visit
      survey: [], // an own one follows, if there is any
      target: "0 +0",
    });
    for (const picture of place.querySelectorAll("img:not([alt])")) picture.alt = "Aladin Lite";
    this.layers = this.makeLayers(colours);
    if (surveys.length) this.showSurvey(surveys[0]);
  }

  /** Show a survey behind the places. @param {{url: string, title: string}} survey */
  showSurvey({ url, title }) {
    // If it fails, Aladin takes its default survey, from another host: let that be this one.
    this.aladin.constructor.DEFAULT_OPTIONS.survey = url;
    this.aladin.setBaseImageLayer(this.library.HiPS(url, { name: title }));
  }

  makeLayers(colours) {
    const make = (name) => {
      const color = colours[name];
      // Aladin would mark what is clicked in colours of its own.
      const look = { color, hoverColor: color, selectionColor: color };
      const lines = this.library.graphicOverlay({ ...look, name, lineWidth: LINE_WIDTHS[name] });
      const points = this.library.catalog({
        ...look,
        name: `${name} points`,
        sourceSize: POINT_SIZES[name],
        shape: "circle",
      });
      this.aladin.addOverlay(lines);
      this.aladin.addCatalog(points);
      return { lines, points };
    };
    return { all: make("all"), selected: make("selected"), hovered: make("hovered") };
  }

  /** Draw places in a layer, in place of those before. @param {Layer} name @param {Place[]} places */
  draw(name, places) {
    const { lines, points } = this.layers[name];
    lines.removeAll();
    points.removeAll();
    const shapes = [];
    const sources = [];
    for (const { centre, region } of places) {
      if (!region) sources.push(this.library.source(...centre));
      else {
        for (const circle of region.circles) shapes.push(this.library.circle(...circle.centre, circle.radius));
        for (const corners of region.polygons) shapes.push(this.library.polygon(corners.map((c) => [...c])));
      }
    }
    lines.addFootprints(shapes);
    points.addSources(sources);
  }

  /** Look at a region. @param {import("./sphere.js").Vector} centre @param {number} radius degrees */
  look(centre, radius) {
    const wide = 2 * radius > WIDE;
    this.aladin.setProjection(wide ? "AIT" : "SIN");
    this.aladin.setFrame(wide ? "GAL" : "ICRS");
    if (wide) this.aladin.gotoRaDec(266.405, -28.936);
    else this.aladin.gotoRaDec(...directionOf(centre));
    this.aladin.setFoV(wide ? 360 : Math.max(2 * radius, 0.1));
  }

  /** Zoom in or out. @param {number} factor */
  zoom(factor) {
    this.aladin.setFoV(Math.min(360, this.aladin.getFov()[0] * factor));
  }

  /** @param {Direction} direction @returns {ArrayLike<number> | null} pixels */
  project(direction) {
    return this.aladin.world2pix(...direction) ?? null;
  }

  /** @param {number} x @param {number} y @returns {Direction | null} */
  unproject(x, y) {
    try {
      const found = this.aladin.pix2world(x, y, "icrs");
      return Number.isFinite(found[0]) ? found : null;
    } catch (error) {
      if (error instanceof TypeError) return null; // outside of the sky, Aladin unpacks nothing
      throw error;
    }
  }

  /** Degrees of a pixel in the middle. */
  scale() {
    return this.aladin.getFov()[0] / this.aladin.getSize()[0];
  }

  /** Show or hide the coverage of the site. @param {boolean} yes */
  showCoverage(yes) {
    if (!this.coverage) {
      const url = siteUrl("coverage/smoc.fits");
      this.coverage = this.library.MOCFromURL(url, {
        name: "Coverage",
        color: "#4fb3a5",
        opacity: 0.25,
        fill: true,
        lineWidth: 1,
      });
      this.aladin.addMOC(this.coverage);
    }
    if (yes) this.coverage.show();
    else this.coverage.hide();
  }

  destroy() {
    this.aladin.removeOverlays();
  }
}

/** Return the sky tiles of this site. @returns {Promise<Array<{url: string, title: string}>>} */
async function ownSurveys() {
  const answer = await fetch(siteUrl("hipslist"));
  if (!answer.ok) return [];
  const records = (await answer.text()).split(/\n\s*\n/);
  return records.flatMap((record) => {
    const [url, title] = ["hips_service_url", "obs_title"].map(
      (name) => record.match(new RegExp(`^${name}\\s*=\\s*(.*)$`, "m"))?.[1].trim() ?? "",
    );
    const path = url.match(/\/(hips\/[^/]+)\/?$/)?.[1];
    return path ? [{ url: siteUrl(path), title }] : [];
  });
}
