// What an agency asks for, accepts and shows. A verdict says whether a document is genuine and in force; whether it is
// enough here is decided by these rules, and never turns anything green that the verdict did not.

/** @typedef {import("./app-words.js").Text} Text */
/**
 * @typedef {object} Profile
 * @property {string} id
 * @property {Text} name
 * @property {Text} about when to choose it
 * @property {number[] | null} asks purposes (claim key 95) it accepts, the best first; null for all
 * @property {string[] | null} wholes kinds it accepts as whole documents, by slug; null for all
 * @property {string[] | null} fields names of the fields it shows; null for all
 * @property {string[] | null} members columns of family members it shows; null for all
 * @property {boolean} [mask] the NIK with its last four digits alone
 * @property {number} [age] years that the holder must have
 * @property {boolean} [photo] whether a face must be compared
 * @property {boolean} printed accepts printed, static documents
 * @property {boolean} superseded accepts documents that a newer one replaced
 * @property {number} max_age oldest status list, hours
 */
/** @typedef {{printed: boolean, superseded: boolean, max_age: number}} Choices what an agency may change of a profile */

const who = ["nik", "nama"];
const birth = ["tempat_lahir", "tanggal_lahir", "jenis_kelamin"];
const home = ["alamat", "rt_rw", "kelurahan", "kecamatan", "kabupaten", "provinsi"];

/** @type {Profile[]} */
export const PROFILES = [
  {
    id: "dokumen", name: { id: "Dokumen utuh", en: "Whole document" },
    about: { id: "Semua jenis dokumen, semua isinya.", en: "Every kind of document, all it states." },
    asks: null, wholes: null, fields: null, members: null, printed: true, superseded: false, max_age: 168,
  },
  {
    id: "bank", name: { id: "Bank", en: "Bank" },
    about: { id: "Membuka rekening: seluruh KTP-el dan foto, dari ponsel pemiliknya.", en: "Opening an account: the whole KTP-el with photo, from its holder's phone." },
    asks: [1, 8], wholes: ["ktp"], fields: null, members: null, photo: true, printed: false, superseded: false, max_age: 24,
  },
  {
    id: "telko", name: { id: "Operator seluler", en: "Mobile operator" },
    about: { id: "Mendaftarkan nomor: NIK, nama, foto.", en: "Registering a number: NIK, name, photo." },
    asks: [2, 1], wholes: ["ktp"], fields: who, members: [], photo: true, printed: true, superseded: false, max_age: 24,
  },
  {
    id: "hotel", name: { id: "Hotel / gedung", en: "Hotel / building" },
    about: { id: "Tamu: nama dan foto; NIK disamarkan.", en: "Guests: name and photo; the NIK is masked." },
    asks: [4, 2, 1], wholes: ["ktp"], fields: who, members: [], mask: true, photo: true, printed: true, superseded: false, max_age: 168,
  },
  {
    id: "umur-21", name: { id: "Umur 21+", en: "Age 21+" },
    about: { id: "Penjualan terbatas: umur 21 tahun ke atas dan foto, tanpa nama.", en: "Restricted sales: 21 or older and photo, no name." },
    asks: [3, 1], wholes: ["ktp"], fields: ["umur_minimal"], members: [], age: 21, photo: true, printed: true, superseded: false, max_age: 168,
  },
  {
    id: "sekolah", name: { id: "Sekolah", en: "School" },
    about: { id: "Pendaftaran murid: anak, orang tua, alamat, tanggal KK.", en: "Enrolment: child, parents, address, date of the family card." },
    asks: [5], wholes: ["kk", "kia"],
    fields: ["nomor_kk", "nama_kepala_keluarga", ...who, ...birth, "ayah", "ibu", ...home, "tanggal_terbit"],
    members: ["nama", "nik", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "shdk", "ayah", "ibu"],
    printed: true, superseded: false, max_age: 168,
  },
  {
    id: "tps", name: { id: "TPS", en: "Polling station" },
    about: { id: "Pemilih: NIK, nama, alamat, foto.", en: "Voters: NIK, name, address, photo." },
    asks: [6], wholes: ["ktp"], fields: [...who, ...home.slice(0, 5)], members: [], photo: true, printed: true, superseded: false, max_age: 72,
  },
  {
    id: "kesehatan", name: { id: "BPJS / rumah sakit", en: "Health care" },
    about: { id: "Pasien: NIK, nama, kelahiran, nomor KK.", en: "Patients: NIK, name, birth, family card number." },
    asks: [7], wholes: ["ktp", "kk", "kia"], fields: [...who, ...birth, "nomor_kk"],
    members: ["nama", "nik", "tanggal_lahir", "jenis_kelamin"], printed: true, superseded: false, max_age: 168,
  },
];

/** The profile of that name with what the agency changed; the first for a name nobody knows. @param {string} id @param {Partial<Choices>} [changed] @returns {Profile} */
export function profile(id, changed = {}) {
  return { ...(PROFILES.find((one) => one.id === id) ?? PROFILES[0]), ...changed };
}

const WORDS = {
  valid: { id: "BERLAKU", en: "VALID" },
  superseded: { id: "SUDAH DIGANTI", en: "SUPERSEDED" },
  not_valid: { id: "TIDAK BERLAKU", en: "NOT VALID" },
  undecided: { id: "BELUM DAPAT DIPASTIKAN", en: "UNDECIDED" },
  not_enough: { id: "ASLI, BELUM CUKUP", en: "GENUINE, NOT ENOUGH" },
};
/** @typedef {keyof typeof WORDS} State */
/**
 * @typedef {object} Decision
 * @property {State} state
 * @property {string} reason stable code: the verdict's, or why it is not enough here
 * @property {Text} word
 * @property {Text} message
 * @property {boolean} accepted
 * @property {{name: string, label: Text, text: Text, group: any}[]} rows what this profile shows
 * @property {number} left_out how many rows it does not show
 */

/** Words for a state that has no judgement behind it. @param {string} reason @param {Text} message @returns {Decision} */
function undecided(reason, message) {
  return { state: "undecided", reason, word: WORDS.undecided, message, accepted: false, rows: [], left_out: 0 };
}

/** Where nothing could be decided: without a bundle, after a fault, or of an answer to nobody's question. @param {null | undefined | {unasked: true}} judgement */
export function nothing(judgement) {
  if (judgement === null) {
    return undecided("no_bundle", { id: "Belum ada daftar di alat ini. Sambungkan ke internet sekali, lalu pindai lagi.", en: "There are no lists on this device yet. Connect to the internet once, then scan again." });
  }
  if (judgement) {
    return undecided("not_asked", { id: "Tidak ada permintaan yang sedang menunggu jawaban. Minta lagi, lalu pindai jawabannya.", en: "No request waits for an answer. Ask again, then scan the answer." });
  }
  return undecided("engine_fault", { id: "Pemeriksaan terhenti dan dimulai ulang. Pindai lagi.", en: "The check stopped and was started again. Scan again." });
}

/**
 * Whether a judged document is enough for a profile, and what of it is shown.
 * @param {any} judgement of the engine @param {Profile} rules @param {{number: number, name: Text, about: Text}[]} purposes of the engine
 * @returns {Decision}
 */
export function decide(judgement, rules, purposes) {
  const shown = select(judgement, rules);
  const all = (judgement.rows ?? []).filter((/** @type {any} */ row) => row.name !== "profil");
  const base = { rows: shown, left_out: all.length - shown.filter((/** @type {any} */ row) => row.name !== "umur").length };
  const verdict = /** @type {State} */ (judgement.verdict in WORDS ? judgement.verdict : "undecided");
  const plain = { ...base, state: verdict, reason: judgement.reason, word: WORDS[verdict], message: judgement.message };
  if (verdict !== "valid" && verdict !== "superseded") return { ...plain, accepted: false };
  const lacks = lacking(judgement, rules, purposes);
  if (verdict === "superseded") return { ...plain, accepted: rules.superseded && !lacks };
  if (!lacks) return { ...plain, accepted: true };
  return { ...base, state: "not_enough", reason: lacks[0], word: WORDS.not_enough, message: lacks[1], accepted: false };
}

/** Why a genuine document is not enough: a stable code and words. @param {any} judgement @param {Profile} rules @param {{number: number, name: Text, about: Text}[]} purposes @returns {[string, Text] | null} */
function lacking(judgement, rules, purposes) {
  const content = judgement.claims?.document;
  const ask = asking(rules, purposes);
  if (!content) {
    if (rules.asks === null) return null;
    return ["other_kind", { id: `Bukan dokumen Dukcapil. ${ask.id}`, en: `Not a document of Dukcapil. ${ask.en}` }];
  }
  const purpose = content.profil?.kode ?? null;
  const kind = content.jenis_dokumen;
  if (purpose !== null && rules.asks !== null && !rules.asks.includes(purpose)) {
    return ["other_purpose", {
      id: `Yang ditunjukkan untuk keperluan lain: ${content.profil.teks.id}. ${ask.id}`,
      en: `What was shown is for another purpose: ${content.profil.teks.en}. ${ask.en}`,
    }];
  }
  if (purpose === null && rules.wholes !== null && !rules.wholes.includes(kind?.slug)) {
    return ["other_kind", { id: `${kind.teks.id} bukan yang diperlukan di sini. ${ask.id}`, en: `${kind.teks.en} is not what is needed here. ${ask.en}` }];
  }
  const printed = judgement.shown?.how !== "live";
  if (printed && !rules.printed) {
    return ["printed", { id: `Dokumen cetak tidak cukup di sini. ${ask.id}`, en: `A printed document is not enough here. ${ask.en}` }];
  }
  if (rules.age && !(age(judgement) >= rules.age)) {
    return ["too_young", { id: `Tidak terbukti berumur ${rules.age} tahun ke atas.`, en: `Not shown to be ${rules.age} or older.` }];
  }
  if (rules.photo && !printed && purpose === null && !judgement.photo) {
    return ["no_photo", { id: `Tidak ada foto untuk dicocokkan. ${ask.id}`, en: `There is no photo to compare. ${ask.en}` }];
  }
  return null;
}

/** What to ask the holder for. @param {Profile} rules @param {{number: number, name: Text, about: Text}[]} purposes @returns {Text} */
function asking(rules, purposes) {
  const wanted = purposes.find((one) => one.number === rules.asks?.[0]);
  if (!wanted) return { id: "Mintalah dokumen yang sesuai.", en: "Ask for a document that fits." };
  return {
    id: `Mintalah pemiliknya menunjukkan dari Dompet di ponselnya: “${wanted.name.id}”.`,
    en: `Ask the holder to show from the wallet on their phone: “${wanted.name.en}”.`,
  };
}

/** Years that a document proves: stated, or counted from the date of birth in Indonesia's time (WIB). @param {any} judgement */
function age(judgement) {
  const content = judgement.claims.document;
  if (typeof content.umur_minimal === "number") return content.umur_minimal;
  const born = /^(\d{4})-(\d\d)-(\d\d)$/.exec(content.tanggal_lahir ?? "");
  const today = new Date(Date.parse(judgement.judged_at) + 7 * 3_600_000);
  if (!born || Number.isNaN(today.getTime())) return NaN;
  const years = today.getUTCFullYear() - Number(born[1]);
  const later = (today.getUTCMonth() + 1) * 100 + today.getUTCDate() < Number(born[2]) * 100 + Number(born[3]);
  return later ? years - 1 : years;
}

/** @param {any} judgement @param {Profile} rules */
function select(judgement, rules) {
  const rows = (judgement.rows ?? []).filter((/** @type {any} */ row) => {
    if (row.name === "profil") return false;
    const allowed = row.group?.name === "anggota" ? rules.members : rules.fields;
    return allowed === null || allowed.includes(row.name);
  });
  const masked = rows.map((/** @type {any} */ row) => (rules.mask && row.name === "nik" ? { ...row, text: mask(row.text) } : row));
  if (rules.age && judgement.claims?.document && !masked.some((/** @type {any} */ row) => row.name === "umur_minimal")) {
    const years = age(judgement);
    const [id, en] = years >= rules.age ? ["Ya", "Yes"] : ["Tidak", "No"];
    masked.unshift({ name: "umur", label: { id: `Umur ${rules.age} tahun ke atas`, en: `Aged ${rules.age} or over` }, text: { id, en }, group: null });
  }
  return masked;
}

/** @param {Text} nik @returns {Text} */
function mask(nik) {
  const hide = (/** @type {string} */ text) => text.replace(/\d(?=(?:\D*\d){4})/g, "•");
  return { id: hide(nik.id), en: hide(nik.en) };
}
