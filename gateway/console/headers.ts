/** What every answer of the console says: what its pages may load, and that nobody else may use them. */

/** `tiles`: where the map takes its tiles from, "" for nowhere; `isSecure`: under TLS. */
export function safeHeaders(tiles: string, isSecure: boolean): Readonly<Record<string, string>> {
  const from = tiles === '' ? '' : ` ${originOf(tiles)}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${from}`,
    "font-src 'self'",
    `connect-src 'self'${from}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(self), geolocation=(self)',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isSecure && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

function originOf(tiles: string): string {
  return new URL(tiles.replaceAll(/[{}]/g, '')).origin;
}
