// Scales of time, and energy and wavelength: what is given in one is shown in the others.

/** h c in m eV: wavelength times energy. */
const HC = 1.239841984332e-6;
const EV_PER_TEV = 1e12;
const DAY = 86400;
const MJD_OF_1970 = 40587;
const TT_AHEAD_OF_TAI = 32.184;

/** Days (MJD in UTC) from which TAI is ahead by so many seconds. @type {[number, number][]} */
const leaps = JSON.parse(document.querySelector("#leap-seconds")?.textContent ?? "[]");

/** @param {number} mjd in UTC @returns {number} seconds that TT is ahead */
function ahead(mjd) {
  const last = leaps.filter(([day]) => day <= mjd).at(-1);
  return (last?.[1] ?? 0) + TT_AHEAD_OF_TAI;
}

/**
 * Return a time as MJD in TT; not a number if it is none.
 *
 * @param {string} text
 * @param {string} scale utc, tt or mjd
 */
export function readTime(text, scale) {
  if (scale === "mjd") return text.trim() ? Number(text) : NaN;
  const iso = text.trim().replace(" ", "T").replace(/Z$/, "");
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(iso)) return NaN;
  const milliseconds = Date.parse(`${iso.includes("T") ? iso : `${iso}T00:00`}Z`);
  const mjd = milliseconds / 1000 / DAY + MJD_OF_1970;
  return scale === "utc" ? mjd + ahead(mjd) / DAY : mjd;
}

/** @param {number} mjd in TT @param {string} scale utc, tt or mjd */
export function writeTime(mjd, scale) {
  if (scale === "mjd") return mjd.toFixed(5);
  // A second look: the first may be on the other side of a leap second.
  const near = mjd - ahead(mjd) / DAY;
  const shown = scale === "utc" ? mjd - ahead(near) / DAY : mjd;
  const seconds = Math.round((shown - MJD_OF_1970) * DAY);
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/** Return the wavelength in m of an energy in TeV, and the other way round. @param {number} value */
const turned = (value) => HC / EV_PER_TEV / value;

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(6)));

/** Keep all fields of a form in step. @param {HTMLFormElement} form */
export function keepInStep(form) {
  const times = new Pair(form, ["time_min", "time_max"], "time_scale");
  const energies = new Pair(form, ["energy_min", "energy_max"], "energy_unit");
  const tellTimes = () => times.tell((text, scale) => sameTime(readTime(text, scale)));
  const tellEnergies = () => energies.tell(sameEnergy);
  times.onUnit((text, before, now) => {
    const mjd = readTime(text, before);
    return Number.isFinite(mjd) ? writeTime(mjd, now) : text;
  }, tellTimes);
  energies.onUnit((text) => (Number(text) > 0 ? short(turned(Number(text))) : text), () => {
    energies.exchange(); // the highest energy is the shortest wavelength
    tellEnergies();
  });
  const tell = () => (tellTimes(), tellEnergies());
  form.addEventListener("input", tell);
  form.addEventListener("filled", () => (times.refresh(), energies.refresh(), tell()));
  tell();
}

/** @param {number} mjd in TT */
function sameTime(mjd) {
  if (!Number.isFinite(mjd) || mjd < 15020 || mjd > 88069) return "";
  const [utc, tt, number] = ["utc", "tt", "mjd"].map((scale) => writeTime(mjd, scale));
  return `${utc} UTC = ${tt} TT = MJD ${number} (TT)`;
}

/** @param {string} text @param {string} unit */
function sameEnergy(text, unit) {
  const value = Number(text);
  if (!(value > 0)) return "";
  return `= ${short(turned(value))} ${unit === "m" ? "TeV" : "m"}`;
}

/** Two fields with one unit, chosen by radio buttons. */
class Pair {
  /** @param {HTMLFormElement} form @param {string[]} names @param {string} unit */
  constructor(form, names, unit) {
    this.form = form;
    this.fields = names.map((name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)));
    this.unitName = unit;
    this.unit = this.chosen();
  }

  chosen() {
    return /** @type {RadioNodeList} */ (this.form.elements.namedItem(this.unitName)).value;
  }

  /** The server has filled the form. */
  refresh() {
    this.unit = this.chosen();
  }

  /** Show each value in the other units, too. @param {(text: string, unit: string) => string} same */
  tell(same) {
    for (const field of this.fields) {
      const place = document.getElementById(`same-${field.id}`);
      if (place) place.textContent = field.value.trim() ? same(field.value, this.chosen()) : "";
    }
  }

  /**
   * Convert the values when another unit is chosen.
   *
   * @param {(text: string, before: string, now: string) => string} convert
   * @param {() => void} done
   */
  onUnit(convert, done) {
    this.form.addEventListener("input", (event) => {
      const radio = /** @type {HTMLInputElement} */ (event.target);
      if (radio.name !== this.unitName) return;
      const now = this.chosen();
      for (const field of this.fields) field.value = convert(field.value, this.unit, now);
      this.unit = now;
      done();
    });
  }

  /** Exchange the values of the two fields. */
  exchange() {
    const [low, high] = this.fields;
    [low.value, high.value] = [high.value, low.value];
  }
}
