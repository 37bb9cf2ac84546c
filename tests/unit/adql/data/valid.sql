-- Queries that must be accepted and run. A line is a query; "--" begins a comment line.
-- select list
SELECT * FROM gamma.observations
select obs_id from gamma.observations
SELECT ALL obs_id FROM gamma.observations
SELECT DISTINCT target FROM gamma.observations
SELECT TOP 5 obs_id FROM gamma.observations
SELECT DISTINCT TOP 5 target FROM gamma.observations ORDER BY target
SELECT TOP 0 obs_id FROM gamma.observations
SELECT TOP 999999999999999999 obs_id FROM gamma.observations
SELECT o.* FROM gamma.observations AS o
SELECT o.*, e.energy FROM gamma.observations o JOIN gamma.events e ON o.obs_id = e.obs_id
SELECT gamma.observations.obs_id FROM gamma.observations
SELECT observations.obs_id FROM gamma.observations
SELECT gamma.observations.* FROM gamma.observations
SELECT GAMMA.Observations.OBS_ID FROM Gamma.OBSERVATIONS
SELECT "size" FROM gamma.observations
SELECT "Odd Name" AS "a ""quoted"" alias" FROM gamma.sources
SELECT "gamma"."observations"."obs_id" FROM "gamma"."observations"
SELECT obs_id AS "select", obs_id "from", obs_id x FROM gamma.observations
SELECT 1 AS one, 'a' AS text, 1.5 AS d, .5 AS e, 1. AS f, 1e-3 AS g, 2E+2 AS h FROM numbers
SELECT -n, +n, -(-n), - n FROM numbers
SELECT NULL AS nothing FROM numbers
SELECT n FROM numbers;
SELECT 'it''s' FROM numbers
SELECT 'a' 'b' FROM numbers
SELECT '' FROM numbers
SELECT '--' || 'no comment' FROM numbers
SELECT word || ' ' || 'x' FROM numbers
SELECT 'ünï' AS u FROM numbers
-- conditions
SELECT n FROM numbers WHERE n = 1 AND n <> 2 OR n != 3
SELECT n FROM numbers WHERE NOT n = 1 AND NOT (n = 2 OR n = 3)
SELECT n FROM numbers WHERE ((((n > 1))))
SELECT n FROM numbers WHERE n BETWEEN 1 AND 2 + 3 AND n NOT BETWEEN 5 * 2 AND 20
SELECT n FROM numbers WHERE n IN (1, 2, 3) AND n NOT IN (4, NULL)
SELECT n FROM numbers WHERE n IN (SELECT id FROM numbers)
SELECT n FROM numbers WHERE n IN ((SELECT id FROM numbers))
SELECT n FROM numbers WHERE n IN ((SELECT MAX(id) FROM numbers), 2)
SELECT n FROM numbers WHERE n IS NULL OR n IS NOT NULL AND word IS NOT NULL
SELECT word FROM numbers WHERE word LIKE 'a%' OR word NOT LIKE '_b' OR word ILIKE 'C%'
SELECT n FROM numbers WHERE EXISTS (SELECT 1 FROM numbers WHERE n > 3)
SELECT n FROM numbers a WHERE NOT EXISTS (SELECT * FROM numbers b WHERE b.n > a.n)
SELECT n FROM numbers WHERE 1 < n AND 'a' < word
SELECT n FROM numbers WHERE moment > '2020-01-01' AND moment <= '2026-01-31T12:00:00.5Z'
SELECT n FROM numbers WHERE moment BETWEEN '2020-01-01 00:00:00' AND '2027-01-01'
SELECT n FROM numbers WHERE moment IN ('2026-01-31T12:00:00')
SELECT n FROM numbers WHERE flag = 'true' OR flag = 0
SELECT n FROM numbers WHERE moment = CAST('2026-01-31' AS TIMESTAMP)
-- joins
SELECT a.n FROM numbers a, numbers b
SELECT a.n FROM numbers a, numbers b, numbers AS c WHERE a.n = b.n AND b.n = c.n
SELECT COUNT(*) FROM gamma.observations JOIN gamma.events USING (obs_id)
SELECT obs_id FROM gamma.observations NATURAL JOIN gamma.details
SELECT * FROM gamma.observations NATURAL LEFT JOIN gamma.details
SELECT * FROM gamma.observations NATURAL FULL OUTER JOIN gamma.details
SELECT obs_id, quality FROM gamma.observations LEFT OUTER JOIN gamma.details USING (obs_id)
SELECT obs_id FROM gamma.observations RIGHT JOIN gamma.details USING (obs_id)
SELECT obs_id FROM gamma.observations FULL JOIN gamma.details USING (obs_id)
SELECT o.obs_id FROM gamma.observations o INNER JOIN gamma.events e ON o.obs_id = e.obs_id AND e.energy > 1
SELECT o.obs_id FROM (gamma.observations o JOIN gamma.events e ON o.obs_id = e.obs_id)
SELECT o.obs_id FROM gamma.observations o JOIN gamma.events e JOIN gamma.details d ON e.obs_id = d.obs_id ON o.obs_id = e.obs_id
SELECT a.n FROM (numbers a JOIN numbers b ON a.n = b.n) JOIN numbers c ON c.n = b.n
SELECT a.n FROM numbers a, (numbers b JOIN numbers c ON b.n = c.n)
SELECT s.n FROM (SELECT n FROM numbers) AS s
SELECT n FROM (SELECT n FROM (SELECT n FROM numbers) a) b
SELECT n FROM ((SELECT n FROM numbers) UNION (SELECT id FROM numbers)) u
SELECT a.obs_id FROM (SELECT TOP 5 * FROM gamma.observations ORDER BY s_ra) a JOIN gamma.events b ON a.obs_id = b.obs_id
SELECT t.ra FROM TAP_UPLOAD.mine AS t
SELECT o.obs_id FROM tap_upload.mine t JOIN gamma.observations o ON DISTANCE(POINT(t.ra, t.dec), POINT(o.s_ra, o.s_dec)) < 0.5
-- groups
SELECT target, COUNT(*) FROM gamma.observations GROUP BY target
SELECT target AS t, COUNT(*) AS c FROM gamma.observations GROUP BY t ORDER BY c DESC, t
SELECT n_tel + 1, COUNT(*) FROM gamma.observations GROUP BY n_tel + 1
SELECT UPPER(target) AS u, AVG(exposure) FROM gamma.observations GROUP BY u HAVING COUNT(*) > 1
SELECT COUNT(target), COUNT(DISTINCT target), COUNT(ALL target), SUM(n_events), AVG(DISTINCT n_tel) FROM gamma.observations
SELECT MIN(started), MAX(target), MAX(exposure) - MIN(exposure) FROM gamma.observations
SELECT MAX(n) FROM numbers HAVING COUNT(*) > 0
SELECT target FROM gamma.observations GROUP BY target HAVING MAX(exposure) > (SELECT AVG(exposure) FROM gamma.observations)
SELECT target FROM gamma.observations GROUP BY target ORDER BY COUNT(*) DESC
SELECT SUM(n + n_x) FROM (SELECT n, id AS n_x FROM numbers WHERE id > 3) q
SELECT target, ivo_string_agg(telescope, ', ') FROM gamma.observations GROUP BY target
-- order and cut
SELECT n FROM numbers ORDER BY n
SELECT n, x FROM numbers ORDER BY 2 DESC, 1 ASC
SELECT n AS m FROM numbers ORDER BY m
SELECT n FROM numbers ORDER BY ABS(n) DESC, word
SELECT n FROM numbers ORDER BY n OFFSET 2
SELECT n FROM numbers OFFSET 0
SELECT TOP 3 n FROM numbers ORDER BY n OFFSET 1
SELECT DISTINCT n + 1 FROM numbers ORDER BY n + 1
SELECT DISTINCT n AS a FROM numbers ORDER BY a
-- set operators
SELECT n FROM numbers UNION SELECT id FROM numbers
SELECT n FROM numbers UNION ALL SELECT id FROM numbers ORDER BY n
SELECT n FROM numbers EXCEPT SELECT id FROM numbers INTERSECT SELECT small FROM numbers
(SELECT n FROM numbers) UNION (SELECT x FROM numbers) ORDER BY 1 OFFSET 1
(SELECT TOP 2 n FROM numbers ORDER BY n) EXCEPT ALL (SELECT id FROM numbers)
((SELECT n FROM numbers UNION SELECT id FROM numbers)) INTERSECT ALL SELECT n FROM numbers
(SELECT n FROM numbers)
((SELECT n FROM numbers)) ORDER BY n
SELECT word FROM numbers UNION SELECT NULL FROM numbers
-- common tables
WITH w AS (SELECT n FROM numbers) SELECT n FROM w
WITH w AS (SELECT n FROM numbers), v AS (SELECT n AS k FROM w) SELECT * FROM w JOIN v ON w.n = v.k
WITH "W" AS (SELECT n FROM numbers) SELECT "W".n FROM "W"
WITH w AS (SELECT n FROM numbers) SELECT n FROM numbers WHERE n IN (SELECT n FROM w)
WITH w AS (SELECT s_ra, s_dec, obs_id FROM gamma.observations) SELECT obs_id FROM w WHERE 1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(83, 22, 2))
-- functions
SELECT ABS(x), CEILING(x), FLOOR(x), ROUND(x), ROUND(x, 2), ROUND(x, -2), TRUNCATE(x), TRUNCATE(x, 1) FROM numbers
SELECT EXP(r), LOG(x), LOG10(x), POWER(x, 2), SQRT(x), MOD(n, 3), MOD(x, 2.5), PI(), RAND(), RAND(5) FROM numbers
SELECT SIN(r), COS(r), TAN(r), COT(r), ASIN(r), ACOS(r), ATAN(r), ATAN2(r, x), DEGREES(r), RADIANS(r) FROM numbers
SELECT LOWER(word), UPPER(word), COALESCE(word, 'none'), COALESCE(n, x, 1) FROM numbers
SELECT CAST(x AS INTEGER), CAST(x AS SMALLINT), CAST(x AS BIGINT), CAST(n AS REAL), CAST(n AS DOUBLE PRECISION) FROM numbers
SELECT CAST(x AS CHAR), CAST(x AS CHAR(3)), CAST(x AS VARCHAR), CAST(word AS VARCHAR(2)), CAST(moment AS VARCHAR) FROM numbers
SELECT CAST(word AS INTEGER), CAST(word AS DOUBLE PRECISION), CAST(word AS TIMESTAMP) FROM numbers
SELECT IN_UNIT(s_ra, 'rad'), IN_UNIT(exposure, 'h'), IN_UNIT(s_ra + 10, 'arcmin') FROM gamma.observations
SELECT ivo_hasword(target, 'crab'), ivo_nocasematch(target, 'c%'), ivo_hashlist_has('a#b', target) FROM gamma.observations
SELECT ivo_interval_overlaps(1, 2, 2, 3), ivo_to_mjd(started), gavo_to_jd(started), ivo_to_jd(started), gavo_to_mjd(started) FROM gamma.observations
SELECT (SELECT MAX(n) FROM numbers) AS m FROM numbers
SELECT n + (SELECT MAX(e.n) FROM numbers e WHERE e.id < numbers.id) FROM numbers
-- geometry
SELECT obs_id FROM gamma.observations WHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 83.6, 22.0, 1))
SELECT obs_id FROM gamma.observations WHERE CONTAINS(POINT(s_ra, s_dec), CIRCLE(83.6, 22.0, 1)) = 1
SELECT obs_id FROM gamma.observations WHERE 0 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(POINT(83.6, 22.0), 1))
SELECT obs_id FROM gamma.observations WHERE CONTAINS(POINT(s_ra, s_dec), POLYGON('icrs geocenter', 80, 20, 86, 20, 86, 25, 80, 25)) <> 0
SELECT obs_id FROM gamma.observations WHERE 1 = INTERSECTS(s_region, CIRCLE('ICRS', 83.6, 22.0, 0.1))
SELECT obs_id FROM gamma.observations WHERE 1 = INTERSECTS(CIRCLE('ICRS', 83.6, 22.0, 0.1), s_region)
SELECT obs_id FROM gamma.observations WHERE 1 = CONTAINS(POINT(83.6, 22.0), s_region)
SELECT obs_id FROM gamma.observations WHERE INTERSECTS(s_region, POLYGON(80, 20, 86, 20, 86, 25)) = 1
SELECT name FROM gamma.sources WHERE 1 = CONTAINS(POINT(83.6, 22), CIRCLE(ra, dec, r95))
SELECT name FROM gamma.sources WHERE 1 = CONTAINS(pos, CIRCLE(83.6, 22, 5)) OR DISTANCE(pos, POINT(1, 1)) < 3
SELECT name, DISTANCE(POINT(ra, dec), POINT(83.6, 22)) AS d FROM gamma.sources WHERE DISTANCE(ra, dec, 83.6, 22) < 3 ORDER BY d
SELECT name, CONTAINS(POINT(ra, dec), CIRCLE(83.6, 22, 5)) AS inside FROM gamma.sources
SELECT s.name, o.obs_id FROM gamma.sources s JOIN gamma.observations o ON 1 = CONTAINS(POINT(s.ra, s.dec), o.s_region)
SELECT s.name FROM gamma.sources s, gamma.observations o WHERE 1 = CONTAINS(POINT(o.s_ra, o.s_dec), CIRCLE(s.ra, s.dec, 2 * s.r95))
SELECT COUNT(*) FROM gamma.events GROUP BY ROUND(DISTANCE(POINT(ra, dec), POINT(83.6, 22)), 0)
SELECT name FROM gamma.sources WHERE 1 = CONTAINS(POINT(83.6, 22), POLYGON(ra - 1, dec - 1, ra + 1, dec - 1, ra + 1, dec + 1))
-- as clients write them
SELECT table_name, "size" FROM tap_schema.columns WHERE table_name = 'gamma.events' AND indexed = 1
SELECT TOP 1 * FROM TAP_SCHEMA.columns
SELECT dataproduct_type, COUNT(*) AS n FROM gamma.observations GROUP BY dataproduct_type ORDER BY n DESC
SELECT obs_id FROM gamma.observations WHERE dataproduct_type IN ('event', 'image') AND target LIKE '%'
SELECT e.*, DISTANCE(POINT('ICRS', e.ra, e.dec), POINT('ICRS', s.ra, s.dec)) AS sep FROM gamma.events AS e JOIN gamma.sources AS s ON 1 = CONTAINS(POINT('ICRS', e.ra, e.dec), CIRCLE('ICRS', s.ra, s.dec, 0.1)) WHERE s.name = 'S01'
SELECT ROUND(s_ra / 10) * 10 AS bin, COUNT(*) AS n FROM gamma.observations GROUP BY bin ORDER BY bin
