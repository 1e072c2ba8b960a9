// The package against docs/vectors: the very verdicts that the format's reviewers were given.
import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {test} from 'node:test';
import {BundleError, Verifier, verify} from '@dukcapil/ikd-verify';
import {bytes, cases, text, values, vector} from './support/vectors.mjs';

const bundle = bytes(vector('bundle.txt'), 'token');
const root = values(vector('keys.txt'), 'public')[0];
const NOON = 1795305600;
const ktp = text(vector('ktp.txt'));
/** The bundle has two of the three status lists of the vectors. */
const MISSING = 'status_list_missing';

test('a card with all that a page shows', async () => {
    const verdict = await verify(ktp, bundle, {root, now: NOON});
    assert.equal(verdict.verdict, 'valid');
    assert.equal(verdict.reason, 'valid');
    assert.equal(verdict.name, 'SITI NURHALIZA');
    assert.deepEqual(verdict.shown, {how: 'static'});
    assert.equal(verdict.title.en, 'Identity card (KTP-el)');
    assert.equal(verdict.claims.document.nik, '3273015204870003');
    const sex = verdict.rows.find((row) => row.name === 'jenis_kelamin');
    assert.deepEqual(sex.text, {id: 'PEREMPUAN', en: 'Female'});
    assert.match(verdict.key, /^[0-9a-f]{32}$/);
    assert.equal(verdict.photo, null);
    const face = await verify(text(vector('ktp-face.txt')), bundle, {root, now: NOON});
    assert.equal(face.photo.media_type, face.claims.document.foto.media_type);
    assert.ok(Buffer.from(face.photo.base64, 'base64').length > 20);
});

test('a family card shows every member in both languages', async () => {
    const verdict = await verify(text(vector('kk.txt')), bundle, {root, now: NOON});
    const members = verdict.rows.filter((row) => row.group?.name === 'anggota');
    assert.ok(members.length > 10);
    assert.equal(Math.max(...members.map((row) => row.group.row)) + 1, members[0].group.rows);
    assert.notEqual(members[0].label.id, members[0].label.en);
});

test('every positive vector of the trust list in the bundle', async () => {
    const verifier = await Verifier.open(bundle, {root, now: NOON});
    let count = 0;
    for (const name of readdirSync(new URL('../../../docs/vectors', import.meta.url))) {
        const content = vector(name);
        if (values(content, 'trust')[0] !== 'trust-list.txt' || values(content, 'case').length > 0) {
            continue;
        }
        const audience = values(content, 'asked-aud')[0];
        const nonce = values(content, 'asked-cnonce')[0];
        const asked = {audience, nonce: nonce && Uint8Array.from(Buffer.from(nonce, 'hex'))};
        for (const [at, reason] of values(content, 'verdict').map((line) => line.split(' '))) {
            // The lists of a bundle end with it, those of the vectors with themselves.
            if (Number(at) <= verifier.info.expires) {
                const verdict = verifier.verify(text(content), {...asked, now: Number(at)});
                assert.equal(verdict.reason, reason, `${name} at ${at}`);
                count += 1;
            }
        }
    }
    assert.ok(count >= 15, `${count} verdicts`);
});

test('nothing of the negative vectors is green, and each has its reason', async () => {
    const verifier = await Verifier.open(bundle, {root, now: NOON});
    let exact = 0;
    const all = cases(vector('negative.txt'));
    for (const {name, at, reason, text} of all) {
        const verdict = verifier.verify(text, {now: at});
        assert.notEqual(verdict.verdict, 'valid', name);
        if (verdict.reason !== MISSING) {
            assert.equal(verdict.reason, reason, name);
            exact += 1;
        }
    }
    assert.ok(all.length - exact < 5 && exact > 120, `${exact} of ${all.length}`);
});

test('an altered or foreign bundle is refused', async () => {
    const altered = bundle.slice();
    altered[altered.length - 1] ^= 1;
    await assert.rejects(verify(ktp, altered, {root}), (error) => error instanceof BundleError && error.code === 'bad_bundle');
    const other = values(vector('keys.txt'), 'public')[1];
    await assert.rejects(verify(ktp, bundle, {root: other}), {code: 'unknown_root'});
    await assert.rejects(verify(ktp, bundle, {}), TypeError);
    await assert.rejects(verify(ktp, bundle), TypeError);
});

test('what was seen before is remembered', async () => {
    const first = await Verifier.open(bundle, {root, now: NOON});
    first.verify(ktp, {now: NOON + 1000});
    assert.equal(first.memory.latest_seen, NOON + 1000);
    const again = await Verifier.open(bundle, {root, now: NOON + 2000, memory: first.memory});
    assert.equal(again.memory.latest_seen, NOON + 2000);
    // Asking about an earlier time does not set back what is kept.
    again.verify(ktp, {now: NOON - 1000});
    assert.equal(again.memory.latest_seen, NOON + 2000);
    const newer = {...first.memory, trust_version: first.memory.trust_version + 1};
    await assert.rejects(Verifier.open(bundle, {root, memory: newer}), {code: 'older_trust_list'});
    const later = {...first.memory, bundle_issued: first.memory.bundle_issued + 1};
    await assert.rejects(Verifier.open(bundle, {root, memory: later}), {code: 'older_bundle'});
    const elsewhere = values(vector('keys.txt'), 'public')[1];
    await assert.rejects(Verifier.open(bundle, {root: elsewhere, memory: first.memory}), {code: 'other_root'});
});

/** What an engine remembers of one list, as `Seen::encode` in `credential/src/seen.rs` writes it. */
function seen(iss, uri, issued, revoked) {
    const number = (n) => (n > 127 ? [(n % 128) | 128, ...number(Math.floor(n / 128))] : [n]);
    const text = (t) => [...number(t.length), ...Buffer.from(t)];
    const gaps = revoked.flatMap((index, n) => number(index - (n > 0 ? revoked[n - 1] + 1 : 0)));
    return Buffer.from([...text(iss), ...text(uri), ...number(issued), ...number(revoked.length), ...gaps]).toString('base64');
}

test('what lists said before is remembered', async () => {
    const first = await Verifier.open(bundle, {root, now: NOON});
    assert.equal(first.verify(ktp, {now: NOON}).verdict, 'valid');
    assert.equal(first.info.kept_revoked, 0);
    const memory = JSON.parse(JSON.stringify(first.memory));
    assert.ok(Buffer.from(memory.seen, 'base64').includes('ikd:3273/0'));
    const issued = first.info.issued;
    // A list of before, which had this card as revoked: the bundle's list has taken it back.
    const revoked = {...memory, seen: seen('ID.3273', 'ikd:3273/0', issued - 60, [5, 712345])};
    const kept = await Verifier.open(bundle, {root, now: NOON, memory: revoked});
    assert.equal(kept.verify(ktp, {now: NOON + 60}).reason, 'revoked');
    assert.equal(kept.info.kept_revoked, 2);
    // Also for another time, and in the next run.
    assert.equal(kept.verify(ktp, {now: NOON}).reason, 'revoked');
    const next = await Verifier.open(bundle, {root, now: NOON, memory: kept.memory});
    assert.equal(next.verify(ktp, {now: NOON}).reason, 'revoked');
    const later = {...memory, seen: seen('ID.3273', 'ikd:3273/0', issued + 1, [])};
    await assert.rejects(Verifier.open(bundle, {root, memory: later}), {code: 'older_status_list'});
    const fork = {...memory, trust_digest: '00'.repeat(32)};
    await assert.rejects(Verifier.open(bundle, {root, memory: fork}), {code: 'conflict'});
    for (const damaged of ['!', 'AAAA', memory.seen.slice(4)]) {
        await assert.rejects(Verifier.open(bundle, {root, memory: {...memory, seen: damaged}}), {code: 'bad_request'});
    }
    // What an earlier version returned.
    const {seen: _, trust_digest: __, ...former} = memory;
    const upgraded = await Verifier.open(bundle, {root, now: NOON, memory: former});
    assert.equal(upgraded.memory.seen, memory.seen);
});

test('without a given time the clock counts, and one that was set back decides nothing', async () => {
    const ahead = Math.floor(Date.now() / 1000) + 86_400 * 400;
    const open = await Verifier.open(bundle, {root});
    const memory = {...open.memory, latest_seen: ahead};
    const verifier = await Verifier.open(bundle, {root, memory});
    const verdict = verifier.verify(ktp);
    assert.equal(verdict.verdict, 'undecided');
    assert.equal(Date.parse(verdict.judged_at) / 1000, ahead);
});

test('a root of several keys is pinned by its id', async () => {
    const several = vector('bundle-quorum.txt');
    const id = values(several, 'root')[0];
    const verdict = await verify(ktp, bytes(several, 'token'), {root: id, now: NOON});
    assert.equal(verdict.reason, 'valid');
    const oneOfThem = values(vector('trust-list-quorum.txt'), 'root-key')[0];
    for (const other of [root, oneOfThem]) {
        await assert.rejects(verify(ktp, bytes(several, 'token'), {root: other}), {code: 'unknown_root'});
    }
    const {memory} = await Verifier.open(bytes(several, 'token'), {root: id, now: NOON});
    assert.equal(memory.root, id);
    // The bundle of the lone root is older, and of another root.
    await assert.rejects(Verifier.open(bundle, {root: id, memory}), {code: 'unknown_root'});
    await assert.rejects(Verifier.open(bundle, {root, memory}), {code: 'other_root'});
});
