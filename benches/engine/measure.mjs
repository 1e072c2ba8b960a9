// The contenders take turns at every frame, so that a clock that drifts is the same for all. Runs in Node and in a page.

import {HEIGHT, IDLE, SHOTS, WIDTH, frame} from './frames.mjs';

/**
 * @param {{text: string, symbol: any, contenders: Record<string, (rgba: Uint8ClampedArray) => any>, rounds: number}} job
 *   each contender returns the text it found, or nothing
 * @returns {Promise<Array<{frame: string, contender: string, median: number, worst: number, read: number, of: number}>>}
 */
export async function measure({text, symbol, contenders, rounds}) {
    const rows = [];
    const shots = [...SHOTS.map((shot) => ({shot, symbol})), ...IDLE.map((shot) => ({shot, symbol: null}))];
    for (const {shot, symbol} of shots) {
        const spent = Object.fromEntries(Object.keys(contenders).map((name) => [name, {times: [], read: 0}]));
        for (let round = -1; round < rounds; round += 1) {
            const rgba = frame(symbol, shot, 1000 + round);
            for (const [name, contender] of Object.entries(contenders)) {
                const copy = rgba.slice();
                const start = performance.now();
                const found = await contender(copy);
                const time = performance.now() - start;
                // The first round warms up.
                if (round >= 0) {
                    spent[name].times.push(time);
                    spent[name].read += found === text ? 1 : 0;
                }
            }
        }
        for (const [contender, {times, read}] of Object.entries(spent)) {
            const sorted = times.sort((a, b) => a - b);
            rows.push({
                frame: shot.name,
                contender,
                median: sorted[sorted.length >> 1],
                worst: sorted.at(-1),
                read,
                of: symbol ? rounds : 0,
            });
        }
    }
    return rows;
}

/** Medians over all frames with a code. */
export function overall(rows) {
    const names = [...new Set(rows.map((row) => row.contender))];
    return names.map((name) => {
        const mine = rows.filter((row) => row.contender === name && row.of > 0);
        const medians = mine.map((row) => row.median).sort((a, b) => a - b);
        const read = mine.reduce((sum, row) => sum + row.read, 0);
        const of = mine.reduce((sum, row) => sum + row.of, 0);
        return {contender: name, median: medians[medians.length >> 1], read, of};
    });
}

export const PIXELS = {width: WIDTH, height: HEIGHT};
