/** Answers of the Masquerader's open…() functions that are no slot. */
export const NO_PORT = -1
export const TABLE_FULL = -2
export const NOT_MASQUERADABLE = -3
/** Another connection has the same addresses and ports on one of the two sides. */
export const CLASH = -4
/** Ports are taken as 2.2 did, and there is none: nobody is told. */
export const SILENT = -5
/** The machine has as many connections as it may have. */
export const MACHINE_LIMIT = -6
