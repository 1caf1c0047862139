-- A staging database as version 0.1.0 made it, with eight made-up records: an upgrade is tested on it, and on the dataset beside it.
PRAGMA application_id = 1870033780;
PRAGMA user_version = 3;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE runs (id INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, who TEXT NOT NULL,
    started_on TEXT NOT NULL, ended_on TEXT, input TEXT NOT NULL, counts TEXT, state TEXT NOT NULL, error TEXT) STRICT;
INSERT INTO runs VALUES(1,'load','0.1.0','collector@museum','2026-01-05T03:00:00.000Z','2026-01-05T03:00:01.000Z','records.ndjson','{"inserted":8,"updated":0,"unchanged":0,"duplicates":0,"url_duplicates":0,"rejected":0}','done',NULL);
CREATE TABLE popularity (media_type TEXT NOT NULL, provider TEXT NOT NULL, metric TEXT NOT NULL,
    percentile REAL NOT NULL, value REAL NOT NULL, constant REAL NOT NULL, computed_on TEXT NOT NULL,
    PRIMARY KEY (media_type, provider)) STRICT;
CREATE TABLE image_record (id INTEGER PRIMARY KEY, identifier TEXT, created_on TEXT, updated_on TEXT NOT NULL, ingestion_type TEXT, provider TEXT NOT NULL, source TEXT, foreign_identifier TEXT NOT NULL, foreign_landing_url TEXT NOT NULL, url TEXT NOT NULL, thumbnail TEXT, width INTEGER, height INTEGER, filesize INTEGER, filetype TEXT, license TEXT NOT NULL, license_version TEXT NOT NULL, creator TEXT, creator_url TEXT, title TEXT, meta_data TEXT, tags TEXT, category TEXT, watermarked INTEGER, removed_from_source INTEGER NOT NULL, standardized_popularity REAL) STRICT;
INSERT INTO image_record VALUES(1,'4c1df117-5e7a-52c8-a3af-6a292c4a6ab4','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','my_museum','my_museum','work-1','https://museum.example.org/works/1','https://museum.example.org/files/1.jpg',NULL,NULL,NULL,NULL,'jpg','by','4.0','A. Maker',NULL,'Work 1','{"room":"1","license_url":"https://creativecommons.org/licenses/by/4.0/","raw_license_url":null}','[{"name":"bird","provider":"my_museum"}]',NULL,0,0,NULL);
INSERT INTO image_record VALUES(2,'c5897821-6e4a-5f4e-9576-e427baf8a574','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','my_museum','my_museum','work-2','https://museum.example.org/works/2','https://museum.example.org/files/2.jpg',NULL,NULL,NULL,NULL,'jpg','cc0','1.0','A. Maker',NULL,'Work 2','{"room":"2","license_url":"https://creativecommons.org/publicdomain/zero/1.0/","raw_license_url":null}','[{"name":"bird","provider":"my_museum"}]',NULL,0,0,NULL);
INSERT INTO image_record VALUES(3,'1fb1a49a-1d3c-5e12-9ad7-067ad8dcee17','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','my_museum','my_museum','work-3','https://museum.example.org/works/3','https://museum.example.org/files/3.jpg',NULL,NULL,NULL,NULL,'jpg','by','4.0','A. Maker',NULL,'Work 3','{"room":"3","license_url":"https://creativecommons.org/licenses/by/4.0/","raw_license_url":null}',NULL,NULL,0,0,NULL);
INSERT INTO image_record VALUES(4,'dea6fd5d-250f-5546-b016-bb436bb6e25e','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','flickr','flickr','1004','https://museum.example.org/works/4','https://museum.example.org/files/4.jpg',NULL,NULL,NULL,NULL,'jpg','cc0','1.0','A. Maker',NULL,'Work 4','{"room":"4","license_url":"https://creativecommons.org/publicdomain/zero/1.0/","raw_license_url":null}',NULL,NULL,0,0,NULL);
INSERT INTO image_record VALUES(5,'688de5ca-b7ba-50ac-9735-5a20097a5e83','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','flickr','flickr','1005','https://museum.example.org/works/5','https://museum.example.org/files/5.jpg',NULL,NULL,NULL,NULL,'jpg','by','4.0','A. Maker',NULL,'Work 5','{"room":"5","license_url":"https://creativecommons.org/licenses/by/4.0/","raw_license_url":null}',NULL,NULL,0,0,NULL);
INSERT INTO image_record VALUES(6,'f1f6aad5-173f-5d85-8889-f2a7b1f5eb25','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','flickr','flickr','1006','https://museum.example.org/works/6','https://museum.example.org/files/6.jpg',NULL,NULL,NULL,NULL,'jpg','cc0','1.0','A. Maker',NULL,'Work 6','{"room":"6","license_url":"https://creativecommons.org/publicdomain/zero/1.0/","raw_license_url":null}',NULL,NULL,0,0,NULL);
CREATE TABLE image_seen (id INTEGER PRIMARY KEY, run INTEGER NOT NULL,
      last_synced_with_source TEXT NOT NULL, line BLOB) STRICT;
INSERT INTO image_seen VALUES(1,1,'2026-01-05T03:00:00.000Z',X'be5cd86dff38825139296f8520f1833d7a3a289e');
INSERT INTO image_seen VALUES(2,1,'2026-01-05T03:00:00.000Z',X'6cc114856baff1a44029fc522635daf25bd96dba');
INSERT INTO image_seen VALUES(3,1,'2026-01-05T03:00:00.000Z',X'922a7fcbd88157ee2e5607140de1f4cbe645a7cf');
INSERT INTO image_seen VALUES(4,1,'2026-01-05T03:00:00.000Z',X'b1cbd354169db9257b0f5e42d70a91a82f60a9dd');
INSERT INTO image_seen VALUES(5,1,'2026-01-05T03:00:00.000Z',X'ef93ba8fca1b37cf482b1547b92e239045006dfe');
INSERT INTO image_seen VALUES(6,1,'2026-01-05T03:00:00.000Z',X'f7699e9a583ae9a6728c4c494010b290038cc7e1');
CREATE TABLE image_sourced (id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_before TEXT) STRICT;
CREATE TABLE deleted_image (identifier TEXT, created_on TEXT, updated_on TEXT, ingestion_type TEXT, provider TEXT NOT NULL, source TEXT, foreign_identifier TEXT NOT NULL, foreign_landing_url TEXT, url TEXT, thumbnail TEXT, width INTEGER, height INTEGER, filesize INTEGER, filetype TEXT, license TEXT, license_version TEXT, creator TEXT, creator_url TEXT, title TEXT, meta_data TEXT, tags TEXT, category TEXT, watermarked INTEGER, last_synced_with_source TEXT, removed_from_source INTEGER, standardized_popularity REAL,
      deleted_on TEXT NOT NULL, deleted_reason TEXT NOT NULL) STRICT;
CREATE TABLE audio_record (id INTEGER PRIMARY KEY, identifier TEXT, created_on TEXT, updated_on TEXT NOT NULL, ingestion_type TEXT, provider TEXT NOT NULL, source TEXT, foreign_identifier TEXT NOT NULL, foreign_landing_url TEXT NOT NULL, url TEXT NOT NULL, thumbnail TEXT, filesize INTEGER, filetype TEXT, license TEXT NOT NULL, license_version TEXT NOT NULL, creator TEXT, creator_url TEXT, title TEXT, meta_data TEXT, tags TEXT, category TEXT, watermarked INTEGER, duration INTEGER, bit_rate INTEGER, sample_rate INTEGER, genres TEXT, audio_set TEXT, audio_set_foreign_identifier TEXT, set_position INTEGER, alt_files TEXT, removed_from_source INTEGER NOT NULL, standardized_popularity REAL) STRICT;
INSERT INTO audio_record VALUES(1,'26b12050-6725-563f-b363-fedd2408d769','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','my_archive','my_archive','sound-1','https://archive.example.org/sounds/1','https://archive.example.org/files/1.mp3',NULL,NULL,'mp3','by-sa','3.0',NULL,NULL,'Sound 1','{"license_url":"https://creativecommons.org/licenses/by-sa/3.0/","raw_license_url":null}',NULL,NULL,0,1000,NULL,NULL,'["field recording"]',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO audio_record VALUES(2,'64c7d8c0-f66d-5467-9b5a-186513441b74','2026-01-05T03:00:00.000Z','2026-01-05T03:00:00.000Z','provider_api','my_archive','my_archive','sound-2','https://archive.example.org/sounds/2','https://archive.example.org/files/2.mp3',NULL,NULL,'mp3','by-sa','3.0',NULL,NULL,'Sound 2','{"license_url":"https://creativecommons.org/licenses/by-sa/3.0/","raw_license_url":null}',NULL,NULL,0,2000,NULL,NULL,'["field recording"]',NULL,NULL,NULL,NULL,0,NULL);
CREATE TABLE audio_seen (id INTEGER PRIMARY KEY, run INTEGER NOT NULL,
      last_synced_with_source TEXT NOT NULL, line BLOB) STRICT;
INSERT INTO audio_seen VALUES(1,1,'2026-01-05T03:00:00.000Z',X'2b196942e0910f3e974eb41d1ff225123bf415ce');
INSERT INTO audio_seen VALUES(2,1,'2026-01-05T03:00:00.000Z',X'19c435f12d83290ee3d296e08d923beee31f4787');
CREATE TABLE audio_sourced (id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_before TEXT) STRICT;
CREATE TABLE deleted_audio (identifier TEXT, created_on TEXT, updated_on TEXT, ingestion_type TEXT, provider TEXT NOT NULL, source TEXT, foreign_identifier TEXT NOT NULL, foreign_landing_url TEXT, url TEXT, thumbnail TEXT, filesize INTEGER, filetype TEXT, license TEXT, license_version TEXT, creator TEXT, creator_url TEXT, title TEXT, meta_data TEXT, tags TEXT, category TEXT, watermarked INTEGER, duration INTEGER, bit_rate INTEGER, sample_rate INTEGER, genres TEXT, audio_set TEXT, audio_set_foreign_identifier TEXT, set_position INTEGER, alt_files TEXT, last_synced_with_source TEXT, removed_from_source INTEGER, standardized_popularity REAL,
      deleted_on TEXT NOT NULL, deleted_reason TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX image_key ON image_record (provider, foreign_identifier);
CREATE UNIQUE INDEX image_url ON image_record (url);
CREATE UNIQUE INDEX deleted_image_key ON deleted_image (provider, foreign_identifier);
CREATE TRIGGER image_changed AFTER UPDATE OF identifier, created_on, ingestion_type, provider, source, foreign_identifier, foreign_landing_url, url, thumbnail, width, height, filesize, filetype, license, license_version, creator, creator_url, title, meta_data, tags, category, watermarked, removed_from_source ON image_record
    BEGIN UPDATE image_seen SET line = NULL WHERE id = new.id AND line IS NOT NULL; END;
CREATE TRIGGER image_gone AFTER DELETE ON image_record BEGIN
      DELETE FROM image_seen WHERE id = old.id; DELETE FROM image_sourced WHERE id = old.id; END;
CREATE VIEW image AS SELECT identifier, created_on, updated_on, ingestion_type, provider, source, foreign_identifier, foreign_landing_url, url, thumbnail, width, height, filesize, filetype, license, license_version, creator, creator_url, title, meta_data, tags, category, watermarked, last_synced_with_source, removed_from_source, standardized_popularity
      FROM image_record LEFT JOIN image_seen USING (id);
CREATE UNIQUE INDEX audio_key ON audio_record (provider, foreign_identifier);
CREATE UNIQUE INDEX audio_url ON audio_record (url);
CREATE UNIQUE INDEX deleted_audio_key ON deleted_audio (provider, foreign_identifier);
CREATE TRIGGER audio_changed AFTER UPDATE OF identifier, created_on, ingestion_type, provider, source, foreign_identifier, foreign_landing_url, url, thumbnail, filesize, filetype, license, license_version, creator, creator_url, title, meta_data, tags, category, watermarked, duration, bit_rate, sample_rate, genres, audio_set, audio_set_foreign_identifier, set_position, alt_files, removed_from_source ON audio_record
    BEGIN UPDATE audio_seen SET line = NULL WHERE id = new.id AND line IS NOT NULL; END;
CREATE TRIGGER audio_gone AFTER DELETE ON audio_record BEGIN
      DELETE FROM audio_seen WHERE id = old.id; DELETE FROM audio_sourced WHERE id = old.id; END;
CREATE VIEW audio AS SELECT identifier, created_on, updated_on, ingestion_type, provider, source, foreign_identifier, foreign_landing_url, url, thumbnail, filesize, filetype, license, license_version, creator, creator_url, title, meta_data, tags, category, watermarked, duration, bit_rate, sample_rate, genres, audio_set, audio_set_foreign_identifier, set_position, alt_files, last_synced_with_source, removed_from_source, standardized_popularity
      FROM audio_record LEFT JOIN audio_seen USING (id);
COMMIT;
