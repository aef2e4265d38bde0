/** Of every answer: it says where people are, so nothing keeps or guesses at it. */
export const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
