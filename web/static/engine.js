// The verifier in WebAssembly, called from JavaScript. Synchronous once loaded; the same in a page, a Worker and Node.
//
// A request is a list of named byte strings, written where `input` says; `web/engine/README.md` tells more.

/** @typedef {{id: string, en: string}} Text */
/**
 * What outlives an instance: keep it, and hand it to the next `setBundle`.
 * `seen` tells what status lists were seen and what they revoked, in base64: some 2 bytes a revocation.
 * @typedef {{latest_seen: number, trust_version: number, trust_digest: string | null, bundle_issued: number, root: string,
 *   first_root: string, seen: string}} Memory
 */
/**
 * Times are epoch seconds, `root` is hexadecimal. `kept_revoked`: how many indexes were revoked before that the bundle's
 * lists no longer have as revoked; they stay revoked here.
 * @typedef {{ok: true, issued: number, expires: number,
 *   trust_list: {version: number, issued: number, next_update: number},
 *   lists: number, root: string, kept_revoked: number, memory: Memory}} BundleTaken
 */
/** @typedef {{ok: false, code: string, message: Text}} BundleRefused */
/**
 * @typedef {{name: string, label: Text, text: Text,
 *   group: {name: string, label: Text, row: number, rows: number} | null}} Row
 */
/**
 * Times are RFC 3339 in UTC. What the document says (`claims` to `key`) is null unless the issuer's signature
 * and scope were checked; it is there also where the document is no longer in force, so look at `verdict` first.
 * `key` tells whether the same credential was shown before, without telling whose it is.
 * @typedef {{verdict: "valid" | "superseded" | "not_valid" | "undecided", reason: string, message: Text,
 *   freshness: {trust_list_version: number, trust_list_issued: string, status_list_issued: string | null, as_of: string},
 *   judged_at: string, detail: string | null,
 *   issuer: {iss: string, office: string, kid: string} | null, claims: any,
 *   shown: {how: "static" | "unproven"} | {how: "live", seconds_ago: number, audience: string | null} | null,
 *   title: Text | null, purpose: {number: number, slug: string, name: Text} | null, name: string | null, rows: Row[] | null,
 *   photo: {media_type: string, base64: string} | null, key: string | null, memory: Memory}} Verdict
 */

/**
 * What a credential says, not judged; `issued` and `expires` in epoch seconds.
 * @typedef {{title: Text, purpose: {number: number, slug: string, name: Text} | null, name: string | null, rows: Row[],
 *   photo: {media_type: string, base64: string} | null, iss: string | null, issued: number | null, expires: number | null}} Said
 */
/** What a desk asked: its name (1 to 64 characters) and a nonce of 8 to 32 bytes. @typedef {{audience?: string | null, nonce?: Uint8Array | null}} Asked */
/** @typedef {{audience?: string | null, nonce: Uint8Array, purpose?: number | null}} Question */
/**
 * `max_status_age`: oldest status list that decides, seconds; `proof_skew`: how far a phone's clock may differ.
 * @typedef {Asked & {max_status_age?: number | null, proof_skew?: number | null}} JudgeOptions
 */

/** The caller's mistake: mend the call. The engine goes on. */
export class EngineError extends Error {
    /**
     * @param {string} code
     * @param {string} message
     */
    constructor(code, message) {
        super(message);
        this.name = 'EngineError';
        this.code = code;
    }
}

/** The engine met a fault and is dead: load another one. */
export class EngineTrap extends Error {
    /** @param {string} message */
    constructor(message) {
        super(message);
        this.name = 'EngineTrap';
    }
}

/**
 * Loads an engine.
 * @param {string | URL | Response | ArrayBuffer | Uint8Array} source address or content of engine.wasm
 * @returns {Promise<Engine>}
 */
export async function load(source) {
    let content = source;
    if (typeof content === 'string' || content instanceof URL) {
        content = await fetch(content);
    }
    if (typeof Response !== 'undefined' && content instanceof Response) {
        if (!content.ok) {
            throw new EngineError('not_loaded', `engine.wasm: the server answered ${content.status}`);
        }
        content = await content.arrayBuffer();
    }
    const {instance} = await WebAssembly.instantiate(/** @type {BufferSource} */ (content), {});
    return new Engine(/** @type {any} */ (instance.exports));
}

/**
 * @param {string} digits
 * @returns {Uint8Array}
 */
function unhex(digits) {
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
function base64(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    }
    return btoa(text);
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
function unbase64(text) {
    try {
        return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch {
        throw new EngineError('bad_request', '`memory.seen` must be what setBundle returned');
    }
}

/**
 * @param {Asked | null | undefined} options
 * @returns {Asked}
 */
function asked(options) {
    return {audience: options?.audience, nonce: options?.nonce};
}

export class Engine {
    /** @type {{memory: WebAssembly.Memory, input(len: number): number, call(): number, output(): number, output_len(): number}} */
    #wasm;
    #dead = false;
    /** What the engine wants remembered of lists; only a bundle changes it. */
    #seen = '';
    #encoder = new TextEncoder();
    #decoder = new TextDecoder();

    /** @param {any} exports what the WebAssembly instance exports; use `load` */
    constructor(exports) {
        this.#wasm = exports;
    }

    /**
     * @param {Record<string, string | number | boolean | Uint8Array | Uint8ClampedArray | null | undefined>} fields what
     *   is null or undefined is left out
     * @returns {{head: any, bytes: Uint8Array}}
     */
    #call(fields) {
        if (this.#dead) {
            throw new EngineTrap('this engine has met a fault before; load another one');
        }
        const parts = [];
        for (const [name, value] of Object.entries(fields)) {
            if (value !== null && value !== undefined) {
                parts.push(this.#encoder.encode(name));
                parts.push(typeof value === 'object' ? value : this.#encoder.encode(String(value)));
            }
        }
        let head, answer;
        try {
            this.#write(parts);
            head = this.#wasm.call() >>> 0;
            const start = this.#wasm.output() >>> 0;
            const end = start + (this.#wasm.output_len() >>> 0);
            answer = new Uint8Array(this.#wasm.memory.buffer.slice(start, end));
        } catch (fault) {
            this.#dead = true;
            throw new EngineTrap(`the engine met a fault: ${fault}`);
        }
        const told = JSON.parse(this.#decoder.decode(answer.subarray(0, head)));
        if (told.error) {
            throw new EngineError(told.error.code, told.error.message);
        }
        return {head: told, bytes: answer.slice(head)};
    }

    /** @param {Array<Uint8Array | Uint8ClampedArray>} parts */
    #write(parts) {
        let at = this.#wasm.input(parts.reduce((sum, part) => sum + 4 + part.length, 0)) >>> 0;
        const memory = this.#wasm.memory.buffer;
        const view = new DataView(memory);
        const bytes = new Uint8Array(memory);
        for (const part of parts) {
            view.setUint32(at, part.length, true);
            bytes.set(part, at + 4);
            at += 4 + part.length;
        }
    }

    /**
     * Takes a bundle in. Refused if it or a status list in it is older than what `memory` knows, or not signed for its
     * root key. What was revoked before stays revoked.
     * @param {Uint8Array} bundle
     * @param {Uint8Array | null} root 32 bytes. Null: the one in `memory`, or on first use the one the bundle names,
     *   which is only as good as where the bundle comes from
     * @param {number} now epoch seconds
     * @param {Partial<Memory> | null} memory
     * @returns {BundleTaken | BundleRefused}
     */
    setBundle(bundle, root, now, memory) {
        const remembered = Object.entries(memory ?? {}).map(([name, value]) => [`memory.${name}`, value]);
        /** @type {Record<string, any>} */
        const fields = {op: 'setBundle', bundle, root, now: Math.floor(now), ...Object.fromEntries(remembered)};
        if (typeof memory?.seen === 'string') {
            fields['memory.seen'] = unbase64(memory.seen);
        }
        const {head, bytes} = this.#call(fields);
        if (head.ok) {
            this.#seen = base64(bytes);
            head.memory.seen = this.#seen;
        }
        return head;
    }

    /**
     * Judges a QR's text by the bundle set before.
     * @param {string} text
     * @param {number} now epoch seconds
     * @param {JudgeOptions} [options]
     * @returns {Verdict}
     */
    judge(text, now, options = {}) {
        const {max_status_age, proof_skew} = options;
        const verdict = this.#call({op: 'judge', text, now: Math.floor(now), max_status_age, proof_skew, ...asked(options)}).head;
        verdict.memory.seen = this.#seen;
        return verdict;
    }

    /**
     * QR texts in a camera frame or a picture, in reading order.
     * @param {Uint8ClampedArray | Uint8Array} rgba
     * @param {number} width
     * @param {number} height
     * @param {{still?: boolean}} [options] `still`: a picture, of which no next one comes; takes up to half a second
     * @returns {string[]}
     */
    read(rgba, width, height, options = {}) {
        return this.#call({op: 'read', rgba, width, height, still: options.still === true}).head.texts;
    }

    /**
     * The outcomes, reasons and kinds of document there are, with words for people.
     * @returns {any}
     */
    tables() {
        return this.#call({op: 'tables'}).head;
    }

    /**
     * A QR symbol without its quiet zone; modules row by row, 1 is dark.
     * @param {string} text
     * @param {"L" | "M" | "Q" | "H"} ecc
     * @returns {{version: number, size: number, modules: Uint8Array}}
     */
    symbol(text, ecc = 'M') {
        const {head, bytes} = this.#call({op: 'symbol', text, ecc});
        return {version: head.version, size: head.size, modules: bytes};
    }

    /**
     * What a credential says, for its holder's own screen. It is not judged: never for anybody else's.
     * @param {string} credential its QR text, without a proof
     * @returns {Said}
     */
    describe(credential) {
        return this.#call({op: 'describe', credential}).head;
    }

    /**
     * The bytes that the holder's key signs (ES256 over their SHA-256) to show a credential.
     * @param {string} credential its QR text
     * @param {number} iat now, epoch seconds
     * @param {Asked} [options]
     * @returns {Uint8Array}
     */
    proof(credential, iat, options = {}) {
        return this.#call({op: 'proof', credential, iat: Math.floor(iat), ...asked(options)}).bytes;
    }

    /**
     * The QR text that shows the credential, from the signature over what `proof` gave for the same arguments.
     * @param {string} credential
     * @param {number} iat
     * @param {Asked} options
     * @param {Uint8Array} signature 64 bytes, as WebCrypto gives it
     * @returns {string}
     */
    present(credential, iat, options, signature) {
        return this.#call({op: 'present', credential, iat: Math.floor(iat), ...asked(options), signature}).head.text;
    }

    /**
     * The QR text by which a desk asks a phone.
     * @param {Question} question
     * @returns {string}
     */
    request(question) {
        return this.#call({op: 'request', ...asked(question), purpose: question.purpose}).head.text;
    }

    /**
     * Reads such a text; null where it is none.
     * @param {string} text
     * @returns {Question | null}
     */
    parseRequest(text) {
        const {request} = this.#call({op: 'parseRequest', text}).head;
        return request && {...request, nonce: unhex(request.nonce)};
    }

    /**
     * Argon2id (RFC 9106), one lane.
     * @param {Uint8Array} password
     * @param {Uint8Array} salt at least 8 bytes
     * @param {{memory_kib: number, passes: number}} cost
     * @returns {Uint8Array} 32 bytes
     */
    argon2id(password, salt, cost) {
        const {memory_kib, passes} = cost;
        return this.#call({op: 'argon2id', password, salt, memory_kib, passes}).bytes;
    }
}
