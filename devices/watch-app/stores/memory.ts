/** A store that ends with the app: for tests, and for platforms without another. */
import type { Store } from '../core/surroundings.ts';

export function memoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  return {
    get: async (key) => kept.get(key),
    put: async (key, value) => void kept.set(key, Uint8Array.from(value)),
    delete: async (key) => void kept.delete(key),
    keys: async () => [...kept.keys()],
    clear: async () => kept.clear(),
  };
}
