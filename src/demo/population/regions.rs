//! Where people live and where they were first registered.
//!
//! Codes and names come from the data set `cahyadsn/wilayah` (MIT licence), edition Kepmendagri 300.2.2-2138/2025;
//! postal codes are those in common use.

use super::dice::Dice;
use super::names::Group::{self, *};
use credential::ids::KodeWilayah;

/// A kelurahan or desa.
pub(super) struct Village {
    pub(super) code: &'static str,
    pub(super) postal: u32,
    pub(super) name: &'static str,
    pub(super) district: &'static str,
}

const fn village(
    code: &'static str,
    postal: u32,
    name: &'static str,
    district: &'static str,
) -> Village {
    Village {
        code,
        postal,
        name,
        district,
    }
}

impl Village {
    /// Its ten-digit code.
    pub(super) fn kode(&self) -> KodeWilayah {
        KodeWilayah::parse(self.code).expect("the codes above are ten digits")
    }

    /// The six digits of its kecamatan, with which numbers issued here begin.
    pub(super) fn prefix(&self) -> &'static str {
        &self.code[..6]
    }
}

/// A kabupaten or kota and the peoples in it.
pub(super) struct Area {
    pub(super) kabupaten: &'static str,
    pub(super) provinsi: &'static str,
    /// How a birth there is written.
    pub(super) city: &'static str,
    pub(super) villages: &'static [Village],
    pub(super) groups: &'static [(u32, Group)],
}

static IN_BANDUNG: Area = Area {
    kabupaten: "KOTA BANDUNG",
    provinsi: "JAWA BARAT",
    city: "BANDUNG",
    villages: BANDUNG,
    groups: WEST_JAVA,
};
static IN_DENPASAR: Area = Area {
    kabupaten: "KOTA DENPASAR",
    provinsi: "BALI",
    city: "DENPASAR",
    villages: DENPASAR,
    groups: BALI_ISLAND,
};

/// The demonstration issues at one office, so most people live in its city; a second office has the second most.
const AREAS: &[(u32, &Area)] = &[(850, &IN_BANDUNG), (90, &IN_DENPASAR)];

/// An area for a family: the home office, the second office, or one of the other places.
pub(super) fn area(dice: &mut Dice) -> &'static Area {
    if dice.chance(60) {
        let place = dice.below(ELSEWHERE.len() as u32) as usize;
        return &ELSEWHERE[place];
    }
    dice.weighted(AREAS)
}

/// The home office's city.
pub(super) fn home_office() -> &'static Area {
    &IN_BANDUNG
}

/// The second office's city.
pub(super) fn second_office() -> &'static Area {
    &IN_DENPASAR
}

/// Where a person was first registered: the region prefix of the NIK, and the place of birth.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub(super) prefix: &'static str,
    pub(super) city: &'static str,
}

/// The origin of somebody who moved here.
pub(super) fn moved_from(dice: &mut Dice) -> Origin {
    let (prefix, city) = dice.pick(PREFIXES);
    Origin { prefix, city }
}

/// The origin of somebody whose region code no longer exists.
pub(super) fn dead_code(dice: &mut Dice) -> Origin {
    let (prefix, city) = dice.pick(DEAD);
    Origin { prefix, city }
}

/// Kecamatan codes that were in force when NIKs with them were issued and are no more: before the split of Papua and
/// Papua Barat in 2022, and before Kalimantan Utara left Kalimantan Timur in 2012.
pub(super) const DEAD: &[(&str, &str)] = &[
    ("910101", "MERAUKE"),
    ("910201", "WAMENA"),
    ("910401", "NABIRE"),
    ("910901", "TIMIKA"),
    ("920101", "SORONG"),
    ("927101", "SORONG"),
    ("640401", "TANJUNG SELOR"),
    ("640501", "NUNUKAN"),
    ("640601", "MALINAU"),
    ("647301", "TARAKAN"),
];

const WEST_JAVA: &[(u32, Group)] = &[
    (600, Sunda),
    (190, Jawa),
    (45, Minang),
    (60, Batak),
    (65, Tionghoa),
    (12, Bali),
    (16, Bugis),
    (6, Dayak),
    (6, Papua),
];
const BALI_ISLAND: &[(u32, Group)] = &[
    (700, Bali),
    (220, Jawa),
    (15, Sunda),
    (10, Minang),
    (15, Batak),
    (30, Tionghoa),
    (10, Bugis),
];
const BIG_CITY: &[(u32, Group)] = &[
    (400, Jawa),
    (200, Sunda),
    (100, Minang),
    (120, Batak),
    (120, Tionghoa),
    (40, Bugis),
    (10, Papua),
    (10, Bali),
];
const CENTRAL_JAVA: &[(u32, Group)] = &[(900, Jawa), (60, Tionghoa), (20, Batak), (20, Bali)];
const MINANGKABAU: &[(u32, Group)] = &[(900, Minang), (50, Jawa), (30, Batak), (20, Tionghoa)];
const NORTH_SUMATRA: &[(u32, Group)] = &[(550, Batak), (300, Jawa), (70, Minang), (80, Tionghoa)];
const BORNEO: &[(u32, Group)] = &[(500, Dayak), (200, Jawa), (150, Bugis), (150, Tionghoa)];
const SOUTH_SULAWESI: &[(u32, Group)] = &[(850, Bugis), (80, Jawa), (70, Tionghoa)];
const NEW_GUINEA: &[(u32, Group)] = &[(800, Papua), (100, Jawa), (70, Bugis), (30, Batak)];

static BANDUNG: &[Village] = &[
    village("3273011001", 40152, "SUKARASA", "SUKASARI"),
    village("3273011002", 40153, "GEGERKALONG", "SUKASARI"),
    village("3273011003", 40154, "ISOLA", "SUKASARI"),
    village("3273011004", 40151, "SARIJADI", "SUKASARI"),
    village("3273021001", 40131, "CIPAGANTI", "COBLONG"),
    village("3273021003", 40133, "SADANG SERANG", "COBLONG"),
    village("3273021004", 40135, "DAGO", "COBLONG"),
    village("3273021005", 40134, "SEKELOA", "COBLONG"),
    village("3273031001", 40223, "BABAKAN CIPARAY", "BABAKAN CIPARAY"),
    village("3273041003", 40231, "JAMIKA", "BOJONGLOA KALER"),
    village("3273051003", 40182, "CIROYOM", "ANDIR"),
    village("3273051004", 40181, "KEBON JERUK", "ANDIR"),
    village("3273061003", 40173, "PAJAJARAN", "CICENDO"),
    village("3273061001", 40174, "HUSEIN SASTRANEGARA", "CICENDO"),
    village("3273071001", 40161, "PASTEUR", "SUKAJADI"),
    village("3273071004", 40163, "SUKAGALIH", "SUKAJADI"),
    village("3273081001", 40141, "HEGARMANAH", "CIDADAP"),
    village("3273081002", 40142, "CIUMBULEUIT", "CIDADAP"),
    village("3273091002", 40116, "TAMAN SARI", "BANDUNG WETAN"),
    village("3273101005", 40241, "CIBADAK", "ASTANAANYAR"),
    village("3273111006", 40252, "CIATEUL", "REGOL"),
    village("3273121001", 40275, "GUMURUH", "BATUNUNGGAL"),
    village("3273121008", 40275, "BINONG", "BATUNUNGGAL"),
    village("3273131005", 40264, "TURANGGA", "LENGKONG"),
    village("3273131001", 40265, "CIJAGRA", "LENGKONG"),
    village("3273141002", 40124, "CIKUTRA", "CIBEUNYING KIDUL"),
    village("3273141003", 40121, "CICADAS", "CIBEUNYING KIDUL"),
    village("3273151001", 40213, "CIJERAH", "BANDUNG KULON"),
    village("3273161005", 40283, "BABAKAN SARI", "KIARACONDONG"),
    village("3273161004", 40282, "CICAHEUM", "KIARACONDONG"),
    village("3273171003", 40239, "CIBADUYUT", "BOJONGLOA KIDUL"),
    village("3273181004", 40191, "CIGADUNG", "CIBEUNYING KALER"),
    village("3273191001", 40111, "BRAGA", "SUMUR BANDUNG"),
    village("3273201005", 40291, "ANTAPANI KIDUL", "ANTAPANI"),
    village("3273211004", 40287, "KUJANGSARI", "BANDUNG KIDUL"),
    village("3273221002", 40286, "MARGASARI", "BUAHBATU"),
    village("3273231003", 40286, "MANJAHLEGA", "RANCASARI"),
    village("3273241002", 40294, "CISARANTEN BINA HARAPAN", "ARCAMANIK"),
    village("3273241003", 40293, "CISARANTEN KULON", "ARCAMANIK"),
    village("3273251002", 40614, "CIPADUNG", "CIBIRU"),
    village("3273261007", 40617, "PASANGGRAHAN", "UJUNGBERUNG"),
    village("3273301001", 40195, "JATIHANDAP", "MANDALAJATI"),
];
static DENPASAR: &[Village] = &[
    village("5171011006", 80228, "SANUR", "DENPASAR SELATAN"),
    village("5171011005", 80226, "RENON", "DENPASAR SELATAN"),
    village("5171011003", 80223, "SESETAN", "DENPASAR SELATAN"),
    village("5171011004", 80225, "PANJER", "DENPASAR SELATAN"),
    village("5171012008", 80221, "PEMOGAN", "DENPASAR SELATAN"),
    village("5171021003", 80237, "KESIMAN", "DENPASAR TIMUR"),
    village("5171022002", 80239, "SUMERTA KELOD", "DENPASAR TIMUR"),
    village("5171031007", 80118, "PEMECUTAN", "DENPASAR BARAT"),
    village("5171032001", 80117, "PADANGSAMBIAN KELOD", "DENPASAR BARAT"),
    village("5171041004", 80236, "TONJA", "DENPASAR UTARA"),
    village("5171042008", 80116, "UBUNG KAJA", "DENPASAR UTARA"),
];
static ELSEWHERE: &[Area] = &[
    Area {
        kabupaten: "KABUPATEN BANDUNG",
        provinsi: "JAWA BARAT",
        city: "BANDUNG",
        villages: &[village(
            "3204122004",
            40239,
            "CANGKUANG KULON",
            "DAYEUHKOLOT",
        )],
        groups: WEST_JAVA,
    },
    Area {
        kabupaten: "KABUPATEN BANDUNG BARAT",
        provinsi: "JAWA BARAT",
        city: "BANDUNG BARAT",
        villages: &[village("3217012001", 40391, "PAGERWANGI", "LEMBANG")],
        groups: WEST_JAVA,
    },
    Area {
        kabupaten: "KOTA ADM. JAKARTA SELATAN",
        provinsi: "DKI JAKARTA",
        city: "JAKARTA",
        villages: &[village("3174011001", 12820, "TEBET TIMUR", "TEBET")],
        groups: BIG_CITY,
    },
    Area {
        kabupaten: "KABUPATEN SLEMAN",
        provinsi: "DAERAH ISTIMEWA YOGYAKARTA",
        city: "SLEMAN",
        villages: &[village("3404012002", 55294, "AMBARKETAWANG", "GAMPING")],
        groups: CENTRAL_JAVA,
    },
    Area {
        kabupaten: "KOTA SURABAYA",
        provinsi: "JAWA TIMUR",
        city: "SURABAYA",
        villages: &[village("3578081002", 60285, "MOJO", "GUBENG")],
        groups: CENTRAL_JAVA,
    },
    Area {
        kabupaten: "KOTA PADANG",
        provinsi: "SUMATERA BARAT",
        city: "PADANG",
        villages: &[village("1371021003", 25129, "JATI", "PADANG TIMUR")],
        groups: MINANGKABAU,
    },
    Area {
        kabupaten: "KOTA MEDAN",
        provinsi: "SUMATERA UTARA",
        city: "MEDAN",
        villages: &[village("1271171005", 20155, "PADANG BULAN", "MEDAN BARU")],
        groups: NORTH_SUMATRA,
    },
    Area {
        kabupaten: "KOTA PONTIANAK",
        provinsi: "KALIMANTAN BARAT",
        city: "PONTIANAK",
        villages: &[village("6171021003", 78232, "SAIGON", "PONTIANAK TIMUR")],
        groups: BORNEO,
    },
    Area {
        kabupaten: "KOTA PALANGKARAYA",
        provinsi: "KALIMANTAN TENGAH",
        city: "PALANGKARAYA",
        villages: &[village("6271011003", 74874, "LANGKAI", "PAHANDUT")],
        groups: BORNEO,
    },
    Area {
        kabupaten: "KOTA MAKASSAR",
        provinsi: "SULAWESI SELATAN",
        city: "MAKASSAR",
        villages: &[village(
            "7371141006",
            90245,
            "TAMALANREA JAYA",
            "TAMALANREA",
        )],
        groups: SOUTH_SULAWESI,
    },
    Area {
        kabupaten: "KOTA JAYAPURA",
        provinsi: "PAPUA",
        city: "JAYAPURA",
        villages: &[village("9171011001", 99111, "GURABESI", "JAYAPURA UTARA")],
        groups: NEW_GUINEA,
    },
    Area {
        kabupaten: "KABUPATEN JAYAWIJAYA",
        provinsi: "PAPUA PEGUNUNGAN",
        city: "WAMENA",
        villages: &[village("9501012002", 99511, "HONELAMA", "WAMENA")],
        groups: NEW_GUINEA,
    },
];

/// Kecamatan from which people move, and how a birth there is written. Near places stand more than once.
const PREFIXES: &[(&str, &str)] = &[
    ("120726", "DELI SERDANG"),
    ("121201", "TOBA"),
    ("127105", "MEDAN"),
    ("130605", "AGAM"),
    ("137501", "BUKITTINGGI"),
    ("147101", "PEKANBARU"),
    ("167103", "PALEMBANG"),
    ("187104", "BANDAR LAMPUNG"),
    ("317103", "JAKARTA PUSAT"),
    ("317507", "JAKARTA TIMUR"),
    ("320412", "BANDUNG"),
    ("320501", "GARUT"),
    ("320605", "TASIKMALAYA"),
    ("320710", "CIAMIS"),
    ("320801", "KUNINGAN"),
    ("320920", "CIREBON"),
    ("321009", "MAJALENGKA"),
    ("321101", "SUMEDANG"),
    ("321215", "INDRAMAYU"),
    ("321401", "PURWAKARTA"),
    ("321505", "KARAWANG"),
    ("321606", "BEKASI"),
    ("321708", "BANDUNG BARAT"),
    ("327701", "CIMAHI"),
    ("327802", "TASIKMALAYA"),
    ("330217", "BANYUMAS"),
    ("330310", "PURBALINGGA"),
    ("331012", "KLATEN"),
    ("332201", "SEMARANG"),
    ("337201", "SURAKARTA"),
    ("337405", "SEMARANG"),
    ("340210", "BANTUL"),
    ("340407", "SLEMAN"),
    ("350724", "MALANG"),
    ("351508", "SIDOARJO"),
    ("357301", "MALANG"),
    ("357810", "SURABAYA"),
    ("367101", "TANGERANG"),
    ("367401", "TANGERANG SELATAN"),
    ("510302", "BADUNG"),
    ("510405", "GIANYAR"),
    ("510708", "KARANGASEM"),
    ("510806", "BULELENG"),
    ("537101", "KUPANG"),
    ("610201", "MEMPAWAH"),
    ("627101", "PALANGKARAYA"),
    ("637103", "BANJARMASIN"),
    ("647201", "SAMARINDA"),
    ("717105", "MANADO"),
    ("730801", "BONE"),
    ("737109", "MAKASSAR"),
    ("817101", "AMBON"),
    ("917101", "JAYAPURA"),
    ("320412", "BANDUNG"),
    ("321708", "BANDUNG BARAT"),
    ("327701", "CIMAHI"),
    ("321101", "SUMEDANG"),
    ("320501", "GARUT"),
];
