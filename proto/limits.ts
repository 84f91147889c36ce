/** Every bound both sides must agree on. A name carries its unit. */

export const SUBPROTOCOL = 'backproof.v1';

/** One WebSocket message; ws closes the connection with 1009 above it. */
export const FRAME_BYTES_MAX = 256 * 1024;
/** An encoded Record: leaves room for the envelope around it. */
export const RECORD_BYTES_MAX = FRAME_BYTES_MAX - 1024;

export const NAME_CHARS_MAX = 64;
/** Reasons, warnings, current paths: cut, never refused. */
export const TEXT_CHARS_MAX = 2_048;
export const LOG_TAIL_CHARS_MAX = 48 * 1024;
export const WARNINGS_PER_RUN_MAX = 50;
export const RECOVERY_POINTS_PER_RECORD_MAX = 500;
/** Jobs a host may have, removed ones included: more are refused. */
export const JOBS_PER_HOST_MAX = 1_000;
/** Repositories a host may ever have named, each with every id and place it had: more are refused. */
export const REPOSITORIES_PER_HOST_MAX = 1_000;
export const SOURCES_PER_JOB_MAX = 500;
/** borg allows longer archive names; ours are HOST-JOB-TIME, with the subject behind it for dumps. */
export const ARCHIVE_NAME_CHARS_MAX = 512;
/** How often an agent lists all recovery points of a job at the latest; twice that, and what it said is stale. */
export const INVENTORY_EVERY_MS = 86_400_000;
/** File systems of repositories that a host reports. */
export const FILE_SYSTEMS_MAX = 64;
/** Archives, databases and paths that one restore names: three lists of the longest names fit a record. */
export const RESTORE_NAMES_MAX = 50;
/** Holes, base backups and windows named in one sample of a write-ahead log. */
export const WAL_HOLES_MAX = 5;
export const WAL_BACKUPS_MAX = 100;
export const WAL_WINDOWS_MAX = 20;
export const TOOLS_PER_HOST_MAX = 64;
export const NOT_BACKED_UP_MAX = 256;
/** Jobs a heartbeat names as running. */
export const RUNNING_JOBS_MAX = 256;
/** A certificate or a signing request, PEM. P-256 ones are about 1 kB. */
export const PEM_CHARS_MAX = 16 * 1024;
/** Schedules, silences and promises: nobody plans further than ten years. */
export const PROMISE_MS_MAX = 10 * 366 * 86_400_000;
export const CRON_CHARS_MAX = 128;
export const CAPABILITIES_MAX = 64;

/** Records an agent may have sent and not yet seen acked. */
export const CREDIT_RECORDS = 256;
export const CHAIN_BYTES = 8;

export const HEARTBEAT_MS = 15_000;
export const PING_EVERY_MS = 15_000;
/** A peer from which nothing was heard for this long is dead, whatever TCP says. */
export const PEER_DEAD_AFTER_MS = 30_000;

export const RECONNECT_MIN_MS = 1_000;
export const RECONNECT_MAX_MS = 60_000;

/** How long an agent keeps acked records, so that a collector restored from a backup can be refilled. */
export const ACKED_KEPT_MS = 7 * 86_400_000;

export const CERTIFICATE_LIFE_MS = 30 * 86_400_000;
/** Share of a certificate's life after which it is renewed. */
export const RENEW_AT_LIFE_SHARE = 2 / 3;
export const ENROLLMENT_TOKEN_TTL_MAX_MS = 3_600_000;
