import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether what is given is the secret; compares hashes in constant time, so that neither content nor length leaks. */
export function sameSecret(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(expected, digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
