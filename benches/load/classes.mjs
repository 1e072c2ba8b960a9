// What the load driver sends: classes of requests with what each should be answered, and their shares of the mix.

import { addresses } from '../pages/addresses.mjs';

/** Of a hundred requests of the mix. */
const SHARES = { 'public pages': 36, "citizens' pages": 18, "officers' pages": 16, issue: 8, revoke: 2, 'list, 304': 12, 'list, whole': 5, 'trust list': 3 };

/** Pages of citizens and of the desk that are in the mix; the others are in `benches/pages`. */
const CITIZEN = /^\/(permohonan|akun)(\/[0-9a-f-]{36})?$/;
const DESK = /^\/petugas(\/antrean|\/permohonan\/.*|\/dokumen\/.*|\/statistik)?$/;

/**
 * Signs people in at an instance and makes the classes that do not change with the database.
 * @param instance what `serve` gave; sessions are in its database and in all copies of it
 * @param story what `dataset` gave
 * @param lists status lists by their addresses: one that stays as it is, and those whose documents are revoked
 */
export async function classes(instance, story, { still, changing }) {
  const pages = await addresses(instance, story);
  const seen = pages.filter((page) => !page.body);
  const tag = (await fetch(instance.base + still)).headers.get('etag');
  const json = ['Content-Type: application/json'];
  const gzip = ['Accept-Encoding: gzip', 'Accept-Language: id'];
  return [
    { name: 'public pages', status: 200, headers: gzip, again: seen.filter((page) => !page.cookie) },
    { name: "citizens' pages", status: 200, headers: gzip, again: seen.filter((page) => page.cookie && CITIZEN.test(page.path)) },
    { name: "officers' pages", status: 200, headers: gzip, again: seen.filter((page) => page.cookie && DESK.test(page.path)) },
    { name: 'issue', status: 201, headers: json },
    { name: 'revoke', status: 200, headers: json },
    { name: 'list, 304', status: 304, headers: [`If-None-Match: ${tag}`], again: [{ path: still }] },
    { name: 'list, whole', status: 200, again: changing.map((path) => ({ path })) },
    { name: 'trust list', status: 200, again: [{ path: '/trust-list' }] },
  ].map((found) => ({ ...found, weight: SHARES[found.name] }));
}

/** A KTP-el for somebody, by an officer's token. */
export const issue = (token, nik) => ({ method: 'POST', path: '/v1/documents', token, body: JSON.stringify({ nik, kind: 'ktp' }) });

/** The end of a document. */
export const revoke = (token, id) => ({ method: 'POST', path: `/v1/documents/${id}/revoke`, token, body: JSON.stringify({ reason: 'lost' }) });
