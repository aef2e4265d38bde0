/** Which page is shown: the part of the address behind "#". */

/** Of which `about` says what it is of: "#/device/gauge-01". */
export const PAGE_NAMES = [
  'today',
  'device',
  'map',
  'commission',
  'sheet',
  'test',
  'outputs',
  'orders',
  'frames',
  'buffer',
  'lorawan',
  'walk',
  'configuration',
  'settings',
  'more',
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

export interface Route {
  readonly page: PageName;
  /** What the page is of: a device's id. */
  readonly about?: string;
}

/** Today, for anything that leads nowhere. */
export function routeOf(hash: string): Route {
  const [, name = '', rest = ''] = /^#\/(\w+)(?:\/(.*))?$/.exec(hash) ?? [];
  const page = PAGE_NAMES.find((known) => known === name);
  if (page === undefined || ((page === 'device' || page === 'test') && rest === '')) return { page: 'today' };
  return rest === '' ? { page } : { page, about: decoded(rest) };
}

export function hrefOf({ page, about }: Route): string {
  return about === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(about)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
