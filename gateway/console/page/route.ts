/** Which page is shown: the part of the address behind "#". */

export type Route =
  | { readonly page: 'today' | 'buffer' | 'lorawan' | 'settings' }
  | { readonly page: 'device'; readonly id: string };

const PAGES = ['today', 'buffer', 'lorawan', 'settings'] as const;

/** Today, for anything that leads nowhere. */
export function routeOf(hash: string): Route {
  const [, page = '', rest = ''] = /^#\/(\w+)(?:\/(.*))?$/.exec(hash) ?? [];
  if (page === 'device' && rest !== '') return { page, id: decoded(rest) };
  return { page: PAGES.find((known) => known === page) ?? 'today' };
}

export function hrefOf(route: Route): string {
  return route.page === 'device' ? `#/device/${encodeURIComponent(route.id)}` : `#/${route.page}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
