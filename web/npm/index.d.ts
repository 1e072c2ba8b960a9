/** A text in both languages. */
export interface Text {
    id: string;
    en: string;
}

/**
 * What is to be kept between runs, so that no older bundle or list and no clock that was set back is accepted, and nothing
 * that was revoked is valid again.
 */
export interface Memory {
    /** Epoch seconds. */
    latest_seen: number;
    trust_version: number;
    /** Hexadecimal: which trust list had that version. Missing in what older versions returned. */
    trust_digest?: string | null;
    /** Epoch seconds. */
    bundle_issued: number;
    /** Hexadecimal. */
    root: string;
    /** Hexadecimal. */
    first_root: string;
    /** Base64: which status lists were seen and what they revoked. Missing in what older versions returned. */
    seen?: string;
}

/** One printed line of a document. */
export interface Row {
    /** Stable name. */
    name: string;
    label: Text;
    text: Text;
    /** The table it stands in, and in which of its rows. */
    group: { name: string; label: Text; row: number; rows: number } | null;
}

/**
 * Times are RFC 3339 in UTC.
 *
 * `issuer`, `shown`, `claims` and what follows are null unless the issuer's signature and scope were checked. They are
 * there also where the document is expired, revoked or replaced: look at `verdict` first.
 */
export interface Verdict {
    /** Green, yellow, red, grey. Only `valid` is good; `undecided` never is. */
    verdict: 'valid' | 'superseded' | 'not_valid' | 'undecided';
    /** Stable code; new ones may come. */
    reason: string;
    /** The reason, for people. */
    message: Text;
    freshness: {
        trust_list_version: number;
        trust_list_issued: string;
        status_list_issued: string | null;
        /** As of when the verdict holds. */
        as_of: string;
    };
    judged_at: string;
    /** For engineers. */
    detail: string | null;
    issuer: { iss: string; office: string; kid: string } | null;
    /** `static`: on paper or a picture, so compare the photo. `live`: by the phone that holds the key. */
    shown:
        | { how: 'static' | 'unproven' }
        | { how: 'live'; seconds_ago: number; audience: string | null }
        | null;
    /** What the document says, by field names. */
    claims: Record<string, unknown> | null;
    /** The kind of document. */
    title: Text | null;
    /** For which purpose it shows a part only. */
    purpose: { number: number; slug: string; name: Text } | null;
    /** Whose it is. */
    name: string | null;
    /** The document in printed order. */
    rows: Row[] | null;
    photo: { media_type: string; base64: string } | null;
    /** Tells whether the same credential was shown before, without telling whose it is. */
    key: string | null;
    memory: Memory;
}

export interface JudgeOptions {
    /** Epoch seconds or a date; the clock's time unless given. */
    now?: Date | number;
    /** The verifier's own name: a live document that is meant for somebody else is refused. */
    audience?: string | null;
    /** The nonce (8 to 32 bytes) that a phone was asked to repeat. */
    nonce?: Uint8Array | null;
    /** Oldest status list that decides, seconds. */
    max_status_age?: number | null;
    /** How far a phone's clock may differ, seconds; 30 unless given. */
    proof_skew?: number | null;
}

export interface OpenOptions {
    /** The root as the Dukcapil centre publishes it: its public key, or the id of a root of several keys. 32 bytes, or 64 hexadecimal digits. */
    root: Uint8Array | string;
    /** Epoch seconds or a date; the clock's time unless given. */
    now?: Date | number;
    /** What was kept of an earlier run. */
    memory?: Memory | null;
}

/**
 * Judges one QR text by an offline bundle. Later calls with the same array reuse what was checked.
 *
 * @throws BundleError if the bundle is refused
 * @throws TypeError without a root key
 */
export function verify(text: string, bundle: Uint8Array, options: OpenOptions & JudgeOptions): Promise<Verdict>;

/** A checked bundle, for many texts. */
export class Verifier {
    private constructor();
    /** @throws BundleError if the bundle is refused */
    static open(bundle: Uint8Array, options: OpenOptions): Promise<Verifier>;
    verify(text: string, options?: JudgeOptions): Verdict;
    /** The bundle; times in epoch seconds. */
    readonly info: {
        issued: number;
        expires: number;
        trust_list: { version: number; issued: number; next_update: number };
        lists: number;
        /** How many indexes were revoked before that its lists no longer have as revoked; they stay revoked here. */
        kept_revoked: number;
        /** Hexadecimal; another than the one given after a rotation. */
        root: string;
    };
    readonly memory: Memory;
}

/**
 * The texts of the QR codes in a picture, in reading order.
 *
 * @param picture RGBA, as `ImageData` of a canvas has it
 * @param options `still: false` spends less time on a camera's frame, after which another one comes
 */
export function readQr(
    picture: { data: Uint8ClampedArray | Uint8Array; width: number; height: number },
    options?: { still?: boolean },
): Promise<string[]>;

/** The bundle was refused. */
export class BundleError extends Error {
    /** `bad_bundle`, `unknown_root`, `other_root`, `older_trust_list`, `older_bundle`, `older_status_list`, `conflict` or
     * `too_much`. */
    readonly code: string;
    readonly text: Text;
}

/** A call that its programmer must mend. */
export class EngineError extends Error {
    readonly code: string;
}

/** The WebAssembly met a fault; the next call gets a new instance. */
export class EngineTrap extends Error {}
