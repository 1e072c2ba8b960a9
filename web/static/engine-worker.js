// Runs one engine off the page's thread. `engine-client.js` is the other side.
//
// In: first {wasm: address}, then {id, method, args}. Out: {ready}, {id, result} or {id, error: {name, code, message}}.

import {load} from './engine.js';

/** @type {Promise<import('./engine.js').Engine> | undefined} */
let engine;

self.onmessage = async ({data}) => {
    if (data.wasm) {
        engine = load(data.wasm);
        engine.then(
            () => self.postMessage({ready: true}),
            (error) => self.postMessage({failed: String(error.message)}),
        );
        return;
    }
    const {id, method, args} = data;
    try {
        const result = /** @type {any} */ (await engine)[method](...args);
        self.postMessage({id, result});
    } catch (fault) {
        const {name, code, message} = /** @type {any} */ (fault);
        self.postMessage({id, error: {name, code, message}});
    }
};
