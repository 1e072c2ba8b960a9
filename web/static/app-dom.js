// Makes elements; no text ever becomes markup.

import { ICONS } from "./app-icons.js";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * `h("button.primary", { type: "button", onclick: go }, "Go")`. Names that begin with "on" are listeners; `true` sets an
 * empty attribute, `false` and null none (`aria-…` says "true" or "false"); what stands in `OWN` is set as a property.
 * @param {string} what tag name and classes @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children
 * @returns {HTMLElement & Record<string, any>}
 */
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (OWN.has(name)) /** @type {any} */ (element)[name] = value;
    else if (name.startsWith("aria-") && value != null) element.setAttribute(name, String(value));
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child != null && child !== false).map((child) => (
    child instanceof Node ? child : String(child))));
  return element;
}

const OWN = new Set(["value", "checked", "disabled", "hidden", "muted", "srcObject"]);
const SVG = "http://www.w3.org/2000/svg";

/** An icon drawn by lines in the colour of the text, not read out. @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Puts these in place of what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((c) => c != null && c !== false).map((c) => (c instanceof Node ? c : String(c))));
}

/** A button with an icon before its words. @param {string} words @param {() => void} go @param {{icon?: keyof typeof ICONS, kind?: string} & Record<string, any>} [more] */
export function button(words, go, { icon: name, kind = "second", ...attributes } = {}) {
  return h(`button.button.${kind}`, { type: "button", onclick: go, ...attributes }, name && icon(name), h("span", {}, words));
}

/** A square button of an icon alone; the words are read out. @param {string} words @param {keyof typeof ICONS} name @param {() => void} go @param {Record<string, any>} [more] */
export function iconButton(words, name, go, more = {}) {
  return h("button.icon-button", { type: "button", "aria-label": words, title: words, onclick: go, ...more }, icon(name));
}

/** A switch with its label and an optional hint. @param {string} words @param {boolean} on @param {(on: boolean) => void} change @param {string} [hint] */
export function toggle(words, on, change, hint) {
  const input = h("input", { type: "checkbox", role: "switch", checked: on, onchange: () => change(input.checked) });
  return h("label.choice.switch", {}, h("span", {}, words, hint && h("small", {}, hint)), input);
}
