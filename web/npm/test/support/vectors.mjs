// Reads docs/vectors; their form is told in docs/FORMAT.md §15.
import {readFileSync} from 'node:fs';

/** @param {string} name */
export function vector(name) {
    return readFileSync(new URL(`../../../../docs/vectors/${name}`, import.meta.url), 'utf8');
}

/** The bytes of a block of annotated hexadecimal lines. */
export function bytes(content, label) {
    const block = new RegExp(`^${label}:\n((?:  .*\n)+)`, 'm').exec(content);
    const digits = block[1].replace(/;.*$/gm, '').replace(/\s/g, '');
    return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
}

/** The values of all lines with that label. */
export function values(content, label) {
    return [...content.matchAll(new RegExp(`^${label}: ?(.*)$`, 'gm'))].map((match) => match[1]);
}

/** A quoted QR text. */
export function text(content) {
    return JSON.parse(values(content, 'text')[0]);
}

/** The cases of a file of many. */
export function cases(content) {
    return content
        .split(/^(?=case: )/m)
        .slice(1)
        .map((part) => ({
            name: values(part, 'case')[0],
            at: Number(values(part, 'at')[0]),
            reason: values(part, 'reason')[0],
            text: text(part),
            trust: values(part, 'trust'),
            lists: values(part, 'list'),
            whole: part,
        }));
}
