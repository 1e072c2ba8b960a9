// The one engine of this page, in its Worker from the first moment: it is ready by the time six digits are typed.

import { EngineClient } from "./engine-client.js";

/** @type {any} */
export const engine = new EngineClient({ worker: new URL("./engine-worker.js", import.meta.url) });

/** @type {Promise<any> | null} */
let told = null;

/** Purposes and kinds, in words. @returns {Promise<any>} */
export function tables() {
  if (!told) {
    told = /** @type {Promise<any>} */ (engine.tables());
    told.catch(() => { told = null; });
  }
  return told;
}
