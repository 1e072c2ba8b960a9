// Picture and colour by which a family tells its people apart before a PIN was typed: nothing about the person.

import { h } from "./app-dom.js";
import { t } from "./app-words.js";

const SVG = "http://www.w3.org/2000/svg";

/** Name, words, and a path in a box of 24 × 24. @type {[string, string, string, string][]} */
const PICTURES = [
  ["sun", "matahari", "sun", "M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3l1.8 1.8M16.9 16.9l1.8 1.8M18.7 5.3l-1.8 1.8M7.1 16.9l-1.8 1.8"],
  ["moon", "bulan", "moon", "M19.5 14.5A8.5 8.5 0 1 1 10 3.6a7 7 0 0 0 9.5 10.9z"],
  ["star", "bintang", "star", "M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8z"],
  ["flower", "bunga", "flower", "M9.8 12a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0-4.4 0M9.5 10.2C6.5 3 17.5 3 14.5 10.2M14.2 12.2C21.5 9.5 21.5 20 13.5 14M10.5 14C2.5 20 2.5 9.5 9.8 12.2M13.6 14C18 21.5 6 21.5 10.4 14"],
  ["leaf", "daun", "leaf", "M5 19C3 9 9 4 20 4c1 11-5 17-13 14M5 21c1-6 4-9 9-11"],
  ["mountain", "gunung", "mountain", "M2.5 19L9 7l4.5 8 2.5-4 5.5 8zM7 10.7l2 1.3 2-1.3"],
  ["wave", "ombak", "wave", "M2.5 9c3-3 5-3 6.5 0s4 3 6 0 4-3 6.5 0M2.5 15c3-3 5-3 6.5 0s4 3 6 0 4-3 6.5 0"],
  ["fish", "ikan", "fish", "M3 12c4-6 10-6 14-1l4-3v8l-4-3c-4 5-10 5-14-1zM7.5 11v.1"],
  ["bird", "burung", "bird", "M3 9c4-3 8-1 9 3 3-5 6-6 9-6-1 8-6 12-11 12-3 0-5-2-5-5M3 9l4 .5M9 18l-1 3M13 17.5l1 3.5"],
  ["boat", "perahu", "boat", "M3 16h18l-3 4.5H6zM12 16V3l7 10h-7M10 6L5 13h5"],
  ["house", "rumah", "house", "M3.5 11L12 4l8.5 7M6 9.5V20h12V9.5M10 20v-6h4v6"],
  ["kite", "layang-layang", "kite", "M12 2.5L19 9l-7 8-7-8zM12 2.5V17M5 9h14M12 17c-3 1.5 1.5 3-1 4.5"],
];

/** Name and words; the colours themselves stand in wallet.css. @type {[string, string, string][]} */
const COLOURS = [
  ["teal", "biru laut", "teal"], ["blue", "biru", "blue"], ["violet", "ungu", "purple"], ["pink", "merah muda", "pink"],
  ["red", "merah", "red"], ["amber", "kuning tua", "amber"], ["green", "hijau", "green"], ["slate", "abu-abu", "grey"],
];

export const pictures = () => PICTURES.map(([name, id, en]) => ({ name, words: t(id, en) }));
export const colours = () => COLOURS.map(([name, id, en]) => ({ name, words: t(id, en) }));

/** @typedef {{picture: string, colour: string}} Label */

/** A label nobody on this phone has yet. @param {Label[]} taken @returns {Label} */
export function freeLabel(taken) {
  const unused = (/** @type {string[]} */ all, /** @type {string[]} */ used) => all.find((one) => !used.includes(one)) ?? all[0];
  return {
    picture: unused(PICTURES.map(([name]) => name), taken.map((label) => label.picture)),
    colour: unused(COLOURS.map(([name]) => name), taken.map((label) => label.colour)),
  };
}

/** "matahari, biru" @param {Label} label */
export function wordsOf({ picture, colour }) {
  const one = PICTURES.find(([name]) => name === picture);
  const other = COLOURS.find(([name]) => name === colour);
  return `${one ? t(one[1], one[2]) : picture}, ${other ? t(other[1], other[2]) : colour}`;
}

/** Drawn, and said in words. @param {Label} label @param {string} [size] class */
export function drawn(label, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PICTURES.find(([name]) => name === label.picture)?.[3] ?? "");
  svg.append(path);
  return h(`span.token.tint-${label.colour}${size && `.${size}`}`, {}, svg);
}
