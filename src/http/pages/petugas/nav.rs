//! Where an officer may go, by role.

use crate::domain::officer::OfficerRole;
use crate::http::pages::NavItem;
use credential::lang::Text;

const USERS: NavItem = NavItem {
    href: "/petugas/pengguna",
    label: Text {
        id: "Pengguna",
        en: "Users",
    },
};
const ACCOUNT: NavItem = NavItem {
    href: "/petugas/akun",
    label: Text {
        id: "Akun saya",
        en: "My account",
    },
};

const fn item(href: &'static str, id: &'static str, en: &'static str) -> NavItem {
    NavItem {
        href,
        label: Text { id, en },
    }
}

const QUEUE: NavItem = item("/petugas/antrean", "Antrean", "Queue");
const LATE: NavItem = item("/petugas/terlambat", "Lewat waktu", "Overdue");
const APPOINTMENTS: NavItem = item("/petugas/janji", "Janji temu", "Appointments");
const DOCUMENTS: NavItem = item("/petugas/dokumen", "Dokumen", "Documents");
const STATISTICS: NavItem = item("/petugas/statistik", "Statistik", "Statistics");
const JOURNAL: NavItem = item("/petugas/jejak", "Jejak audit", "Audit trail");
const UNDELIVERED: NavItem = item("/petugas/kiriman-gagal", "Kiriman gagal", "Undelivered");
const APPROVALS: NavItem = item("/petugas/persetujuan", "Persetujuan", "Approvals");
const POLICY: NavItem = item("/petugas/kebijakan", "Kebijakan", "Policy");
const ACTIVATION: NavItem = item("/petugas/aktivasi", "Aktivasi ponsel", "Activate a phone");
const PHONES: NavItem = item("/petugas/ponsel", "Ponsel warga", "Phones");
const COUNTER: NavItem = item("/layanan", "Loket", "Counter");

/// The navigation of a role.
pub fn nav(role: OfficerRole) -> Vec<NavItem> {
    match role {
        OfficerRole::Admin => vec![USERS, APPROVALS, POLICY, JOURNAL, UNDELIVERED, ACCOUNT],
        OfficerRole::Operator => vec![
            QUEUE,
            LATE,
            APPOINTMENTS,
            COUNTER,
            ACTIVATION,
            DOCUMENTS,
            STATISTICS,
            ACCOUNT,
        ],
        OfficerRole::Verifier => vec![QUEUE, LATE, APPOINTMENTS, DOCUMENTS, STATISTICS, ACCOUNT],
        OfficerRole::Signer => {
            vec![
                QUEUE, LATE, DOCUMENTS, PHONES, STATISTICS, JOURNAL, APPROVALS, ACCOUNT,
            ]
        }
        OfficerRole::Auditor => vec![
            QUEUE,
            LATE,
            DOCUMENTS,
            PHONES,
            STATISTICS,
            JOURNAL,
            APPROVALS,
            UNDELIVERED,
            ACCOUNT,
        ],
    }
}

/// A role's name for people.
pub fn role_name(role: OfficerRole) -> Text {
    let (id, en) = match role {
        OfficerRole::Operator => ("Operator", "Operator"),
        OfficerRole::Verifier => ("Verifikator", "Verifier"),
        OfficerRole::Signer => ("Kepala dinas (penanda tangan)", "Head of office (signer)"),
        OfficerRole::Auditor => ("Auditor", "Auditor"),
        OfficerRole::Admin => ("Administrator", "Administrator"),
    };
    Text { id, en }
}
