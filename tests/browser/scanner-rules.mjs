// The rules of agency profiles alone: what a genuine document is enough for, on judgements as the engine writes them.

import { PROFILES, decide, profile } from '../../web/static/scanner-profiles.js';
import { must, say } from './scanner-kit.mjs';

const text = (word) => ({ id: word, en: word });
const PURPOSES = ['bank', 'telco', 'umur-21', 'nama-foto', 'sekolah', 'tps', 'kesehatan', 'bank-ibu']
  .map((slug, n) => ({ number: n + 1, slug, name: text(slug), about: text(slug) }));

/** A green judgement of a KTP-el unless told otherwise. */
function judged({ verdict = 'valid', purpose = null, kind = 'ktp', how = 'live', photo = true, born = '1987-04-12', at = '2026-11-27T03:00:00Z' } = {}) {
  const names = purpose === 3 ? ['umur_minimal'] : ['nik', 'nama', 'tanggal_lahir', 'agama', 'alamat'];
  const document = { jenis_dokumen: { slug: kind, teks: text(kind) }, ...(purpose === 3 ? { umur_minimal: 21 } : { tanggal_lahir: born }) };
  if (purpose) document.profil = { kode: purpose, slug: PURPOSES[purpose - 1].slug, teks: text(PURPOSES[purpose - 1].slug) };
  return {
    verdict, reason: verdict, message: text(verdict), judged_at: at, shown: { how }, claims: { document },
    photo: photo ? { media_type: 'image/webp', base64: '' } : null,
    rows: names.map((name) => ({ name, label: text(name), text: text(name === 'nik' ? '3273011204870001' : name), group: null })),
  };
}

const decided = (id, given, changed) => decide(judged(given), profile(id, changed), PURPOSES);

export function rules() {
  say('what is enough for whom');
  for (const { id } of PROFILES) {
    for (const verdict of ['not_valid', 'undecided', 'superseded', 'something_new']) {
      const { state, accepted } = decided(id, { verdict });
      must(state !== 'valid' && state !== 'not_enough' && !accepted, `${id}: ${verdict} is ${state}, never green`);
    }
  }
  const is = (id, given, state, reason, changed) => {
    const found = decided(id, given, changed);
    must(found.state === state && (state === 'valid' ? found.accepted : found.reason === reason), `${id}, ${JSON.stringify(given)}: ${state} ${reason ?? ''}`);
  };
  is('bank', { purpose: 1 }, 'valid');
  is('bank', { purpose: 8 }, 'valid');
  is('bank', { purpose: 4 }, 'not_enough', 'other_purpose');
  is('bank', { how: 'static' }, 'not_enough', 'printed');
  is('bank', { how: 'static' }, 'valid', undefined, { printed: true });
  is('bank', { photo: false }, 'not_enough', 'no_photo');
  is('hotel', { purpose: 4 }, 'valid');
  is('hotel', { purpose: 7, kind: 'kk' }, 'not_enough', 'other_purpose');
  is('hotel', { kind: 'kk', how: 'static' }, 'not_enough', 'other_kind');
  is('sekolah', { purpose: 5, kind: 'kk', photo: false }, 'valid');
  is('sekolah', {}, 'not_enough', 'other_kind');
  is('kesehatan', { purpose: 7, kind: 'kk', photo: false }, 'valid');
  is('tps', { purpose: 6, photo: false }, 'valid');
  is('dokumen', { purpose: 3 }, 'valid');
  is('umur-21', { purpose: 3 }, 'valid');
  // 21 at midnight of Indonesia's west, which is 17.00 UTC of the day before.
  is('umur-21', { born: '2005-11-27', at: '2026-11-26T16:59:59Z' }, 'not_enough', 'too_young');
  is('umur-21', { born: '2005-11-27', at: '2026-11-26T17:00:00Z' }, 'valid');
  is('umur-21', { born: '' }, 'not_enough', 'too_young');
  must(!decided('bank', { verdict: 'superseded', purpose: 4 }, { superseded: true }).accepted, 'a superseded document must be enough, too');
  must(decided('bank', { verdict: 'superseded', purpose: 1 }, { superseded: true }).accepted, 'and is accepted where the agency chose to');
  const hotel = decided('hotel', {});
  must(hotel.rows.map((row) => row.name).join() === 'nik,nama' && hotel.left_out === 3, 'a hotel sees two fields of five');
  must(hotel.rows[0].text.id === '••••••••••••0001', 'and of the NIK its last four digits');
  must(decided('umur-21', {}).rows.map((row) => row.text.id).join() === 'Ya', 'a shop sees one word');
}
