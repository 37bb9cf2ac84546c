// What is typed above a column: ">30", "10..20", "<5 >2", "=Crab", "!custom", "null".

const TERM = /(<=|>=|!=|<>|<|>|=|!)?\s*(null|[^\s<>=!]+)/gi;

/** @type {Record<string, (value: number, limit: number) => boolean>} */
const COMPARE = {
  "<": (value, limit) => value < limit,
  ">": (value, limit) => value > limit,
  "<=": (value, limit) => value <= limit,
  ">=": (value, limit) => value >= limit,
  "=": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
  "<>": (value, limit) => value !== limit,
  "!": (value, limit) => value !== limit,
};

/**
 * Return what tells whether a value passes; null if the text asks for nothing.
 *
 * @param {string} text
 * @param {boolean} numeric whether the values are numbers
 * @param {(value: any) => string} write how the table shows the values
 * @returns {((value: any) => boolean) | null}
 */
export function filterOf(text, numeric, write) {
  const asked = text.trim();
  if (!asked) return null;
  if (/^!?\s*null$/i.test(asked)) {
    return asked.startsWith("!") ? (value) => value !== null : (value) => value === null;
  }
  return (numeric && numberFilter(asked, write)) || textFilter(asked, write);
}

/** @param {string} text @param {(value: any) => string} write */
function numberFilter(text, write) {
  const tests = [];
  for (const [, sign, term] of text.matchAll(TERM)) {
    const range = term.match(/^(.+?)\.\.(.+)$/);
    const limits = (range ? range.slice(1) : [term]).map(Number);
    if (limits.some(Number.isNaN)) return null;
    if (range) tests.push((value) => value >= limits[0] && value <= limits[1]);
    else if (sign) tests.push((value) => COMPARE[sign](value, limits[0]));
    else tests.push((value) => write(value).startsWith(term));
  }
  if (!tests.length) return null;
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/** @param {string} text @param {(value: any) => string} write */
function textFilter(text, write) {
  const [, sign, rest] = text.match(/^(!=|=|!)?\s*([\s\S]*)$/);
  const wanted = rest.toLowerCase();
  const found =
    sign === "=" || sign === "!="
      ? (value) => write(value).toLowerCase() === wanted
      : (value) => write(value).toLowerCase().includes(wanted);
  return sign?.startsWith("!") ? (value) => !found(value) : found;
}
