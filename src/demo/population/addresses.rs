//! Street addresses of 8 to 60 characters, as KK and KTP-el print them.

use super::dice::Dice;

const STREETS: &[&str] = &[
    "MELATI",
    "KENANGA",
    "CEMPAKA",
    "MERDEKA",
    "SUDIRMAN",
    "DIPONEGORO",
    "AHMAD YANI",
    "SILIWANGI",
    "VETERAN",
    "PAHLAWAN",
    "GATOT SUBROTO",
    "RAYA BARAT",
    "KEBON KOPI",
    "PASIR KALIKI",
    "TERUSAN BUAHBATU",
    "SUKAMENAK",
    "CIKUTRA BARAT",
    "SADANG LUHUR",
    "TUBAGUS ISMAIL",
    "HAJI BASUKI",
    "KH. WAHID HASYIM",
    "RE. MARTADINATA",
    "BIMA",
    "PURNAWARMAN",
    "LEUWI ANYAR",
    "CIBADUYUT RAYA",
];
const ALLEYS: &[&str] = &[
    "MAWAR",
    "SEKAR",
    "H. IDRIS",
    "PAK UMAR",
    "MASJID",
    "BUNTU",
    "SUKALAKSANA II",
    "MUSTOFA",
    "NYI EMPOK",
    "DAMAI",
    "KEBON MANGGU",
    "MUKALMI",
    "RASDAN",
];
const ESTATES: &[&str] = &[
    "BUMI ASRI",
    "GRIYA CARAKA",
    "TAMAN SARI",
    "PERMATA BIRU",
    "MARGAHAYU RAYA",
    "GRAHA PANYILEUKAN INDAH",
    "CIPTA GRAHA",
    "ADIPURA",
];
const HAMLETS: &[&str] = &[
    "CIKONENG",
    "SUKAMAJU",
    "KRAJAN",
    "PASIR JATI",
    "BABAKAN",
    "TEGAL",
];
const BANJARS: &[&str] = &[
    "TEGEH SARI",
    "BATAN BUAH",
    "KERTHA BHUWANA",
    "PANDE",
    "SARI BUANA",
];

/// The longest address that is written.
const LONGEST: usize = 60;

/// An address; `balinese` ones name the banjar.
pub(super) fn address(dice: &mut Dice, balinese: bool) -> String {
    let number = dice.range(1, 240);
    let letter = dice.pick(&["A", "B", "C", "D", "E", "F", "G", "H"]);
    let street = dice.pick(STREETS);
    let alley = dice.pick(ALLEYS);
    let estate = dice.pick(ESTATES);
    let row = dice.range(1, 24);
    if balinese && dice.chance(300) {
        return format!("JL. {street} BR. {} NO. {number}", dice.pick(BANJARS));
    }
    let text = match dice.below(100) {
        0..38 => format!("JL. {street} NO. {number}"),
        38..44 => format!("JL. {street} NO. {number}{letter}"),
        44..59 => format!("GG. {alley} NO. {number}"),
        59..68 => format!("JL. {street} GG. {alley} NO. {number}"),
        68..79 => format!("PERUM {estate} BLOK {letter}{row} NO. {number}"),
        79..84 => format!("KOMP. {estate} {letter}-{row}"),
        84..90 => format!("KP. {}", dice.pick(HAMLETS)),
        90..93 => format!(
            "DUSUN {}",
            dice.pick(&["II", "III", "IV", "KRAJAN", "TEGAL SARI"])
        ),
        93..97 => format!("{street} NO. {number}/{row}{letter}"),
        97..99 => format!("JL. {street} KOMP. {estate} BLOK {letter}{row} NO. {number}"),
        _ => {
            format!("PERUMAHAN {estate} CLUSTER {alley} BLOK {letter}{row} NO. {number} KAV. {row}")
        }
    };
    // Where a form's line ends, officers write no further.
    let cut: String = text.chars().take(LONGEST).collect();
    cut.trim_end().to_string()
}
