-- More people of the register. The caller makes the temporary table `places` (region: four digits, kecamatan: two
-- digits, people: how many): grown people like those that are there, with addresses there and numbers of their own.
-- They have no seal: `ikd register seal` is to follow.
--
-- NIK: RRRRRR DDMMYY SSSS, a woman's day raised by 40 (credential/src/ids.rs). The n-th is born on day n mod 20,000 from
-- 1950-01-01 on and has the serial number n div 20,000 + 1; of a kecamatan where nobody else is registered.

CREATE TEMPORARY TABLE people_sample AS
    SELECT row_number() OVER () - 1 AS place, persons.* FROM persons
    WHERE kewarganegaraan = 'ID' AND status_dasar = 1 AND tanggal_lahir < 12000 AND kode_wilayah LIKE '3273%'
    LIMIT 10000;
ANALYZE people_sample;

INSERT INTO persons (nik, nomor_kk, nama, tempat_lahir, tanggal_lahir, jenis_kelamin, golongan_darah, agama,
    status_perkawinan, pekerjaan, pendidikan, shdk, kewarganegaraan, ayah, ibu, alamat, rt, rw, kode_pos, kode_wilayah,
    kelurahan, kecamatan, kabupaten, provinsi, updated)
SELECT place.start
        + (to_char(date '1950-01-01' + (n % 20000)::int, 'DDMMYY')::bigint
            + CASE s.jenis_kelamin WHEN 2 THEN 400000 ELSE 0 END) * 10000 + n / 20000 + 1,
    -- Four people a family; registered on day n of 5,000 from 2010-01-01 on.
    place.start + to_char(date '2010-01-01' + (n / 4 % 5000)::int, 'DDMMYY')::bigint * 10000 + n / 20000 + 1,
    s.nama, s.tempat_lahir, date '1950-01-01' - date '1970-01-01' + n % 20000, s.jenis_kelamin, s.golongan_darah, s.agama,
    s.status_perkawinan, s.pekerjaan, s.pendidikan, CASE n % 4 WHEN 0 THEN 1 ELSE 4 END, s.kewarganegaraan, s.ayah, s.ibu,
    s.alamat, s.rt, s.rw, s.kode_pos, place.region || place.kecamatan || '1001', s.kelurahan, s.kecamatan, s.kabupaten,
    s.provinsi, s.updated
FROM (SELECT region, kecamatan, people, (region || kecamatan)::bigint * 10000000000 AS start FROM places) AS place
CROSS JOIN LATERAL generate_series(0::bigint, place.people - 1) AS n
JOIN people_sample AS s ON s.place = n % (SELECT COUNT(*) FROM people_sample);

-- A database that was begun with seals is sealed already, and its trail says so.
ALTER TABLE audit DISABLE TRIGGER USER;
DELETE FROM audit WHERE action = 'register.sealed';
ALTER TABLE audit ENABLE TRIGGER USER;
