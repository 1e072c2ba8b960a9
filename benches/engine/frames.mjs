// Camera frames as a cheap phone gives them: turned, blurred and noisy, 1280 × 720, RGBA.

export const WIDTH = 1280;
export const HEIGHT = 720;

/** What a camera does to a symbol; lengths in pixels, angles in degrees, `height` of the symbol as a part of the frame's. */
export const SHOTS = [
    {name: 'still hand', height: 0.5, turn: 2, blur: 0.8, noise: 5},
    {name: 'turned 20°', height: 0.5, turn: 20, blur: 1.0, noise: 8},
    {name: 'turned 45°', height: 0.55, turn: 45, blur: 0.7, noise: 6},
    {name: 'soft focus', height: 0.5, turn: 5, blur: 1.4, noise: 6},
    {name: 'dim', height: 0.55, turn: 8, blur: 0.9, noise: 14},
    {name: 'near', height: 0.85, turn: 4, blur: 1.5, noise: 8},
];

/** Frames without a code, of which a scanner sees many. */
export const IDLE = [
    {name: 'wall', noise: 4},
    {name: 'dark', noise: 20},
    {name: 'text and tiles', busy: true, blur: 0.8, noise: 6},
];

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
}

/**
 * @param {{size: number, modules: Uint8Array} | null} symbol
 * @param {{height?: number, turn?: number, blur?: number, noise?: number, busy?: boolean}} shot
 * @param {number} seed
 * @returns {Uint8ClampedArray}
 */
export function frame(symbol, shot, seed) {
    const chance = random(seed);
    let grey = background(shot.busy === true);
    if (symbol) {
        paint(grey, symbol, shot, chance);
    }
    if (shot.blur) {
        grey = blurred(grey, shot.blur);
    }
    const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
    const noise = shot.noise ?? 0;
    for (let n = 0; n < grey.length; n += 1) {
        // Three draws are near enough to a normal distribution; each has a deviation of 0.5.
        const value = grey[n] + 2 * noise * (chance() + chance() + chance() - 1.5);
        rgba[4 * n] = value;
        rgba[4 * n + 1] = value;
        rgba[4 * n + 2] = value - 6;
        rgba[4 * n + 3] = 255;
    }
    return rgba;
}

function background(busy) {
    const grey = new Float32Array(WIDTH * HEIGHT);
    const chance = random(99);
    const tiles = Array.from({length: 4096}, () => 40 + 180 * chance());
    for (let y = 0; y < HEIGHT; y += 1) {
        for (let x = 0; x < WIDTH; x += 1) {
            const shade = 110 + 50 * Math.sin(x / 300) + (30 * y) / HEIGHT;
            grey[y * WIDTH + x] = busy ? tiles[((y >> 3) * 61 + (x >> 3) * 7 + ((x * y) >> 12)) & 4095] : shade;
        }
    }
    return grey;
}

function paint(grey, {size, modules}, {height, turn}, chance) {
    const pitch = (height * HEIGHT) / (size + 8);
    const angle = ((turn + 2 * chance() - 1) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [cx, cy] = [WIDTH * (0.47 + 0.06 * chance()), HEIGHT * (0.49 + 0.02 * chance())];
    // Four samples a pixel, as a lens mixes what falls on it.
    const parts = [0.25, 0.75];
    for (let y = 0; y < HEIGHT; y += 1) {
        for (let x = 0; x < WIDTH; x += 1) {
            let [light, inside] = [0, 0];
            for (const dy of parts) {
                for (const dx of parts) {
                    const [px, py] = [x + dx - cx, y + dy - cy];
                    const column = Math.floor((cos * px + sin * py) / pitch + size / 2);
                    const row = Math.floor((cos * py - sin * px) / pitch + size / 2);
                    if (column < -4 || row < -4 || column >= size + 4 || row >= size + 4) {
                        continue;
                    }
                    const within = column >= 0 && row >= 0 && column < size && row < size;
                    light += within && modules[row * size + column] ? 40 : 215;
                    inside += 1;
                }
            }
            const at = y * WIDTH + x;
            grey[at] = (light + (4 - inside) * grey[at]) / 4;
        }
    }
}

/** Gaussian, deviation in pixels. */
function blurred(grey, deviation) {
    const reach = Math.ceil(2.5 * deviation);
    const kernel = Array.from({length: 2 * reach + 1}, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * deviation ** 2)));
    const sum = kernel.reduce((a, b) => a + b);
    const pass = (from, step, limit, place) => {
        const to = new Float32Array(from.length);
        for (let n = 0; n < from.length; n += 1) {
            const at = place(n);
            let value = 0;
            for (let k = -reach; k <= reach; k += 1) {
                value += kernel[k + reach] * from[n + step * (Math.min(Math.max(at + k, 0), limit - 1) - at)];
            }
            to[n] = value / sum;
        }
        return to;
    };
    const across = pass(grey, 1, WIDTH, (n) => n % WIDTH);
    return pass(across, WIDTH, HEIGHT, (n) => Math.floor(n / WIDTH));
}
