// Which pages are measured, each with the session of somebody who may see it.

import { citizen, guest, officer } from './visitor.mjs';

/** Pages that anybody may see. */
export const PUBLIC = ['/', '/layanan', '/layanan/ktp', '/cek', '/kepercayaan', '/warna', '/ajukan/kk', '/status', '/masuk', '/petugas/masuk'];

/**
 * Signs everybody in and finds the pages.
 * @param instance what `serve` gave
 * @param story what `dataset` gave
 * @returns {Promise<{path: string, cookie: string, body?: string, status?: number}[]>} where a body is, it is posted as
 *   a form, and `status` is what it answers where that is not 200
 */
export async function addresses(instance, story) {
  const operator = await officer(instance, 'operator', story.password);
  const verifier = await officer(instance, 'verifikator', story.password);
  const signer = await officer(instance, 'kepala', story.password);
  const admin = await officer(instance, 'admin', story.password);
  const receipt = story.receipts.find(({ stage }) => stage === 'done');
  const holder = await guest(instance, receipt);
  const holderOfAccount = await citizen(instance, story.citizen);
  const link = (pattern, html) => pattern.exec(html)[1].replaceAll('&#38;', '&').replaceAll('&amp;', '&');
  const open = /href="(\/petugas\/permohonan\/[^"]+)"/;
  const first = async (stage) => link(open, (await verifier.ask(`/petugas/antrean?tahap=${stage}`)).html);
  const done = await first('done');
  const document = link(/href="(\/petugas\/dokumen\/[0-9a-f-]+)"/, (await signer.ask(done)).html);
  const handed = '/petugas/antrean?tahap=handed_over';
  const second = link(/rel="next" href="([^"]+)"/, (await verifier.ask(handed)).html);
  const find = verifier.form(await verifier.ask('/petugas'), { nomor: receipt.number });
  const pages = [
    ...PUBLIC.map((path) => [path, null]),
    ['/permohonan', holderOfAccount], ['/akun', holderOfAccount], [holder.address, holder.visitor], [`${holder.address}/tanda-terima`, holder.visitor],
    ['/petugas', operator], ['/petugas/antrean', operator], [handed, verifier], [second, verifier],
    ['/petugas/antrean?tahap=done&jenis=kk', verifier], ['/petugas/antrean?tahap=handed_over&jenis=sktt', verifier],
    ['/petugas/terlambat', verifier], ['/petugas/janji', operator],
    [await first('submitted'), verifier], [await first('in_process'), signer], [done, signer], [document, signer],
    ['/petugas/statistik', signer], ['/petugas/jejak', signer], ['/petugas/dokumen', signer], ['/petugas/akun', signer],
    ['/petugas/pengguna', admin], ['/petugas/kebijakan', admin],
  ];
  return [
    ...pages.map(([path, visitor]) => ({ path, cookie: visitor?.cookie() ?? '' })),
    { path: find.path, cookie: verifier.cookie(), body: find.body.toString(), status: 303 },
  ];
}

/** An address as the tables show it. */
export function shown(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}').replace(/lanjut=\d[^&]+/, 'lanjut=…');
}
