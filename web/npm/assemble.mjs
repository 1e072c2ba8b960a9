// Copies the files that the package shares with the pages: they are committed once, in web/static.
import {copyFile} from 'node:fs/promises';

const copies = {
    'engine.js': '../static/engine.js',
    'engine.wasm': '../static/engine.wasm',
    LICENSE: '../../LICENSE',
};
for (const [to, from] of Object.entries(copies)) {
    await copyFile(new URL(from, import.meta.url), new URL(to, import.meta.url));
}
