/** Known to both threads, so that the main one does not load the engine for them. */

/** Processor time of a call. */
export const callLimitMs = 50;
/** Processor time to evaluate a codec's source, once. */
export const loadLimitMs = 250;
