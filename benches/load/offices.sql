-- All offices of the country: 512 beside the demonstration's two, of 32 × 16 regions that it does not use.

CREATE TEMPORARY TABLE nation AS
    SELECT row_number() OVER () - 1 AS place, (p * 100 + k)::text AS region,
        decode(md5('office ' || p * 100 + k), 'hex') AS office
    FROM generate_series(11, 42) AS p, generate_series(1, 16) AS k;
INSERT INTO offices (id, iss, name, region, created)
    SELECT office, 'ID.' || region, 'Disdukcapil ' || region, region, 0 FROM nation
    ON CONFLICT (id) DO NOTHING;
