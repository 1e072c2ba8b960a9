//! The lists names are made from: common given names and family names, written for this generator.
//!
//! For each people and sex: names of the old, first names, further names.

pub(super) const JAWA_M: [&[&str]; 3] = [
    &["SUKIRMAN", "SUTRISNO", "PONIMAN", "SUPARMAN", "TUKIMAN", "WAGIMIN", "SLAMET", "PAIJO", "SUGIYONO", "SUMARNO",
        "KASIMAN", "SUYATNO", "SARJONO", "SUROTO", "KARTONO", "PARDI", "NGATIMAN", "SOEDARMADJI", "SUBANDI",
        "WARSITO"],
    &["AGUS", "BUDI", "BAMBANG", "HERI", "EKO", "JOKO", "DWI", "TRI", "ARIF", "WAHYU", "ADI", "DIMAS", "BAYU",
        "RENDRA", "GALIH", "YOGA", "PANJI", "ARYO", "DANANG", "SIGIT", "ANDIKA", "RIZKY", "FAJAR", "ILHAM", "GILANG"],
    &["SANTOSO", "PRASETYO", "WIBOWO", "NUGROHO", "SAPUTRA", "SUSANTO", "HARTONO", "WIDODO", "KURNIAWAN", "SETIAWAN",
        "PRABOWO", "PRATAMA", "HIDAYAT", "PURNOMO", "UTOMO", "CAHYONO", "WICAKSONO", "RAHARJO", "SUSILO", "HANDOKO",
        "NUGRAHA", "MAHENDRA", "KUSUMO", "RAMADHAN"],
];
pub(super) const JAWA_F: [&[&str]; 3] = [
    &["SUTINI", "PONIYEM", "SUMIATI", "WAGIYEM", "SUPARTI", "TUMINAH", "KASINEM", "SUKARTI", "LASMI", "MURSINAH",
        "NGATINI", "SUNARTI", "RUKMINI", "SULASTRI", "PARTIYAH", "TARMI", "WARSINI", "SRIYATUN", "GIYEM", "SUWARNI"],
    &["SRI", "DWI", "TRI", "ENDANG", "RETNO", "ENI", "DEWI", "RATNA", "WAHYU", "PUTRI", "INDAH", "AYU", "DIAN",
        "NOVIA", "RINA", "ANISA", "TITIK", "YUNI", "MAYA", "INTAN", "LINTANG", "KIRANA", "AMALIA", "FEBRI", "CITRA"],
    &["RAHAYU", "LESTARI", "WAHYUNI", "HANDAYANI", "SUSANTI", "PUSPITASARI", "WULANDARI", "KUSUMAWATI", "SETYOWATI",
        "ANGGRAINI", "UTAMI", "NINGSIH", "PURWANTI", "ASTUTI", "PERTIWI", "MAHARANI", "SAFITRI", "PERMATASARI",
        "KUSUMANINGRUM", "OKTAVIANI", "SULISTYOWATI", "HAPSARI"],
];
pub(super) const SUNDA_M: [&[&str]; 3] = [
    &["OTONG", "UJANG", "ENTIS", "KARNA", "DADANG", "OMAN", "ACENG", "TATANG", "EMAN", "MAMAN", "ADANG", "DIDI",
        "IDING", "OJANG", "SUHERMAN", "SUKMARA", "KARDI", "ENDUN", "SUHANDA", "UNDANG"],
    &["ASEP", "DEDE", "CECEP", "DEDI", "YANA", "ENCEP", "IWAN", "RUDI", "DENI", "UJANG", "AJAT", "YUDI", "ANDRI",
        "RIAN", "TAUFIK", "GILANG", "REZA", "RIFKI", "FAUZAN", "DADAN", "JAJANG", "NANDANG", "ALDI", "RAKA", "DEVAN"],
    &["SUPRIATNA", "HERMAWAN", "KURNIA", "SUHENDAR", "RUHIYAT", "GUNAWAN", "SOPIAN", "SOMANTRI", "KOSASIH", "NUGRAHA",
        "PERMANA", "HIDAYAT", "ROHMAN", "SUTISNA", "SETIAWAN", "MULYANA", "SURYANA", "RAMDANI", "MAULANA",
        "FIRMANSYAH", "WIRAATMAJA", "SUNARYA", "JUANDA", "PRATAMA"],
];
pub(super) const SUNDA_F: [&[&str]; 3] = [
    &["ENTIN", "ICIH", "ONIH", "OOM", "EUIS", "ACIH", "IMAS", "TITIN", "ELAH", "UNAH", "OKOM", "ITOH", "KOKOM",
        "ENENG", "CUCU", "NYIMAS", "UWAT", "ARTIAH", "RUKIAH", "EMI"],
    &["NENENG", "EUIS", "LILIS", "YANI", "RINA", "TETI", "IIS", "NENDEN", "DINI", "YULI", "RISMA", "TIA", "RENI",
        "WINDA", "NABILA", "ALYA", "SILVI", "TIARA", "SALSA", "KEISHA", "NENG", "RANI", "DEWI", "AI", "SINTA"],
    &["ROHAETI", "SUMIATI", "KARTIKA", "NURHAYATI", "MULYATI", "HERAWATI", "KURNIASIH", "RATNASARI", "NURJANAH",
        "MARLINA", "SUPARTINI", "YULIANTI", "ROSMIATI", "KOMALASARI", "WIDANINGSIH", "AISYAH", "AGUSTINA",
        "RAHMAWATI", "SOLIHAT", "JUBAEDAH", "PERMATASARI", "NURAENI"],
];
pub(super) const MINANG_M: [&[&str]; 3] = [
    &["SYAFRI", "BUSTAMI", "DARWIS", "SYAHRUL", "NASRUL", "ZAINAL", "AMIRUDDIN", "BAHARUDDIN", "JAMARIS", "RUSLI",
        "YUSRIZAL", "MASRIL", "KAMARUDDIN", "SYAMSUAR", "ALIMAN"],
    &["RINALDI", "FEBRI", "DONI", "AFRIZAL", "YUSRI", "ZULFIKAR", "HENDRI", "RONI", "FERDI", "HARRY", "IRWANDI",
        "FADLI", "RAHMAT", "ROBI", "YOSEP"],
    &["EFENDI", "MARDI", "PUTRA", "ANWAR", "SYAHPUTRA", "JAMIL", "ZULKARNAIN", "YENDRI", "ERIANTO", "MARZUKI",
        "FITRIADI", "NOFRIZAL", "ALAMSYAH"],
];
pub(super) const MINANG_F: [&[&str]; 3] = [
    &["ROSNI", "DJUSMANIAR", "NURBAITI", "YUSNIAR", "ASNIAR", "SYAMSIAR", "ROSMANIAR", "DASNIAR", "UPIK", "ERNIWATI",
        "ZUBAIDAH", "MARDIANA", "NURLELA"],
    &["YENI", "FITRI", "SILVIA", "WELLY", "MELIA", "YOSI", "RESTI", "NOVA", "ELVINA", "DESI", "RAHMI", "VIVI", "SUCI",
        "PUTI", "MERI"],
    &["YULIA", "HASNITA", "AFRIDA", "RAMADHANI", "OKTAVIA", "SYAFITRI", "ERMAYANTI", "MARNIS", "WAHYUNI", "ZAHARA",
        "HUSNA", "RAHMADANI", "MUSTIKA"],
];
pub(super) const BATAK_M: [&[&str]; 3] = [
    &["MANGASI", "TOGAR", "PANGIHUTAN", "BONAR", "SAUT", "MARULI", "PARDAMEAN", "HOTMAN", "TIGOR", "JONGGI", "SAHAT",
        "MANAEK", "BISUK", "POLTAK"],
    &["TOGAR", "HOTMA", "SAHALA", "RONALD", "PARLIN", "BONAR", "BINSAR", "TUMPAL", "MARTUA", "RICKY", "JEFRI",
        "GOMGOM", "DAUD"],
    &["HASIHOLAN", "PARULIAN", "HAMONANGAN", "MARTUA", "PARTOGI", "HALOMOAN", "GABE", "MARULITUA", "PARSAORAN",
        "TUA"],
];
pub(super) const BATAK_F: [&[&str]; 3] = [
    &["TIURMA", "RUSMINA", "SONDANG", "HOTMAIDA", "ROMAULI", "LAMTIUR", "NURMALA", "RUMONDANG", "TIAMAN", "BERLIANA",
        "DAMERIA"],
    &["ROTUA", "HOTNIDA", "MELVA", "RISMA", "LASMA", "TIORIDA", "DUMARIA", "NOVITA", "SRIULINA", "ELFRIDA", "RUTH"],
    &["ROULI", "HOTMARIA", "BERLIANA", "MARTHALENA", "ULI", "UTAMA", "NATALIA", "SONDANG", "DAMAYANTI", "BORU"],
];
pub(super) const BALI_M: [&[&str]; 3] = [
    &["SUKARSA", "RENTEN", "LANDRA", "MUDRA", "RAI", "NYARKA", "GINA", "SUDANA", "SUWECA"],
    &["AGUS", "EKA", "DWI", "ADI", "YOGI", "KOMANG", "PUTRA", "DHARMA", "INDRA", "SURYA", "ARI", "BAGUS", "OKA",
        "KRISNA"],
    &["SUARDANA", "WIJAYA", "SUDIARTA", "ARTAWAN", "MAHENDRA", "ADNYANA", "SUTAMA", "PARTHA", "WIRAWAN", "SUDARMA",
        "ARDANA", "PUTRAWAN", "SUASTIKA", "DHARMAWAN", "YASA", "SEDANA"],
];
pub(super) const BALI_F: [&[&str]; 3] = [
    &["RENI", "SUKERTI", "KERTI", "RUPINI", "SUKRENI", "MURTINI", "LANDRI"],
    &["AYU", "EKA", "DWI", "SRI", "DESI", "INTAN", "PUTRI", "SINTYA", "DIAH", "RATNA", "INDAH", "DEWI", "CANDRA"],
    &["SUARTINI", "ARIANI", "SUKERTI", "MARIANI", "SURYANI", "LAKSMI", "PRADNYANI", "WIDIASIH", "ASTITI",
        "KUSUMADEWI", "ADNYANI", "PUSPAWATI", "SARASWATI", "DARMAYANTI"],
];
pub(super) const BUGIS_M: [&[&str]; 3] = [
    &["LATIF", "BEDDU", "SANUSI", "MAPPIARE", "AMBO", "TAHANG", "MAKKULAU", "PATTA", "SYARIFUDDIN", "BACO", "JAFAR",
        "DAENG", "SIKKI"],
    &["ANDI", "BASO", "ARIFUDDIN", "ASWAR", "IKBAL", "AMRAN", "TASWIN", "IRFAN", "ASRUL", "HASBI", "RISWAN",
        "SUDIRMAN"],
    &["TENRI", "MAPPANYUKKI", "BASO", "PANGERANG", "MATTALATTA", "AMIRULLAH", "MALLARANGENG", "SYAMSUDDIN",
        "MAPPATUNRU", "RAHMAN", "FATAHUDDIN", "PALLAWA"],
];
pub(super) const BUGIS_F: [&[&str]; 3] = [
    &["BESSE", "INDO", "HALIJAH", "SITTI", "MARIAMA", "SENNA", "NURSIAH", "ROSTINA", "SAINAB", "DARMAWATI"],
    &["ANDI", "BESSE", "NURUL", "HASNAH", "ROSDIANA", "MIRNA", "RISKA", "ASTUTI", "FARIDA", "INDRIANI"],
    &["TENRI", "ABENG", "NURAENI", "BATARI", "RISMAYANTI", "OPU", "PATTIMANG", "SULFIANA", "HASRIANI", "AMRIANA",
        "PADAULENG"],
];
pub(super) const DAYAK_M: [&[&str]; 3] = [
    &["UGAN", "LIDI", "JAMIN", "TUNDAN", "SAWANG", "DJINU", "LAWAY", "BAJAU", "RANGKAP", "ITAM"],
    &["RAWING", "JIMMY", "UREK", "TINGANG", "NYARONG", "LUHAN", "AGAU", "DEHEN", "RUSMAN", "YANSEN"],
    &["TINGANG", "LUNJUK", "BULAN", "JALUNG", "DURA", "NYAHU", "APUI", "USOP", "GARA", "LENJAU"],
];
pub(super) const DAYAK_F: [&[&str]; 3] = [
    &["UNYANG", "LAHAI", "SUMPIT", "BUNGAN", "HELUI", "TIPUNG", "MARIAH", "LIDAI"],
    &["LESTI", "ULAI", "DAYANG", "RUSMI", "LUSIANA", "BULAN", "YULITA", "MARTINA", "NORIA"],
    &["BULAN", "KUMALA", "UTUS", "NOVIANTI", "DAYANG", "SENGIANG", "PURNAMA", "INTAN", "NATALIA"],
];
pub(super) const PAPUA_M: [&[&str]; 3] = [
    &["OBETH", "ISAK", "ZAKHEUS", "SEM", "ONESIMUS", "YULIANUS", "MESAK", "YUSAK"],
    &["YOHANIS", "FRANS", "NAFTALI", "DORUS", "MELKI", "OKTO", "TERRY", "BOAZ", "YUNUS", "ELIAS"],
    &["YANTO", "MARTHEN", "SAMUEL", "HENGKI", "ALBERT", "KORNELES", "PITER", "ARON"],
];
pub(super) const PAPUA_F: [&[&str]; 3] = [
    &["DORTHEA", "YOSINA", "BATSEBA", "ORPA", "FEBIOLA", "NAOMI", "ADOLFINA", "SARCE"],
    &["YULIANA", "MERRY", "SELFIANA", "OKTOVINA", "HANA", "WELMINCE", "YOHANA", "LEA"],
    &["MARIA", "MAGDALENA", "ESTER", "DEBORA", "RAHEL", "SOFIA", "PAULINA", "MARTHA"],
];
pub(super) const TIONGHOA_M: [&[&str]; 3] = [
    &["HENDRA", "SUGIANTO", "BUDIMAN", "HARJANTO", "TJANDRA", "SETIADI", "EDY", "JOHAN"],
    &["HENDRA", "ANDY", "TOMMY", "WILLIAM", "RUDY", "FERRY", "KELVIN", "STEVEN", "EDWIN", "VINCENT", "DARREN",
        "JASON"],
    &["KURNIAWAN", "SUGIARTO", "HARTONO", "ALEXANDER", "CHRISTIAN", "FERNANDO", "JONATHAN", "SETIAWAN"],
];
pub(super) const TIONGHOA_F: [&[&str]; 3] = [
    &["LANNY", "MEILIANA", "SIU", "LIE", "SWAN", "NIO", "MEGAWATI", "ENG", "HWA", "KARTINI", "LINDAWATI"],
    &["LINDA", "MEI", "YULIANA", "SHERLY", "FELICIA", "CINDY", "JESSICA", "NATASHA", "VIVIAN", "ANGELINE",
        "CLARISSA"],
    &["MEGAWATI", "AGUSTINA", "STEFANI", "VALENCIA", "GRACELLA", "CHRISTINA", "PUSPITA", "LIANI"],
];
pub(super) const MUSLIM_M: &[&str] = &["AHMAD", "ABDULLAH", "HASAN", "IBRAHIM", "ISMAIL", "YUSUF", "UMAR", "USMAN",
    "HAMZAH", "RIDWAN", "FARHAN", "FAISAL", "RASYID", "MA'RUF", "NU'MAN", "SYAFI'I", "SALMAN", "HARIS", "AZZAM",
    "RAFI", "ZAKI", "NAUFAL"];
pub(super) const MUSLIM_F: &[&str] = &["FATIMAH", "AISYAH", "KHADIJAH", "ZAHRA", "AZIZAH", "LAILA", "HALIMAH",
    "MARYAM", "NABILA", "SALMA", "RAHMA", "NUR'AINI", "MAS'UDAH", "SALWA", "NAJWA", "HANIFAH", "QONITA", "ZASKIA",
    "KHOIRUNNISA'"];
pub(super) const CHRISTIAN_M: &[&str] = &["YOHANES", "PETRUS", "ANDREAS", "DANIEL", "DAVID", "STEFANUS", "ANTONIUS",
    "MARKUS", "SAMUEL", "YOSEF", "MIKAEL", "PAULUS", "FRANSISKUS", "JONATHAN", "KRISTIAN", "IMANUEL", "BENYAMIN",
    "GABRIEL", "TIMOTIUS", "LUKAS"];
pub(super) const CHRISTIAN_F: &[&str] = &["MARIA", "KRISTINA", "ELISABET", "YULIANA", "MARTHA", "THERESIA", "AGNES",
    "LIDIA", "VERONIKA", "DEBORA", "GRACE", "STEFANI", "MONIKA", "ANGELA", "RUTH", "ESTER", "CECILIA", "NATALIA",
    "CLARA", "YOHANA"];
pub(super) const MARGA: &[&str] = &["SIMANJUNTAK", "SIREGAR", "NASUTION", "HUTAPEA", "SITUMORANG", "SINAGA",
    "SIHOMBING", "PANJAITAN", "TAMBUNAN", "NAINGGOLAN", "LUBIS", "HARAHAP", "MANURUNG", "PASARIBU", "PURBA",
    "GINTING", "TARIGAN", "SEMBIRING", "PERANGIN-ANGIN", "LUMBANTORUAN", "HUTABARAT", "SITORUS", "MARPAUNG",
    "SARAGIH"];
pub(super) const SUKU: &[&str] = &["CHANIAGO", "KOTO", "PILIANG", "TANJUNG", "SIKUMBANG", "JAMBAK", "MELAYU", "GUCI",
    "PITOPANG"];
pub(super) const PAPUA_FAMILY: &[&str] = &["WENDA", "KOGOYA", "TABUNI", "YIKWA", "WANIMBO", "RUMBIAK", "KAMBUAYA",
    "MANDACAN", "WAROMI", "IBO", "FELLE", "YOKU", "KAYAME", "GOBAI", "PEKEI", "MANIBUY", "RUMAROPEN", "ASSO"];
pub(super) const TIONGHOA_FAMILY: &[&str] = &["TANUWIJAYA", "HALIM", "LIMANTO", "WIJAYA", "GUNAWAN", "SALIM",
    "TANDIONO", "KUSUMA", "LIEM", "TAN", "SUSANTO", "TJHIN", "OEY", "WIBOWO", "BUDIARTO", "WINATA", "LESMANA",
    "KOSASIH", "TEDJA", "SANJAYA"];
pub(super) const DAYAK_FAMILY: &[&str] = &["NARANG", "USOP", "LAMBUNG", "BINTI", "TUNDAN", "ASANG", "DJUNAS", "SAHAY",
    "BANGKAN", "LION"];
/// Words before a Muslim man's given name; their short forms with dots are legacy (Permendagri 73/2022 forbids new ones).
pub(super) const MUSLIM_FIRST_M: &[&str] = &["MUHAMMAD", "MUHAMAD", "MOHAMAD", "M.", "MOCH.", "MUH.", "ABDUL",
    "AHMAD", "NUR", "M. NUR"];
pub(super) const MUSLIM_FIRST_F: &[&str] = &["SITI", "SITI NUR", "NUR", "NURUL", "UMI", "ST."];
/// By birth order, beginning anew with the fifth child.
pub(super) const BALI_ORDER: [&[&str]; 4] = [&["WAYAN", "PUTU", "GEDE"], &["MADE", "KADEK", "NENGAH"], &["NYOMAN",
    "KOMANG"], &["KETUT"]];
pub(super) const BACHELOR: &[&str] = &["S.PD", "S.E", "S.H", "S.KOM", "S.T", "S.SOS", "S.AG", "S.PD.I", "S.KEP",
    "S.SI", "S.IP"];
pub(super) const MASTER: &[&str] = &["M.PD", "M.KOM", "M.M", "M.T", "M.SI", "M.H", "M.AG"];
/// One word each of 3, 4, … 11 letters, to fill a name up.
pub(super) const CLOSING: [&str; 9] = ["NUR", "DEWA", "PUTRA", "PRANAJ", "PRATAMA", "ADINATHA", "RAMADHANI",
    "KUSUMADEWA", "ADIWIJAYATI"];

/// A foreign country's code, its given names of men and women, family names, cities of birth.
pub(super) type Foreign = (&'static str, [&'static [&'static str]; 2], &'static [&'static str], &'static [&'static
    str]);
pub(super) const FOREIGN: &[Foreign] = &[
    ("NL", [&["JAN", "PIETER", "WILLEM"], &["ANNEKE", "SOFIE", "MARIJKE"]], &["VAN DIJK", "DE VRIES", "BAKKER"],
        &["AMSTERDAM", "ROTTERDAM", "UTRECHT"]),
    ("JP", [&["HIROSHI", "KENJI", "TAKASHI"], &["YUKO", "AKIKO", "NAOMI"]], &["TANAKA", "SUZUKI", "YAMAMOTO"],
        &["OSAKA", "TOKYO", "NAGOYA"]),
    ("AU", [&["MATTHEW", "JAMES", "LIAM"], &["EMILY", "CHLOE", "SARAH"]], &["WALKER", "MITCHELL", "O'BRIEN"],
        &["PERTH", "SYDNEY", "DARWIN"]),
    ("DE", [&["STEFAN", "JÜRGEN", "LUKAS"], &["KATRIN", "ANNA", "HEIKE"]], &["MÜLLER", "SCHNEIDER", "WEBER"],
        &["HAMBURG", "BERLIN", "KÖLN"]),
    ("KR", [&["MINHO", "JUNSEO", "SANGWOO"], &["JIWON", "MINJI", "SOYEON"]], &["KIM", "PARK", "LEE"], &["SEOUL",
        "BUSAN", "INCHEON"]),
    ("IN", [&["RAJESH", "ANIL", "VIKRAM"], &["PRIYA", "ANITA", "LAKSHMI"]], &["SHARMA", "PATEL", "NAIR"], &["MUMBAI",
        "CHENNAI", "KOCHI"]),
    ("MY", [&["AZMAN", "FAIZAL", "HAFIZ"], &["NORAINI", "SUHAILA", "AZLINA"]], &["BIN ABDULLAH", "BIN OSMAN"],
        &["IPOH", "MELAKA", "KUCHING"]),
    ("GB", [&["OLIVER", "GEORGE", "THOMAS"], &["CHARLOTTE", "ALICE", "HARRIET"]], &["HUGHES", "CLARKE", "BENNETT"],
        &["LEEDS", "LONDON", "BRISTOL"]),
    ("FR", [&["FRANÇOIS", "OLIVIER", "RENÉ"], &["HÉLÈNE", "CAMILLE", "CHLOÉ"]], &["LEFÈVRE", "MOREAU", "GIRARD"],
        &["LYON", "PARIS", "NANTES"]),
    ("CN", [&["WEI", "JUN", "HAO"], &["XIAOLI", "MEI", "YAN"]], &["WANG", "ZHANG", "CHEN"], &["GUANGZHOU", "XIAMEN",
        "SHANGHAI"]),
    ("US", [&["ROBERT", "KEVIN", "MICHAEL"], &["JENNIFER", "LAUREN", "RACHEL"]], &["JOHNSON", "MILLER", "DAVIS"],
        &["SEATTLE", "DENVER", "BOSTON"]),
];
