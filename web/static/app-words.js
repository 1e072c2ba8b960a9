// The two languages of the installable pages. Each sentence stands once, in both, where it is used (decision 8).

/** @typedef {"id" | "en"} Lang */
/** @typedef {{id: string, en: string}} Text */

const KEPT = "bahasa";
const MONTHS = {
  id: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

/** What this phone keeps under a name; null where it keeps nothing. Never for anything about a person. @param {string} name */
export function setting(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

/** @param {string} name @param {string} value */
export function keepSetting(name, value) {
  try { localStorage.setItem(name, value); } catch { /* private mode: chosen again next time */ }
}

/** As in the service's pages: the address, the last choice, the browser; Indonesian otherwise. @returns {Lang} */
function first() {
  const asked = [new URLSearchParams(location.search).get(KEPT), setting(KEPT), navigator.language.slice(0, 2)];
  return asked.find((one) => one === "en" || one === "id") === "en" ? "en" : "id";
}

/** @type {Lang} */
let lang = first();
document.documentElement.lang = lang;
document.documentElement.classList.toggle("large-text", setting("huruf") === "besar");

/** The language in use. */
export const language = () => lang;

/** Words in the language in use. @param {string} id @param {string} en */
export const t = (id, en) => (lang === "en" ? en : id);

/** As `t`, of a pair. @param {Text} text */
export const said = (text) => text[lang];

/** Chooses the language and keeps the choice; the caller draws its page again. @param {Lang} wanted */
export function speak(wanted) {
  lang = wanted;
  document.documentElement.lang = wanted;
  keepSetting(KEPT, wanted);
}

/** Whether text is shown larger than usual. */
export const isLarge = () => document.documentElement.classList.contains("large-text");

/** @param {boolean} large */
export function enlarge(large) {
  document.documentElement.classList.toggle("large-text", large);
  keepSetting("huruf", large ? "besar" : "biasa");
}

/** A length of time in its largest unit, `3 jam` or `3 hours`; negative counts as 0. @param {number} seconds */
export function duration(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 120) return lang === "en" && s === 1 ? "1 second" : `${s} ${t("detik", "seconds")}`;
  if (s < 7200) return `${Math.floor(s / 60)} ${t("menit", "minutes")}`;
  if (s < 172_800) return `${Math.floor(s / 3600)} ${t("jam", "hours")}`;
  return `${Math.floor(s / 86_400)} ${t("hari", "days")}`;
}

/** Time of day here, `14.05` or `14:05`. @param {number} seconds since 1970 */
export function clock(seconds) {
  const date = new Date(seconds * 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(date.getHours())}${t(".", ":")}${two(date.getMinutes())}`;
}

/** Time of day, with the date where it is not today's. @param {number} seconds since 1970 */
export function moment(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return clock(seconds);
  return `${date.getDate()} ${MONTHS[lang][date.getMonth()]} ${date.getFullYear()}, ${clock(seconds)}`;
}
